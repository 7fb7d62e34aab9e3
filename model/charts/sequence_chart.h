// The sequence chart: data, re-sends, SACK blocks, ACK line and window edge of one direction.
#pragma once

#include "model/charts/chart_table.h"

namespace whyrst {

/// Stream offsets over time of the data that `request.direction` sends and of what its peer acknowledges.
///
/// Series: new-data, resend, sack (what each ACK newly reports, RFC 2018), ack (cumulative, monotone), silent-ack
/// (after the last ACK while the sender still speaks), window-edge (ACK + scaled window; never of a SYN or RST, RFC
/// 7323 2.2), other-data (where the peer sent data), syn-fin, probe, reset. Capture duplicates are left out. A RST
/// whose sequence number lies outside all data stands at the nearest edge. Linear in the segments.
ChartData buildSequenceChart(const ChartRequest& request);

/// Where a segment of either direction stands on the value axis of `chart`, which is a sequence chart of `request`.
double sequenceValue(const ChartRequest& request, const ChartData& chart, const LocatedSegment& located);

} // namespace whyrst
