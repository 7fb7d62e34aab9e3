// Draws one packet of the ladder: the shape alone tells what became of it.
#pragma once

#include "model/charts/ladder.h"
#include "views/charts/theme.h"
#include "views/compare/ladder_scale.h"

#include <QColor>
#include <QLineF>
#include <QPen>
#include <QRectF>

class QPainter;

namespace whyrst {

/// Where arrows are drawn.
struct ArrowPlace
{
    QRectF shaft; ///< between the lines of the two captures
    const LadderScale& scale;
    Duration usualDelay{}; ///< of its direction: how a packet that one capture lacks would have gone
    ChartTheme theme = ChartTheme::Light;
};

/// Colour of an arrow.
QColor arrowColor(const LadderArrow& arrow, ChartTheme theme);
/// Its pen: thick for RSTs and what was injected, dashed where a capture did not see it.
QPen arrowPen(const LadderArrow& arrow, const QColor& color);
/// Draws on `line`, from sender to receiver, what became of the packet: head, cross, ring, box or diamond.
void paintFate(QPainter& painter, const LadderArrow& arrow, const QLineF& line, const QColor& color, ChartTheme theme);

/// The line of an arrow from where it begins to where it ends on the screen: a lost one ends short of the other line,
/// an injected one begins between the lines.
QLineF arrowLine(const LadderArrow& arrow, const ArrowPlace& place);

/// Draws it and gives its line. Delivered: thin with a head. Lost: ends in a cross. Not seen: dashed with a ring where
/// it was not seen, or a question mark. Outside the other capture's time: a grey stub. Duplicate: dotted. Altered: a
/// diamond on it. Injected: thick, from a box between the lines; dashed when that is only likely. A RST is thick.
QLineF paintArrow(QPainter& painter, const LadderArrow& arrow, const ArrowPlace& place);

} // namespace whyrst
