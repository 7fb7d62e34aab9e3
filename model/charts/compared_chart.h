// A chart of one recording of a connection, moved to the axes that both recordings share.
#pragma once

#include "model/charts/chart_table.h"
#include "model/charts/pair_times.h"
#include "model/compare/packet_relations.h"

namespace whyrst {

/// What a compared chart is made of.
struct ComparedChartRequest
{
    const TracePair& traces;
    const ConnectionPair& pair;
    const PairTimes& times;
    const Analysis& analysis;    ///< of the recording near `capture`
    Side capture = Side::Client; ///< whose recording is drawn
    Side flow = Side::Client;    ///< whose data, as the client's capture has the sides
};

/// The sequence chart of that recording: times by the common clock, offsets as in the client's capture, and the pair's
/// findings as numbered marks. A finding's packet that this capture lacks is a ghost where it should have come.
/// The traces, the pair's clock and the analysis must outlive it.
ChartData buildComparedChart(const ComparedChartRequest& request);

/// Where packet `frame` of that recording stands on the value axis of `chart`, which was built of `request`: the end of
/// data, what other packets acknowledge. Nothing when it is none of the connection's.
std::optional<double> comparedValue(const ComparedChartRequest& request, const ChartData& chart, PacketNumber frame);

/// The packet of the capture near `capture` that a relation is about; 0: it does not have it.
PacketNumber frameOf(const PacketRelation& relation, Side capture);

} // namespace whyrst
