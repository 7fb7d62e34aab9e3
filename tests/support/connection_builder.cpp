#include "tests/support/connection_builder.h"

#include "model/charts/point_sources.h"

namespace whyrst::test {

namespace {

const Timestamp start{std::chrono::seconds(1'700'000'000)};
constexpr uint16_t flagFin = 0x01;
constexpr uint16_t flagSyn = 0x02;
constexpr uint16_t flagRst = 0x04;
constexpr uint16_t flagAck = 0x10;

} // namespace

ConnectionBuilder::ConnectionBuilder()
{
    m_trace.arena = std::make_shared<Arena>();
    m_trace.capture.file = "built.pcap";
    Connection& connection = m_trace.connections.add();
    connection.client.address.bytes = {192, 0, 2, 1};
    connection.client.port = 40000;
    connection.server.address.bytes = {198, 51, 100, 2};
    connection.server.port = 443;
    connection.firstTime = start;
    connection.lastTime = start;
    for (Flow& flow : connection.flows)
        flow.space.anchor(SeqNum{0}, StreamOffset{0});
}

ConnectionBuilder& ConnectionBuilder::handshake()
{
    using namespace std::chrono_literals;
    SynOptions options;
    options.sackPermitted = true;
    options.maximumSegmentSize = 1460;
    for (Flow& flow : m_trace.connections.front().flows)
        flow.synOptions = options;
    segment(Side::Client, 0ms, 0, 0, {.flags = flagSyn});
    segment(Side::Server, 1ms, 0, 1, {.flags = flagSyn | flagAck});
    return ack(Side::Client, 2ms, 1);
}

ConnectionBuilder& ConnectionBuilder::data(Side side, Duration time, int64_t seq, uint32_t length)
{
    return segment(side, time, seq, m_acked[sideIndex(side)].value, {.length = length});
}

ConnectionBuilder& ConnectionBuilder::ack(Side side, Duration time, int64_t ack, const Extra& extra)
{
    return segment(side, time, m_next[sideIndex(side)].value, ack, extra);
}

ConnectionBuilder& ConnectionBuilder::reset(Side side, Duration time, int64_t seq)
{
    return segment(side, time, seq, m_acked[sideIndex(side)].value, {.window = 0, .flags = flagRst | flagAck});
}

ConnectionBuilder& ConnectionBuilder::otherPacket()
{
    ++m_frames;
    return *this;
}

ConnectionBuilder& ConnectionBuilder::segment(Side side, Duration time, int64_t seq, int64_t ack, const Extra& extra)
{
    Connection& connection = m_trace.connections.front();
    Flow& flow = connection.flow(side);
    Segment segment;
    segment.frame = PacketNumber(++m_frames);
    segment.time = start + time;
    segment.seq.value = seq;
    segment.ack.value = ack;
    segment.payloadLength = extra.length;
    segment.rawWindow = extra.window;
    segment.flags.bits = extra.flags;
    segment.hasIpId = true; // equal ones would be copies of one packet
    segment.ipId = static_cast<uint16_t>(m_frames);
    segment.isCaptureDuplicate = extra.isCaptureDuplicate;
    segment.sackBlockCount = static_cast<uint8_t>(extra.sack.size());
    segment.sackIndex = static_cast<uint32_t>(flow.rare->sackBlocks.size());
    for (const auto& [left, right] : extra.sack)
        flow.rare.edit().sackBlocks.push_back(
            {SeqNum{static_cast<uint32_t>(left)}, SeqNum{static_cast<uint32_t>(right)}});
    flow.segments.append(segment, *m_trace.arena);
    flow.payloadBytes += extra.length;
    flow.rstSeen = flow.rstSeen || segment.flags.rst();
    flow.finSeen = flow.finSeen || (extra.flags & flagFin) != 0;
    if (segment.flags.rst())
        m_trace.resets.emplace_back(connection.id, segment.frame, side, flow.size() - 1);
    m_next[sideIndex(side)] = std::max(m_next[sideIndex(side)], segment.end());
    m_acked[sideIndex(side)] = std::max(m_acked[sideIndex(side)], segment.ack);
    if (m_frames == 1)
        connection.firstFrame = segment.frame;
    connection.lastFrame = segment.frame;
    connection.lastTime = std::max(connection.lastTime, segment.time);
    return *this;
}

ChartRequest ConnectionBuilder::request(Side direction, const Diagnosis* diagnosis)
{
    m_analysis = analyzeConnection(connection());
    return {m_trace, connection(), m_analysis, direction, diagnosis};
}

ChartData ConnectionBuilder::chart(const char* id, Side direction, const Diagnosis* diagnosis)
{
    return findChart(id)->build(request(direction, diagnosis));
}

std::vector<ChartData> ConnectionBuilder::charts(Side direction, const Diagnosis* diagnosis)
{
    std::vector<ChartData> all;
    for (const ChartKind& kind : chartTable())
        all.push_back(kind.build(request(direction, diagnosis)));
    return all;
}

EvidenceStep stepAt(const Connection& connection, Duration time, Role role)
{
    EvidenceStep step;
    step.role = role;
    step.time = connection.firstTime + time;
    step.text = "What happened.";
    return step;
}

std::vector<ChartPoint> pointsOf(const ChartData& chart, const char* seriesId)
{
    std::vector<ChartPoint> points;
    if (const Series* series = findSeries(chart.series, seriesId)) {
        for (size_t i = 0; i < series->points->size(); ++i)
            points.push_back(series->points->at(i));
    }
    return points;
}

} // namespace whyrst::test
