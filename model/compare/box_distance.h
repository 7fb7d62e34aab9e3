// How far a box that forges RSTs stands from the side that it resets (comparison.md 5.6).
#pragma once

#include "model/compare/way_packets.h"

#include <array>
#include <string>

namespace whyrst {

/// What TTL and time of a forged RST tell, as sentences with a space before each; empty when they tell nothing. The
/// time is a bound: the box may have waited. Nothing is said of a RST without ACK, which does not tell what it answers,
/// and of a TTL of as many hops as the host is away, which the box chose.
std::string boxDistanceText(const TracePair& traces, const std::array<WayPackets, 2>& ways, const ConnectionPair& pair,
    const ResetOrigin& origin);

} // namespace whyrst
