#include "views/charts/mark_painter.h"

#include "views/charts/glyphs.h"

#include <QFontMetricsF>
#include <QLineF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace whyrst {

namespace {

constexpr double badgeHeight = 17;
constexpr int badgeFont = 11;
constexpr int labelFont = 11;
constexpr double anchorRadius = 4.5;
constexpr double spanOffset = 9; ///< below the value: a bracket hides no line
constexpr int joinAlpha = 110;
constexpr int spanAlpha = 130;

QString badgeText(const ChartMark& mark)
{
    return QString::number(mark.number);
}

QString labelText(const ChartMark& mark)
{
    return QString::fromStdString(mark.label);
}

QFont labelFontOf(const ChartMark& mark)
{
    return chartFont(labelFont, mark.isReset ? FontWeight::Bold : FontWeight::Normal);
}

QColor colorOf(const ChartMark& mark, ChartTheme theme)
{
    return mark.isReset ? chartColors(theme).reset : chartColors(theme).mark;
}

MarkRequest requestFor(const ChartMark& mark, const PlotArea& area)
{
    const QFontMetricsF badgeMetrics(chartFont(badgeFont, FontWeight::Bold));
    const QFontMetricsF labelMetrics(labelFontOf(mark));
    const double width = std::max(badgeHeight, badgeMetrics.horizontalAdvance(badgeText(mark)) + 8);
    MarkRequest request{area.point(mark.time, mark.value), {width, badgeHeight}, {}};
    if (!mark.label.empty())
        request.label = {labelMetrics.horizontalAdvance(labelText(mark)) + 4, labelMetrics.height()};
    return request;
}

bool isVisible(const ChartMark& mark, const PlotArea& area)
{
    const QRectF box = QRectF(area.pixels).adjusted(-1, -1, 1, 1);
    return box.contains(area.point(mark.time, mark.value));
}

/// The part of a line within `box` (Liang and Barsky), because painters lose precision far outside; empty when there is
/// none.
std::optional<QLineF> clippedLine(const QLineF& line, const QRectF& box)
{
    double from = 0;
    double to = 1;
    const std::array<std::pair<double, double>, 4> sides{{
        {-line.dx(), line.x1() - box.left()},
        {line.dx(), box.right() - line.x1()},
        {-line.dy(), line.y1() - box.top()},
        {line.dy(), box.bottom() - line.y1()},
    }};
    for (const auto& [outward, room] : sides) {
        if (outward == 0 && room < 0)
            return {};
        if (outward < 0)
            from = std::max(from, room / outward);
        if (outward > 0)
            to = std::min(to, room / outward);
    }
    if (from > to)
        return {};
    return QLineF(line.pointAt(from), line.pointAt(to));
}

void paintJoiningLine(QPainter& painter, const std::vector<ChartMark>& marks, const PlotArea& area, ChartTheme theme)
{
    QColor color = chartColors(theme).mark;
    color.setAlpha(joinAlpha);
    painter.setPen(QPen(color, 1));
    const QRectF box = QRectF(area.pixels).adjusted(-8, -8, 8, 8);
    for (size_t i = 1; i < marks.size() && !marks[i - 1].isReset; ++i) {
        const QLineF line(area.point(marks[i - 1].time, marks[i - 1].value), area.point(marks[i].time, marks[i].value));
        if (const std::optional<QLineF> visible = clippedLine(line, box))
            painter.drawLine(*visible);
    }
}

/// The time that a repeated step or a span covers, as a bracket.
void paintSpan(QPainter& painter, const ChartMark& mark, const PlotArea& area, ChartTheme theme)
{
    if (!mark.endTime)
        return;
    const double y = std::min(area.y(mark.value) + spanOffset, area.pixels.bottom() - 2.0);
    const double left = std::max(area.x(mark.time), area.pixels.left() - 10.0);
    const double right = std::min(area.x(*mark.endTime), area.pixels.right() + 10.0);
    if (right - left < 2 || y < area.pixels.top())
        return;
    QColor color = colorOf(mark, theme);
    color.setAlpha(spanAlpha);
    painter.setPen(QPen(color, 1, mark.isGhost ? Qt::DotLine : Qt::SolidLine));
    painter.drawLine(QPointF(left, y), QPointF(right, y));
    painter.drawLine(QPointF(left, y - 4), QPointF(left, y + 4));
    painter.drawLine(QPointF(right, y - 4), QPointF(right, y + 4));
}

void paintLeader(QPainter& painter, const MarkRequest& request, const MarkPlace& place, const QColor& color)
{
    QLineF line(request.anchor, place.badge.center());
    if (line.length() <= anchorRadius)
        return;
    line.setP1(line.pointAt(anchorRadius / line.length()));
    painter.setPen(QPen(color, 1));
    painter.drawLine(line);
}

void paintAnchor(QPainter& painter, const ChartMark& mark, QPointF anchor, ChartTheme theme)
{
    if (mark.isReset)
        return; // its cross is enough
    painter.setPen(QPen(colorOf(mark, theme), 1.4, mark.isGhost ? Qt::DotLine : Qt::SolidLine));
    painter.setBrush(Qt::NoBrush); // the packet stays visible
    painter.drawEllipse(anchor, anchorRadius, anchorRadius);
}

void paintLabel(QPainter& painter, const ChartMark& mark, const QRectF& box, ChartTheme theme)
{
    if (box.isEmpty())
        return;
    const ChartColors& colors = chartColors(theme);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.legendBackground);
    painter.drawRoundedRect(box, 3, 3);
    painter.setFont(labelFontOf(mark));
    painter.setPen(mark.isReset ? colors.reset : colors.text);
    painter.drawText(box, Qt::AlignCenter, labelText(mark));
}

void paintSelection(QPainter& painter, const QRectF& badge, ChartTheme theme)
{
    painter.setPen(QPen(chartColors(theme).selection, 2.5));
    painter.setBrush(Qt::NoBrush);
    const QRectF ring = badge.adjusted(-3, -3, 3, 3);
    painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2);
}

} // namespace

void paintBadge(QPainter& painter, const QRectF& badge, const ChartMark& mark, ChartTheme theme)
{
    const ChartColors& colors = chartColors(theme);
    const QColor color = colorOf(mark, theme);
    const double radius = badge.height() / 2;
    painter.setPen(QPen(
        mark.isGhost ? color : colors.background, mark.isGhost ? 1.5 : 1, mark.isGhost ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(mark.isGhost ? colors.background : color);
    painter.drawRoundedRect(badge, radius, radius);
    painter.setFont(chartFont(badgeFont, FontWeight::Bold));
    painter.setPen(mark.isGhost ? color : colors.markText);
    painter.drawText(badge, Qt::AlignCenter, badgeText(mark));
}

std::vector<PaintedMark> paintMarks(QPainter& painter, const std::vector<ChartMark>& marks, const PlotArea& area,
    ChartTheme theme, int selected, const InkProbe& inkOf)
{
    std::vector<const ChartMark*> visible;
    std::vector<MarkRequest> requests;
    for (const ChartMark& mark : marks) {
        if (!isVisible(mark, area))
            continue;
        visible.push_back(&mark);
        requests.push_back(requestFor(mark, area));
    }
    const std::vector<MarkPlace> places = placeMarks(requests, QRectF(area.pixels).adjusted(2, 2, -2, -2), inkOf);

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(area.pixels.adjusted(-4, -4, 4, 4));
    paintJoiningLine(painter, marks, area, theme);
    for (const ChartMark& mark : marks)
        paintSpan(painter, mark, area, theme);
    std::vector<PaintedMark> painted;
    for (size_t i = 0; i < visible.size(); ++i) {
        paintLeader(painter, requests[i], places[i], colorOf(*visible[i], theme));
        paintAnchor(painter, *visible[i], requests[i].anchor, theme);
    }
    for (size_t i = 0; i < visible.size(); ++i) {
        paintLabel(painter, *visible[i], places[i].label, theme);
        paintBadge(painter, places[i].badge, *visible[i], theme);
        if (visible[i]->number == selected)
            paintSelection(painter, places[i].badge, theme);
        painted.push_back({visible[i]->number, requests[i].anchor, places[i].badge});
    }
    painter.restore();
    return painted;
}

} // namespace whyrst
