#include "views/compare/ladder_legend.h"

#include "views/compare/arrow_painter.h"

#include <QFontMetricsF>
#include <QPainter>

namespace whyrst {

namespace {

constexpr double sampleWidth = 34;

/// Words of the legend; empty: not in it.
QString legendWords(ArrowClass group)
{
    switch (group) {
    case ArrowClass::Lost:
        return QStringLiteral("lost");
    case ArrowClass::Injected:
        return QStringLiteral("injected");
    case ArrowClass::Altered:
        return QStringLiteral("changed");
    case ArrowClass::Duplicate:
        return QStringLiteral("duplicate");
    case ArrowClass::Unseen:
        return QStringLiteral("not seen at the ring");
    case ArrowClass::Outside:
        return QStringLiteral("no capture there");
    case ArrowClass::Reset:
        return QStringLiteral("RST");
    case ArrowClass::FromClient:
        return QStringLiteral("of the client");
    case ArrowClass::FromServer:
        return QStringLiteral("of the server");
    case ArrowClass::Handshake:
        return QStringLiteral("SYN, FIN");
    }
    return {};
}

Relation kindOf(ArrowClass group)
{
    switch (group) {
    case ArrowClass::Lost:
        return Relation::Lost;
    case ArrowClass::Injected:
        return Relation::Injected;
    case ArrowClass::Altered:
        return Relation::Altered;
    case ArrowClass::Duplicate:
        return Relation::Duplicate;
    case ArrowClass::Unseen:
        return Relation::Unseen;
    case ArrowClass::Outside:
        return Relation::Outside;
    default:
        return Relation::Same;
    }
}

void paintSample(QPainter& painter, ArrowClass group, const QRectF& box, ChartTheme theme)
{
    LadderArrow arrow;
    arrow.group = group;
    arrow.flow = group == ArrowClass::FromServer ? Side::Server : Side::Client;
    arrow.kind = kindOf(group);
    arrow.sent = Duration(0);
    if (group != ArrowClass::Lost && group != ArrowClass::Unseen && group != ArrowClass::Outside)
        arrow.arrived = Duration(0);
    const LadderScale level({Duration(0), Duration(1)}, box.center().y(), box.center().y() + 1, {}, 1);
    paintArrow(painter, arrow, {box, level, Duration(0), theme});
}

} // namespace

void paintLadderLegend(
    QPainter& painter, const QRectF& bounds, const std::array<bool, arrowClassCount>& isUsed, ChartTheme theme)
{
    const QFontMetricsF metrics(painter.font());
    const double y = bounds.bottom() - ladderLegendHeight / 2 + 2;
    double x = bounds.left() + 8;
    for (size_t index = 0; index < arrowClassCount; ++index) {
        const auto group = static_cast<ArrowClass>(index);
        const QString words = legendWords(group);
        const double width = sampleWidth + 5 + metrics.horizontalAdvance(words);
        if (!isUsed[index] || x + width > bounds.right())
            continue;
        paintSample(painter, group, QRectF(x, y - 4, sampleWidth, 8), theme);
        painter.setPen(chartColors(theme).faintText);
        painter.drawText(QPointF(x + sampleWidth + 5, y + metrics.capHeight() / 2), words);
        x += width + 14;
    }
}

} // namespace whyrst
