// What is changed on the way: rules said once, and single packets beyond them (comparison.md 5.4).
#pragma once

#include "model/compare/way_packets.h"

#include <array>

namespace whyrst {

/// Fills `rules` and `alterations` of a pair whose links are still indices into `ways` (by Side of the sender).
void findRewrites(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair);

/// "on the way to the server": what `from` sends.
std::string directionText(Side from);

} // namespace whyrst
