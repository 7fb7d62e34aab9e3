// Data that arrived, while the acknowledgments of it got lost on the way back.
#pragma once

#include "model/compare/way_packets.h"

#include <array>

namespace whyrst {

/// Adds the finding about the data of the direction `from`, when most acknowledgments of it were lost (comparison.md
/// 5.6). The links are still indices into `ways`.
void findAckLoss(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from);

} // namespace whyrst
