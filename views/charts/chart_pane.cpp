#include "views/charts/chart_pane.h"

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

constexpr double roomBelow = 0.06; ///< of the range, so that marks and symbols are not cut
constexpr double roomAbove = 0.12;
constexpr double symbolRoom = 13;        ///< pixels: half of the largest symbol and a little air
constexpr double farEdge = 1.6;          ///< a series that need not be seen may stretch the axis by this factor at most
constexpr size_t mostLookedAt = 200'000; ///< points under the pointer in very dense views

void include(std::optional<Extent>& all, const Extent& extent)
{
    if (all)
        all->include(extent);
    else
        all = extent;
}

/// What a series shows between two times; a step line also shows the value that it brings along.
std::optional<Extent> visibleExtent(const Series& series, const SeriesIndex& index, Duration begin, Duration end)
{
    if (isShade(series.shape))
        return {};
    size_t first = index.firstAt(begin);
    const size_t last = index.firstAt(end, first);
    if (series.shape == SeriesShape::Steps && first > 0 && first < index.size())
        --first;
    return index.extent(first, last);
}

double distanceToBar(QPointF position, double x, double top, double bottom)
{
    const double dy = std::max({top - position.y(), position.y() - bottom, 0.0});
    return std::hypot(position.x() - x, dy);
}

} // namespace

ChartPane::ChartPane(ChartData chart)
    : data(std::move(chart))
    , hidden(data.series.size(), false)
{
    indexes.reserve(data.series.size());
    for (const Series& series : data.series)
        indexes.push_back(std::make_unique<SeriesIndex>(series.points, series.shape));
}

void ChartPane::takeView(const ChartPane& before)
{
    fixedRange = before.fixedRange;
    area = before.area;
    for (size_t series = 0; series < data.series.size(); ++series) {
        const auto same = std::ranges::find(before.data.series, data.series[series].id, &Series::id);
        if (same != before.data.series.end())
            hidden[series] = before.hidden[static_cast<size_t>(same - before.data.series.begin())];
    }
}

ValueRange ChartPane::rangeFor(Duration begin, Duration end, int height) const
{
    if (fixedRange)
        return *fixedRange;
    std::optional<Extent> main;
    std::optional<Extent> far;
    for (size_t i = 0; i < indexes.size(); ++i) {
        if (hidden[i])
            continue;
        if (const auto extent = visibleExtent(data.series[i], *indexes[i], begin, end))
            include(data.series[i].stretchesAxis ? main : far, *extent);
    }
    for (const ChartMark& mark : data.marks) {
        if (begin <= mark.time && mark.time <= end)
            include(main, {mark.value, mark.value});
    }
    Extent extent = main.value_or(far.value_or(Extent{0, 1}));
    if (data.axis.fromZero)
        extent.include({0, data.axis.atLeast});
    if (far) {
        Extent both = extent;
        both.include(*far);
        if (both.high - both.low <= farEdge * (extent.high - extent.low))
            extent = both;
    }
    double span = extent.high - extent.low;
    if (!(span > 0))
        span = std::max(1.0, std::abs(extent.high) * 0.02);
    const double symbol = symbolRoom / std::max<double>(height, 4 * symbolRoom);
    return {extent.low - span * std::max(roomBelow, symbol), extent.low + span * (1 + std::max(roomAbove, symbol))};
}

std::vector<NearPacket> ChartPane::packetsNear(QPointF position, double radius) const
{
    std::vector<NearPacket> near;
    const Duration begin = area.timeAt(position.x() - radius);
    const Duration end = area.timeAt(position.x() + radius);
    for (size_t i = 0; i < indexes.size(); ++i) {
        if (hidden[i] || isShade(data.series[i].shape))
            continue;
        const bool hasHeight
            = data.series[i].shape == SeriesShape::Bars || data.series[i].shape == SeriesShape::Impulses;
        const size_t first = indexes[i]->firstAt(begin);
        const size_t last = std::min(indexes[i]->firstAt(end, first), first + mostLookedAt);
        for (size_t index = first; index < last; ++index) {
            const ChartPoint point = indexes[i]->point(index);
            const double top = area.y(point.high);
            const double distance
                = distanceToBar(position, area.x(point.time), top, hasHeight ? area.y(point.low) : top);
            if (distance <= radius && point.frame.value != 0)
                near.push_back({point.frame, point.time, point.low, point.high, i, distance});
        }
    }
    std::stable_sort(
        near.begin(), near.end(), [](const NearPacket& a, const NearPacket& b) { return a.distance < b.distance; });
    return near;
}

std::vector<ChartPoint> ChartPane::pointsOf(PacketNumber frame) const
{
    std::vector<ChartPoint> points;
    if (frame.value == 0)
        return points;
    for (size_t i = 0; i < indexes.size(); ++i) {
        if (hidden[i] || isShade(data.series[i].shape))
            continue;
        if (const std::optional<size_t> index = indexes[i]->find(frame))
            points.push_back(indexes[i]->point(*index));
    }
    return points;
}

} // namespace whyrst
