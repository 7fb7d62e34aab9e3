// Draws the series of one chart.
#pragma once

#include "views/charts/plot_area.h"
#include "views/charts/series_index.h"
#include "views/charts/theme.h"

class QPainter;

namespace whyrst {

/// How a chart is drawn: colours, and device pixels for each logical one.
struct PaintStyle
{
    ChartTheme theme = ChartTheme::Light;
    double scale = 1;
};

/// Draws `series`, whose points are in `index`. `painter` and `area` are in device pixels.
///
/// With room, every point has its full shape; in dense views the exact pixel coverage is filled. Rare points (RST, SYN)
/// keep their symbol at any density.
void paintSeries(
    QPainter& painter, const Series& series, const SeriesIndex& index, const PlotArea& area, const PaintStyle& style);

/// The series' sample in a legend, in a box of `size` around `center`.
void paintLegendSample(QPainter& painter, const Series& series, QPointF center, double size, ChartTheme theme);

} // namespace whyrst
