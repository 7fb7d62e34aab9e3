// Why a packet is marked for what it acknowledges and grants.
#include "model/analysis/kind_explainer.h"
#include "model/number_text.h"

namespace whyrst {

namespace {

std::string blockWords(const SackBlock& block)
{
    return groupedDigits(block.left.value) + "-" + groupedDigits(block.right.value - 1);
}

} // namespace

std::string KindExplainer::explainAnswer(Kind kind) const
{
    const Kind asked = kind == Kind::KeepAliveAck ? Kind::KeepAlive : Kind::ZeroWindowProbe;
    const char* words = kind == Kind::KeepAliveAck ? "the keep-alive " : "the window probe ";
    const auto question = lastOfKind(peer(), asked);
    std::string text = "Ack " + groupedDigits(segment().ack.value) + " acknowledges nothing new";
    if (!question)
        return text + ".";
    return text + ": it answers " + words + frameWords(*question) + ", "
        + humanDuration(segment().time - question->time) + " before.";
}

std::string KindExplainer::explainDupAck() const
{
    const ReceiverState& own = m_before.state().receiver(m_located.side);
    std::string text = "Ack " + groupedDigits(segment().ack.value)
        + " is the highest so far again, without data, while " + groupedDigits(acknowledged().flightSize())
        + " bytes of " + sideWords(peer()) + " are outstanding; ";
    const bool sameWindow = own.windowSeen && own.lastRawWindow == segment().rawWindow;
    if (segment().sackBlockCount > 0) {
        const Flow& flow = m_connection.flow(m_located.side);
        text += "SACK reports bytes " + blockWords(flow.sackBlock(segment(), 0, m_connection.flow(peer())))
            + (sameWindow ? " (RFC 5681 2)" : " though the window has changed (RFC 6675)");
    } else {
        text += "the window is unchanged (RFC 5681 2)";
    }
    const uint32_t before = m_before.dupAcksOf(m_located.side);
    const auto previous = lastOfKind(m_located.side, Kind::DupAck);
    if (before == 0 || !previous)
        return text + ". It is the first of its run.";
    return text + ". It is number " + groupedDigits(before + 1) + " of its run, after " + frameWords(*previous) + ".";
}

std::string KindExplainer::explainDsack() const
{
    const Flow& flow = m_connection.flow(m_located.side);
    const Flow& other = m_connection.flow(peer());
    const SackBlock first = flow.sackBlock(segment(), 0, other);
    std::string text = "Its first SACK block, " + blockWords(first);
    if (first.right <= segment().ack)
        text += ", lies below the acknowledgment " + groupedDigits(segment().ack.value);
    else
        text += ", lies within the second, " + blockWords(flow.sackBlock(segment(), 1, other));
    return text + ": these bytes came twice (RFC 2883).";
}

std::string KindExplainer::explainWindowUpdate() const
{
    const ReceiverState& own = m_before.state().receiver(m_located.side);
    return "Ack " + groupedDigits(segment().ack.value) + " is the same as before, and the window has changed from "
        + groupedDigits(own.lastWindow) + " to "
        + counted(m_analysis.flow(m_located.side).windowBytes(segment()), "byte") + ".";
}

std::string KindExplainer::explainShrink() const
{
    const int64_t window = m_analysis.flow(m_located.side).windowBytes(segment());
    const StreamOffset edge = segment().ack + window;
    const int64_t beyond = acknowledged().sndNxt - edge;
    std::string text = "Ack " + groupedDigits(segment().ack.value) + " and the window of " + counted(window, "byte")
        + " make the right edge " + groupedDigits(edge.value) + ", below the one granted before, "
        + groupedDigits(acknowledged().edge.value) + " (RFC 9293 3.8.6 advises against it)";
    return text + (beyond > 0 ? "; " + counted(beyond, "byte") + " sent already lie beyond it." : ".");
}

std::string KindExplainer::explainZeroWindow() const
{
    const ReceiverState& own = m_before.state().receiver(m_located.side);
    return "Its window is 0 (before: " + counted(own.lastWindow, "byte") + "): " + sideWords(peer())
        + " may send nothing beyond " + groupedDigits(segment().ack.value) + ".";
}

std::string KindExplainer::explainChallenge() const
{
    const auto provoking
        = lastBefore(peer(), [](uint32_t, const Segment& other) { return other.flags.rst() || other.flags.syn(); });
    std::string text = "Ack " + groupedDigits(segment().ack.value) + " acknowledges nothing new";
    if (!provoking)
        return text + ".";
    return text + ": it answers the " + (provoking->flags.rst() ? "RST " : "SYN ") + frameWords(*provoking) + ", "
        + humanDuration(segment().time - provoking->time) + " before, which did not count (RFC 5961).";
}

} // namespace whyrst
