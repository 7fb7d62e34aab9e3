#include "model/charts/point_sources.h"

#include <algorithm>

namespace whyrst {

namespace {

ChartPoint pointOfSegment(const Segment& segment, RowValue value, Timestamp origin, uint8_t windowShift)
{
    ChartPoint point;
    point.time = segment.time - origin;
    point.endTime = point.time;
    point.frame = segment.frame;
    const auto window = static_cast<double>(int64_t{segment.rawWindow} << (segment.flags.syn() ? 0 : windowShift));
    const auto ack = static_cast<double>(segment.ack.value);
    switch (value) {
    case RowValue::Data:
        point.low = static_cast<double>(segment.dataBegin().value);
        point.high = static_cast<double>(segment.dataEnd().value);
        return point;
    case RowValue::Seq:
        point.high = static_cast<double>(segment.flags.fin() ? segment.dataEnd().value : segment.seq.value);
        break;
    case RowValue::Ack:
        point.high = ack;
        break;
    case RowValue::WindowEdge:
        point.high = ack + window;
        break;
    case RowValue::Window:
        point.high = window;
        break;
    }
    point.low = point.high;
    return point;
}

class RowPoints final : public PointSource
{
public:
    RowPoints(const Flow& flow, RowValue value, Timestamp origin, uint8_t windowShift, std::vector<uint32_t> rows,
        std::optional<ChartPoint> tail)
        : m_segments(&flow.segments)
        , m_value(value)
        , m_origin(origin)
        , m_windowShift(windowShift)
        , m_rows(std::move(rows))
        , m_tail(tail)
    {
    }

    size_t size() const override { return m_rows.size() + (m_tail ? 1 : 0); }
    ChartPoint at(size_t index) const override
    {
        if (index == m_rows.size())
            return *m_tail;
        return pointOfSegment(m_segments->at(m_rows[index]), m_value, m_origin, m_windowShift);
    }

private:
    const SegmentRows* m_segments;
    RowValue m_value;
    Timestamp m_origin;
    uint8_t m_windowShift;
    std::vector<uint32_t> m_rows;
    std::optional<ChartPoint> m_tail;
};

class OwnPoints final : public PointSource
{
public:
    explicit OwnPoints(std::vector<ChartPoint> points)
        : m_points(std::move(points))
    {
    }
    size_t size() const override { return m_points.size(); }
    ChartPoint at(size_t index) const override { return m_points[index]; }

private:
    std::vector<ChartPoint> m_points;
};

class ValuePoints final : public PointSource
{
public:
    explicit ValuePoints(std::vector<ValueAfterPacket> values)
        : m_values(std::move(values))
    {
    }
    size_t size() const override { return m_values.size(); }
    ChartPoint at(size_t index) const override
    {
        const ValueAfterPacket& value = m_values[index];
        return {value.time, value.time, double{0}, double(value.value), value.frame};
    }

private:
    std::vector<ValueAfterPacket> m_values;
};

template <typename Point> void sortByTime(std::vector<Point>& points)
{
    const auto earlier = [](const Point& a, const Point& b) { return a.time < b.time; };
    if (!std::is_sorted(points.begin(), points.end(), earlier))
        std::stable_sort(points.begin(), points.end(), earlier);
}

} // namespace

RowSeries::RowSeries(const Flow& flow, RowValue value, Timestamp origin, uint8_t windowShift)
    : m_flow(&flow)
    , m_value(value)
    , m_origin(origin)
    , m_windowShift(windowShift)
{
}

ChartPoint RowSeries::pointOf(const Segment& segment) const
{
    return pointOfSegment(segment, m_value, m_origin, m_windowShift);
}

void RowSeries::add(uint32_t row, const Segment& segment)
{
    const ChartPoint point = pointOf(segment);
    m_inOrder = m_inOrder && (m_rows.empty() || m_last.time <= point.time);
    m_rows.push_back(row);
    m_last = point;
}

void RowSeries::holdUntil(Duration end)
{
    if (m_rows.empty() || end <= m_last.time)
        return;
    m_tail = m_last;
    m_tail->time = end;
    m_tail->endTime = end;
}

std::optional<double> RowSeries::lastValue() const
{
    if (m_rows.empty())
        return {};
    return m_last.high;
}

std::shared_ptr<const PointSource> RowSeries::finish()
{
    if (m_inOrder)
        return std::make_shared<RowPoints>(*m_flow, m_value, m_origin, m_windowShift, std::move(m_rows), m_tail);
    std::vector<ChartPoint> points;
    points.reserve(m_rows.size() + 1);
    for (const uint32_t row : m_rows)
        points.push_back(pointOf(m_flow->segments.at(row)));
    if (m_tail)
        points.push_back(*m_tail);
    sortByTime(points);
    double highest = points.front().high;
    for (ChartPoint& point : points) {
        highest = std::max(highest, point.high);
        if (m_value == RowValue::Ack)
            point.low = point.high = highest; // cumulative: in order of time too it never falls
    }
    return std::make_shared<OwnPoints>(std::move(points));
}

std::shared_ptr<const PointSource> makeValueSource(std::vector<ValueAfterPacket> values)
{
    sortByTime(values);
    return std::make_shared<ValuePoints>(std::move(values));
}

std::shared_ptr<const PointSource> makePointSource(std::vector<ChartPoint> points)
{
    sortByTime(points);
    return std::make_shared<OwnPoints>(std::move(points));
}

std::optional<double> valueAt(const PointSource& points, Duration time)
{
    if (points.size() == 0)
        return {};
    size_t low = 0;
    size_t high = points.size();
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (points.at(middle).time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return points.at(low == 0 ? 0 : low - 1).high;
}

const Series* findSeries(std::span<const Series> series, std::string_view id)
{
    const auto found = std::find_if(series.begin(), series.end(), [id](const Series& one) { return one.id == id; });
    return found == series.end() ? nullptr : &*found;
}

std::optional<double> lineValue(const ChartData& chart, std::string_view id, Duration time)
{
    const Series* series = findSeries(chart.series, id);
    return series ? valueAt(*series->points, time) : std::nullopt;
}

void addSeries(ChartData& chart, Series series)
{
    if (series.points && series.points->size() > 0)
        chart.series.push_back(std::move(series));
}

} // namespace whyrst
