// The window chart: receive window of the peer and bytes in flight of one direction.
#pragma once

#include "model/charts/chart_table.h"

namespace whyrst {

/// Receive window of the peer of `request.direction`, and the bytes that `direction` has in flight, over time.
///
/// Series: closed (intervals without window, diagnosis.md 3.6), receive-window (scaled; never of a SYN or RST),
/// in-flight (SND.NXT - SND.UNA after every packet, as seen at the capture point), probe, reset. The axis says when the
/// scale is unknown. Linear in the segments.
ChartData buildWindowChart(const ChartRequest& request);

} // namespace whyrst
