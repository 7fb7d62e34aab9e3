#include "views/charts/note_painter.h"

#include "views/charts/glyphs.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

constexpr double flagSize = 11;
constexpr double flagTop = 2; ///< below the upper border
constexpr double labelGap = 4;
constexpr double longestLabel = 190;
constexpr double closest = 3; ///< flags nearer to each other look like one
constexpr int labelFont = 11;
constexpr int lineAlpha = 150;

bool isVisible(const ChartNote& note, const PlotArea& area)
{
    return note.time >= area.begin && note.time <= area.end;
}

QRectF flagBox(const ChartNote& note, const PlotArea& area)
{
    const double x = std::floor(area.x(note.time)) + 0.5;
    return {x - flagSize / 2, area.pixels.top() + flagTop, flagSize, flagSize};
}

QPainterPath flagShape(ChartNote::What what, const QRectF& box)
{
    QPainterPath path;
    if (what == ChartNote::What::Icmp) {
        path.moveTo(box.topLeft());
        path.lineTo(box.topRight());
        path.lineTo(box.center().x(), box.bottom());
        path.closeSubpath();
        return path;
    }
    const double bottom = box.top() + box.height() * 0.7;
    path.addRect(QRectF(box.topLeft(), QPointF(box.right(), bottom)));
    path.moveTo(box.center().x() - 2, bottom);
    path.lineTo(box.center().x(), box.bottom());
    path.lineTo(box.center().x() + 3, bottom);
    return path;
}

void paintFlag(QPainter& painter, const ChartNote& note, const QRectF& box, const PlotArea& area, ChartTheme theme)
{
    const ChartColors& colors = chartColors(theme);
    QColor line = colors.mark;
    line.setAlpha(lineAlpha);
    painter.setPen(QPen(line, 1, Qt::DotLine));
    painter.drawLine(QPointF(box.center().x(), box.bottom()), QPointF(box.center().x(), area.pixels.bottom()));
    const bool isComment = note.what == ChartNote::What::Comment;
    painter.setPen(QPen(colors.mark, 1.2));
    painter.setBrush(isComment ? colors.background : colors.mark);
    painter.drawPath(flagShape(note.what, box));
}

/// The label to the right of its flag, if it ends before the next flag and the border.
void paintLabel(QPainter& painter, const ChartNote& note, const QRectF& box, double end, ChartTheme theme)
{
    const ChartColors& colors = chartColors(theme);
    const QFontMetricsF metrics(chartFont(labelFont));
    const QString label = metrics.elidedText(QString::fromStdString(note.label), Qt::ElideRight, longestLabel);
    const double width = metrics.horizontalAdvance(label) + 4;
    const QRectF place(box.right() + labelGap, box.top() - 2, width, metrics.height());
    if (place.right() > end)
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.legendBackground);
    painter.drawRoundedRect(place, 3, 3);
    painter.setFont(chartFont(labelFont));
    painter.setPen(colors.text);
    painter.drawText(place, Qt::AlignCenter, label);
}

} // namespace

void paintNotes(QPainter& painter, const std::vector<ChartNote>& notes, const PlotArea& area, ChartTheme theme)
{
    std::vector<const ChartNote*> shown;
    for (const ChartNote& note : notes) {
        const bool covered = !shown.empty() && area.x(note.time) - area.x(shown.back()->time) < closest
            && note.what == shown.back()->what;
        if (isVisible(note, area) && !covered)
            shown.push_back(&note);
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(area.pixels);
    for (const ChartNote* note : shown)
        paintFlag(painter, *note, flagBox(*note, area), area, theme);
    for (size_t i = 0; i < shown.size(); ++i) {
        const double end = i + 1 < shown.size() ? flagBox(*shown[i + 1], area).left() : area.pixels.right();
        paintLabel(painter, *shown[i], flagBox(*shown[i], area), end, theme);
    }
    painter.restore();
}

std::vector<const ChartNote*> notesAt(const std::vector<ChartNote>& notes, const PlotArea& area, QPointF position)
{
    constexpr double reach = 2; // pixels around a flag
    std::vector<const ChartNote*> found;
    for (const ChartNote& note : notes) {
        const QRectF box = flagBox(note, area).adjusted(-reach, -reach, reach, reach);
        if (isVisible(note, area) && box.contains(position))
            found.push_back(&note);
    }
    return found;
}

} // namespace whyrst
