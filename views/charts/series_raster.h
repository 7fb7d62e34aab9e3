// From points to pixels: which pixels of a chart a series covers, the same as if every point were drawn.
#pragma once

#include "views/charts/plot_area.h"
#include "views/charts/series_index.h"

#include <QRect>

#include <vector>

namespace whyrst {

/// Index of the first point of every pixel column, and one more for the end.
std::vector<size_t> columnStarts(const SeriesIndex& index, const PlotArea& area);

/// What a raster looked at, for tests and budgets.
struct RasterCost
{
    size_t nodes = 0;
    size_t points = 0;
};

/// Vertical runs, one pixel wide, relative to the area's corner: the exact coverage of all bars.
std::vector<QRect> rasterBars(const SeriesIndex& index, const PlotArea& area, RasterCost* cost = nullptr);

/// A step line as runs: vertical ones where the value changes, horizontal ones where it holds.
struct StepRuns
{
    std::vector<QRect> vertical;
    std::vector<QRect> horizontal;
};
StepRuns rasterSteps(const SeriesIndex& index, const PlotArea& area, RasterCost* cost = nullptr);

} // namespace whyrst
