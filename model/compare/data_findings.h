// What became of the data of one direction: bytes that never arrived, arrived broken, or were not answered.
#pragma once

#include "model/compare/way_packets.h"

#include <array>
#include <cstddef>

namespace whyrst {

constexpr size_t leastSends = 3;   ///< of the same bytes, from which on they are trouble (comparison.md 5.6)
constexpr size_t namedFrames = 12; ///< of a finding; more prove nothing more

/// The path that packets from this side take, and the host of a side with everything behind its capture.
ComparePlace pathOf(Side from);
ComparePlace hostOf(Side side);

/// Adds the findings about the data of the direction `from` (comparison.md 5.6). The links are still indices into
/// `ways`.
void findDataFindings(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from);

} // namespace whyrst
