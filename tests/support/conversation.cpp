#include "tests/support/conversation.h"

#include "model/diagnosis/trace_context.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <span>
#include <string>

namespace whyrst::test {

namespace {

constexpr uint16_t fin = 0x01;
constexpr uint16_t syn_ = 0x02;
constexpr uint16_t rst = 0x04;
constexpr uint16_t ack = 0x10;
constexpr uint32_t mss = 1460;
constexpr uint8_t windowScale = 7;
constexpr uint16_t synWindow = 64'240; ///< unscaled, as Linux sends it
constexpr Timestamp firstTime{std::chrono::seconds(1'700'000'000)};
constexpr auto packetTime = 10us;
constexpr auto roundTrip = 20ms;

IpAddress addressOf(uint8_t last)
{
    IpAddress address;
    address.bytes = {192, 0, 2, last};
    return address;
}

} // namespace

Conversation::Conversation(InitialNumbers numbers)
    : m_table(LoadOptions())
    , m_numbers(numbers)
    , m_time(firstTime)
{
}

bool Conversation::arrives()
{
    return !std::exchange(m_lost, false);
}

SegmentHeader Conversation::header(Side side, int64_t seq, uint16_t flags) const
{
    const size_t own = sideIndex(side);
    const size_t other = sideIndex(otherSide(side));
    const std::array isn{m_numbers.client, m_numbers.server};
    SegmentHeader result;
    const Endpoint client{addressOf(1), m_ends.port};
    const Endpoint server{addressOf(2), m_ends.serverPort};
    result.source = side == Side::Client ? client : server;
    result.destination = side == Side::Client ? server : client;
    result.seq.value = isn[own] + static_cast<uint32_t>(seq);
    result.flags.bits = flags;
    if (flags & ack)
        result.ack.value = isn[other] + static_cast<uint32_t>(m_ends.arrived[other]);
    result.rawWindow = m_ends.window[own];
    result.headerLength = 40;
    result.ttl = m_ttl[own];
    result.ipId = ++m_ipId[own];
    result.checksumClass = m_checksums;
    if (m_capturedAt)
        result.direction = side == *m_capturedAt ? HostDirection::Outbound : HostDirection::Inbound;
    if (m_withTimestamps) {
        const auto clock = [&](size_t host) {
            const auto now = m_time.time_since_epoch() + m_clockOff[host];
            return static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
        };
        result.options.timestamps = Timestamps{clock(own), clock(other)};
    }
    return result;
}

void Conversation::record(const SegmentHeader& segment)
{
    m_time += packetTime;
    m_table.add(segment, PacketNumber(++m_frame), m_time);
}

Conversation& Conversation::wait(Duration duration)
{
    m_time += duration;
    return *this;
}

Conversation& Conversation::syn()
{
    SegmentHeader segment = header(Side::Client, 0, syn_);
    segment.options.maximumSegmentSize = mss;
    segment.options.windowScale = windowScale;
    segment.options.sackPermitted = true;
    segment.rawWindow = synWindow;
    segment.options.order = {2, 4, 8, 1, 3};
    segment.options.orderLength = 5;
    record(segment);
    m_ends.next[0] = 1;
    if (arrives())
        m_ends.arrived[0] = 1;
    return *this;
}

Conversation& Conversation::synAck()
{
    SegmentHeader segment = header(Side::Server, 0, syn_ | ack);
    segment.options.maximumSegmentSize = mss;
    segment.options.windowScale = windowScale;
    segment.options.sackPermitted = m_serverTakesSack;
    segment.rawWindow = synWindow;
    record(segment);
    m_ends.next[1] = 1;
    m_ends.arrived[1] = 1;
    return *this;
}

Conversation& Conversation::handshake()
{
    return syn().wait(roundTrip).synAck().acks(Side::Client);
}

Conversation& Conversation::exchange()
{
    return handshake()
        .sends(Side::Client, 300)
        .wait(roundTrip)
        .acks(Side::Server)
        .sends(Side::Server, 800)
        .acks(Side::Client);
}

Conversation& Conversation::lost()
{
    m_lost = true;
    return *this;
}

Conversation& Conversation::sends(Side side, uint32_t bytes)
{
    const size_t own = sideIndex(side);
    const bool arriving = arrives();
    while (bytes > 0) {
        SegmentHeader segment = header(side, m_ends.next[own], ack);
        segment.payloadLength = std::min(bytes, mss);
        fill(segment, m_ends.next[own]);
        record(segment);
        if (arriving && m_ends.arrived[own] == m_ends.next[own])
            m_ends.arrived[own] += segment.payloadLength;
        m_ends.next[own] += segment.payloadLength;
        bytes -= segment.payloadLength;
    }
    return *this;
}

Conversation& Conversation::content(uint32_t stream, int64_t begin, uint32_t mostCaptured)
{
    m_content = Content{stream, begin, mostCaptured};
    return *this;
}

void Conversation::fill(SegmentHeader& segment, int64_t offset)
{
    if (!m_content)
        return;
    m_payload.resize(std::min(segment.payloadLength, m_content->mostCaptured));
    for (std::byte& byte : m_payload) {
        const uint64_t place = static_cast<uint64_t>(offset++ - m_content->begin) << 8 | m_content->stream;
        byte = static_cast<std::byte>(mixBits(place) & 0xff);
    }
    segment.payload = m_payload;
}

Conversation& Conversation::asks(Side side, std::string_view host)
{
    return sendsText(side, "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
}

Conversation& Conversation::sendsText(Side side, std::string_view text)
{
    const size_t own = sideIndex(side);
    SegmentHeader segment = header(side, m_ends.next[own], ack);
    segment.payload = std::as_bytes(std::span(text));
    segment.payloadLength = static_cast<uint32_t>(text.size());
    record(segment);
    m_ends.next[own] += segment.payloadLength;
    if (arrives())
        m_ends.arrived[own] = m_ends.next[own];
    return *this;
}

Conversation& Conversation::losesResends(Side side, int64_t offset, uint32_t bytes)
{
    for (const Duration timeout : {220ms, 440ms, 880ms, 1760ms})
        wait(timeout).lost().resends(side, offset, bytes);
    return *this;
}

Conversation& Conversation::resends(Side side, int64_t offset, uint32_t bytes)
{
    SegmentHeader segment = header(side, offset, ack);
    segment.payloadLength = bytes;
    fill(segment, offset);
    record(segment);
    if (arrives() && m_ends.arrived[sideIndex(side)] == offset)
        m_ends.arrived[sideIndex(side)] = m_ends.next[sideIndex(side)];
    return *this;
}

Conversation& Conversation::acks(Side side)
{
    arrives();
    record(header(side, m_ends.next[sideIndex(side)], ack));
    return *this;
}

Conversation& Conversation::sacks(Side side, int64_t left, int64_t right)
{
    const std::array isn{m_numbers.client, m_numbers.server};
    const uint32_t base = isn[sideIndex(otherSide(side))];
    SegmentHeader segment = header(side, m_ends.next[sideIndex(side)], ack);
    segment.options.sackBlocks[0]
        = {SeqNum{base + static_cast<uint32_t>(left)}, SeqNum{base + static_cast<uint32_t>(right)}};
    segment.options.sackBlockCount = 1;
    record(segment);
    return *this;
}

Conversation& Conversation::window(Side side, uint16_t raw)
{
    m_ends.window[sideIndex(side)] = raw;
    return *this;
}

Conversation& Conversation::keepAlive(Side side)
{
    record(header(side, m_ends.next[sideIndex(side)] - 1, ack));
    return *this;
}

Conversation& Conversation::zeroWindowProbe(Side side)
{
    record(header(side, m_ends.arrived[sideIndex(side)] - 1, ack));
    return *this;
}

Conversation& Conversation::closes(Side side)
{
    record(header(side, m_ends.next[sideIndex(side)], fin | ack));
    m_ends.next[sideIndex(side)] += 1;
    if (arrives())
        m_ends.arrived[sideIndex(side)] = m_ends.next[sideIndex(side)];
    return *this;
}

Conversation& Conversation::aborts(Side side)
{
    record(header(side, m_ends.next[sideIndex(side)], rst | ack));
    return *this;
}

Conversation& Conversation::replies(Side side, int64_t offset)
{
    SegmentHeader segment = header(side, offset, rst);
    segment.rawWindow = 0;
    segment.ipId = 0;
    segment.options.timestamps.reset();
    record(segment);
    return *this;
}

Conversation& Conversation::refuses()
{
    SegmentHeader segment = header(Side::Server, 0, rst | ack);
    segment.seq = SeqNum{0};
    segment.ack = SeqNum{m_numbers.client + 1};
    segment.rawWindow = 0;
    segment.ipId = 0;
    record(segment);
    return *this;
}

Conversation& Conversation::says(Side side, int64_t seq, int64_t acknowledged, uint32_t bytes, uint16_t flags)
{
    const std::array isn{m_numbers.client, m_numbers.server};
    SegmentHeader segment = header(side, seq, flags);
    if (flags & ack)
        segment.ack.value = isn[sideIndex(otherSide(side))] + static_cast<uint32_t>(acknowledged);
    segment.payloadLength = bytes;
    record(segment);
    return *this;
}

Conversation& Conversation::icmp(Side quoted, int64_t seq, uint8_t type, uint8_t code, uint32_t mtu)
{
    const SegmentHeader about = header(quoted, seq, ack);
    IcmpError error;
    error.sender = addressOf(9);
    error.type = type;
    error.code = code;
    error.mtu = mtu;
    error.quotedSource = about.source;
    error.quotedDestination = about.destination;
    error.quotedSeq = about.seq;
    m_time += packetTime;
    m_table.add(error, PacketNumber(++m_frame), m_time);
    return *this;
}

Conversation& Conversation::capturedAt(Side side)
{
    m_capturedAt = side;
    return *this;
}

Conversation& Conversation::checksums(ChecksumClass value)
{
    m_checksums = value;
    return *this;
}

Conversation& Conversation::clockOff(Side side, Duration value)
{
    m_clockOff[sideIndex(side)] = value;
    return *this;
}

Conversation& Conversation::ttl(Side side, uint8_t value)
{
    m_ttl[sideIndex(side)] = value;
    return *this;
}

Conversation& Conversation::timestamps(bool on)
{
    m_withTimestamps = on;
    return *this;
}

Conversation& Conversation::withoutSackAtServer()
{
    m_serverTakesSack = false;
    return *this;
}

Conversation& Conversation::newConnection(uint16_t serverPort)
{
    m_all[m_number] = m_ends;
    m_number = m_all.size();
    m_ends = Ends();
    m_ends.port = static_cast<uint16_t>(m_ends.port + m_number);
    m_ends.serverPort = serverPort;
    m_all.push_back(m_ends);
    return *this;
}

Conversation& Conversation::backTo(size_t number)
{
    m_all[m_number] = m_ends;
    m_number = number;
    m_ends = m_all.at(number);
    return *this;
}

const Trace& Conversation::trace()
{
    if (m_trace)
        return *m_trace;
    m_trace = std::make_unique<Trace>(m_table.takeTrace());
    m_trace->capture.firstTime = firstTime;
    m_trace->capture.lastTime = m_time;
    m_trace->capture.packets = m_trace->capture.tcpSegments = m_frame;
    return *m_trace;
}

Analysis Conversation::analysis(uint32_t id)
{
    return analyzeConnection(connection(id));
}

ConnectionDiagnosis Conversation::diagnosis(uint32_t id)
{
    const TraceContext context = buildTraceContext(trace());
    return diagnoseConnection(context, connection(id), analysis(id));
}

Diagnosis Conversation::primary(uint32_t id)
{
    return primaryOf(trace(), id);
}

Diagnosis primaryOf(const Trace& trace, uint32_t id)
{
    const Connection& connection = trace.connections[id];
    const ConnectionDiagnosis result
        = diagnoseConnection(buildTraceContext(trace), connection, analyzeConnection(connection));
    return result.primary() != nullptr ? *result.primary() : Diagnosis();
}

std::vector<uint32_t> framesOf(const Diagnosis& diagnosis)
{
    std::vector<uint32_t> frames;
    for (const EvidenceStep& step : diagnosis.chain)
        frames.push_back(step.frame ? step.frame->value : 0);
    return frames;
}

const EvidenceStep* findStep(const Diagnosis& diagnosis, Role role)
{
    const auto step = std::find_if(
        diagnosis.chain.begin(), diagnosis.chain.end(), [role](const EvidenceStep& s) { return s.role == role; });
    return step == diagnosis.chain.end() ? nullptr : &*step;
}

bool isPossible(const Diagnosis& diagnosis, CauseId cause)
{
    return std::any_of(diagnosis.alternatives.begin(), diagnosis.alternatives.end(),
        [cause](const Alternative& a) { return a.cause == cause && a.confidence == Confidence::Possible; });
}

} // namespace whyrst::test
