#include "views/charts/series_index.h"

namespace whyrst {

SeriesIndex::SeriesIndex(std::shared_ptr<const PointSource> points, SeriesShape shape)
    : m_points(std::move(points))
    , m_shape(shape)
    , m_size(m_points->size())
{
    if (m_size == 0)
        return;
    buildLeaves();
    while (m_levels.back().extents.size() > 1)
        buildLevelAbove();
}

Extent SeriesIndex::extentOf(const ChartPoint& point) const
{
    const bool hasHeight = m_shape == SeriesShape::Bars || m_shape == SeriesShape::Impulses;
    return {hasHeight ? point.low : point.high, point.high};
}

void SeriesIndex::buildLeaves()
{
    const size_t leaves = (m_size + leafSize - 1) / leafSize;
    Level level;
    level.extents.reserve(leaves);
    m_leafTimes.reserve(leaves);
    for (size_t begin = 0; begin < m_size; begin += leafSize) {
        const ChartPoint first = m_points->at(begin);
        m_leafTimes.push_back(first.time);
        Extent extent = extentOf(first);
        bool solid = true;
        for (size_t index = begin + 1; index < std::min(begin + leafSize, m_size); ++index) {
            const Extent next = extentOf(index);
            solid = solid && next.low <= extent.high && next.high >= extent.low;
            extent.include(next);
        }
        level.extents.push_back(extent);
        level.solid.push_back(solid);
    }
    m_levels.push_back(std::move(level));
}

void SeriesIndex::buildLevelAbove()
{
    const Level& below = m_levels.back();
    Level level;
    for (size_t begin = 0; begin < below.extents.size(); begin += fan) {
        Extent extent = below.extents[begin];
        bool solid = below.solid[begin];
        for (size_t node = begin + 1; node < std::min(begin + fan, below.extents.size()); ++node) {
            const Extent& next = below.extents[node];
            solid = solid && below.solid[node] && next.low <= extent.high && next.high >= extent.low;
            extent.include(next);
        }
        level.extents.push_back(extent);
        level.solid.push_back(solid);
    }
    m_levels.push_back(std::move(level));
}

size_t SeriesIndex::firstAt(Duration time, size_t from) const
{
    if (from >= m_size)
        return m_size;
    // The leaf that holds the answer is the last one that begins before `time`.
    const auto leafFrom = m_leafTimes.begin() + static_cast<std::ptrdiff_t>(from / leafSize);
    const auto after = std::lower_bound(leafFrom, m_leafTimes.end(), time);
    if (after == leafFrom)
        return from;
    const auto leaf = static_cast<size_t>(after - m_leafTimes.begin()) - 1;
    size_t index = std::max(from, leaf * leafSize);
    const size_t end = std::min((leaf + 1) * leafSize, m_size);
    while (index < end && m_points->at(index).time < time)
        ++index;
    return index;
}

std::optional<Extent> SeriesIndex::extent(size_t first, size_t last) const
{
    std::optional<Extent> result;
    const auto include = [&result](const Extent& extent) {
        if (result)
            result->include(extent);
        else
            result = extent;
    };
    const auto onNode = [&](const Node& node) {
        const bool isInside = result && result->low <= node.extent.low && node.extent.high <= result->high;
        if (node.isWhole)
            include(node.extent);
        return node.isWhole || isInside;
    };
    visit(first, last, onNode, [&](size_t index) { include(extentOf(index)); });
    return result;
}

std::optional<size_t> SeriesIndex::find(PacketNumber frame) const
{
    size_t low = 0;
    size_t high = m_size;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (point(middle).frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == m_size || point(low).frame != frame)
        return {};
    return low;
}

} // namespace whyrst
