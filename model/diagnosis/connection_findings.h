// The episodes of a connection, with what the diagnosis knows of its RSTs.
#pragma once

#include "model/analysis/episodes.h"
#include "model/diagnosis/diagnosis.h"

namespace whyrst {

/// The episodes of `connection` and where its time went. Linear in its segments.
Findings findingsOf(const Connection& connection, const Analysis& analysis, const ConnectionDiagnosis& diagnosis);

} // namespace whyrst
