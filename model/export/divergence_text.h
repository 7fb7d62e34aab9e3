// The differences between a good and a bad connection as text.
#pragma once

#include "model/compare/divergence.h"

#include <string>

namespace whyrst {

/// "Bad: connection 7 of mixed.pcap, 10.0.0.1:40312 > 10.0.0.2:443, reset after 12.8 s".
/// `capture` is what the capture is called.
std::string knownConnectionText(
    Outcome outcome, const KnownConnection& known, const Dialogue& dialogue, const std::string& capture);

/// Both connections, the summary, and the differences in order of time; the first divergence is marked.
std::string divergenceText(const GoodAndBad& both, const Divergence& divergence);

} // namespace whyrst
