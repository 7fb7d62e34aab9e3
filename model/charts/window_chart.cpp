#include "model/charts/window_chart.h"

#include "model/charts/chart_marks.h"
#include "model/charts/point_sources.h"
#include "model/number_text.h"

#include <algorithm>
#include <limits>

namespace whyrst {

namespace {

constexpr int64_t handshakeInFlight = 1; ///< a SYN or FIN alone is no data

/// Follows SND.UNA and SND.NXT of the data sender and the receive window of its peer, in one walk.
class WindowWalk
{
public:
    explicit WindowWalk(const ChartRequest& request)
        : m_request(request)
        , m_sent(request.analysis.flow(request.direction))
        , m_peer(request.analysis.flow(otherSide(request.direction)))
        , m_origin(request.connection.firstTime)
        , receiveWindow(
              request.connection.flow(otherSide(request.direction)), RowValue::Window, m_origin, m_peer.windowShift)
    {
        ConnectionWalk walk(request.connection);
        for (LocatedSegment located; walk.next(located);)
            add(located);
    }

private:
    const ChartRequest& m_request;
    const FlowAnalysis& m_sent;
    const FlowAnalysis& m_peer;
    Timestamp m_origin;

public:
    RowSeries receiveWindow;
    std::vector<ValueAfterPacket> inFlight;
    std::vector<ChartPoint> probes;
    std::vector<ChartPoint> resets;
    int64_t mostInFlight = 0;

private:
    void add(const LocatedSegment& located)
    {
        const Segment& segment = located.segment;
        if (segment.isCaptureDuplicate)
            return;
        if (segment.flags.rst())
            addReset(located);
        else if (located.side == m_request.direction)
            addSent(located.row, segment);
        else
            addReceived(located.row, segment);
    }

    void addSent(uint32_t row, const Segment& segment)
    {
        if (!m_started)
            m_sndUna = segment.seq;
        m_sndNxt = m_started ? std::max(m_sndNxt, segment.end()) : segment.end();
        m_started = true;
        noteInFlight(segment);
        if (row < m_sent.kinds.size() && m_sent.kinds[row].has(Kind::ZeroWindowProbe)) {
            const Duration time = segment.time - m_origin;
            probes.push_back({time, time, 0, 0, segment.frame});
        }
    }

    void addReceived(uint32_t row, const Segment& segment)
    {
        if (segment.flags.ack() && (!m_started || segment.ack > m_sndUna)) {
            m_sndUna = segment.ack;
            m_sndNxt = m_started ? std::max(m_sndNxt, segment.ack) : segment.ack; // the capture missed what it acks
            m_started = true;
            noteInFlight(segment);
        }
        if (segment.flags.syn())
            return;
        const auto window = static_cast<double>(m_peer.windowBytes(segment));
        if (receiveWindow.lastValue() != window)
            receiveWindow.add(row, segment);
    }

    void addReset(const LocatedSegment& located)
    {
        const double value = located.side == m_request.direction
            ? static_cast<double>(bytesInFlight())
            : receiveWindow.lastValue().value_or(static_cast<double>(bytesInFlight()));
        const Duration time = located.segment.time - m_origin;
        resets.push_back({time, time, value, value, located.segment.frame});
    }

    int64_t bytesInFlight() const { return std::max<int64_t>(m_sndNxt - m_sndUna, 0); }

    void noteInFlight(const Segment& segment)
    {
        const int64_t bytes = bytesInFlight();
        mostInFlight = std::max(mostInFlight, bytes);
        const auto value = static_cast<uint32_t>(std::min<int64_t>(bytes, std::numeric_limits<uint32_t>::max()));
        if (inFlight.empty() || inFlight.back().value != value)
            inFlight.push_back({segment.time - m_origin, segment.frame, value});
    }

    bool m_started = false;
    StreamOffset m_sndUna;
    StreamOffset m_sndNxt;
};

std::vector<ChartPoint> closedBands(const ChartRequest& request)
{
    const Side peer = otherSide(request.direction);
    const Timestamp origin = request.connection.firstTime;
    std::vector<ChartPoint> bands;
    for (const WindowClosed& closed : request.analysis.flow(peer).windowClosed) {
        const Segment segment = request.connection.flow(peer).segments.at(closed.firstRow);
        bands.push_back({closed.begin - origin, closed.end - origin, 0, 0, segment.frame});
    }
    return bands;
}

void holdUntil(std::vector<ValueAfterPacket>& values, Duration end)
{
    if (values.empty() || values.back().time >= end)
        return;
    values.push_back({end, values.back().frame, values.back().value});
}

void addAllSeries(ChartData& chart, const ChartRequest& request, WindowWalk& walk)
{
    using enum SeriesShape;
    const std::string sender = sideName(request.direction);
    const std::string peer = sideName(otherSide(request.direction));
    walk.receiveWindow.holdUntil(chart.length);
    holdUntil(walk.inFlight, chart.length);
    addSeries(chart,
        {"closed", "window of " + peer + " closed", Bands, SeriesStyle::ClosedWindow,
            makePointSource(closedBands(request))});
    addSeries(chart,
        {"receive-window", "receive window of " + peer, Steps, SeriesStyle::ReceiveWindow,
            walk.receiveWindow.finish()});
    if (walk.mostInFlight > handshakeInFlight)
        addSeries(chart,
            {"in-flight", "bytes in flight of " + sender, Steps, SeriesStyle::BytesInFlight,
                makeValueSource(std::move(walk.inFlight))});
    addSeries(chart, {"probe", "probe", Points, SeriesStyle::Probe, makePointSource(std::move(walk.probes))});
    if (!chart.series.empty())
        addSeries(chart, {"reset", "RST", Points, SeriesStyle::Reset, makePointSource(walk.resets)});
}

std::optional<double> stepValue(const ChartRequest& request, const ChartData& chart, const EvidenceStep& step)
{
    if (chart.series.empty())
        return {};
    const Duration time = step.time - chart.origin;
    if (isResetRole(step.role) && findSeries(chart.series, "reset"))
        return lineValue(chart, "reset", time);
    if (step.role == Role::ZwProbe)
        return 0;
    if (step.flow == otherSide(request.direction) && findSeries(chart.series, "receive-window"))
        return lineValue(chart, "receive-window", time);
    return lineValue(chart, "in-flight", time).value_or(0);
}

std::string describe(const ChartRequest& request, const WindowWalk& walk, size_t closedCount)
{
    const std::string peer = sideName(otherSide(request.direction));
    std::string text
        = sideTitle(request.direction) + " had at most " + groupedDigits(walk.mostInFlight) + " bytes in flight.";
    const std::optional<double> window = walk.receiveWindow.lastValue();
    if (!window)
        return text + " The " + peer + " announced no receive window in this capture.";
    const FlowAnalysis& receiver = request.analysis.flow(otherSide(request.direction));
    text += " The receive window of the " + peer + " was last " + (receiver.windowShiftKnown ? "" : "at least ")
        + groupedDigits(static_cast<int64_t>(*window)) + " bytes";
    if (!receiver.windowShiftKnown)
        text += " (its scale is in a SYN that was not captured"
            + (receiver.windowShift == 0
                    ? std::string()
                    : "; by what was in flight it is at least " + std::to_string(receiver.windowShift))
            + ")";
    if (closedCount == 0)
        return text + " and never closed.";
    const Duration closed = request.analysis.flow(otherSide(request.direction)).counts.zeroWindowTime;
    text += "; it was closed " + std::to_string(closedCount) + (closedCount == 1 ? " time" : " times");
    return text + (closed.count() > 0 ? ", " + humanDuration(closed) + " in all." : ".");
}

} // namespace

ChartData buildWindowChart(const ChartRequest& request)
{
    ChartData chart = beginChart(request, "window", "Window");
    const FlowAnalysis& peer = request.analysis.flow(otherSide(request.direction));
    chart.axis = {"Bytes", AxisUnit::Bytes, true};
    WindowWalk walk(request);
    chart.description = describe(request, walk, peer.windowClosed.size()) + describeNotes(chart.notes);
    addAllSeries(chart, request, walk);
    if (!peer.windowShiftKnown && findSeries(chart.series, "receive-window"))
        chart.axis.label = peer.windowShift == 0 ? "Bytes, unscaled" : "Bytes, window at least";
    chart.marks = buildMarks(request, [&](const EvidenceStep& step) { return stepValue(request, chart, step); });
    if (chart.series.empty())
        chart.emptyText = "The " + std::string(sideName(otherSide(request.direction)))
            + " announced no receive window in this capture.";
    return chart;
}

} // namespace whyrst
