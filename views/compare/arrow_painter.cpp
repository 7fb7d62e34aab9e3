#include "views/compare/arrow_painter.h"

#include <QPainter>
#include <QPolygonF>

#include <cmath>

namespace whyrst {

namespace {

constexpr double lostShare = 0.6; ///< of the way, where a lost packet's cross stands
constexpr double stubShare = 0.16;
constexpr double boxSize = 9;
constexpr double headLength = 7;
constexpr double headWidth = 3;
constexpr double crossArm = 4;
constexpr double ringSize = 7;

void paintHead(QPainter& painter, const QLineF& line, const QColor& color)
{
    if (line.length() < 1)
        return;
    const QPointF along = (line.p2() - line.p1()) / line.length();
    const QPointF across(-along.y(), along.x());
    const QPointF base = line.p2() - along * headLength;
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(QPolygonF{line.p2(), base + across * headWidth, base - across * headWidth});
}

void paintCross(QPainter& painter, QPointF center, const QColor& color)
{
    painter.setPen(QPen(color, 2));
    painter.drawLine(center + QPointF(-crossArm, -crossArm), center + QPointF(crossArm, crossArm));
    painter.drawLine(center + QPointF(-crossArm, crossArm), center + QPointF(crossArm, -crossArm));
}

void paintRing(QPainter& painter, QPointF center, const QColor& color, const QColor& ground)
{
    painter.setPen(QPen(color, 1.4));
    painter.setBrush(ground);
    painter.drawEllipse(center, ringSize / 2, ringSize / 2);
}

void paintBox(QPainter& painter, QPointF center, const QColor& color, const QColor& ground)
{
    painter.setPen(QPen(color, 1.6));
    painter.setBrush(ground);
    painter.drawRect(QRectF(center - QPointF(boxSize / 2, boxSize / 2), QSizeF(boxSize, boxSize)));
}

void paintDiamond(QPainter& painter, QPointF center, const QColor& color)
{
    constexpr double arm = 5;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF{
        center + QPointF(0, -arm), center + QPointF(arm, 0), center + QPointF(0, arm), center + QPointF(-arm, 0)});
}

} // namespace

QColor arrowColor(const LadderArrow& arrow, ChartTheme theme)
{
    if (arrow.kind == Relation::Outside)
        return seriesLook(SeriesStyle::OtherDirection, theme).color;
    if (arrow.group == ArrowClass::Reset || arrow.kind == Relation::Injected)
        return chartColors(theme).reset;
    switch (arrow.kind) {
    case Relation::Lost:
    case Relation::Broken:
        return seriesLook(SeriesStyle::Resend, theme).color;
    case Relation::Unseen:
    case Relation::Duplicate:
        return seriesLook(SeriesStyle::WindowEdge, theme).color;
    case Relation::Altered:
        return seriesLook(SeriesStyle::SackBlock, theme).color;
    default:
        break;
    }
    if (arrow.group == ArrowClass::Handshake)
        return chartColors(theme).text;
    return seriesLook(arrow.flow == Side::Client ? SeriesStyle::NewData : SeriesStyle::Acknowledgment, theme).color;
}

QPen arrowPen(const LadderArrow& arrow, const QColor& color)
{
    const bool isHeavy = arrow.group == ArrowClass::Reset || arrow.kind == Relation::Injected;
    QPen pen(color, isHeavy ? 2 : 1);
    if (arrow.kind == Relation::Unseen || (arrow.kind == Relation::Injected && arrow.isUncertain))
        pen.setStyle(Qt::DashLine);
    else if (arrow.kind == Relation::Duplicate)
        pen.setStyle(Qt::DotLine);
    return pen;
}

void paintFate(QPainter& painter, const LadderArrow& arrow, const QLineF& line, const QColor& color, ChartTheme theme)
{
    const QColor& ground = chartColors(theme).background;
    switch (arrow.kind) {
    case Relation::Lost:
        paintCross(painter, line.p2(), color);
        break;
    case Relation::Broken:
        paintHead(painter, line, color);
        paintCross(painter, line.p2(), color);
        break;
    case Relation::Unseen:
        if (arrow.isUncertain) {
            painter.setPen(color);
            painter.drawText(
                QRectF(line.center() - QPointF(8, 14), QSizeF(16, 13)), Qt::AlignCenter, QStringLiteral("?"));
        }
        paintRing(painter, arrow.sent ? line.p2() : line.p1(), color, ground);
        break;
    case Relation::Injected:
        paintHead(painter, line, color);
        paintBox(painter, line.p1(), color, ground);
        break;
    case Relation::Altered:
        paintHead(painter, line, color);
        paintDiamond(painter, line.center(), color);
        break;
    case Relation::Outside:
        if (arrow.arrived)
            paintHead(painter, line, color);
        break;
    default:
        paintHead(painter, line, color);
    }
}

QLineF arrowLine(const LadderArrow& arrow, const ArrowPlace& place)
{
    const bool isClient = arrow.flow == Side::Client;
    const double from = isClient ? place.shaft.left() : place.shaft.right();
    const double to = isClient ? place.shaft.right() : place.shaft.left();
    const Duration sent = arrow.sent.value_or(arrow.time() - place.usualDelay);
    const Duration arrived = arrow.arrived.value_or(arrow.time() + place.usualDelay);
    const QLineF whole(from, place.scale.y(sent), to, place.scale.y(arrived));
    switch (arrow.kind) {
    case Relation::Lost:
        return {whole.p1(), whole.pointAt(lostShare)};
    case Relation::Outside:
        return arrow.sent ? QLineF(whole.p1(), whole.pointAt(stubShare))
                          : QLineF(whole.pointAt(1 - stubShare), whole.p2());
    case Relation::Injected:
    case Relation::Duplicate:
        return {whole.center(), whole.p2()};
    default:
        return whole;
    }
}

QLineF paintArrow(QPainter& painter, const LadderArrow& arrow, const ArrowPlace& place)
{
    const QLineF line = arrowLine(arrow, place);
    const QColor color = arrowColor(arrow, place.theme);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(arrowPen(arrow, color));
    painter.drawLine(line);
    paintFate(painter, arrow, line, color, place.theme);
    painter.setRenderHint(QPainter::Antialiasing, false);
    return line;
}

} // namespace whyrst
