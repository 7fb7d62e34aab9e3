// What a segment sends: new data, re-sends and their kinds (diagnosis.md 3.12), probes (3.7).
#include "model/analysis/analyzer.h"
#include "model/analysis/thresholds.h"

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

bool isNear(Duration value, Duration expected, double share)
{
    return std::abs(toSeconds(value - expected)) <= share * toSeconds(expected);
}

} // namespace

Duration Analyzer::timeoutOf(Side sender) const
{
    return memory(otherSide(sender)).estimator.retransmissionTimeout(memory(sender).estimator.minimum());
}

Duration Analyzer::smoothedOf(Side sender) const
{
    return memory(otherSide(sender)).estimator.smoothed() + memory(sender).estimator.minimum();
}

/// Keep-alives and zero-window probes carry no new data and do not move SND.NXT.
bool Analyzer::takeProbe(const LocatedSegment& located, Kinds& kinds)
{
    const Segment& segment = located.segment;
    const SenderState& sender = m_state.sender(located.side);
    const ReceiverState& receiver = m_state.receiver(otherSide(located.side));
    if (segment.flags.syn() || segment.flags.fin() || !segment.flags.ack()
        || segment.payloadLength > 1 + sender.flightSize())
        return false;
    SideMemory& peer = memory(otherSide(located.side));
    const bool windowIsZero = receiver.windowSeen && receiver.lastRawWindow == 0;
    const bool noRoom = windowIsZero || (sender.edgeKnown && sender.edge == sender.sndNxt);
    const bool beforeUna = segment.payloadLength == 0 && segment.seq == sender.sndUna - 1;
    const bool atUna = windowIsZero && segment.payloadLength > 0 && segment.seq == sender.sndUna;
    const bool beyondEdge = windowIsZero && segment.payloadLength == 1 && segment.seq == sender.edge;
    if (sender.acknowledged && ((noRoom && beforeUna) || atUna || beyondEdge)) {
        kinds.add(Kind::ZeroWindowProbe);
        peer.probed = segment.time;
        if (peer.windowIsClosed) {
            WindowClosed& closed = flow(otherSide(located.side)).windowClosed.back();
            ++closed.probes;
            ++closed.unansweredInARow;
        }
        return segment.payloadLength == 0 || beyondEdge;
    }
    const bool keepAlive = segment.payloadLength <= 1 && segment.seq == sender.sndNxt - 1 && !sender.hasOutstanding()
        && sender.acknowledged;
    if (keepAlive) {
        kinds.add(Kind::KeepAlive);
        ++flow(located.side).counts.keepAlives;
        peer.keptAlive = segment.time;
    }
    return keepAlive;
}

void Analyzer::takeSequence(const LocatedSegment& located, Kinds& kinds)
{
    const Segment& segment = located.segment;
    SenderState& sender = m_state.sender(located.side);
    if (takeProbe(located, kinds) || segment.segLen() == 0)
        return;
    if (segment.flags.fin()) {
        sender.finSent = true;
        sender.finOffset = segment.end() - 1;
    }
    const bool hasOldBytes = sender.seen.covered(segment.seq, segment.end()) > 0;
    if (hasOldBytes)
        takeResend(located, kinds);
    else
        takeNewData(located, kinds);
    sender.seen.add(segment.seq, segment.end());
    sender.sndNxt = std::max(sender.sndNxt, segment.end());
    const StreamOffset begin = std::max(segment.seq, sender.sndUna);
    if (!kinds.has(Kind::NetworkDuplicate) && begin < segment.end())
        sender.recordSend(begin, segment.end(), segment.time, located.row);
}

void Analyzer::takeNewData(const LocatedSegment& located, Kinds& kinds)
{
    const Segment& segment = located.segment;
    SenderState& sender = m_state.sender(located.side);
    FlowAnalysis& own = flow(located.side);
    const bool isLate = sender.started && segment.segLen() > 0 && segment.end() <= sender.sndUna;
    if (segment.seq >= sender.sndNxt || (!sender.hasOutstanding() && !isLate)) {
        kinds.add(Kind::New);
        return;
    }
    if (segment.end() <= sender.sndUna)
        own.unseenAckedBytes = std::max<int64_t>(0, own.unseenAckedBytes - segment.segLen());
    if (judgeGap(located).isLate) {
        kinds.add(Kind::LateOriginal);
        ++own.counts.outOfOrder;
        return;
    }
    kinds.add(Kind::ResentUnseen);
    own.resends.push_back({located.row, Kind::ResentUnseen, Duration()});
}

bool Analyzer::isNetworkDuplicate(const LocatedSegment& located, const SentRange* earlier) const
{
    const Segment& segment = located.segment;
    if (!segment.hasIpId || segment.ipId == 0 || !memory(located.side).ipIdVaries)
        return false;
    std::optional<Segment> first;
    if (earlier != nullptr)
        first = m_connection.flow(located.side).segments.at(earlier->lastRow);
    else if (memory(located.side).previous)
        first = memory(located.side).previous->segment;
    const bool isSame = first && first->ipId == segment.ipId && first->seq == segment.seq
        && first->payloadLength == segment.payloadLength && first->timestamps == segment.timestamps;
    // ours: some routers and small devices send the stored packet again, with the IP ID that it had. What comes as late
    // as a timer sends it is theirs; timestamps would differ then (RFC 7323 3).
    const bool isTimely = isSame && (segment.hasTimestamps || segment.time - first->time < timeoutOf(located.side));
    return isTimely;
}

/// All bytes were acknowledged, as seen here, at least the round trip to the sender before.
bool Analyzer::isNeedless(const LocatedSegment& located) const
{
    const Segment& segment = located.segment;
    const SenderState& sender = m_state.sender(located.side);
    if (!sender.acknowledged || segment.end() > sender.sndUna)
        return false; // without an acknowledgment SND.UNA is only where the capture began
    const Duration toSender = memory(located.side).estimator.minimum();
    const auto& advances = memory(otherSide(located.side)).advances;
    const auto covering = std::lower_bound(advances.begin(), advances.end(), segment.end(),
        [](const Advance& advance, StreamOffset end) { return advance.ack < end; });
    return covering == advances.end() || segment.time - covering->time >= toSender;
}

void Analyzer::takeResend(const LocatedSegment& located, Kinds& kinds)
{
    const Segment& segment = located.segment;
    const SenderState& sender = m_state.sender(located.side);
    // What is outstanding behind acknowledged bytes is another matter.
    const bool isAcknowledged = sender.acknowledged && segment.end() <= sender.sndUna;
    const SentRange* earlier = isAcknowledged ? nullptr : sender.rangeAt(std::max(segment.seq, sender.sndUna));
    if (isNetworkDuplicate(located, earlier)) {
        kinds.add(Kind::NetworkDuplicate);
        return;
    }
    if (kinds.has(Kind::ZeroWindowProbe))
        return;
    Kind kind = Kind::Retransmission;
    Duration sinceLast{};
    if (earlier != nullptr) {
        sinceLast = segment.time - earlier->lastTime;
        kind = classifyResend(located, *earlier);
    } else if (isNeedless(located)) {
        kind = Kind::Needless;
    }
    kinds.add(kind);
    if (segment.end() > sender.sndNxt)
        kinds.add(Kind::New);
    flow(located.side).resends.push_back({located.row, kind, sinceLast});
}

Kind Analyzer::classifyResend(const LocatedSegment& located, const SentRange& earlier)
{
    const Segment& segment = located.segment;
    const SenderState& sender = m_state.sender(located.side);
    SideMemory& own = memory(located.side);
    const SideMemory& peer = memory(otherSide(located.side));
    const Duration gap = segment.time - earlier.lastTime;
    const Duration timeout = timeoutOf(located.side);

    const bool dupAcksTell
        = peer.dupAcks >= dupAckThreshold && peer.lastDupAck >= earlier.lastTime && segment.seq <= sender.sndUna;
    const bool sackTells = peer.lastNewSack >= earlier.lastTime && sender.sacked.highest() > segment.end();
    if ((dupAcksTell || sackTells) && gap < timeout)
        return Kind::FastRetransmission;

    const Duration smoothed = smoothedOf(located.side);
    const bool isTail = segment.end() >= sender.sndNxt && earlier.sends == 1 && peer.dupAcks == 0;
    const bool probeTime = (gap >= smoothed * 3 / 2 && gap < timeout)
        || isNear(gap, 2 * smoothed + smallestRto, 0.2); // Linux tcp_schedule_loss_probe, one segment outstanding
    if (isTail && peer.estimator.hasSample() && probeTime && !segment.flags.syn() && !own.rtoRecovery)
        return Kind::TailLossProbe;

    const bool timerAge
        = peer.estimator.hasSample() ? toSeconds(gap) >= timerShare * toSeconds(timeout) : gap >= timerWithoutEstimate;
    if (segment.seq <= sender.sndUna && timerAge && sender.lastProgress <= earlier.lastTime + orderTolerance) {
        noteTimerResend(located, earlier);
        return Kind::RtoRetransmission;
    }
    if (own.rtoRecovery && segment.seq < *own.rtoRecovery)
        return Kind::RtoFollow;
    return Kind::Retransmission;
}

void Analyzer::noteTimerResend(const LocatedSegment& located, const SentRange& earlier)
{
    SideMemory& own = memory(located.side);
    std::vector<Backoff>& backoffs = flow(located.side).backoffs;
    own.rtoRecovery = m_state.sender(located.side).sndNxt;
    const auto [place, isNew] = own.backoffs.try_emplace(earlier.begin, backoffs.size());
    if (isNew) {
        Backoff backoff;
        backoff.begin = earlier.begin;
        backoff.firstSendRow = earlier.firstRow;
        backoffs.push_back(backoff);
    }
    Backoff& backoff = backoffs[place->second];
    backoff.rows.push_back(located.row);
    backoff.lastInterval = located.segment.time - earlier.lastTime;
}

} // namespace whyrst
