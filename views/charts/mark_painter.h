// Draws the chain's numbered marks on one chart.
#pragma once

#include "views/charts/mark_layout.h"
#include "views/charts/plot_area.h"
#include "views/charts/theme.h"

#include <vector>

class QPainter;

namespace whyrst {

/// A mark as drawn, for clicks.
struct PaintedMark
{
    int number = 0;
    QPointF anchor;
    QRectF badge;
};

/// Draws `marks` and the thin line that joins them, in logical pixels, and tells where the badges are. Marks out of
/// sight are left out; the line leads to them. `selected` is the number of the highlighted step, 0 for none.
std::vector<PaintedMark> paintMarks(QPainter& painter, const std::vector<ChartMark>& marks, const PlotArea& area,
    ChartTheme theme, int selected, const InkProbe& inkOf);

/// A number in its circle, as on the charts: for lists of steps too.
void paintBadge(QPainter& painter, const QRectF& badge, const ChartMark& mark, ChartTheme theme);

} // namespace whyrst
