// One-way delay of both directions between two captures, above the least of each.
#pragma once

#include "model/charts/chart_data.h"
#include "model/charts/pair_times.h"
#include "model/compare/packet_relations.h"

#include <span>

namespace whyrst {

/// What a delay chart is made of.
struct DelayChartRequest
{
    const TracePair& traces;
    const ConnectionPair& pair;
    const PairTimes& times;
    std::span<const PacketRelation> relations; ///< of the pair, in order of time
};

/// How much longer than the fastest packet of its direction each packet took: queues show, and an error of the clock's
/// offset does not (comparison.md 4.3). What the clock may be off by is a shaded box from 0, hatched where no packets
/// of both directions check the clock, and stands in the legend in words.
///
/// Series: delay-to-server, delay-to-client, clock-bound, clock-unchecked. Points stand at the time of the client's
/// capture and name its packets; of a packet that was cut into pieces the first piece counts. Linear in the relations.
/// The traces and the pair's clock must outlive it.
ChartData buildDelayChart(const DelayChartRequest& request);

} // namespace whyrst
