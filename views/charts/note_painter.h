// Draws what was said about a connection at a moment: ICMP errors and comments, as flags at the top of each chart.
#pragma once

#include "model/charts/chart_data.h"
#include "views/charts/plot_area.h"
#include "views/charts/theme.h"

#include <vector>

class QPainter;

namespace whyrst {

/// Draws a flag for each visible note: a triangle for an ICMP error, a speech bubble for a comment, a dotted line down
/// to the time axis, and the label where it has room. Flags that fall upon each other are drawn once.
void paintNotes(QPainter& painter, const std::vector<ChartNote>& notes, const PlotArea& area, ChartTheme theme);

/// Notes whose flag is at `position`, in order of time.
std::vector<const ChartNote*> notesAt(const std::vector<ChartNote>& notes, const PlotArea& area, QPointF position);

} // namespace whyrst
