#include "views/charts/series_painter.h"

#include "views/charts/glyphs.h"
#include "views/charts/series_raster.h"

#include <QPainter>

#include <cmath>
#include <set>

namespace whyrst {

namespace {

constexpr size_t pixelsPerPoint = 6; ///< with fewer logical pixels a point has no room for its shape
constexpr size_t mostGlyphs = 4000;  ///< above, points of a series are drawn as coverage
constexpr double glyphSize = 9;
constexpr double resetGlyphSize = 13;
constexpr int capWidth = 7;
constexpr int shortestBar = 3;        ///< pixels of a bar with room: a lone byte stays visible
constexpr int shortestCappedBar = 12; ///< a re-send shows its caps however small it is

/// One series on its way to the screen.
struct Task
{
    QPainter& painter;
    const Series& series;
    const SeriesIndex& index;
    const PlotArea& area;
    const PaintStyle& style;
    SeriesLook look;
    size_t first = 0; ///< visible points
    size_t last = 0;

    int pixels(double logical) const { return std::max(1, static_cast<int>(std::lround(logical * style.scale))); }
    bool hasRoom() const
    {
        return static_cast<double>((last - first) * pixelsPerPoint) <= area.pixels.width() / style.scale;
    }
    QColor background() const { return chartColors(style.theme).background; }
};

void fill(const Task& task, const QRect& rect)
{
    task.painter.fillRect(rect.translated(task.area.pixels.topLeft()), task.look.color);
}

void paintWideBar(const Task& task, const ChartPoint& point)
{
    const int width = task.pixels(task.look.width);
    const auto x = static_cast<int>(std::floor(task.area.x(point.time))) - task.area.pixels.left() - width / 2;
    int top = task.area.row(point.high);
    int bottom = task.area.row(point.low);
    if (bottom < 0 || top >= task.area.pixels.height())
        return;
    const bool hasCaps = task.look.glyph == SeriesGlyph::CappedBar;
    const int missing = task.pixels(hasCaps ? shortestCappedBar : shortestBar) - (bottom - top);
    if (missing > 0) {
        top -= missing / 2;
        bottom += missing - missing / 2;
    }
    fill(task, QRect(x, top, width, bottom - top));
    if (task.look.glyph == SeriesGlyph::None)
        return;
    const int cap = task.pixels(hasCaps ? capWidth : capWidth / 2);
    const int capX = hasCaps ? x + width / 2 - cap / 2 : x;
    const int capHeight = task.pixels(hasCaps ? 2 : 1);
    fill(task, QRect(capX, top, cap, capHeight));
    fill(task, QRect(capX, bottom - capHeight, cap, capHeight));
}

void paintBars(const Task& task)
{
    if (task.hasRoom()) {
        for (size_t i = task.first; i < task.last; ++i)
            paintWideBar(task, task.index.point(i));
        return;
    }
    const int width = task.pixels(1);
    for (const QRect& run : rasterBars(task.index, task.area))
        fill(task, QRect(run.left(), run.top(), width, run.height()));
}

/// Lengths of drawn and empty pieces of a pen style, in logical pixels.
std::pair<int, int> dashOf(Qt::PenStyle style)
{
    switch (style) {
    case Qt::DashLine:
        return {7, 4};
    case Qt::DotLine:
        return {2, 3};
    case Qt::DashDotLine:
        return {10, 6};
    default:
        return {1, 0};
    }
}

/// Fills a straight run piece by piece. Pieces are tied to the picture, so equal lines look equal.
void fillDashed(const Task& task, QRect run)
{
    const auto [drawn, empty] = dashOf(task.look.line);
    if (empty == 0) {
        fill(task, run);
        return;
    }
    const bool isHorizontal = run.width() >= run.height();
    const int on = task.pixels(drawn);
    const int period = on + task.pixels(empty);
    const int begin = isHorizontal ? run.left() : run.top();
    const int end = isHorizontal ? run.left() + run.width() : run.top() + run.height();
    for (int piece = begin / period * period; piece < end; piece += period) {
        const int from = std::max(piece, begin);
        const int to = std::min(piece + on, end);
        if (from >= to)
            continue;
        fill(task,
            isHorizontal ? QRect(from, run.top(), to - from, run.height())
                         : QRect(run.left(), from, run.width(), to - from));
    }
}

void paintSteps(const Task& task)
{
    const int thickness = task.pixels(task.hasRoom() ? 2 : 1);
    const StepRuns runs = rasterSteps(task.index, task.area);
    for (const QRect& run : runs.horizontal)
        fillDashed(task, QRect(run.left(), run.top() - thickness / 2, run.width(), thickness));
    for (const QRect& run : runs.vertical) {
        const bool isLone = task.hasRoom();
        const int width = isLone ? task.pixels(1) : thickness;
        const QRect wide(run.left(), run.top() - thickness / 2, width, run.height() - 1 + thickness);
        fillDashed(task, wide);
    }
}

double glyphPixels(const Task& task)
{
    return (task.series.style == SeriesStyle::Reset ? resetGlyphSize : glyphSize) * task.style.scale;
}

void paintResetLine(const Task& task, double x)
{
    QColor color = task.look.color;
    color.setAlpha(110);
    const int width = task.pixels(1);
    task.painter.fillRect(
        QRect(static_cast<int>(std::floor(x)) - width / 2, task.area.pixels.top(), width, task.area.pixels.height()),
        color);
}

/// Symbols; of those that fall upon each other one is drawn.
void paintGlyphs(const Task& task)
{
    const double size = glyphPixels(task);
    std::set<std::pair<int, int>> taken;
    for (size_t i = task.first; i < task.last; ++i) {
        const ChartPoint point = task.index.point(i);
        const QPointF place(std::floor(task.area.x(point.time)) + 0.5, task.area.y(point.high));
        const int cell = std::max(1, static_cast<int>(size / 3));
        if (!taken.insert({static_cast<int>(place.x()) / cell, static_cast<int>(place.y()) / cell}).second)
            continue;
        if (task.series.style == SeriesStyle::Reset)
            paintResetLine(task, place.x());
        paintGlyph(task.painter, task.look.glyph, place, size, task.look.color, task.background());
    }
}

void paintPoints(const Task& task)
{
    if (task.last - task.first <= mostGlyphs) {
        paintGlyphs(task);
        return;
    }
    const int size = task.pixels(2);
    for (const QRect& run : rasterBars(task.index, task.area))
        fill(task, QRect(run.left(), run.top(), size, std::max(run.height(), size)));
}

void paintImpulses(const Task& task)
{
    paintBars(task);
    if (task.hasRoom())
        paintGlyphs(task);
}

/// Bands over the whole height, boxes from their low to their high.
void paintBands(const Task& task)
{
    const bool hasValues = task.series.shape == SeriesShape::Boxes;
    QColor tint = task.look.color;
    tint.setAlpha(36);
    QColor hatch = task.look.color;
    hatch.setAlpha(hasValues ? 60 : 120); // a box lies under the points that it is about
    QBrush brush(hatch, task.look.fill);
    brush.setTransform(QTransform::fromScale(task.style.scale, task.style.scale));
    for (size_t i = 0; i < task.last; ++i) { // a band that began before the view may reach into it
        const ChartPoint point = task.index.point(i);
        if (point.endTime < task.area.begin)
            continue;
        const double left = std::max(task.area.x(point.time), double(task.area.pixels.left()));
        const double right = std::min(task.area.x(point.endTime), task.area.pixels.right() + 1.0);
        const double top = hasValues ? task.area.y(point.high) : task.area.pixels.top();
        const double height = hasValues ? task.area.y(point.low) - top : task.area.pixels.height();
        const QRectF band(left, top, std::max(right - left, 1.0), height);
        task.painter.fillRect(band, tint);
        task.painter.fillRect(band, brush);
    }
}

} // namespace

void paintSeries(
    QPainter& painter, const Series& series, const SeriesIndex& index, const PlotArea& area, const PaintStyle& style)
{
    Task task{painter, series, index, area, style, seriesLook(series.style, style.theme)};
    task.first = index.firstAt(area.begin);
    task.last = index.firstAt(area.end, task.first);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setClipRect(area.pixels);
    switch (series.shape) {
    case SeriesShape::Bars:
        paintBars(task);
        break;
    case SeriesShape::Steps:
        paintSteps(task);
        break;
    case SeriesShape::Points:
        paintPoints(task);
        break;
    case SeriesShape::Bands:
    case SeriesShape::Boxes:
        paintBands(task);
        break;
    case SeriesShape::Impulses:
        paintImpulses(task);
        break;
    }
    painter.restore();
}

void paintLegendSample(QPainter& painter, const Series& series, QPointF center, double size, ChartTheme theme)
{
    const SeriesLook look = seriesLook(series.style, theme);
    const QColor background = chartColors(theme).background;
    const double half = size / 2;
    const bool isLine = series.shape == SeriesShape::Steps;
    if (isLine) {
        QPen pen(look.color, 2, look.line, Qt::FlatCap);
        painter.setPen(pen);
        painter.drawLine(center - QPointF(half, 0), center + QPointF(half, 0));
    } else if (isShade(series.shape)) {
        const QRectF box(center.x() - half, center.y() - half * 0.7, size, half * 1.4);
        QColor tint = look.color;
        tint.setAlpha(60);
        painter.fillRect(box, tint);
        painter.fillRect(box, QBrush(look.color, look.fill));
    } else if (look.glyph == SeriesGlyph::None) {
        painter.fillRect(QRectF(center.x() - 1, center.y() - half, 2, size), look.color);
    } else {
        paintGlyph(painter, look.glyph, center, size * 0.9, look.color, background);
    }
}

} // namespace whyrst
