#include "tests/support/two_captures.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace whyrst::test {

namespace {

constexpr uint16_t syn = 0x02;
constexpr uint16_t rst = 0x04;
constexpr uint16_t ack = 0x10;
constexpr Timestamp firstTime{std::chrono::seconds(1'700'000'000)};
constexpr Duration packetTime = 20us;

Endpoint endpoint(uint8_t last, uint16_t port)
{
    Endpoint result;
    result.address.bytes = {192, 0, 2, last};
    result.port = port;
    return result;
}

} // namespace

TwoCaptures& TwoCaptures::wait(Duration duration)
{
    m_now += duration;
    return *this;
}

TwoCaptures& TwoCaptures::newConnection()
{
    ++m_path.clientPort;
    for (uint32_t& number : m_initialNumbers)
        number += 77'777'777;
    m_sndNxt = m_ack = {0, 0};
    return *this;
}

TwoCaptures& TwoCaptures::lost()
{
    m_next.isLost = true;
    return *this;
}

TwoCaptures& TwoCaptures::unseenBy(Side capture)
{
    m_next.unseen[sideIndex(capture)] = true;
    return *this;
}

TwoCaptures& TwoCaptures::late(Duration more)
{
    m_next.late = more;
    return *this;
}

TwoCaptures& TwoCaptures::duplicated(Duration after)
{
    m_next.duplicate = after;
    return *this;
}

TwoCaptures& TwoCaptures::altered(std::function<void(SegmentHeader&)> change)
{
    m_next.change = std::move(change);
    return *this;
}

TwoCaptures& TwoCaptures::handshake()
{
    for (const Side side : {Side::Client, Side::Server}) {
        SegmentHeader segment = header(side, 0, side == Side::Client ? syn : syn | ack);
        segment.options.maximumSegmentSize = 1460;
        segment.options.windowScale = 7;
        segment.options.sackPermitted = true;
        transmit(side, segment);
        m_sndNxt[sideIndex(side)] = 1;
        m_ack[sideIndex(otherSide(side))] = 1;
        m_now += m_path.delay[sideIndex(side)];
    }
    return acknowledge(Side::Client, 1);
}

TwoCaptures& TwoCaptures::refused()
{
    SegmentHeader segment = header(Side::Client, 0, syn);
    segment.options.maximumSegmentSize = 1460;
    transmit(Side::Client, segment);
    m_ack[sideIndex(Side::Server)] = 1;
    m_now += m_path.delay[sideIndex(Side::Client)];
    SegmentHeader answer = header(Side::Server, 0, rst | ack);
    answer.seq = SeqNum{0};
    transmit(Side::Server, answer);
    return *this;
}

TwoCaptures& TwoCaptures::talk(int rounds)
{
    handshake();
    for (int round = 1; round <= rounds; ++round)
        data(Side::Client, 100).wait(25ms).acknowledge(Side::Server, 1 + 100 * round).wait(25ms);
    return *this;
}

TwoCaptures& TwoCaptures::data(Side from, uint32_t bytes)
{
    resend(from, m_sndNxt[sideIndex(from)], bytes);
    m_sndNxt[sideIndex(from)] += bytes;
    return *this;
}

TwoCaptures& TwoCaptures::changedData(Side from, uint32_t bytes, int32_t longer)
{
    const size_t own = sideIndex(from);
    const auto end = m_initialNumbers[own] + static_cast<uint32_t>(m_sndNxt[own]) + bytes;
    m_changed[own] = {end, longer};
    return data(from, bytes);
}

TwoCaptures& TwoCaptures::resend(Side from, int64_t offset, uint32_t bytes)
{
    SegmentHeader segment = header(from, offset, ack);
    segment.payloadLength = bytes;
    transmit(from, segment);
    return *this;
}

TwoCaptures& TwoCaptures::superSegment(Side from, uint32_t bytes, uint32_t piece, const std::set<uint32_t>& lostPieces)
{
    const Next next = std::exchange(m_next, {});
    SegmentHeader whole = header(from, m_sndNxt[sideIndex(from)], ack);
    whole.payloadLength = bytes;
    const uint32_t id = m_nextId++;
    m_now += packetTime;
    record(from, firstTime + m_now, whole, id);
    uint32_t index = 0;
    for (uint32_t at = 0; at < bytes; at += piece, ++index) {
        SegmentHeader cut = whole;
        cut.seq.value += at;
        cut.payloadLength = std::min(piece, bytes - at);
        if (whole.ipId)
            cut.ipId = static_cast<uint16_t>(*whole.ipId + index);
        if (!lostPieces.contains(index))
            arrive(from, cut, id, m_path.delay[sideIndex(from)] + index * packetTime, next);
    }
    m_ipId[sideIndex(from)] = static_cast<uint16_t>(m_ipId[sideIndex(from)] + index - 1);
    m_sndNxt[sideIndex(from)] += bytes;
    return *this;
}

TwoCaptures& TwoCaptures::acknowledge(Side from, int64_t number, std::vector<std::pair<int64_t, int64_t>> sack)
{
    const size_t other = sideIndex(otherSide(from));
    m_ack[sideIndex(from)] = number;
    SegmentHeader segment = header(from, m_sndNxt[sideIndex(from)], ack);
    for (const auto& [left, right] : sack) {
        const auto raw
            = [&](int64_t offset) { return SeqNum{m_initialNumbers[other] + static_cast<uint32_t>(offset)}; };
        segment.options.sackBlocks[segment.options.sackBlockCount++] = {raw(left), raw(right)};
    }
    transmit(from, segment);
    return *this;
}

TwoCaptures& TwoCaptures::reset(Side from, int64_t offset)
{
    transmit(from, header(from, offset, rst | ack));
    return *this;
}

TwoCaptures& TwoCaptures::bare(Side from, SeqNum seq, SeqNum acked, uint16_t flags)
{
    SegmentHeader segment = header(from, 0, flags);
    segment.seq = seq;
    segment.ack = acked;
    transmit(from, segment);
    return *this;
}

TwoCaptures& TwoCaptures::forgeReset(Side from, int64_t offset, uint8_t ttl)
{
    SegmentHeader segment = header(from, offset, rst | ack);
    --m_ipId[sideIndex(from)]; // the host sent none
    segment.ipId = m_path.withIds ? std::optional<uint16_t>(0) : std::nullopt;
    segment.options.timestamps.reset();
    segment.ttl = static_cast<uint8_t>(ttl + m_path.hops);
    m_now += packetTime;
    arrive(from, segment, m_nextId++, m_path.delay[sideIndex(from)], {});
    return *this;
}

SegmentHeader TwoCaptures::header(Side from, int64_t seq, uint16_t flags)
{
    const size_t own = sideIndex(from);
    const size_t other = sideIndex(otherSide(from));
    SegmentHeader segment;
    const Endpoint client = endpoint(1, m_path.clientPort);
    segment.source = from == Side::Client ? client : endpoint(2, 443);
    segment.destination = from == Side::Client ? endpoint(2, 443) : client;
    segment.seq.value = m_initialNumbers[own] + static_cast<uint32_t>(seq);
    segment.flags.bits = flags;
    if (flags & ack)
        segment.ack.value = m_initialNumbers[other] + static_cast<uint32_t>(m_ack[own]);
    segment.rawWindow = 502;
    segment.headerLength = 40;
    segment.ttl = 64;
    segment.checksumClass = ChecksumClass::Valid;
    if (m_path.withIds)
        segment.ipId = ++m_ipId[own];
    if (m_path.withTimestamps) {
        const auto clock = static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(m_now).count());
        segment.options.timestamps
            = Timestamps{1000 + clock, m_path.echoesTimestamps ? m_lastStamp[other] : 5000 + clock};
    }
    return segment;
}

SegmentHeader TwoCaptures::seenAtServer(SegmentHeader segment, Side from) const
{
    const size_t own = sideIndex(from);
    const size_t other = sideIndex(otherSide(from));
    const auto isBehind = [&](SeqNum number, size_t side) {
        return m_changed[side].second != 0 && static_cast<int32_t>(number.value - m_changed[side].first) >= 0;
    };
    const SeqNum end{segment.seq.value + segment.payloadLength};
    if (segment.flags.ack() && isBehind(segment.ack, other))
        segment.ack.value += static_cast<uint32_t>(m_changed[other].second);
    if (isBehind(segment.seq, own))
        segment.seq.value += static_cast<uint32_t>(m_changed[own].second);
    else if (segment.payloadLength > 0 && isBehind(end, own))
        segment.payloadLength += static_cast<uint32_t>(m_changed[own].second);
    segment.seq.value += m_path.shift[own];
    if (segment.flags.ack())
        segment.ack.value += m_path.shift[other];
    for (uint8_t index = 0; m_path.shiftsSack && index < segment.options.sackBlockCount; ++index) {
        segment.options.sackBlocks[index].left.value += m_path.shift[other];
        segment.options.sackBlocks[index].right.value += m_path.shift[other];
    }
    if (m_path.natPort != 0) {
        Endpoint& client = from == Side::Client ? segment.source : segment.destination;
        client = endpoint(99, static_cast<uint16_t>(m_path.natPort + client.port));
    }
    return segment;
}

void TwoCaptures::record(Side capture, Timestamp time, SegmentHeader segment, uint32_t id)
{
    if (capture == Side::Server) {
        const double drifted = m_path.drift * static_cast<double>((time - firstTime).count());
        time += m_path.clockOffset + Duration(std::llround(drifted));
    }
    m_records[sideIndex(capture)].push_back({time, segment, id});
}

void TwoCaptures::transmit(Side from, const SegmentHeader& sent)
{
    const Next next = std::exchange(m_next, {});
    m_now += packetTime;
    const uint32_t id = m_nextId++;
    const SegmentHeader seen = from == Side::Client ? sent : seenAtServer(sent, from);
    if (!next.unseen[sideIndex(from)])
        record(from, firstTime + m_now, seen, id);
    if (!next.isLost && sent.options.timestamps)
        m_lastStamp[sideIndex(from)] = sent.options.timestamps->value;
    if (!next.isLost)
        arrive(from, sent, id, m_path.delay[sideIndex(from)] + next.late, next);
}

void TwoCaptures::arrive(Side from, const SegmentHeader& sent, uint32_t id, Duration delay, const Next& next)
{
    const Side capture = otherSide(from);
    SegmentHeader seen = capture == Side::Server ? seenAtServer(sent, from) : sent;
    seen.ttl = static_cast<uint8_t>(seen.ttl - m_path.hops);
    if (next.change)
        next.change(seen);
    if (!next.unseen[sideIndex(capture)])
        record(capture, firstTime + m_now + delay, seen, id);
    if (next.duplicate)
        record(capture, firstTime + m_now + delay + *next.duplicate, seen, UINT32_MAX);
}

void TwoCaptures::build()
{
    std::array<std::multimap<uint32_t, uint32_t>, 2> frames; // packet id -> frames, by capture
    for (size_t capture = 0; capture < 2; ++capture) {
        std::vector<Record>& records = m_records[capture];
        std::ranges::stable_sort(records, {}, &Record::time);
        ConnectionTable table{LoadOptions()};
        for (uint32_t index = 0; index < records.size(); ++index) {
            table.add(records[index].header, PacketNumber(index + 1), records[index].time);
            frames[capture].emplace(records[index].id, index + 1);
        }
        m_traces[capture] = std::make_unique<Trace>(table.takeTrace());
        m_traces[capture]->capture.firstTime = records.empty() ? firstTime : records.front().time;
        m_traces[capture]->capture.lastTime = records.empty() ? firstTime : records.back().time;
    }
    for (const auto& [id, frame] : frames[0]) {
        const auto [begin, end] = frames[1].equal_range(id);
        for (auto twin = begin; id != UINT32_MAX && twin != end; ++twin)
            m_truePairs.emplace(frame, twin->second);
    }
}

const Trace& TwoCaptures::client()
{
    if (!m_traces[0])
        build();
    return *m_traces[0];
}

const Trace& TwoCaptures::server()
{
    if (!m_traces[1])
        build();
    return *m_traces[1];
}

Comparison TwoCaptures::compare(const CompareOptions& options)
{
    NoProgress progress;
    return compareTraces(server(), client(), options, progress);
}

const std::set<std::pair<uint32_t, uint32_t>>& TwoCaptures::truePairs()
{
    client();
    return m_truePairs;
}

} // namespace whyrst::test
