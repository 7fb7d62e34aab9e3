#include "model/diagnosis/reset_form.h"

#include "model/analysis/thresholds.h"

#include <algorithm>
#include <set>

namespace whyrst {

namespace {

bool isAnsweredByReply(const Segment& reset, const Segment& q)
{
    return q.flags.ack() && reset.seq == q.ack;
}

bool isRefused(const Segment& reset, const Segment& q, SeqNum rawSeq)
{
    return !q.flags.ack() && rawSeq.value == 0 && reset.ack == q.end();
}

/// Within this time X's answer to a packet that it has not acknowledged yet is in time: Y's own timer still waits for
/// it. What the packet met in a queue behind others is no longer than that.
Duration patienceOf(const Analysis& analysis, Side x)
{
    return std::max(answerWindow(analysis, x), analysis.flow(x).roundTrip.retransmissionTimeout);
}

/// A RST as a host without the connection sends it: no ACK, nothing in it.
bool isBare(const Segment& segment)
{
    return segment.flags.rst() && !segment.flags.ack() && !segment.hasTimestamps && segment.rawWindow == 0;
}

/// Whether a packet of the other side that acknowledges the number of `reset` passed within the usual time before it.
bool hasTriggerInTime(const Connection& connection, const Analysis& analysis, const LocatedSegment& reset)
{
    const SegmentRows& segments = connection.flow(otherSide(reset.side)).segments;
    const Duration limit = answerWindow(analysis, reset.side);
    for (uint32_t row = segments.lowerBound(reset.segment.frame); row-- > 0;) {
        const Segment q = segments.at(row);
        if (reset.segment.time - q.time > limit)
            return false;
        if (!q.flags.rst() && isAnsweredByReply(reset.segment, q))
            return true;
    }
    return false;
}

/// How long X has been answering with bare RSTs, one soon after the other, when `reset` comes: what it answers stands
/// in a queue, and the last of it meets a longer one than any round trip so far. 0 for the first.
Duration trainBefore(const Connection& connection, const Analysis& analysis, const LocatedSegment& reset)
{
    constexpr uint32_t mostLookedAt = 64; ///< RSTs; heuristic: more would be a flood
    const SegmentRows& rows = connection.flow(reset.side).segments;
    const Duration limit = answerWindow(analysis, reset.side);
    LocatedSegment first = reset;
    while (first.row > 0 && isBare(first.segment) && reset.row - first.row < mostLookedAt) {
        const Segment before = rows.at(first.row - 1);
        if (!isBare(before) || first.segment.time - before.time > limit)
            break;
        first = {reset.side, first.row - 1, before};
    }
    const bool isTrain = first.row != reset.row && hasTriggerInTime(connection, analysis, first);
    return isTrain ? reset.segment.time - first.segment.time : Duration();
}

/// The latest packet of the other side that `matches` and is at least 0.8 round trips old, else the latest that
/// matches. Bytes above `acknowledged` may have waited longer for their answer, and so may what a train of answers
/// comes to at last. What X has acknowledged since, and what came before that, was taken by a TCP that had the
/// connection: the RST is no answer to it.
template <typename Matches>
std::optional<LocatedSegment> findTrigger(const Connection& connection, const Analysis& analysis,
    const LocatedSegment& reset, StreamOffset acknowledged, Matches matches)
{
    const Side y = otherSide(reset.side);
    const SegmentRows& segments = connection.flow(y).segments;
    const Duration limit = answerWindow(analysis, reset.side) + trainBefore(connection, analysis, reset);
    const Duration patience = std::max(limit, patienceOf(analysis, reset.side));
    const auto oldEnough
        = std::chrono::duration_cast<Duration>(analysis.flow(reset.side).roundTrip.minimum * nearlyRoundTrip);
    std::optional<LocatedSegment> latest;
    for (uint32_t row = segments.lowerBound(reset.segment.frame); row-- > 0;) {
        const Segment q = segments.at(row);
        const Duration age = reset.segment.time - q.time;
        if (age > patience)
            break;
        const bool awaitsAnswer = q.segLen() > 0 && q.end() > acknowledged;
        const bool isTaken = q.segLen() > 0 && !awaitsAnswer && analysis.flow(y).kinds[row].has(Kind::New);
        if (isTaken && !q.isCaptureDuplicate)
            break;
        if (age > limit && !awaitsAnswer)
            continue;
        if (q.flags.rst() || q.isCaptureDuplicate || !matches(q))
            continue;
        if (age >= oldEnough)
            return LocatedSegment{y, row, q};
        if (!latest)
            latest = LocatedSegment{y, row, q};
    }
    return latest;
}

/// Whether the RST's acknowledgment is what X's own TCP would put in: from its last one up to all data seen from Y.
bool acknowledgesOwnState(const Segment& reset, const ConnectionState& state, Side x)
{
    const ReceiverState& receiver = state.receiver(x);
    const SenderState& peer = state.sender(otherSide(x));
    if (!peer.started)
        return true; // nothing of Y was seen: any number may be right
    const bool notBefore = !receiver.ackSeen || reset.ack >= receiver.lastAck;
    return notBefore && reset.ack <= peer.seen.contiguousEnd(std::max(peer.sndUna, receiver.lastAck));
}

ResetForm classifyWithAck(const Segment& reset, const ConnectionState& state, Side x)
{
    const SenderState& own = state.sender(x);
    if (!own.started || !acknowledgesOwnState(reset, state, x))
        return ResetForm::Off;
    const bool atNext = reset.seq == own.sndNxt;
    const bool atEdge = own.edgeKnown && own.sndNxt > own.edge && (reset.seq == own.edge || reset.seq == own.sndUna);
    if (atNext || atEdge)
        return ResetForm::Abort;
    const bool unseenBefore = own.edgeKnown && own.sndNxt < reset.seq && reset.seq <= own.edge;
    return unseenBefore ? ResetForm::AbortGap : ResetForm::Off;
}

} // namespace

Duration triggerWindow(const Analysis& analysis, Side sender)
{
    const RoundTrip& roundTrip = analysis.flow(sender).roundTrip;
    return roundTrip.samples == 0 ? triggerWithoutRoundTrip : roundTrip.p95 + replySlack;
}

Duration answerWindow(const Analysis& analysis, Side sender)
{
    const RoundTrip& roundTrip = analysis.flow(sender).roundTrip;
    const bool isPercentile = roundTrip.samples == 0 || roundTrip.samples >= fewPackets;
    return triggerWindow(analysis, sender) + (isPercentile ? Duration() : roundTrip.p95);
}

FormVerdict classifyReset(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset, const ConnectionState& state)
{
    const Segment& rst = reset.segment;
    const Side x = reset.side;
    const SenderState& own = state.sender(x);
    const StreamOffset acknowledged = state.sender(otherSide(x)).sndUna;
    if (!rst.flags.ack()) {
        const auto trigger = findTrigger(
            connection, analysis, reset, acknowledged, [&](const Segment& q) { return isAnsweredByReply(rst, q); });
        if (trigger)
            return {ResetForm::Reply, trigger};
        return {own.started && rst.seq == own.sndNxt ? ResetForm::AbortBare : ResetForm::Off, std::nullopt};
    }
    const SeqNum rawSeq = connection.flow(x).rawSeq(rst.seq);
    const auto refused = findTrigger(
        connection, analysis, reset, acknowledged, [&](const Segment& q) { return isRefused(rst, q, rawSeq); });
    if (refused)
        return {ResetForm::Refuse, refused};
    const ResetForm abort = classifyWithAck(rst, state, x);
    if (abort == ResetForm::Abort)
        return {abort, std::nullopt};
    const bool neverSent = !state.receiver(x).ackSeen || rst.ack > state.receiver(x).lastAck;
    const auto answered = findTrigger(connection, analysis, reset, acknowledged,
        [&](const Segment& q) { return isAnsweredByReply(rst, q) && rst.ack == q.end() && neverSent; });
    if (answered)
        return {ResetForm::ReplyAck, answered};
    return {abort, std::nullopt};
}

namespace {

/// The RSTs with which X answers packets of Y in the same way once more: these were on their way, and Y had not asked
/// again. What X acknowledges nevertheless it has taken, whoever sent the RSTs.
class SameAnswers
{
public:
    SameAnswers(const Connection& connection, const Analysis& analysis, const LocatedSegment& reset)
        : m_reset(reset.segment)
        , m_patience(patienceOf(analysis, reset.side))
        , m_rows(connection.flow(reset.side).segments)
        , m_next(m_rows.from(reset.row + 1))
    {
        for (auto row = m_next; !(row == m_rows.end()); ++row) {
            const Segment segment = *row;
            if (segment.flags.ack() && !segment.flags.rst())
                m_taken = std::max(m_taken, segment.ack);
        }
    }

    /// Whether X answers `q` so. To be asked in capture order.
    bool has(const Segment& q)
    {
        if (m_reset.flags.ack() || q.seq < m_taken || !isAnsweredByReply(m_reset, q))
            return false;
        while (!(m_next == m_rows.end()) && !isAnswerTo(q, *m_next))
            ++m_next;
        return !(m_next == m_rows.end()) && (*m_next).time - q.time <= m_patience;
    }

private:
    bool isAnswerTo(const Segment& q, const Segment& answer) const
    {
        return answer.frame > q.frame && answer.flags.rst() && !answer.flags.ack() && answer.seq == m_reset.seq;
    }

    const Segment& m_reset;
    Duration m_patience;
    const SegmentRows& m_rows;
    SegmentRows::Iterator m_next;
    StreamOffset m_taken; ///< what X acknowledges after the RST
};

/// What X sent behind its RST, as it came by.
class SentBehind
{
public:
    /// `known`: where its data ended before the RST.
    SentBehind(const SegmentRows& rows, const LocatedSegment& reset, StreamOffset known)
        : m_rows(rows)
        , m_row(reset.row + 1)
        , m_soon(reset.segment.time + orderTolerance)
        , m_known(known)
    {
    }

    /// Whether `q` of Y acknowledges such data, which was captured before it: then that reached Y behind the RST. What
    /// follows the RST at once may have been in front of it. To be asked in capture order.
    bool isAcknowledgedBy(const Segment& q)
    {
        for (; m_row < m_rows.size() && m_rows.at(m_row).frame < q.frame; ++m_row) {
            const Segment segment = m_rows.at(m_row);
            if (segment.flags.rst())
                continue;
            StreamOffset& end = segment.time <= m_soon ? m_known : m_end;
            end = std::max(end, segment.end());
        }
        return q.flags.ack() && q.ack > m_known && q.ack <= m_end;
    }

private:
    const SegmentRows& m_rows;
    uint32_t m_row;
    Timestamp m_soon;
    StreamOffset m_known;
    StreamOffset m_end;
};

/// Y's first packets after the RST that cannot have been on their way: sent later than a round trip, or acknowledging
/// what X sent after the RST. RSTs and challenge ACKs do not count.
std::optional<LocatedSegment> findContinuation(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset, StreamOffset known)
{
    const Side y = otherSide(reset.side);
    const Duration onTheWay = triggerWindow(analysis, y);
    const SegmentRows& segments = connection.flow(y).segments;
    SameAnswers answers(connection, analysis, reset);
    SentBehind behind(connection.flow(reset.side).segments, reset, known);
    for (uint32_t row = segments.lowerBound(reset.segment.frame); row < segments.size(); ++row) {
        const Segment segment = segments.at(row);
        if (segment.flags.rst() || segment.flags.syn() || segment.isCaptureDuplicate)
            continue;
        const Kinds kinds = analysis.flow(y).kinds[row];
        if (kinds.has(Kind::ChallengeAck))
            continue;
        const bool isLater = segment.time - reset.segment.time > onTheWay && !answers.has(segment);
        if (isLater || behind.isAcknowledgedBy(segment))
            return LocatedSegment{y, row, segment};
    }
    return std::nullopt;
}

/// Whether X itself goes on after its RST, as it does when the RST was not its own or did not count.
bool senderGoesOn(const Connection& connection, const LocatedSegment& reset)
{
    const SegmentRows& segments = connection.flow(reset.side).segments;
    for (uint32_t row = reset.row + 1; row < segments.size(); ++row) {
        const Segment segment = segments.at(row);
        if (!segment.flags.rst() && !segment.flags.syn() && !segment.isCaptureDuplicate)
            return true;
    }
    return false;
}

std::optional<LocatedSegment> findChallenge(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset)
{
    const Side y = otherSide(reset.side);
    const SegmentRows& segments = connection.flow(y).segments;
    for (uint32_t row = segments.lowerBound(reset.segment.frame); row < segments.size(); ++row) {
        const Segment segment = segments.at(row);
        if (segment.time - reset.segment.time > triggerWindow(analysis, y))
            break;
        if (analysis.flow(y).kinds[row].has(Kind::ChallengeAck))
            return LocatedSegment{y, row, segment};
    }
    return std::nullopt;
}

/// After the RST X agrees to the same SYN and Y takes it: the RST changed nothing. A SYN that Y sent again is a new
/// attempt.
bool agreesAfterwards(const Connection& connection, const LocatedSegment& reset)
{
    const SegmentRows& ours = connection.flow(reset.side).segments;
    const SegmentRows& theirs = connection.flow(otherSide(reset.side)).segments;
    std::set<StreamOffset> agreed; // ends of the SYN-ACKs so far
    auto answer = ours.from(reset.row + 1);
    for (auto row = theirs.from(theirs.lowerBound(reset.segment.frame)); !(row == theirs.end()); ++row) {
        const Segment segment = *row;
        if (segment.flags.syn() || segment.flags.rst())
            return false;
        for (; !(answer == ours.end()) && (*answer).frame < segment.frame; ++answer) {
            if (const Segment synAck = *answer; synAck.flags.syn())
                agreed.insert(synAck.end());
        }
        if (agreed.contains(segment.ack))
            return true;
    }
    return false;
}

/// X asked for a new connection, Y answered with the numbers of an older one (RFC 9293 figure 9), this RST repeats
/// them, and then Y agrees to the SYN that comes again: the RST ended the older use.
bool endsOlderUse(const Connection& connection, const LocatedSegment& reset)
{
    const SegmentRows& theirs = connection.flow(otherSide(reset.side)).segments;
    const uint32_t next = theirs.lowerBound(reset.segment.frame);
    if (reset.row == 0 || reset.segment.flags.ack() || next == 0 || next == theirs.size())
        return false;
    const Segment syn = connection.flow(reset.side).segments.at(reset.row - 1);
    const Segment answer = theirs.at(next - 1);
    const bool isOld
        = answer.isPureAck() && answer.frame > syn.frame && answer.ack == reset.segment.seq && answer.ack != syn.end();
    const Segment after = theirs.at(next);
    return syn.flags.syn() && isOld && after.flags.syn() && after.ack == syn.end();
}

/// Where a number lies that is not the expected one.
NumberPlace placeBesideExact(const Segment& rst, const SenderState& sender)
{
    if (rst.seq < sender.sndUna || (sender.edgeKnown && rst.seq >= sender.edge))
        return NumberPlace::OutOfWindow;
    return sender.edgeKnown ? NumberPlace::InWindow : NumberPlace::Unknown;
}

bool acceptedInSynSent(const Segment& rst, const SenderState& y)
{
    return rst.flags.ack() && rst.ack > y.sndUna && rst.ack <= y.sndNxt; // RFC 9293 3.10.7.3
}

/// The RST with the number that `challenge` asks for, when X says nothing else in between (RFC 5961 3.2).
std::optional<LocatedSegment> findRetry(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset, const Segment& challenge)
{
    const SegmentRows& rows = connection.flow(reset.side).segments;
    for (uint32_t row = reset.row + 1; row < rows.size(); ++row) {
        const Segment segment = rows.at(row);
        if (segment.isCaptureDuplicate)
            continue;
        const bool inTime = segment.time - challenge.time <= answerWindow(analysis, reset.side);
        if (!segment.flags.rst() || !inTime)
            return std::nullopt;
        if (segment.frame > challenge.frame && segment.seq == challenge.ack)
            return LocatedSegment{reset.side, row, segment};
    }
    return std::nullopt;
}

} // namespace

EffectVerdict withRetry(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset, const EffectVerdict& first)
{
    const auto retry
        = first.challenge ? findRetry(connection, analysis, reset, first.challenge->segment) : std::nullopt;
    if (!retry)
        return first;
    EffectVerdict verdict
        = findEffect(connection, analysis, *retry, stateBefore(connection, analysis, retry->segment.frame));
    verdict.challenge = first.challenge;
    verdict.retry = retry;
    return verdict;
}

EffectVerdict findEffect(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset, const ConnectionState& state)
{
    EffectVerdict verdict;
    const Segment& rst = reset.segment;
    const Side x = reset.side;
    const SenderState& sender = state.sender(x);
    const SenderState& peer = state.sender(otherSide(x));
    const bool sawPeer = !connection.flow(otherSide(x)).empty();
    verdict.continuation = findContinuation(connection, analysis, reset, sender.sndNxt);
    const bool goesOn = verdict.continuation && senderGoesOn(connection, reset);
    if (endsOlderUse(connection, reset)) {
        verdict.effect = ResetEffect::Accepted;
        return verdict;
    }
    const bool synSent = peer.started && !sender.started;
    if (synSent) {
        const bool taken = acceptedInSynSent(rst, peer) && !agreesAfterwards(connection, reset);
        verdict.effect = taken ? ResetEffect::Accepted : ResetEffect::Dropped;
        return verdict;
    }
    if (!sawPeer || !sender.started)
        return verdict;
    const StreamOffset low = sender.sndUna;                   // L: RCV.NXT of Y, at least
    const StreamOffset high = sender.seen.contiguousEnd(low); // U: at most
    const bool exact = rst.seq >= low && rst.seq <= std::max(high, low);
    verdict.number = exact ? NumberPlace::Exact : placeBesideExact(rst, sender);
    const bool afterFin = sender.finAcknowledged() && rst.seq == low - 1; // Linux tcp_reset_check
    const bool atSackEdge = sender.sacked.highest() == rst.seq;
    if ((exact || afterFin || atSackEdge) && !goesOn) {
        verdict.effect = ResetEffect::Accepted;
        return verdict;
    }
    verdict.challenge = findChallenge(connection, analysis, reset);
    if (verdict.challenge && !exact) {
        verdict.effect = ResetEffect::Challenged;
        verdict.frame = verdict.challenge->segment.frame;
        return verdict;
    }
    if (goesOn) {
        verdict.effect = ResetEffect::Dropped;
        verdict.frame = verdict.continuation->segment.frame;
        return verdict;
    }
    const bool inWindow = rst.seq >= low && (!sender.edgeKnown || rst.seq < sender.edge);
    verdict.effect = inWindow && !verdict.continuation ? ResetEffect::Accepted : ResetEffect::Dropped;
    return verdict;
}

} // namespace whyrst
