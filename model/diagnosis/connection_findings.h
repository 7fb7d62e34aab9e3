// The episodes of a connection, with what the diagnosis knows of its RSTs.
#pragma once

#include "model/analysis/episodes.h"
#include "model/diagnosis/diagnosis.h"

#include <vector>

namespace whyrst {

/// Frames of the RSTs that did not end the connection, in capture order.
std::vector<PacketNumber> ignoredResets(const std::vector<Diagnosis>& resets);

/// The episodes of `connection` and where its time went. Linear in its segments.
Findings findingsOf(const Connection& connection, const Analysis& analysis, const ConnectionDiagnosis& diagnosis);

} // namespace whyrst
