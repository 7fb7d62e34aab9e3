// The line above a chart: its title and a sample of each series present.
#pragma once

#include "model/charts/chart_data.h"
#include "views/charts/theme.h"

#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace whyrst {

/// Where an entry of the legend stands.
struct LegendEntry
{
    size_t series = 0;
    QRectF box;
};

/// Title and entries of one chart, wrapped into lines.
struct Legend
{
    std::vector<LegendEntry> entries;
    double height = 0;
};

/// Lays the legend of `chart` out in a box that begins at the origin and is `width` wide.
Legend layOutLegend(const ChartData& chart, double width);

/// Draws it. Entries in `hidden` (by series index) are struck out.
void paintLegend(QPainter& painter, const ChartData& chart, const Legend& legend, QPointF origin,
    const std::vector<bool>& hidden, ChartTheme theme);

} // namespace whyrst
