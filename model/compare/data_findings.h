// What became of the data of one direction: bytes that never arrived, arrived broken, or were not answered.
#pragma once

#include "model/compare/way_packets.h"

#include <array>

namespace whyrst {

/// The path that packets from this side take, and the host of a side with everything behind its capture.
ComparePlace pathOf(Side from);
ComparePlace hostOf(Side side);

/// Adds the findings about the data of the direction `from` (comparison.md 5.6). The links are still indices into
/// `ways`.
void findDataFindings(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from);

} // namespace whyrst
