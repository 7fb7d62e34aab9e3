#include "tests/benchmarks/connection_script.h"

#include <chrono>

using namespace std::chrono_literals;

namespace whyrst::benchmark {

namespace {

constexpr uint16_t fin = 0x01;
constexpr uint16_t syn = 0x02;
constexpr uint16_t rst = 0x04;
constexpr uint16_t psh = 0x08;
constexpr uint16_t ackFlag = 0x10;

constexpr uint16_t requestLength = 180;
constexpr uint16_t segmentsBehindHole = 3; // as many duplicate ACKs start a fast retransmission (RFC 5681 3.2)
constexpr uint64_t lossRoundLength = 1 + 2 * segmentsBehindHole + 2;
constexpr uint64_t holeLength = 2;
constexpr int blackHoleTimeouts = 5;

constexpr Duration serialization = 12us; // of a full segment at 1 Gbit/s
constexpr Duration think = 60us;         // from an ACK to the next data

} // namespace

uint64_t Random::next()
{
    uint64_t z = (m_state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

ConnectionScript::ConnectionScript(const ConnectionPlan& plan)
    : m_plan(plan)
    , m_random(plan.seed)
    , m_time(plan.start)
    , m_left(plan.segments)
{
    m_roundTrip = 5ms + std::chrono::microseconds(m_random.below(45'000));
    m_next[0] = static_cast<uint32_t>(m_random.next());
    m_next[1] = static_cast<uint32_t>(m_random.next());
    planMore();
}

std::optional<ScriptedSegment> ConnectionScript::next()
{
    if (m_at == m_planned.size())
        return std::nullopt;
    ScriptedSegment segment = m_planned[m_at++];
    stamp(segment);
    if (m_at == m_planned.size())
        planMore();
    if (m_at < m_planned.size())
        m_time += m_planned[m_at].gap;
    return segment;
}

/// Sets the TCP timestamps: the time, and the latest one of the other side (RFC 7323 4.3).
void ConnectionScript::stamp(ScriptedSegment& segment)
{
    const auto sinceEpoch = std::chrono::duration_cast<std::chrono::milliseconds>(m_time.time_since_epoch());
    segment.timestamp = static_cast<uint32_t>(sinceEpoch.count());
    segment.timestampEcho = segment.flags & ackFlag ? m_timestamp[sideIndex(otherSide(segment.sender))] : 0;
    m_timestamp[sideIndex(segment.sender)] = segment.timestamp;
}

void ConnectionScript::planMore()
{
    m_at = 0;
    m_planned.clear();
    const uint64_t ending = endingLength(m_plan.ending);
    if (m_plan.ending == Ending::Scan && m_left > 0)
        planScan();
    else if (m_left == m_plan.segments)
        planOpening();
    else if (m_left > ending + holeLength && m_plan.holes)
        planHoles();
    else if (m_left > ending)
        planRound(m_left - ending);
    else if (m_left > 0)
        planEnding();
    m_left -= m_planned.size();
}

void ConnectionScript::add(Side sender, uint16_t flags, uint16_t payload, Duration gap)
{
    uint32_t& next = m_next[sideIndex(sender)];
    const uint32_t ack = flags & ackFlag ? m_acknowledged[sideIndex(sender)] : 0;
    m_planned.push_back(
        {.sender = sender, .seq = next, .ack = ack, .flags = flags, .payloadLength = payload, .gap = gap});
    next += payload + (flags & (syn | fin) ? 1u : 0u);
}

/// An ACK for all that the other side has sent.
void ConnectionScript::addAck(Side sender, Duration gap)
{
    m_acknowledged[sideIndex(sender)] = m_next[sideIndex(otherSide(sender))];
    add(sender, ackFlag, 0, gap);
}

void ConnectionScript::planOpening()
{
    add(Side::Client, syn, 0, 0us);
    m_acknowledged[sideIndex(Side::Server)] = m_next[sideIndex(Side::Client)];
    add(Side::Server, syn | ackFlag, 0, think);
    addAck(Side::Client, m_roundTrip);
    add(Side::Client, psh | ackFlag, requestLength, 100us);
    addAck(Side::Server, think);
}

void ConnectionScript::planScan()
{
    add(Side::Client, syn, 0, 0us);
    m_acknowledged[sideIndex(Side::Server)] = m_next[sideIndex(Side::Client)];
    add(Side::Server, syn | ackFlag, 0, think);
    add(Side::Client, rst, 0, m_roundTrip);
}

/// A segment that is lost for ever, one that arrives, and the ACK that reports it: the holes only grow in number.
void ConnectionScript::planHoles()
{
    m_next[sideIndex(Side::Server)] += m_plan.payload;
    add(Side::Server, ackFlag, m_plan.payload, think);
    add(Side::Client, ackFlag, 0, m_roundTrip);
    m_planned.back().sackRight = m_next[sideIndex(Side::Server)];
    m_planned.back().sackLeft = m_planned.back().sackRight - m_plan.payload;
}

/// Two full segments and an ACK for both; fewer when the connection's share of segments ends.
void ConnectionScript::planRound(uint64_t available)
{
    if (available >= lossRoundLength && (isLost() || isLost())) {
        planLoss();
        return;
    }
    constexpr uint64_t wholeRound = 3;
    add(Side::Server, ackFlag, m_plan.payload, think);
    if (available >= wholeRound)
        add(Side::Server, psh | ackFlag, m_plan.payload, serialization);
    if (available > 1)
        addAck(Side::Client, m_roundTrip);
}

/// A full segment that is lost, and `following` ones that each cause a duplicate ACK with a growing SACK block.
void ConnectionScript::addHole(uint16_t following)
{
    add(Side::Server, ackFlag, m_plan.payload, think);
    const uint32_t left = m_next[sideIndex(Side::Server)];
    for (uint16_t i = 0; i < following; ++i)
        add(Side::Server, ackFlag, m_plan.payload, serialization);
    for (uint16_t i = 0; i < following; ++i) {
        add(Side::Client, ackFlag, 0, i == 0 ? m_roundTrip : serialization);
        m_planned.back().sackLeft = left;
        m_planned.back().sackRight = left + (i + 1u) * m_plan.payload;
    }
}

void ConnectionScript::planLoss()
{
    const uint32_t lost = m_next[sideIndex(Side::Server)];
    addHole(segmentsBehindHole);
    add(Side::Server, ackFlag, m_plan.payload, think);
    m_planned.back().seq = lost;
    m_next[sideIndex(Side::Server)] -= m_plan.payload;
    addAck(Side::Client, m_roundTrip);
}

void ConnectionScript::planEnding()
{
    switch (m_plan.ending) {
    case Ending::Fin:
        // Whatever was sent last and not acknowledged yet is acknowledged together with the FIN.
        add(Side::Server, fin | ackFlag, 0, think);
        m_acknowledged[sideIndex(Side::Client)] = m_next[sideIndex(Side::Server)];
        add(Side::Client, fin | ackFlag, 0, m_roundTrip);
        addAck(Side::Server, think);
        break;
    case Ending::Abort:
        add(Side::Client, rst | ackFlag, 0, m_roundTrip);
        break;
    case Ending::BlackHole:
        planBlackHole();
        break;
    case Ending::Scan:
        break; // has no more than its beginning
    }
}

void ConnectionScript::planBlackHole()
{
    const uint32_t lost = m_next[sideIndex(Side::Server)];
    addHole(segmentsBehindHole);
    Duration timeout = 200ms + m_roundTrip;
    for (int i = 0; i <= blackHoleTimeouts; ++i) {
        add(Side::Server, ackFlag, m_plan.payload, i == 0 ? think : timeout);
        m_planned.back().seq = lost;
        m_next[sideIndex(Side::Server)] -= m_plan.payload;
        timeout *= i == 0 ? 1 : 2;
    }
    add(Side::Server, rst | ackFlag, 0, timeout);
}

} // namespace whyrst::benchmark
