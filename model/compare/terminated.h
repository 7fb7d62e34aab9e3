// Whether a box between the captures ends TCP and begins another connection (comparison.md 2.5).
#pragma once

#include "model/compare/segment_pairing.h"

#include <array>
#include <string>

namespace whyrst {

/// Why two connections with one content are not one connection; empty when they are. By Side of the sender;
/// `bound` is the clock's.
std::string whyTerminated(
    const std::array<WayPackets, 2>& ways, const std::array<PairedWay, 2>& paired, Duration bound);

} // namespace whyrst
