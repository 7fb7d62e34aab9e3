// The dup-ack chart: height of the runs of duplicate ACKs for one direction.
#pragma once

#include "model/charts/chart_table.h"

namespace whyrst {

/// Number of each duplicate ACK within its run, over time, for the data that `request.direction` sends.
///
/// Series: threshold (3, where RFC 5681 3.2 re-sends), dup-ack, reset. Empty when the peer sent none. Linear in the
/// segments.
ChartData buildDupAckChart(const ChartRequest& request);

} // namespace whyrst
