// How far a box that forges RSTs stands from the side that it resets (comparison.md 5.6).
#pragma once

#include "model/compare/way_packets.h"

#include <array>
#include <string>

namespace whyrst {

/// What TTL and time of a forged RST tell, as sentences with a space before each; empty when they tell nothing. The
/// time is a bound: the packet that the RST answers may have been an earlier one, and the box may have waited.
std::string boxDistanceText(const TracePair& traces, const std::array<WayPackets, 2>& ways, const ConnectionPair& pair,
    const ResetOrigin& origin);

} // namespace whyrst
