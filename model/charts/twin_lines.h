// Which packets of a pair are joined with their twins between the charts of both captures.
#pragma once

#include "model/charts/ladder.h"

#include <array>
#include <span>
#include <vector>

namespace whyrst {

/// Heuristic: more lines than this between two charts are a grey mass in which none can be followed.
constexpr size_t mostTwinLines = 200;

/// When a packet was at both captures, on their common axis. Where it was not seen: when it should have been.
struct TwinTimes
{
    std::array<Duration, 2> at{}; ///< by capture
};
TwinTimes twinTimes(const Ladder& ladder, const LadderArrow& arrow);

/// Relations that packets of the pair's findings are part of, in order of time.
std::vector<uint32_t> relationsOfFindings(const ConnectionPair& pair, std::span<const PacketRelation> relations);

/// Relations whose packets were on their way during `view`: all of them when they are at most `mostTwinLines`, else
/// those of `told`, and as many of them. `told` is in order of time. ICMP errors have no line.
std::vector<uint32_t> twinLinesIn(const Ladder& ladder, std::span<const uint32_t> told, PairSpan view);

} // namespace whyrst
