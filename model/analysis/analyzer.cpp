#include "model/analysis/analyzer.h"

#include "model/analysis/send_order.h"
#include "model/analysis/thresholds.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr StreamOffset synOffset{0};

/// A SYN whose number is not this connection's: an event, not data.
bool isForeignSyn(const Segment& segment)
{
    return segment.flags.syn() && segment.seq != synOffset;
}

/// How far an acknowledgment may lie beyond what was seen of a connection that has just begun. Heuristic: more than any
/// capture misses there, far less than numbers of another incarnation are away.
constexpr int64_t plausibleGap = int64_t{1} << 20;

/// The rate of a sender's timestamps is told from so many seconds at least; when by it less than this share of the time
/// has passed, the capture's clock jumped. Heuristic: ticks are 10 ms at most, and drift is far less.
constexpr double shortestClockSpan = 0.05;
constexpr double clockShareLow = 0.5;
constexpr uint32_t clockRows = 64;           ///< heuristic: the segments before that show how fast timestamps go
constexpr double wrappingTicks = 0x80000000; ///< RFC 7323 5.2: half their range

} // namespace

/// A packet of another incarnation, or a SYN-ACK that answers something else: it acknowledges what this SYN never
/// began.
bool Analyzer::isStray(const LocatedSegment& located) const
{
    const Side peer = otherSide(located.side);
    const SenderState& sender = m_state.sender(peer);
    if (!located.segment.flags.ack() || !m_connection.flow(peer).synSeen() || sender.acknowledged || !sender.started)
        return false;
    const StreamOffset ack = located.segment.ack;
    return ack <= synOffset || ack - sender.sndNxt > plausibleGap;
}

Analyzer::Analyzer(const Connection& connection)
    : m_connection(connection)
    , m_lastTime(connection.firstTime)
{
    for (const Side side : {Side::Client, Side::Server}) {
        FlowAnalysis& analysis = flow(side);
        analysis.kinds.reserve(connection.flow(side).size());
        const WindowShift shift = windowShiftOf(connection, side);
        analysis.windowShift = shift.shift;
        analysis.windowShiftKnown = shift.isKnown;
        analysis.effectiveMss = effectiveMssOf(connection, side);
    }
    m_analysis.handshakeSeen = connection.flow(Side::Client).synSeen() && connection.flow(Side::Server).synSeen();
}

void Analyzer::startSender(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    SenderState& sender = m_state.sender(located.side);
    if (!sender.started && !segment.flags.rst()) {
        sender.started = true;
        sender.sndUna = sender.sndNxt = segment.seq;
        sender.lastProgress = segment.time;
    }
    SenderState& peer = m_state.sender(otherSide(located.side));
    if (!segment.flags.ack() || segment.flags.rst() || peer.acknowledged)
        return;
    peer.acknowledged = true;
    if (!peer.started) {
        peer.started = true;
        peer.sndNxt = segment.ack;
        peer.lastProgress = segment.time;
        peer.sndUna = segment.ack;
    } else if (!m_connection.flow(otherSide(located.side)).synSeen()) {
        peer.sndUna = std::min(peer.sndUna, segment.ack); // began before the capture did
    }
}

/// What RFC 5961 answers with a challenge ACK: RSTs, and SYNs on a connection that is established.
void Analyzer::noteProvocation(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    if (segment.flags.rst() || (segment.flags.syn() && m_state.sender(otherSide(located.side)).started))
        memory(otherSide(located.side)).provoked = segment.time;
}

/// Whether the capture's clock jumped by `sinceLast`, more than any wait explains or more than by the timestamps of the
/// sender has passed.
bool Analyzer::isClockStep(const LocatedSegment& located, Duration sinceLast) const
{
    if (sinceLast < Duration() || sinceLast > clockStepForward)
        return true;
    if (located.row < 2)
        return false;
    const SegmentRows& rows = m_connection.flow(located.side).segments;
    const Segment before = rows.at(located.row - 1);
    const Segment first = rows.at(located.row - 1 - std::min(located.row - 1, clockRows));
    const Segment& now = located.segment;
    const auto ticks = [](const Segment& from, const Segment& to) {
        return static_cast<double>(to.timestamps.value - from.timestamps.value); // modulo 2^32 (RFC 7323 5.2)
    };
    const double known = toSeconds(before.time - first.time);
    const double passed = toSeconds(now.time - before.time);
    const bool areThere = first.hasTimestamps && before.hasTimestamps && now.hasTimestamps;
    if (!areThere || known < shortestClockSpan || passed <= 0 || ticks(first, before) <= 0)
        return false;
    const double rate = ticks(first, before) / known;
    if (rate * std::max(known, passed) > wrappingTicks)
        return false; // the timestamps may have begun anew
    return ticks(before, now) / passed < clockShareLow * rate;
}

void Analyzer::step(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    Kinds kinds;
    const Duration sinceLast = segment.time - m_lastTime;
    const bool isLong = sinceLast > clockStepByTimestamps || sinceLast < -clockStepBackward;
    m_analysis.clockStep = m_analysis.clockStep || (isLong && isClockStep(located, sinceLast));
    m_lastTime = segment.time;

    noteProvocation(located);
    const bool counts
        = !segment.isCaptureDuplicate && !segment.flags.rst() && !isForeignSyn(segment) && !isStray(located);
    if (segment.isCaptureDuplicate)
        kinds.add(Kind::CaptureDuplicate);
    if (segment.flags.rst() && m_analysis.firstReset == PacketNumber())
        m_analysis.firstReset = segment.frame;
    if (counts) {
        if (m_analysis.firstReset != PacketNumber() && !m_analysis.stateAtFirstReset)
            m_analysis.stateAtFirstReset = m_state;
        startSender(located);
        takeSequence(located, kinds);
        if (segment.flags.ack())
            takeAcknowledgment(located, kinds);
        SideMemory& own = memory(located.side);
        if (own.previous)
            noteIpId(own, own.previous->segment, segment);
        own.previous = located;
        m_state.lastHeard[sideIndex(located.side)] = segment.time;
    }
    flow(located.side).kinds.push_back(kinds);
}

Analysis Analyzer::finish()
{
    for (const Side side : {Side::Client, Side::Server}) {
        FlowAnalysis& analysis = flow(side);
        const SenderState& sender = m_state.sender(side);
        analysis.sndUna = sender.sndUna;
        analysis.sndNxt = sender.sndNxt;
        const Duration otherHalf = memory(otherSide(side)).estimator.minimum();
        analysis.roundTrip = summarize(analysis.roundTripSamples, memory(side).estimator, otherHalf);
        if (memory(side).windowIsClosed) {
            analysis.windowClosed.back().end = m_connection.lastTime;
            analysis.windowClosed.back().stillClosed = true;
        }
    }
    const Flow& client = m_connection.flow(Side::Client);
    const Flow& server = m_connection.flow(Side::Server);
    if (client.synSeen() && server.synSeen() && !server.empty())
        m_analysis.simultaneousOpen = !server.segments.at(0).flags.ack() && server.segments.at(0).flags.syn();
    m_analysis.lastState = std::move(m_state);
    return std::move(m_analysis);
}

ConnectionState stateBefore(const Connection& connection, const Analysis& analysis, PacketNumber frame)
{
    if (analysis.firstReset == frame)
        return analysis.stateAtFirstReset ? *analysis.stateAtFirstReset : analysis.lastState;
    if (frame > connection.lastFrame)
        return analysis.lastState;
    Analyzer analyzer(connection);
    ConnectionWalk walk(connection);
    LocatedSegment located;
    while (walk.next(located) && located.segment.frame < frame)
        analyzer.step(located);
    return analyzer.takeState();
}

} // namespace whyrst
