#include "model/charts/sequence_chart.h"

#include "model/charts/chart_marks.h"
#include "model/charts/covered_ranges.h"
#include "model/charts/point_sources.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

namespace {

/// Sorts the segments of a connection into the series of the chart, in one walk.
class SequenceWalk
{
public:
    explicit SequenceWalk(const ChartRequest& request)
        : m_request(request)
        , m_data(request.connection.flow(request.direction))
        , m_acks(request.connection.flow(otherSide(request.direction)))
        , m_dataAnalysis(request.analysis.flow(request.direction))
        , m_origin(request.connection.firstTime)
        , newData(m_data, RowValue::Data, m_origin)
        , resends(m_data, RowValue::Data, m_origin)
        , probes(m_data, RowValue::Seq, m_origin)
        , synFin(m_data, RowValue::Seq, m_origin)
        , ackLine(m_acks, RowValue::Ack, m_origin)
        , otherData(m_acks, RowValue::Ack, m_origin)
        , edge(m_acks, RowValue::WindowEdge, m_origin, request.analysis.flow(otherSide(request.direction)).windowShift)
    {
        ConnectionWalk walk(request.connection);
        for (LocatedSegment located; walk.next(located);)
            add(located);
    }

private:
    const ChartRequest& m_request;
    const Flow& m_data;
    const Flow& m_acks;
    const FlowAnalysis& m_dataAnalysis;
    Timestamp m_origin;

public:
    RowSeries newData;
    RowSeries resends;
    RowSeries probes;
    RowSeries synFin;
    RowSeries ackLine;
    RowSeries otherData;
    RowSeries edge;
    std::vector<ChartPoint> sacks;
    std::vector<ChartPoint> resets;
    uint32_t newSegments = 0;
    uint32_t resentSegments = 0;
    std::optional<ChartPoint> lastAck;
    bool spokeAfterLastAck = false; ///< the sender sent data, a FIN or a probe that nothing answered

private:
    void add(const LocatedSegment& located)
    {
        if (located.segment.isCaptureDuplicate)
            return;
        if (located.segment.flags.rst())
            addReset(located);
        else if (located.side == m_request.direction)
            addSent(located.row, located.segment);
        else
            addReceived(located.row, located.segment);
    }

    void addSent(uint32_t row, const Segment& segment)
    {
        const Kinds kinds = row < m_dataAnalysis.kinds.size() ? m_dataAnalysis.kinds[row] : Kinds{};
        if (segment.flags.syn() || segment.flags.fin())
            synFin.add(row, segment);
        if (kinds.hasAny(Kinds(Kind::KeepAlive) | Kind::ZeroWindowProbe)) {
            probes.add(row, segment);
            spokeAfterLastAck = true;
            return;
        }
        if (segment.segLen() > 0)
            spokeAfterLastAck = true;
        noteOffsets(segment.seq.value, segment.end().value);
        if (segment.payloadLength == 0)
            return;
        const bool again = kinds.hasAny(resendKinds() | Kind::NetworkDuplicate);
        (again ? resends : newData).add(row, segment);
        ++(again ? resentSegments : newSegments);
    }

    void addReceived(uint32_t row, const Segment& segment)
    {
        if (!segment.flags.ack())
            return;
        addSack(segment);
        if (segment.payloadLength > 0)
            otherData.add(row, segment);
        if (lastAck && static_cast<double>(segment.ack.value) < lastAck->high)
            return; // overtaken on the way: it takes nothing back
        ackLine.add(row, segment);
        const auto ack = static_cast<double>(segment.ack.value);
        lastAck = ChartPoint{segment.time - m_origin, segment.time - m_origin, ack, ack, segment.frame};
        spokeAfterLastAck = false;
        noteOffsets(segment.ack.value, segment.ack.value);
        if (!segment.flags.syn())
            edge.add(row, segment);
    }

    void addSack(const Segment& segment)
    {
        m_reported.forgetBelow(segment.ack.value);
        for (uint8_t i = 0; i < segment.sackBlockCount; ++i) {
            const SackBlock block = m_acks.sackBlock(segment, i, m_data);
            const auto draw = [&](int64_t left, int64_t right) {
                const Duration time = segment.time - m_origin;
                sacks.push_back({time, time, static_cast<double>(left), static_cast<double>(right), segment.frame});
            };
            if (block.left >= segment.ack) // below it is a D-SACK (RFC 2883)
                m_reported.add(block.left.value, block.right.value, draw);
        }
    }

    void addReset(const LocatedSegment& located)
    {
        const Segment& segment = located.segment;
        double value = 0;
        if (located.side == m_request.direction)
            value = static_cast<double>(std::clamp(segment.seq.value, m_lowest, m_highest));
        else if (lastAck)
            value = lastAck->high;
        else if (segment.flags.ack())
            value = static_cast<double>(std::clamp(segment.ack.value, m_lowest, m_highest));
        const Duration time = segment.time - m_origin;
        resets.push_back({time, time, value, value, segment.frame});
    }

    void noteOffsets(int64_t low, int64_t high)
    {
        m_lowest = m_anyOffset ? std::min(m_lowest, low) : low;
        m_highest = m_anyOffset ? std::max(m_highest, high) : high;
        m_anyOffset = true;
    }

    CoveredRanges m_reported;
    bool m_anyOffset = false;
    int64_t m_lowest = 0;
    int64_t m_highest = 0;
};

std::shared_ptr<const PointSource> silentAck(const SequenceWalk& walk, Duration length)
{
    if (!walk.lastAck || !walk.spokeAfterLastAck || walk.lastAck->time >= length)
        return nullptr;
    ChartPoint end = *walk.lastAck;
    end.time = length;
    end.endTime = length;
    return makePointSource({*walk.lastAck, end});
}

std::string silentName(const SequenceWalk& walk)
{
    return "no ACK since " + plainSeconds(walk.lastAck->time, 3) + " s";
}

void addAllSeries(ChartData& chart, SequenceWalk& walk, Side direction)
{
    using enum SeriesShape;
    const std::string peer = sideName(otherSide(direction));
    const std::shared_ptr<const PointSource> silence = silentAck(walk, chart.length);
    if (!silence)
        walk.ackLine.holdUntil(chart.length);
    walk.edge.holdUntil(chart.length);
    addSeries(
        chart, {"window-edge", "window edge of " + peer, Steps, SeriesStyle::WindowEdge, walk.edge.finish(), false});
    addSeries(chart, {"ack", "ACK of " + peer, Steps, SeriesStyle::Acknowledgment, walk.ackLine.finish()});
    if (silence)
        addSeries(chart, {"silent-ack", silentName(walk), Steps, SeriesStyle::SilentAck, silence});
    addSeries(chart, {"sack", "SACK (newly reported)", Bars, SeriesStyle::SackBlock, makePointSource(walk.sacks)});
    addSeries(chart, {"new-data", "new data", Bars, SeriesStyle::NewData, walk.newData.finish()});
    addSeries(chart, {"resend", "sent again", Bars, SeriesStyle::Resend, walk.resends.finish()});
    addSeries(chart, {"other-data", "data of " + peer, Points, SeriesStyle::OtherDirection, walk.otherData.finish()});
    addSeries(chart, {"syn-fin", "SYN, FIN", Points, SeriesStyle::SynFin, walk.synFin.finish()});
    addSeries(chart, {"probe", "probe, keep-alive", Points, SeriesStyle::Probe, walk.probes.finish()});
    addSeries(chart, {"reset", "RST", Points, SeriesStyle::Reset, makePointSource(walk.resets)});
}

/// The acknowledgment line at a time; the bottom of the chart when nothing was acknowledged.
double ackValue(const ChartData& chart, Timestamp time)
{
    return lineValue(chart, "ack", time - chart.origin).value_or(0);
}

double stepValue(const ChartRequest& request, const ChartData& chart, const EvidenceStep& step)
{
    if (const std::optional<LocatedSegment> located = segmentOf(request, step))
        return sequenceValue(request, chart, *located);
    if (step.offset && step.flow == request.direction)
        return static_cast<double>(step.offset->value) + static_cast<double>(step.length.value_or(0)) / 2;
    return ackValue(chart, step.lastTime.value_or(step.time));
}

std::string describe(const ChartRequest& request, const SequenceWalk& walk)
{
    const std::string sender = sideTitle(request.direction);
    const std::string peer = sideName(otherSide(request.direction));
    std::string text = sender + " sent " + groupedDigits(walk.newSegments) + " segments of new data and "
        + groupedDigits(walk.resentSegments) + " again.";
    if (walk.lastAck) {
        text += " The " + peer + " acknowledged up to offset " + groupedDigits(static_cast<int64_t>(walk.lastAck->high))
            + ", last at " + plainSeconds(walk.lastAck->time, 3) + " s";
        text += walk.spokeAfterLastAck ? ", and answered nothing after that." : ".";
    } else {
        text += " The " + peer + " acknowledged nothing.";
    }
    for (const ChartPoint& reset : walk.resets)
        text += " RST at " + plainSeconds(reset.time, 3) + " s (#" + std::to_string(reset.frame.value) + ").";
    return text;
}

} // namespace

double sequenceValue(const ChartRequest& request, const ChartData& chart, const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    if (segment.flags.rst())
        return lineValue(chart, "reset", segment.time - chart.origin).value_or(0);
    if (located.side == request.direction)
        return segment.payloadLength > 0 ? static_cast<double>(segment.dataBegin().value) + segment.payloadLength / 2.0
                                         : static_cast<double>(segment.seq.value);
    return segment.flags.ack() ? static_cast<double>(segment.ack.value) : ackValue(chart, segment.time);
}

ChartData buildSequenceChart(const ChartRequest& request)
{
    ChartData chart = beginChart(request, "sequence", "Sequence / ACK");
    chart.axis = {"Stream offset of " + std::string(sideName(request.direction)) + " (bytes)", AxisUnit::Bytes};
    SequenceWalk walk(request);
    chart.description = describe(request, walk) + describeNotes(chart.notes);
    addAllSeries(chart, walk, request.direction);
    chart.marks = buildMarks(request, [&](const EvidenceStep& step) { return stepValue(request, chart, step); });
    if (chart.series.empty())
        chart.emptyText = "The " + std::string(sideName(request.direction))
            + " sent no data in this capture, and nothing acknowledges any.";
    return chart;
}

} // namespace whyrst
