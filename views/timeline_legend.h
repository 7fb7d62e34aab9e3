// What colours, patterns and signs of the connection timeline mean.
#pragma once

#include <QPalette>
#include <QPointF>
#include <QRect>

class QPainter;

namespace whyrst {

/// A red cross on a plate of the background's colour, so that it stands out from any pattern.
void drawResetCross(QPainter& painter, QPointF center, double arm, const QPalette& palette);

/// One line with as many entries as fit, the most important ones first.
void drawTimelineLegend(QPainter& painter, const QRect& rect, const QPalette& palette);

} // namespace whyrst
