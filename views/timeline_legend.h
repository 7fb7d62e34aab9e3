// What colours, patterns and signs of the connection timeline mean.
#pragma once

#include "views/palette.h"

#include <QPalette>
#include <QPointF>
#include <QRect>

#include <set>

class QPainter;

namespace whyrst {

/// A red cross on a plate of the background's colour, so that it stands out from any pattern.
void drawResetCross(QPainter& painter, QPointF center, double arm, const QPalette& palette);

/// Which signs of the timeline are in sight.
struct TimelineSigns
{
    std::set<BarState> states;
    bool hasReset = false;
    bool hasClosedWindow = false;
    bool hasResend = false;
    bool hasDupAcks = false;
    bool hasFinOrIcmp = false;
};

/// One line that explains these signs; as many as fit, the most important ones first.
void drawTimelineLegend(QPainter& painter, const QRect& rect, const TimelineSigns& signs, const QPalette& palette);

} // namespace whyrst
