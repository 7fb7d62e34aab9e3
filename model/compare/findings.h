// What follows from the verdicts: who sent the RSTs, what is wrong and where it sits (comparison.md 5.6).
#pragma once

#include "model/compare/way_packets.h"

#include <array>

namespace whyrst {

/// Fills `resets` of a judged pair whose links are still indices into `ways` (by Side of the sender). RSTs that both
/// ends got and neither sent are probably injected: their verdicts become that.
void findOrigins(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair);

/// Fills `findings`, `place` and `summary`. Needs `rules` and `resets`; the links are still indices.
void findFindings(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair);

/// Puts the findings in the order of comparison.md 5.6: the one that explains most comes first.
void sortFindings(std::vector<CompareFinding>& findings);

} // namespace whyrst
