#include "model/charts/compared_chart.h"

#include "model/charts/packet_order.h"
#include "model/charts/point_sources.h"
#include "model/charts/sequence_chart.h"

#include <algorithm>

namespace whyrst {

namespace {

/// Moves the points of a source in time and value.
class MovedPoints final : public PointSource
{
public:
    MovedPoints(std::shared_ptr<const PointSource> points, Timestamp origin, const PairTimes& times, Side capture,
        double valueShift)
        : m_points(std::move(points))
        , m_origin(origin)
        , m_times(times)
        , m_capture(capture)
        , m_valueShift(valueShift)
    {
    }

    size_t size() const override { return m_points->size(); }

    ChartPoint at(size_t index) const override
    {
        ChartPoint point = m_points->at(index);
        point.time = m_times.since(m_capture, m_origin + point.time);
        point.endTime = m_times.since(m_capture, m_origin + point.endTime);
        point.low += m_valueShift;
        point.high += m_valueShift;
        return point;
    }

private:
    std::shared_ptr<const PointSource> m_points;
    Timestamp m_origin;
    PairTimes m_times;
    Side m_capture;
    double m_valueShift;
};

/// Builds one compared chart.
class ChartBuilder
{
public:
    explicit ChartBuilder(const ComparedChartRequest& request)
        : m_request(request)
        , m_connection(request.traces.near(request.capture)
                           .connection(request.capture == Side::Client ? request.pair.client : request.pair.server))
        , m_flowHere(request.capture == Side::Client ? request.flow : request.pair.serverSide(request.flow))
        , m_shift(request.capture == Side::Client ? 0 : static_cast<double>(request.pair.way(request.flow).offsetShift))
    {
    }

    ChartData build()
    {
        const Trace& trace = m_request.traces.near(m_request.capture);
        ChartData chart = buildSequenceChart({trace, m_connection, m_request.analysis, m_flowHere, nullptr});
        chart.id = std::string(sideName(m_request.capture)) + "-capture";
        chart.title = m_request.capture == Side::Client ? "Client's capture" : "Server's capture";
        move(chart);
        addDifferences(chart);
        addFindings(chart);
        return chart;
    }

    std::optional<double> valueOf(const ChartData& chart, PacketNumber frame) const
    {
        LocatedSegment located;
        if (!findSegment(m_connection, frame, located))
            return {};
        return valueOf(chart, located);
    }

private:
    Duration since(Timestamp recorded) const { return m_request.times.since(m_request.capture, recorded); }

    void move(ChartData& chart) const
    {
        const bool mayDisturbOrder = m_request.times.clock->pieces.size() > 1;
        for (Series& series : chart.series) {
            auto moved = std::make_shared<MovedPoints>(
                series.points, chart.origin, m_request.times, m_request.capture, m_shift);
            series.points = mayDisturbOrder ? sorted(*moved) : moved;
            if (series.id == "sack")
                series.stretchesAxis = false; // a box may have made them point anywhere
        }
        for (ChartNote& note : chart.notes)
            note.time = since(chart.origin + note.time);
        chart.packets = std::make_shared<PacketOrder>(
            m_connection, [times = m_request.times, capture = m_request.capture](Timestamp time) {
                return times.since(capture, time);
            });
        chart.origin = m_request.times.origin;
        chart.length = m_request.times.length;
    }

    static std::shared_ptr<const PointSource> sorted(const PointSource& points)
    {
        std::vector<ChartPoint> copies;
        copies.reserve(points.size());
        for (size_t index = 0; index < points.size(); ++index)
            copies.push_back(points.at(index));
        return makePointSource(std::move(copies));
    }

    /// Symbols on the packets that only this capture has: data at its end, acknowledgments at what they acknowledge.
    void addDifferences(ChartData& chart) const
    {
        std::vector<ChartPoint> lost;
        std::vector<ChartPoint> injected;
        for (const Side from : {Side::Client, Side::Server}) {
            const Way& way = m_request.pair.way(from);
            if (from == m_request.capture)
                collect(from, way.sent, {SentVerdict::Lost, SentVerdict::PartLost}, lost);
            else
                collect(from, way.arrived, {ArrivedVerdict::Injected, ArrivedVerdict::InjectedLikely}, injected);
        }
        addSeries(chart,
            {"lost", "lost on the way", SeriesShape::Points, SeriesStyle::Lost, makePointSource(std::move(lost))});
        addSeries(chart,
            {"injected", "injected on the way", SeriesShape::Points, SeriesStyle::Injected,
                makePointSource(std::move(injected)), false});
    }

    template <typename Verdict>
    void collect(Side from, const std::vector<Verdict>& verdicts, std::initializer_list<Verdict> wanted,
        std::vector<ChartPoint>& points) const
    {
        const bool isData = from == m_request.flow;
        const Flow& flow = m_connection.flow(isData ? m_flowHere : otherSide(m_flowHere));
        for (uint32_t row = 0; row < verdicts.size(); ++row) {
            if (std::ranges::find(wanted, verdicts[row]) == wanted.end())
                continue;
            const Segment segment = flow.segments.at(row);
            if (segment.flags.rst() || (!isData && !segment.flags.ack()))
                continue; // a RST has its own symbol, and what acknowledges nothing has no place on this axis
            ChartPoint point;
            point.time = since(segment.time);
            point.high = static_cast<double>((isData ? segment.dataEnd() : segment.ack).value) + m_shift;
            point.low = point.high;
            point.frame = segment.frame;
            points.push_back(point);
        }
    }

    void addFindings(ChartData& chart) const
    {
        int number = 0;
        for (const CompareFinding& finding : m_request.pair.findings) {
            ++number;
            const bool isClient = m_request.capture == Side::Client;
            const auto& here = isClient ? finding.clientFrames : finding.serverFrames;
            const auto& there = isClient ? finding.serverFrames : finding.clientFrames;
            std::optional<ChartMark> mark = here.empty() ? std::nullopt : markAt(chart, here.front());
            if (!mark && !there.empty())
                mark = ghostOf(there.front());
            if (!mark)
                continue;
            mark->number = number;
            mark->text = finding.text;
            chart.marks.push_back(*mark);
        }
    }

    std::optional<ChartMark> markAt(const ChartData& chart, PacketNumber frame) const
    {
        LocatedSegment located;
        if (!findSegment(m_connection, frame, located))
            return {};
        ChartMark mark;
        mark.time = since(located.segment.time);
        mark.frame = frame;
        mark.isReset = located.segment.flags.rst();
        mark.value = valueOf(chart, located);
        return mark;
    }

    double valueOf(const ChartData& chart, const LocatedSegment& located) const
    {
        const Segment& segment = located.segment;
        if (segment.flags.rst()) {
            const Series* resets = findSeries(chart.series, "reset");
            for (size_t index = 0; resets && index < resets->points->size(); ++index) {
                const ChartPoint point = resets->points->at(index);
                if (point.frame == segment.frame)
                    return point.high;
            }
        }
        if (located.side == m_flowHere)
            return static_cast<double>(segment.dataEnd().value) + m_shift;
        return segment.flags.ack() ? static_cast<double>(segment.ack.value) + m_shift
                                   : lineValue(chart, "ack", since(segment.time)).value_or(0);
    }

    /// Where a packet that only the other capture has should have been seen here.
    std::optional<ChartMark> ghostOf(PacketNumber frame) const
    {
        const Side other = otherSide(m_request.capture);
        const Connection& connection = m_request.traces.near(other).connection(
            other == Side::Client ? m_request.pair.client : m_request.pair.server);
        LocatedSegment located;
        if (!findSegment(connection, frame, located))
            return {};
        const Side flow = other == Side::Client ? located.side : m_request.pair.serverSide(located.side);
        const Way& way = m_request.pair.way(flow);
        const bool isSent = flow == other;
        ChartMark mark;
        mark.isGhost = true;
        mark.isReset = located.segment.flags.rst();
        mark.time
            = m_request.times.since(other, located.segment.time, frame) + (isSent ? way.usualDelay : -way.usualDelay);
        const StreamOffset offset = flow == m_request.flow ? located.segment.dataEnd() : located.segment.ack;
        const bool isShifted = other == Side::Server;
        mark.value
            = static_cast<double>(offset.value + (isShifted ? m_request.pair.way(m_request.flow).shiftAt(offset) : 0));
        return mark;
    }

    const ComparedChartRequest& m_request;
    const Connection& m_connection;
    Side m_flowHere; ///< the direction as this capture has the sides
    double m_shift;  ///< to the offsets of the client's capture
};

} // namespace

ChartData buildComparedChart(const ComparedChartRequest& request)
{
    return ChartBuilder(request).build();
}

std::optional<double> comparedValue(const ComparedChartRequest& request, const ChartData& chart, PacketNumber frame)
{
    return ChartBuilder(request).valueOf(chart, frame);
}

PacketNumber frameOf(const PacketRelation& relation, Side capture)
{
    return capture == Side::Client ? relation.clientFrame : relation.serverFrame;
}

} // namespace whyrst
