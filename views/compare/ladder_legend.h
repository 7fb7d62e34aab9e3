// The legend below a ladder: a sample of each class of arrow that was drawn.
#pragma once

#include "model/charts/ladder.h"
#include "views/charts/theme.h"

#include <QRectF>
#include <QStringList>

#include <array>

class QPainter;

namespace whyrst {

/// Room that the legend takes at the bottom of a ladder, in logical pixels.
constexpr double ladderLegendHeight = 20;

/// Which shapes a ladder shows.
struct LadderShapes
{
    std::array<bool, arrowClassCount> groups{}; ///< by ArrowClass
    std::array<bool, relationCount> fates{};    ///< by Relation
    std::array<bool, relationCount> doubts{};   ///< by Relation, of arrows that are uncertain

    void add(const LadderArrow& arrow);
};

/// Draws samples of the shapes along the bottom of `bounds`, with the painter's font, and gives the words beside them;
/// those that find no room are left out.
QStringList paintLadderLegend(QPainter& painter, const QRectF& bounds, const LadderShapes& shapes, ChartTheme theme);

} // namespace whyrst
