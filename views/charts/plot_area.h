// Mapping between time, values and pixels of one chart.
#pragma once

#include "model/time.h"

#include <QPointF>
#include <QRect>

namespace whyrst {

/// What one chart shows, and where. Pixels are those of the picture, from its upper left corner.
struct PlotArea
{
    QRect pixels;
    Duration begin{};
    Duration end{};
    double low = 0;
    double high = 1;

    double x(Duration time) const;
    double y(double value) const;
    QPointF point(Duration time, double value) const { return {x(time), y(value)}; }
    Duration timeAt(double x) const;
    double valueAt(double y) const;

    /// Time at which pixel column `column` (from 0, up to the width) begins. A point belongs to the column whose begin
    /// is not after it and whose successor's begin is.
    Duration columnBegin(int column) const;
    /// Pixel row of a value, from 0 at the top; -1 above and the height below the area.
    int row(double value) const;

    /// The same picture with `scale` pixels for each of these.
    PlotArea scaled(double scale) const;
};

} // namespace whyrst
