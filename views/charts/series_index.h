// A pyramid over the points of a series: finds times and extents without looking at every point.
#pragma once

#include "model/charts/chart_data.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace whyrst {

/// Lowest and highest value of some points.
struct Extent
{
    double low = 0;
    double high = 0;

    void include(const Extent& other)
    {
        low = std::min(low, other.low);
        high = std::max(high, other.high);
    }
};

/// Over point indices, not over buckets of time, because those never line up with pixel columns: a leaf covers
/// `leafSize` points, every further level `fan` nodes. About one byte a point. Built in one pass.
class SeriesIndex
{
public:
    static constexpr size_t leafSize = 32;
    static constexpr size_t fan = 8;

    SeriesIndex(std::shared_ptr<const PointSource> points, SeriesShape shape);

    size_t size() const { return m_size; }
    ChartPoint point(size_t index) const { return m_points->at(index); }
    /// What the point covers on the value axis; steps and points cover their `high` alone.
    Extent extentOf(size_t index) const { return extentOf(m_points->at(index)); }

    /// First point at or after `time`, searching from point `from` on. Logarithmic.
    size_t firstAt(Duration time, size_t from = 0) const;
    /// Extent of the points [first, last); nothing when there is none. Logarithmic.
    std::optional<Extent> extent(size_t first, size_t last) const;
    /// Point that names `frame`; nothing when there is none. Logarithmic.
    std::optional<size_t> find(PacketNumber frame) const;

    /// A node of the pyramid as a visitor sees it.
    struct Node
    {
        Extent extent;
        bool isSolid; ///< its points leave no hole between them
        bool isWhole; ///< all of its points are asked for
    };

    /// Walks down over the points [first, last): `onNode` returns true when it is done with a node, else its parts are
    /// visited; `onPoint` gets the index of each single point that remains.
    template <typename OnNode, typename OnPoint>
    void visit(size_t first, size_t last, const OnNode& onNode, const OnPoint& onPoint) const
    {
        if (first >= last)
            return;
        size_t level = 0;
        size_t nodeSize = leafSize;
        while (level + 1 < m_levels.size() && nodeSize < last - first) {
            nodeSize *= fan;
            ++level;
        }
        for (size_t node = first / nodeSize; node <= (last - 1) / nodeSize; ++node)
            visitNode({level, nodeSize, node}, first, last, onNode, onPoint);
    }

private:
    struct Place
    {
        size_t level;
        size_t nodeSize;
        size_t node;
    };
    struct Level
    {
        std::vector<Extent> extents;
        std::vector<bool> solid;
    };

    Extent extentOf(const ChartPoint& point) const;
    void buildLeaves();
    void buildLevelAbove();

    template <typename OnNode, typename OnPoint>
    void visitNode(const Place& place, size_t first, size_t last, const OnNode& onNode, const OnPoint& onPoint) const
    {
        const size_t nodeBegin = place.node * place.nodeSize;
        const size_t nodeEnd = std::min(nodeBegin + place.nodeSize, m_size);
        const size_t begin = std::max(first, nodeBegin);
        const size_t end = std::min(last, nodeEnd);
        const Level& level = m_levels[place.level];
        if (onNode(Node{level.extents[place.node], level.solid[place.node], begin == nodeBegin && end == nodeEnd}))
            return;
        if (place.level == 0) {
            for (size_t index = begin; index < end; ++index)
                onPoint(index);
            return;
        }
        const size_t childSize = place.nodeSize / fan;
        for (size_t child = begin / childSize; child <= (end - 1) / childSize; ++child)
            visitNode({place.level - 1, childSize, child}, first, last, onNode, onPoint);
    }

    std::shared_ptr<const PointSource> m_points;
    SeriesShape m_shape;
    size_t m_size;
    std::vector<Duration> m_leafTimes; ///< time of each leaf's first point
    std::vector<Level> m_levels;
};

} // namespace whyrst
