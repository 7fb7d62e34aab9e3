#include "model/analysis/kind_explanation.h"

#include "model/analysis/kind_explainer.h"
#include "model/analysis/thresholds.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

namespace {

std::string offsetWords(StreamOffset offset)
{
    return groupedDigits(offset.value);
}

/// "317 ms before".
std::string agoWords(Timestamp then, Timestamp now)
{
    return humanDuration(now - then) + " before";
}

} // namespace

std::string frameWords(const Segment& segment)
{
    return "#" + std::to_string(segment.frame.value);
}

std::string sideWords(Side side)
{
    return std::string("the ") + sideName(side);
}

KindExplainer::KindExplainer(const Connection& connection, const Analysis& analysis, const LocatedSegment& located)
    : m_connection(connection)
    , m_analysis(analysis)
    , m_located(located)
    , m_before(connection)
{
    ConnectionWalk walk(connection);
    for (LocatedSegment before; walk.next(before) && before.segment.frame < located.segment.frame;)
        m_before.step(before);
}

const SentRange* KindExplainer::earlier() const
{
    return sender().rangeAt(std::max(segment().seq, sender().sndUna));
}

std::optional<Segment> KindExplainer::lastOfKind(Side side, Kind kind) const
{
    const std::vector<Kinds>& kinds = m_analysis.flow(side).kinds;
    return lastBefore(side, [&](uint32_t row, const Segment&) { return kinds[row].has(kind); });
}

std::string KindExplainer::sameBytes() const
{
    const SentRange* range = earlier();
    std::string text = "Seq " + offsetWords(segment().seq) + " is below the highest end sent, "
        + offsetWords(sender().sndNxt) + "; ";
    if (range == nullptr)
        return text + "bytes up to " + offsetWords(segment().end()) + " were sent before and are acknowledged";
    const Segment last = at(m_located.side, range->lastRow);
    return text + "the same bytes as " + frameWords(last) + ", " + agoWords(range->lastTime, segment().time);
}

std::string KindExplainer::explainNew() const
{
    if (!sender().started)
        return "The first packet of " + sideWords(m_located.side) + ": seq " + offsetWords(segment().seq) + ".";
    if (segment().seq > sender().sndNxt)
        return "Seq " + offsetWords(segment().seq) + " is above the highest end sent, " + offsetWords(sender().sndNxt)
            + ": the bytes between were not seen yet.";
    if (segment().seq < sender().sndNxt)
        return "Its bytes from " + offsetWords(sender().sndNxt) + " to " + offsetWords(segment().end())
            + " were not sent before.";
    return "Seq " + offsetWords(segment().seq) + " is the highest end sent: it goes on from there.";
}

std::string KindExplainer::explainLateOriginal() const
{
    std::string text = "Seq " + offsetWords(segment().seq) + " is below the highest end sent, "
        + offsetWords(sender().sndNxt) + ", and its bytes were not seen before: it was overtaken, not sent again";
    const SentRange* behind = m_before.sentBehind(m_located);
    if (behind == nullptr)
        return text + ".";
    const Segment later = at(m_located.side, behind->firstRow);
    text += ". " + frameWords(later) + ", which carries bytes behind it, came "
        + agoWords(behind->firstTime, segment().time);
    return text + gapEvidence(later);
}

/// What tells whether the packet was sent before `later`, which carries bytes behind it, as the end of a sentence.
std::string KindExplainer::gapEvidence(const Segment& later) const
{
    const GapVerdict verdict = m_before.judgeGap(m_located);
    const std::string order = verdict.isLate ? ", but was made later" : " and was made before it";
    switch (verdict.evidence) {
    case GapEvidence::Acknowledged:
        break;
    case GapEvidence::Clock:
        return order + " by its timestamp (" + groupedDigits(later.timestamps.value) + ", here "
            + groupedDigits(segment().timestamps.value) + ").";
    case GapEvidence::Counter:
        return order + " by its IP ID (" + std::to_string(later.ipId) + ", here " + std::to_string(segment().ipId)
            + ").";
    case GapEvidence::Tick:
        return " with the same timestamp (" + groupedDigits(later.timestamps.value)
            + "): a re-send would have been made a round trip later.";
    case GapEvidence::TooSoon:
        return ": no report of the gap can have reached " + sideWords(m_located.side)
            + " and been answered by then, and its timer (" + humanDuration(m_before.timeoutOf(m_located.side))
            + ") had not run out.";
    case GapEvidence::Delay:
        return (verdict.isLate ? ", less than " : ", not less than ") + humanDuration(m_before.reorderingTime())
            + ": 3 ms or a quarter of a round trip.";
    }
    return ".";
}

std::string KindExplainer::explainFast() const
{
    std::string text
        = sameBytes() + ", sooner than the timer (" + humanDuration(m_before.timeoutOf(m_located.side)) + "). ";
    const uint32_t dupAcks = m_before.dupAcksOf(peer());
    const auto last = lastOfKind(peer(), Kind::DupAck);
    if (dupAcks >= dupAckThreshold && last)
        return text + "Since then " + counted(dupAcks, "duplicate ACK") + " asked for it, the last in "
            + frameWords(*last) + "; 3 are enough (RFC 5681).";
    if (const auto highest = sender().sacked.highest())
        return text + "SACK has reported bytes up to " + offsetWords(*highest) + " behind it"
            + (last ? ", last in " + frameWords(*last) : std::string()) + " (RFC 6675, RFC 8985).";
    return text + "Duplicate ACKs asked for it.";
}

std::string KindExplainer::explainTailProbe() const
{
    return sameBytes()
        + ": the last bytes outstanding, for the first time again, without a duplicate ACK. A probe is due after 1.5 "
          "to 2 "
          "smoothed round trips of "
        + humanDuration(m_before.smoothedOf(m_located.side)) + ", for a lone segment up to "
        + humanDuration(smallestRto) + " later (RFC 8985 7).";
}

std::string KindExplainer::explainTimer() const
{
    const Duration timeout = m_before.timeoutOf(m_located.side);
    return sameBytes() + ". It is the oldest byte that is not acknowledged (" + offsetWords(sender().sndUna)
        + "), nothing was acknowledged since, and the timer is estimated at " + humanDuration(timeout)
        + ": it ran out (RFC 6298 5.4).";
}

std::string KindExplainer::explainTimerFollow() const
{
    const auto timer = lastOfKind(m_located.side, Kind::RtoRetransmission);
    return sameBytes() + ". It follows the timer's re-send" + (timer ? " " + frameWords(*timer) : std::string())
        + ", before all that had been sent by then is acknowledged.";
}

std::string KindExplainer::explainNeedless() const
{
    const StreamOffset end = segment().end();
    std::string text = "It ends at " + offsetWords(end) + ", and " + sideWords(peer()) + " had acknowledged up to "
        + offsetWords(sender().sndUna);
    const SegmentRows& rows = m_connection.flow(peer()).segments;
    for (auto row = rows.begin(); !(row == rows.end()) && (*row).frame < segment().frame; ++row) {
        const Segment ack = *row;
        if (ack.flags.ack() && !ack.flags.rst() && ack.ack >= end)
            return text + ": all of it since " + frameWords(ack) + ", " + agoWords(ack.time, segment().time)
                + ", longer than the way to " + sideWords(m_located.side) + " and back.";
    }
    return text + ".";
}

std::string KindExplainer::explainResend() const
{
    return sameBytes() + ". Nothing says why: " + counted(m_before.dupAcksOf(peer()), "duplicate ACK")
        + " since the last progress, timer " + humanDuration(m_before.timeoutOf(m_located.side)) + ".";
}

std::string KindExplainer::explainResentUnseen() const
{
    std::string text = "Seq " + offsetWords(segment().seq) + " is below the highest end sent, "
        + offsetWords(sender().sndNxt) + ", but its bytes were not seen before";
    const SentRange* behind = m_before.sentBehind(m_located);
    text += ": the first copy was lost before it came here.";
    if (behind == nullptr)
        return text;
    const Segment later = at(m_located.side, behind->firstRow);
    return text + " " + frameWords(later) + ", which carries bytes behind it, came "
        + agoWords(behind->firstTime, segment().time) + gapEvidence(later);
}

/// What came later and proves it: a D-SACK, else the acknowledgment of its bytes.
std::string KindExplainer::explainSpurious() const
{
    const Flow& flow = m_connection.flow(peer());
    for (auto row = flow.segments.from(flow.segments.lowerBound(segment().frame)); !(row == flow.segments.end());
         ++row) {
        const Segment ack = *row;
        if (!ack.flags.ack() || ack.flags.rst())
            continue;
        if (m_analysis.flow(peer()).kinds[row.row()].has(Kind::DSack)) {
            const SackBlock block = flow.sackBlock(ack, 0, m_connection.flow(m_located.side));
            if (segment().seq < block.right && block.left < segment().end())
                return "It was not needed: " + frameWords(ack) + " reports bytes " + offsetWords(block.left) + "-"
                    + offsetWords(block.right - 1) + " as received twice (D-SACK, RFC 3708).";
        }
        if (ack.ack < segment().end() || sender().sndUna >= segment().end())
            continue;
        const bool echoesOlder = ack.hasTimestamps && segment().hasTimestamps
            && static_cast<int32_t>(segment().timestamps.value - ack.timestamps.echo) > 0;
        if (echoesOlder)
            return "It was not needed: " + frameWords(ack) + " acknowledges it with timestamp "
                + groupedDigits(ack.timestamps.echo) + ", older than this packet's "
                + groupedDigits(segment().timestamps.value) + " (Eifel, RFC 3522).";
        if (ack.time - segment().time < m_analysis.flow(peer()).roundTrip.minimum)
            return "It was not needed: " + frameWords(ack) + " acknowledges it only "
                + humanDuration(ack.time - segment().time) + " later, sooner than an answer can be here ("
                + humanDuration(m_analysis.flow(peer()).roundTrip.minimum) + ").";
    }
    return "Later packets show that the first copy had arrived.";
}

std::string KindExplainer::explainNetworkDuplicate() const
{
    const auto isSame = [this](uint32_t, const Segment& other) {
        return other.ipId == segment().ipId && other.seq == segment().seq
            && other.payloadLength == segment().payloadLength && other.timestamps == segment().timestamps;
    };
    const auto original = lastBefore(m_located.side, isSame);
    return "IP ID " + std::to_string(segment().ipId) + ", sequence number, length and timestamps are those of "
        + (original ? frameWords(*original) : std::string("an earlier packet"))
        + ": a sender would have given a new one, so the network has made the copy.";
}

std::string KindExplainer::explainCaptureDuplicate() const
{
    const auto isSame = [this](uint32_t, const Segment& other) {
        return other.seq == segment().seq && other.ack == segment().ack && other.ipId == segment().ipId
            && other.payloadLength == segment().payloadLength;
    };
    const auto original = lastBefore(m_located.side, isSame);
    return "The same packet as " + (original ? frameWords(*original) : std::string("one just before"))
        + (original ? ", " + agoWords(original->time, segment().time) : std::string())
        + ": it was recorded twice and does not count.";
}

std::string KindExplainer::explainKeepAlive() const
{
    return "Seq " + offsetWords(segment().seq) + " is the highest end sent (" + offsetWords(sender().sndNxt)
        + ") less 1, everything is acknowledged, and it carries " + counted(segment().payloadLength, "byte")
        + ": it asks whether " + sideWords(peer()) + " is still there (RFC 9293 3.8.4).";
}

std::string KindExplainer::explainProbe() const
{
    const auto closing = lastBefore(peer(), [](uint32_t, const Segment& other) { return !other.flags.rst(); });
    std::string text = "The window of " + sideWords(peer()) + " is closed";
    if (closing)
        text += ": " + frameWords(*closing) + " acknowledges " + offsetWords(closing->ack) + " and grants "
            + counted(m_analysis.flow(peer()).windowBytes(*closing), "byte");
    return text + ". Seq " + offsetWords(segment().seq) + " with " + counted(segment().payloadLength, "byte")
        + " asks whether it is open (RFC 9293 3.8.6.1).";
}

std::string KindExplainer::explain(Kind kind) const
{
    switch (kind) {
    case Kind::New:
        return explainNew();
    case Kind::LateOriginal:
        return explainLateOriginal();
    case Kind::FastRetransmission:
        return explainFast();
    case Kind::TailLossProbe:
        return explainTailProbe();
    case Kind::RtoRetransmission:
        return explainTimer();
    case Kind::RtoFollow:
        return explainTimerFollow();
    case Kind::Needless:
        return explainNeedless();
    case Kind::Retransmission:
        return explainResend();
    case Kind::ResentUnseen:
        return explainResentUnseen();
    case Kind::Spurious:
        return explainSpurious();
    case Kind::NetworkDuplicate:
        return explainNetworkDuplicate();
    case Kind::CaptureDuplicate:
        return explainCaptureDuplicate();
    case Kind::KeepAlive:
        return explainKeepAlive();
    case Kind::ZeroWindowProbe:
        return explainProbe();
    case Kind::KeepAliveAck:
    case Kind::ProbeAck:
        return explainAnswer(kind);
    case Kind::DupAck:
        return explainDupAck();
    case Kind::DSack:
        return explainDsack();
    case Kind::WindowUpdate:
        return explainWindowUpdate();
    case Kind::WindowShrink:
        return explainShrink();
    case Kind::ZeroWindow:
        return explainZeroWindow();
    case Kind::ChallengeAck:
        return explainChallenge();
    }
    return {};
}

std::vector<KindExplanation> explainKinds(const Connection& connection, const Analysis& analysis, PacketNumber frame)
{
    std::vector<KindExplanation> explanations;
    LocatedSegment located;
    if (!findSegment(connection, frame, located))
        return explanations;
    const Kinds kinds = analysis.flow(located.side).kinds[located.row];
    if (kinds.empty())
        return explanations;
    const KindExplainer explainer(connection, analysis, located);
    for (int number = 0; number < kindCount; ++number) {
        const auto kind = static_cast<Kind>(number);
        if (kinds.has(kind))
            explanations.push_back({kind, explainer.explain(kind)});
    }
    return explanations;
}

} // namespace whyrst
