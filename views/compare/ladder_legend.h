// The legend below a ladder: a sample of each class of arrow that was drawn.
#pragma once

#include "model/charts/ladder.h"
#include "views/charts/theme.h"

#include <QRectF>

#include <array>

class QPainter;

namespace whyrst {

/// Room that the legend takes at the bottom of a ladder, in logical pixels.
constexpr double ladderLegendHeight = 20;

/// Draws the samples of the classes in `isUsed` along the bottom of `bounds`, with the painter's font; those that find
/// no room are left out.
void paintLadderLegend(
    QPainter& painter, const QRectF& bounds, const std::array<bool, arrowClassCount>& isUsed, ChartTheme theme);

} // namespace whyrst
