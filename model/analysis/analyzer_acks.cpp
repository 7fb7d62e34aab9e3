// What a segment acknowledges: progress, round trips, SACK, duplicate ACKs (diagnosis.md 3.8, 3.9), the window (3.6).
#include "model/analysis/analyzer.h"
#include "model/analysis/thresholds.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t rememberedAdvances = 512; ///< older acknowledgments are certainly more than a round trip old

bool isWithin(const std::optional<Timestamp>& since, Timestamp now, Duration limit)
{
    return since && now - *since <= limit;
}

} // namespace

void Analyzer::takeAcknowledgment(const LocatedSegment& located, Kinds& kinds)
{
    const Segment& segment = located.segment;
    SenderState& sender = m_state.sender(otherSide(located.side));
    const bool advances = segment.ack > sender.sndUna;
    bool isDsack = false;
    if (advances)
        takeAdvance(located);
    const bool newSack = takeSack(located, kinds, isDsack);
    if (isReneging(located))
        sender.takeBackReport();
    if (!advances && segment.ack == sender.sndUna && segment.isPureAck())
        takeRepeatedAck(located, kinds, newSack, isDsack);
    takeWindow(located, kinds);
    ReceiverState& receiver = m_state.receiver(located.side);
    receiver.lastAck = std::max(receiver.lastAck, segment.ack);
    receiver.ackSeen = true;
}

/// RFC 2018 8: the acknowledgment stops at bytes that were reported by SACK, and does not report them any more.
/// ours: that a later SACK leaves a range out proves nothing where acknowledgments overtake each other.
bool Analyzer::isReneging(const LocatedSegment& located) const
{
    const Segment& segment = located.segment;
    const Side senderSide = otherSide(located.side);
    const SenderState& sender = m_state.sender(senderSide);
    if (sender.sacked.lowest() != segment.ack || segment.ack != sender.sndUna)
        return false;
    const Flow& own = m_connection.flow(located.side);
    for (uint8_t index = 0; index < segment.sackBlockCount; ++index) {
        const SackBlock block = own.sackBlock(segment, index, m_connection.flow(senderSide));
        if (block.left <= segment.ack && segment.ack < block.right)
            return false;
    }
    return true;
}

void Analyzer::addRoundTrip(const LocatedSegment& located, Timestamp sent)
{
    using Value = RoundTripSample::Value;
    const Duration sample = std::min<Duration>(located.segment.time - sent, Value::max());
    memory(located.side).estimator.add(sample);
    flow(located.side).roundTripSamples.push_back({located.row, std::chrono::duration_cast<Value>(sample)});
}

/// When the data whose timestamp this acknowledgment echoes was first seen with it, when no acknowledgment echoed it
/// before (RFC 7323 4.1).
std::optional<Timestamp> Analyzer::echoedSend(const LocatedSegment& located) const
{
    const Segment& segment = located.segment;
    const std::optional<LocatedSegment>& previous = memory(located.side).previous;
    if (!segment.hasTimestamps || (previous && previous->segment.timestamps.echo == segment.timestamps.echo))
        return std::nullopt;
    const Side senderSide = otherSide(located.side);
    const SegmentRows& rows = m_connection.flow(senderSide).segments;
    const auto isEchoed = [&](uint32_t row) {
        const Segment data = rows.at(row);
        return data.hasTimestamps && data.timestamps.value == segment.timestamps.echo;
    };
    for (const SentRange& range : m_state.sender(senderSide).outstanding) {
        if (range.end > segment.ack)
            break;
        const bool isFirst = isEchoed(range.firstRow);
        const bool isLast = range.sends > 1 && isEchoed(range.lastRow);
        if (isFirst && isLast)
            return std::nullopt; // both were sent within one tick
        if (isFirst || isLast)
            return isFirst ? range.firstTime : range.lastTime;
    }
    return std::nullopt;
}

/// Karn's algorithm: the only transmission of a range to the first acknowledgment of all of it. Where something was
/// sent more than once, the timestamp echo tells which transmission is acknowledged (RFC 7323 4.1).
/// ours: the echo only there, as hosts do: its ticks are coarser, and of two segments it tells the older one.
void Analyzer::takeRoundTrip(const LocatedSegment& located, StreamOffset una)
{
    const Segment& segment = located.segment;
    const SenderState& sender = m_state.sender(otherSide(located.side));
    const SentRange* newest = nullptr;
    bool isAmbiguous = false;
    for (const SentRange& range : sender.outstanding) {
        if (range.end > segment.ack || isAmbiguous)
            break;
        isAmbiguous = range.sends > 1;
        newest = &range;
    }
    if (isAmbiguous) {
        if (const std::optional<Timestamp> sent = echoedSend(located); sent && *sent <= segment.time)
            addRoundTrip(located, *sent);
        return;
    }
    if (newest != nullptr && newest->end > una && segment.time >= newest->lastTime)
        addRoundTrip(located, newest->lastTime);
}

/// Later proofs that a re-send was not needed: the acknowledgment echoes an older timestamp (Eifel, RFC 3522), or comes
/// sooner after the re-send than a round trip allows.
void Analyzer::markSpurious(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    const Side senderSide = otherSide(located.side);
    const SenderState& sender = m_state.sender(senderSide);
    const Duration half = memory(located.side).estimator.minimum() / 2;
    for (const SentRange& range : sender.outstanding) {
        if (range.end > segment.ack)
            break;
        if (range.sends < 2)
            continue;
        const Segment resend = m_connection.flow(senderSide).segments.at(range.lastRow);
        const bool echoesOlder = segment.hasTimestamps && resend.hasTimestamps
            && static_cast<int32_t>(resend.timestamps.value - segment.timestamps.echo) > 0;
        const bool tooSoon = memory(located.side).estimator.hasSample() && segment.time - range.lastTime < half;
        if (echoesOlder || tooSoon)
            flow(senderSide).kinds[range.lastRow].add(Kind::Spurious);
    }
}

/// A D-SACK says that these bytes came twice: the last re-send of them was not needed (RFC 3708).
void Analyzer::markReportedTwice(Side sender, const SackBlock& block)
{
    constexpr size_t recent = 64; ///< re-sends that are looked at: the report comes a round trip later
    FlowAnalysis& analysis = flow(sender);
    const size_t count = analysis.resends.size();
    for (size_t index = count; index > count - std::min(count, recent); --index) {
        const uint32_t row = analysis.resends[index - 1].row;
        const Segment resend = m_connection.flow(sender).segments.at(row);
        if (resend.seq < block.right && block.left < resend.end()) {
            analysis.kinds[row].add(Kind::Spurious);
            return;
        }
    }
}

void Analyzer::takeAdvance(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    const Side senderSide = otherSide(located.side);
    SenderState& sender = m_state.sender(senderSide);
    SideMemory& own = memory(located.side);
    takeRoundTrip(located, sender.sndUna);
    markSpurious(located);
    const int64_t seen = sender.seen.covered(sender.sndUna, segment.ack);
    if (!sender.seen.empty())
        flow(senderSide).unseenAckedBytes += segment.ack - sender.sndUna - seen;
    sender.acknowledge(segment.ack, segment.time);
    sender.sndNxt = std::max(sender.sndNxt, segment.ack);
    own.dupAcks = 0;
    if (sender.sacked.empty())
        own.reportedSince.reset();
    own.advances.push_back({segment.ack, segment.time});
    if (own.advances.size() > rememberedAdvances)
        own.advances.pop_front();
    SideMemory& peer = memory(senderSide);
    if (peer.rtoRecovery && segment.ack >= *peer.rtoRecovery)
        peer.rtoRecovery.reset();
    peer.backoffs.erase(peer.backoffs.begin(), peer.backoffs.lower_bound(segment.ack));
}

/// From now on the sender may hear of a gap.
void Analyzer::noteGapReport(const LocatedSegment& located)
{
    std::optional<Timestamp>& since = memory(located.side).reportedSince;
    if (!since)
        since = located.segment.time;
}

/// Takes the SACK blocks; true when they report bytes that were not reported before (RFC 6675 2, "duplicate ACK").
bool Analyzer::takeSack(const LocatedSegment& located, Kinds& kinds, bool& isDsack)
{
    const Segment& segment = located.segment;
    if (segment.sackBlockCount == 0)
        return false;
    const Side senderSide = otherSide(located.side);
    SenderState& sender = m_state.sender(senderSide);
    const Flow& own = m_connection.flow(located.side);
    const auto block = [&](uint8_t index) { return own.sackBlock(segment, index, m_connection.flow(senderSide)); };
    const SackBlock first = block(0);
    const bool insideSecond
        = segment.sackBlockCount > 1 && block(1).left <= first.left && first.right <= block(1).right;
    isDsack = first.right <= segment.ack || insideSecond; // RFC 2883 4
    FlowCounts& counts = flow(located.side).counts;
    ++counts.sacks;
    if (isDsack) {
        kinds.add(Kind::DSack);
        ++counts.dSacks;
        markReportedTwice(senderSide, first);
    }
    int64_t added = 0;
    for (uint8_t index = isDsack ? 1 : 0; index < segment.sackBlockCount; ++index) {
        const SackBlock reported = block(index);
        const bool plausible = reported.left >= sender.sndUna && reported.right <= sender.sndNxt;
        if (plausible)
            added += sender.sacked.add(reported.left, reported.right);
    }
    if (added > 0) {
        memory(located.side).lastNewSack = segment.time;
        noteGapReport(located);
    }
    return added > 0;
}

void Analyzer::extendDupAckRun(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    SideMemory& own = memory(located.side);
    FlowAnalysis& analysis = flow(located.side);
    ++analysis.counts.dupAcks;
    if (own.dupAcks++ == 0) {
        DupAckRun run;
        run.ack = segment.ack;
        run.firstRow = located.row;
        run.firstTime = segment.time;
        analysis.dupAckRuns.push_back(run);
    }
    own.lastDupAck = segment.time;
    noteGapReport(located);
    DupAckRun& run = analysis.dupAckRuns.back();
    run.lastRow = located.row;
    run.lastTime = segment.time;
    run.count = own.dupAcks;
    run.sackedBytes = std::max(run.sackedBytes, m_state.sender(otherSide(located.side)).sacked.total());
}

/// A closed window is repeated only when a probe asks for it, however long the answer takes.
bool Analyzer::answersProbeLate(Side side)
{
    const ReceiverState& receiver = m_state.receiver(side);
    return memory(side).probed && memory(side).windowIsClosed && receiver.windowSeen && receiver.lastRawWindow == 0;
}

/// A pure ACK that acknowledges nothing new: answer to a probe, challenge, duplicate ACK or window update.
void Analyzer::takeRepeatedAck(const LocatedSegment& located, Kinds& kinds, bool newSack, bool isDsack)
{
    const Segment& segment = located.segment;
    SideMemory& own = memory(located.side);
    if (kinds.hasAny(Kinds(Kind::KeepAlive) | Kinds(Kind::ZeroWindowProbe)))
        return;
    if (isNetworkDuplicate(located, nullptr)) {
        kinds.add(Kind::NetworkDuplicate);
        return;
    }
    const Duration answerTime = own.estimator.minimum() + replySlack;
    const SenderState& sender = m_state.sender(otherSide(located.side));
    if (isWithin(own.keptAlive, segment.time, answerTime) && !newSack) {
        kinds.add(Kind::KeepAliveAck);
        own.keptAlive.reset();
    } else if ((isWithin(own.probed, segment.time, answerTime) || answersProbeLate(located.side)) && !newSack) {
        kinds.add(Kind::ProbeAck);
        own.probed.reset();
        if (own.windowIsClosed) {
            WindowClosed& closed = flow(located.side).windowClosed.back();
            ++closed.answeredProbes;
            closed.unansweredInARow = 0;
        }
    } else if (isWithin(own.provoked, segment.time, answerTime) && !newSack && !isDsack) {
        kinds.add(Kind::ChallengeAck);
        own.provoked.reset();
    } else {
        const ReceiverState& receiver = m_state.receiver(located.side);
        const bool sameWindow = receiver.windowSeen && receiver.lastRawWindow == segment.rawWindow; // RFC 5681 2 (e)
        if (sender.hasOutstanding() && (newSack || (sameWindow && !isDsack))) {
            extendDupAckRun(located);
            kinds.add(Kind::DupAck);
        } else if (!sameWindow) {
            kinds.add(Kind::WindowUpdate);
        }
    }
}

void Analyzer::closeWindow(const LocatedSegment& located, bool byWithdrawal)
{
    SideMemory& own = memory(located.side);
    if (own.windowIsClosed)
        return;
    own.windowIsClosed = true;
    own.edgeWhenClosed = m_state.sender(otherSide(located.side)).edge;
    WindowClosed closed;
    closed.firstRow = located.row;
    closed.begin = closed.end = located.segment.time;
    closed.byWithdrawal = byWithdrawal;
    flow(located.side).windowClosed.push_back(closed);
    ++flow(located.side).counts.zeroWindows;
}

/// Silly window avoidance: a few bytes are no opening (RFC 9293 3.8.6.2.2).
void Analyzer::reopenWindow(const LocatedSegment& located)
{
    SideMemory& own = memory(located.side);
    if (!own.windowIsClosed)
        return;
    const SenderState& sender = m_state.sender(otherSide(located.side));
    const int64_t mss = std::max<int64_t>(1, flow(otherSide(located.side)).effectiveMss);
    const int64_t enough = std::min(mss, std::max<int64_t>(1, m_state.receiver(located.side).largestWindow / 2));
    if (sender.edge - own.edgeWhenClosed < enough)
        return;
    own.windowIsClosed = false;
    WindowClosed& closed = flow(located.side).windowClosed.back();
    closed.end = located.segment.time;
    flow(located.side).counts.zeroWindowTime += closed.end - closed.begin;
}

void Analyzer::takeWindow(const LocatedSegment& located, Kinds& kinds)
{
    const Segment& segment = located.segment;
    ReceiverState& receiver = m_state.receiver(located.side);
    SenderState& sender = m_state.sender(otherSide(located.side));
    if (segment.ack < receiver.lastAck && receiver.ackSeen)
        return; // overtaken on the way: says nothing about now
    const FlowAnalysis& analysis = flow(located.side);
    const int64_t window = analysis.windowBytes(segment);
    const StreamOffset edge = segment.ack + window;
    const int64_t granule = int64_t{1} << analysis.windowShift;
    const bool shrinks = sender.edgeKnown && sender.edge - edge >= granule && !segment.flags.syn()
        && !(m_connection.flow(located.side).synSeen() && receiver.largestWindow == 0);
    const bool usable = analysis.windowShiftKnown || segment.rawWindow == 0;
    if (shrinks && usable)
        kinds.add(Kind::WindowShrink);
    sender.edge = shrinks ? edge : std::max(sender.edge, edge);
    if (!sender.edgeKnown)
        sender.edge = edge;
    sender.edgeKnown = true;
    receiver.windowSeen = true;
    receiver.lastRawWindow = segment.rawWindow;
    receiver.lastWindow = window;
    receiver.largestWindow = std::max(receiver.largestWindow, window);
    if (segment.rawWindow == 0 && !segment.flags.syn()) {
        kinds.add(Kind::ZeroWindow);
        closeWindow(located, shrinks && sender.sndNxt > edge);
    } else {
        reopenWindow(located);
    }
}

} // namespace whyrst
