#include "views/charts/series_raster.h"

#include <bit>
#include <cstdint>

namespace whyrst {

namespace {

/// Which pixel rows of one column are covered.
class CoveredRows
{
public:
    explicit CoveredRows(int height)
        : m_height(height)
        , m_words(static_cast<size_t>(height + 63) / 64)
    {
    }

    void clear() { std::fill(m_words.begin(), m_words.end(), 0); }

    void cover(int first, int last)
    {
        forWords(first, last, [this](size_t word, uint64_t mask) {
            m_words[word] |= mask;
            return true;
        });
    }

    bool covers(int first, int last) const
    {
        bool all = true;
        forWords(first, last, [&](size_t word, uint64_t mask) { return all = (m_words[word] & mask) == mask; });
        return all;
    }

    void appendRuns(int column, std::vector<QRect>& runs) const
    {
        for (int begin = nextRow(0, true); begin < m_height;) {
            const int end = nextRow(begin, false);
            runs.emplace_back(column, begin, 1, end - begin);
            begin = nextRow(end, true);
        }
    }

private:
    template <typename Use> static void forWords(int first, int last, const Use& use)
    {
        const auto firstWord = static_cast<size_t>(first) / 64;
        const auto lastWord = static_cast<size_t>(last) / 64;
        for (size_t word = firstWord; word <= lastWord; ++word) {
            uint64_t mask = ~uint64_t{0};
            if (word == firstWord)
                mask &= ~uint64_t{0} << (first & 63);
            if (word == lastWord)
                mask &= ~uint64_t{0} >> (63 - (last & 63));
            if (!use(word, mask))
                return;
        }
    }

    int nextRow(int row, bool covered) const
    {
        while (row < m_height) {
            const uint64_t word = m_words[static_cast<size_t>(row) / 64];
            const uint64_t rest = (covered ? word : ~word) >> (row & 63);
            if (rest != 0)
                return std::min(m_height, row + std::countr_zero(rest));
            row = (row | 63) + 1;
        }
        return m_height;
    }

    int m_height;
    std::vector<uint64_t> m_words;
};

/// Pixel rows of an extent; `top` is not after `bottom`.
struct Rows
{
    int top = 0;
    int bottom = 0;

    void include(const Rows& other)
    {
        top = std::min(top, other.top);
        bottom = std::max(bottom, other.bottom);
    }
};

Rows rowsOf(const PlotArea& area, const Extent& extent)
{
    return {area.row(extent.high), area.row(extent.low)};
}

/// Collects the coverage of one column after the other.
class BarColumns
{
public:
    BarColumns(const SeriesIndex& index, const PlotArea& area)
        : m_index(index)
        , m_area(area)
        , m_height(area.pixels.height())
        , m_covered(m_height)
    {
    }

    void add(int column, size_t first, size_t last, std::vector<QRect>& runs)
    {
        m_covered.clear();
        m_index.visit(
            first, last, [this](const SeriesIndex::Node& node) { return isDone(node); },
            [this](size_t point) {
                ++cost.points;
                coverVisible(rowsOf(m_area, m_index.extentOf(point)));
            });
        m_covered.appendRuns(column, runs);
    }

    RasterCost cost;

private:
    bool isOutOfView(const Rows& rows) const { return rows.bottom < 0 || rows.top >= m_height; }
    Rows clipped(const Rows& rows) const { return {std::max(rows.top, 0), std::min(rows.bottom, m_height - 1)}; }

    void coverVisible(const Rows& rows)
    {
        if (isOutOfView(rows))
            return;
        const Rows visible = clipped(rows);
        m_covered.cover(visible.top, visible.bottom);
    }

    /// A node needs no closer look when it is out of view, in one row, solid, or covered already.
    bool isDone(const SeriesIndex::Node& node)
    {
        ++cost.nodes;
        const Rows rows = rowsOf(m_area, node.extent);
        if (isOutOfView(rows))
            return true;
        const bool isOneRow = rows.top == rows.bottom; // even a part of it covers that row
        if (isOneRow || (node.isWhole && node.isSolid)) {
            coverVisible(rows);
            return true;
        }
        const Rows visible = clipped(rows);
        return m_covered.covers(visible.top, visible.bottom);
    }

    const SeriesIndex& m_index;
    const PlotArea& m_area;
    int m_height;
    CoveredRows m_covered;
};

/// Follows a step line from column to column.
class StepColumns
{
public:
    StepColumns(const SeriesIndex& index, const PlotArea& area)
        : m_index(index)
        , m_area(area)
        , m_height(area.pixels.height())
    {
    }

    /// The line as it enters the view.
    void enter(size_t firstPoint)
    {
        m_isDrawing = firstPoint > 0;
        if (m_isDrawing)
            m_row = m_area.row(m_index.extentOf(firstPoint - 1).high);
    }

    void add(int column, size_t first, size_t last)
    {
        holdUntil(column);
        const int firstRow = m_area.row(m_index.extentOf(first).high);
        Rows rows{firstRow, firstRow};
        if (m_isDrawing)
            rows.include({m_row, m_row});
        m_index.visit(
            first, last, [&](const SeriesIndex::Node& node) { return isDone(node, rows); },
            [&](size_t point) {
                ++cost.points;
                rows.include(rowsOf(m_area, m_index.extentOf(point)));
            });
        addVertical(column, rows);
        m_row = m_area.row(m_index.extentOf(last - 1).high);
        m_isDrawing = true;
        m_lastColumn = column;
    }

    /// Draws the value that holds up to `column`.
    void holdUntil(int column)
    {
        const bool isVisible = m_row >= 0 && m_row < m_height;
        if (m_isDrawing && isVisible && column > m_lastColumn + 1)
            runs.horizontal.emplace_back(m_lastColumn + 1, m_row, column - m_lastColumn - 1, 1);
    }

    StepRuns runs;
    RasterCost cost;

private:
    bool isDone(const SeriesIndex::Node& node, Rows& rows)
    {
        ++cost.nodes;
        const Rows all = rowsOf(m_area, node.extent);
        if (all.top >= rows.top && all.bottom <= rows.bottom)
            return true;
        if (!node.isWhole && all.top != all.bottom)
            return false;
        rows.include(all);
        return true;
    }

    void addVertical(int column, const Rows& rows)
    {
        if (rows.bottom < 0 || rows.top >= m_height)
            return;
        const int top = std::max(rows.top, 0);
        const int bottom = std::min(rows.bottom, m_height - 1);
        runs.vertical.emplace_back(column, top, 1, bottom - top + 1);
    }

    const SeriesIndex& m_index;
    const PlotArea& m_area;
    int m_height;
    bool m_isDrawing = false;
    int m_row = 0;
    int m_lastColumn = -1;
};

} // namespace

std::vector<size_t> columnStarts(const SeriesIndex& index, const PlotArea& area)
{
    std::vector<size_t> starts;
    const int width = area.pixels.width();
    starts.reserve(static_cast<size_t>(width) + 1);
    size_t start = 0;
    for (int column = 0; column <= width; ++column) {
        start = index.firstAt(area.columnBegin(column), start);
        starts.push_back(start);
    }
    return starts;
}

std::vector<QRect> rasterBars(const SeriesIndex& index, const PlotArea& area, RasterCost* cost)
{
    std::vector<QRect> runs;
    const std::vector<size_t> starts = columnStarts(index, area);
    BarColumns columns(index, area);
    for (size_t column = 0; column + 1 < starts.size(); ++column) {
        if (starts[column] < starts[column + 1])
            columns.add(static_cast<int>(column), starts[column], starts[column + 1], runs);
    }
    if (cost)
        *cost = columns.cost;
    return runs;
}

StepRuns rasterSteps(const SeriesIndex& index, const PlotArea& area, RasterCost* cost)
{
    const std::vector<size_t> starts = columnStarts(index, area);
    StepColumns columns(index, area);
    columns.enter(starts.front());
    for (size_t column = 0; column + 1 < starts.size(); ++column) {
        if (starts[column] < starts[column + 1])
            columns.add(static_cast<int>(column), starts[column], starts[column + 1]);
    }
    if (starts.back() < index.size()) // the line goes on beyond the view
        columns.holdUntil(area.pixels.width());
    if (cost)
        *cost = columns.cost;
    return columns.runs;
}

} // namespace whyrst
