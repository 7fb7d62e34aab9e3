// A mouse button that is held down over the charts.
#pragma once

#include "views/charts/chart_scene.h"
#include "views/charts/plot_area.h"

#include <QPointF>
#include <QRectF>

#include <optional>

namespace whyrst {

/// What the held button is doing. A press becomes a drag after some pixels; until then it is a click.
struct StackGesture
{
    enum class State : uint8_t
    {
        None,
        Press,
        Pan,
        Box
    };

    static constexpr double dragDistance = 4; ///< pixels; less is a shaky click

    State state = State::None;
    bool wantsBox = false;            ///< right button or Shift
    std::optional<size_t> chart;      ///< where it began
    PlotArea area;                    ///< of that chart when it began
    std::optional<ValueRange> values; ///< of that chart when it began, when they were chosen by the user
    QPointF start;
    QPointF current;

    bool isDrag() const { return (current - start).manhattanLength() > dragDistance; }
    QRectF box() const { return QRectF(start, current).normalized(); }
};

} // namespace whyrst
