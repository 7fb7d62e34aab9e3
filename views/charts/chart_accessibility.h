// What screen readers are told of charts.
#pragma once

namespace whyrst {

/// Lets charts, ladder and timeline be charts to screen readers: their name and description are read. Any number of
/// calls is as good as one.
void describeCharts();

} // namespace whyrst
