#include "model/export/episode_words.h"

#include "model/number_text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace whyrst {

namespace {

constexpr std::array<const char*, episodeKindCount> titles{"Duplicate ACKs", "Timeouts", "Loss repair",
    "Needless re-sends", "Reordering", "Zero window", "Window shrink", "Keep-alives", "Stall", "SACK outside",
    "SACK reneging", "Ignored RST", "Capture gap", "Refused option"};

struct LimitRow
{
    const char* title;
    const char* words;
};

constexpr std::array<LimitRow, limitCount> limits{{
    {"Application", "nothing was outstanding and the window open: the programs had nothing to send"},
    {"Receive window", "the receiver's window was closed, or full of data on its way"},
    {"Loss recovery", "something outstanding was lost and had to be sent again"},
    {"Network", "data was on its way: round trip, bandwidth or the sender's congestion control"},
    {"Idle", "nobody sent anything for 30 s or longer, or the connection was over"},
}};

std::string frameWords(PacketNumber frame)
{
    return "#" + std::to_string(frame.value);
}

bool isSyn(const OffsetRange& range)
{
    return range == OffsetRange{StreamOffset{0}, StreamOffset{1}};
}

/// "bytes 29,201-30,660 (1,460 bytes)".
std::string rangeWords(const Episode& episode)
{
    if (!episode.bytes)
        return "bytes that were not seen";
    const OffsetRange& range = *episode.bytes;
    if (isSyn(range))
        return "its SYN";
    return "bytes " + groupedDigits(range.begin.value) + "-" + groupedDigits(range.end.value - 1) + " ("
        + bytesText(range.end - range.begin) + ")";
}

std::string decimal(double value, int digits)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

std::string percent(double share)
{
    return decimal(share * 100, share < 0.0995 ? 1 : 0) + " %";
}

std::string theSide(Side side)
{
    return std::string("the ") + sideName(side);
}

std::string titleSide(Side side)
{
    return std::string("The ") + sideName(side);
}

/// How an episode that an acknowledgment should end did end.
std::string endWords(const Episode& episode)
{
    switch (episode.ended) {
    case EpisodeEnd::Reset:
        return " It never ended: the RST " + frameWords(episode.endFrame) + " came.";
    case EpisodeEnd::Never:
        return " It never ended in this capture.";
    default:
        return {};
    }
}

std::string acknowledgedWords(const Episode& episode)
{
    return episode.ended == EpisodeEnd::Acknowledged ? " " + frameWords(episode.endFrame) + " acknowledged it."
                                                     : endWords(episode);
}

std::string wordsOf(const Episode& episode, const DupAckFacts& facts)
{
    std::string text = titleSide(episode.side) + " asks for " + rangeWords(episode) + " with "
        + counted(episode.packets, "duplicate ACK");
    if (episode.packets > 1 && episode.last != episode.first)
        text += " up to " + frameWords(episode.last);
    if (facts.sackedAtLast > facts.sackedAtFirst)
        text += "; what it has behind the hole grows from " + groupedDigits(facts.sackedAtFirst) + " to "
            + bytesText(facts.sackedAtLast);
    else if (facts.sackedAtLast > 0)
        text += "; it has " + bytesText(facts.sackedAtLast) + " behind the hole";
    text += ".";
    const bool isResent = facts.resend != PacketNumber();
    if (isResent)
        text += std::string(" Sent again by ")
            + (facts.resendKind == Kind::FastRetransmission ? "fast retransmission"
                    : facts.resendKind == Kind::RtoRetransmission || facts.resendKind == Kind::RtoFollow
                    ? "the retransmission timer"
                    : "another re-send")
            + " in " + frameWords(facts.resend) + ".";
    if (episode.ended == EpisodeEnd::Reset || episode.ended == EpisodeEnd::Never)
        return text + endWords(episode);
    text += " " + frameWords(episode.endFrame) + " acknowledged it";
    if (isResent)
        return text + ".";
    return text + (facts.resentBefore ? " after an earlier re-send." : " without a re-send: it was late, not lost.");
}

/// "0.208, 0.43, ... 12.8 s": the first ones and the last.
std::string intervalWords(const std::vector<Duration>& intervals)
{
    constexpr size_t shown = 6;
    std::string text;
    for (size_t index = 0; index < intervals.size(); ++index) {
        if (index == shown - 1 && intervals.size() > shown) {
            text += ", ..., " + humanDuration(intervals.back());
            break;
        }
        text += (index == 0 ? "" : ", ") + humanDuration(intervals[index]);
    }
    return text;
}

std::string wordsOf(const Episode& episode, const BackoffFacts& facts)
{
    const auto expiries = static_cast<int64_t>(facts.intervals.size());
    std::string text = titleSide(episode.side) + " sent " + rangeWords(episode) + " " + counted(facts.sends, "time")
        + "; the timer ran out " + counted(expiries, "time") + ", after " + intervalWords(facts.intervals);
    if (const auto ratio = facts.ratio()) {
        text += ", each " + decimal(*ratio, 1) + " times the one before";
        text += facts.isExponential ? " (exponential backoff)" : facts.isLinear ? " (linear)" : "";
    }
    return text + "." + acknowledgedWords(episode);
}

/// What the one segment of a repair was sent by: "by fast retransmission"; empty when that is not known.
std::string onlyRepairWords(const RepairFacts& facts)
{
    if (facts.fast > 0)
        return ", by fast retransmission";
    if (facts.byTimer > 0)
        return ", by the timer";
    if (facts.tailProbes > 0)
        return ", as tail loss probe";
    return facts.unseen > 0 ? "; the first copy was lost before the capture point" : "";
}

/// "; 11 by fast retransmission, 1 as tail loss probe".
std::string repairWords(const RepairFacts& facts)
{
    std::string text;
    const auto add = [&text](uint32_t count, const char* words) {
        if (count > 0)
            text += (text.empty() ? "; " : ", ") + groupedDigits(count) + " " + words;
    };
    add(facts.fast, "by fast retransmission");
    add(facts.byTimer, "by the timer");
    add(facts.tailProbes, "as tail loss probe");
    add(facts.unseen, "lost before the capture point");
    return text;
}

std::string wordsOf(const Episode& episode, const RepairFacts& facts)
{
    const bool isOne = episode.packets == 1;
    std::string text = titleSide(episode.side) + " sent ";
    if (isOne)
        text += rangeWords(episode) + " again" + onlyRepairWords(facts);
    else if (episode.bytes && isSyn(*episode.bytes))
        text += "its SYN again " + timesText(episode.packets) + onlyRepairWords(facts);
    else
        text += counted(episode.packets, "segment") + " again (" + bytesText(facts.bytes) + repairWords(facts) + ") in "
            + rangeWords(episode);
    text += ".";
    if (episode.ended == EpisodeEnd::Acknowledged)
        return text + " " + frameWords(episode.endFrame) + (isOne ? " acknowledged it." : " acknowledged all of it.");
    return text + endWords(episode);
}

std::string wordsOf(const Episode& episode, const SpuriousFacts& facts)
{
    std::string text = titleSide(episode.side) + " sent " + counted(episode.packets, "segment") + " again for nothing ("
        + bytesText(facts.bytes) + ")";
    if (facts.needless > 0)
        text += ": " + groupedDigits(facts.needless) + " of bytes that had been acknowledged a round trip before";
    return text
        + (facts.needless < episode.packets ? "; the first copy did arrive, as its acknowledgments show." : ".");
}

std::string wordsOf(const Episode& episode, const ReorderingFacts& facts)
{
    std::string text = counted(episode.packets, "segment") + " of " + theSide(episode.side)
        + (episode.packets == 1 ? " was" : " were") + " overtaken on the way";
    if (facts.latest > Duration())
        text += ", by up to " + humanDuration(facts.latest);
    return text + ". Nothing was lost here.";
}

std::string wordsOf(const Episode& episode, const ZeroWindowFacts& facts)
{
    std::string text = titleSide(episode.side) + " closed its receive window for " + percent(facts.shareOfLifetime)
        + " of the connection's time" + (facts.byWithdrawal ? ", taking back what it had granted; " : "; ");
    text += facts.probes == 0
        ? "no probes"
        : counted(facts.probes, "probe") + ", " + groupedDigits(facts.answeredProbes) + " answered";
    text += facts.stuckBytes > 0
        ? "; " + bytesText(facts.stuckBytes) + " stuck unacknowledged at " + theSide(episode.dataSender)
        : "; what " + theSide(episode.dataSender) + " holds back is not in the capture";
    text += ".";
    if (episode.ended == EpisodeEnd::WindowOpened)
        return text + " " + frameWords(episode.endFrame) + " opened it again.";
    return text + endWords(episode);
}

std::string wordsOf(const Episode& episode, const ShrinkFacts& facts)
{
    std::string text = titleSide(episode.side) + " moved the right edge of its window back from offset "
        + groupedDigits(facts.before.value) + " to " + groupedDigits(facts.after.value) + " (by "
        + bytesText(facts.before - facts.after) + "), which a receiver should not do";
    text += facts.beyondBytes > 0 ? "; " + bytesText(facts.beyondBytes) + " sent already lie beyond it."
                                  : "; nothing sent lies beyond it.";
    if (episode.ended == EpisodeEnd::WindowOpened)
        return text + " " + frameWords(episode.endFrame) + " granted as much again.";
    return text + endWords(episode);
}

std::string wordsOf(const Episode& episode, const KeepAliveFacts& facts)
{
    std::string text = titleSide(episode.side) + " sent " + counted(episode.packets, "keep-alive");
    if (facts.interval > Duration())
        text += ", one every " + humanDuration(facts.interval);
    text += "; " + groupedDigits(facts.answered) + " answered.";
    if (facts.unansweredAtEnd > 0)
        text += " The last "
            + (facts.unansweredAtEnd == 1 ? std::string("one was") : groupedDigits(facts.unansweredAtEnd) + " were")
            + " not.";
    if (episode.ended == EpisodeEnd::Data)
        text += " " + frameWords(episode.endFrame) + " ended the silence.";
    return episode.ended == EpisodeEnd::Reset ? text + endWords(episode) : text;
}

std::string wordsOf(const Episode& episode, const StallFacts& facts)
{
    std::string text = "No progress for " + humanDuration(episode.duration()) + ": ";
    switch (facts.limit) {
    case Limit::ReceiveWindow:
        text += "the receive window was closed or full";
        break;
    case Limit::LossRecovery:
        text += "something lost had to be repaired";
        break;
    case Limit::Network:
        text += "data or its acknowledgment was on its way, and nothing tells of a loss";
        break;
    case Limit::Application:
    case Limit::Idle:
        text += "nothing was outstanding for most of it: the programs had nothing to send";
        break;
    }
    text += ".";
    switch (episode.ended) {
    case EpisodeEnd::Data:
        return text + titleSide(episode.side).insert(0, " ") + " went on with " + frameWords(episode.endFrame) + ".";
    case EpisodeEnd::Acknowledged:
        return text + titleSide(episode.side).insert(0, " ") + " acknowledged data in " + frameWords(episode.endFrame)
            + ".";
    default:
        return text + endWords(episode);
    }
}

std::string wordsOf(const Episode& episode, const SackFacts& facts)
{
    const std::string block = groupedDigits(facts.block.left.value) + "-" + groupedDigits(facts.block.right.value - 1);
    if (episode.kind == EpisodeKind::SackReneging)
        return titleSide(episode.side) + " had reported bytes " + block
            + " by SACK, then stops acknowledging right before them and reports them no more: it dropped them.";
    std::string text = titleSide(episode.side) + " reports bytes " + block + " by SACK, outside of ["
        + groupedDigits(facts.ack.value) + ", " + groupedDigits(facts.limit.value) + "), in "
        + counted(episode.packets, "ACK") + ".";
    if (facts.shift)
        return text + " A constant shift of " + groupedDigits(*facts.shift)
            + " makes the blocks fit: a box changes sequence numbers but not SACK blocks.";
    return text + " Either they are wrong, or the capture has missed what they report.";
}

std::string wordsOf(const Episode& episode, const ResetFacts& facts)
{
    std::string text;
    if (facts.resets > 0)
        text = counted(facts.resets, "RST") + " of " + theSide(episode.side) + " had no effect on the other side.";
    if (facts.challengeAcks > 0) {
        text += (text.empty() ? "" : " ") + titleSide(otherSide(episode.side)) + " answered ";
        text += (facts.resets > 0 ? "" : "a RST or SYN of " + theSide(episode.side) + " ") + std::string("with ")
            + counted(facts.challengeAcks, "challenge ACK") + ".";
    }
    return text;
}

std::string wordsOf(const Episode& episode, const GapFacts& facts)
{
    return bytesText(facts.missingBytes) + " of " + theSide(episode.dataSender)
        + (facts.missingBytes == 1 ? " was acknowledged but is" : " were acknowledged but are")
        + " not in the capture, within " + rangeWords(episode)
        + ": the capture missed packets, the connection did not.";
}

std::string wordsOf(const Episode& episode, const OptionFacts& facts)
{
    const std::string gap = "nothing can tell the sender what arrived behind a gap";
    const std::string limit = "no window is larger than 65,535 bytes";
    const std::string who = titleSide(episode.side) + "'s SYN-ACK ";
    if (facts.sack && facts.windowScale)
        return who + "agrees neither to SACK nor to window scaling: " + gap + ", and " + limit + ".";
    return who + "does not agree to " + (facts.sack ? "SACK: " + gap : "window scaling: " + limit) + ".";
}

} // namespace

const char* episodeTitle(EpisodeKind kind)
{
    return titles[static_cast<size_t>(kind)];
}

std::string episodeWords(const Episode& episode)
{
    return std::visit([&](const auto& facts) { return wordsOf(episode, facts); }, episode.facts);
}

std::string episodeDirection(const Episode& episode)
{
    if (episode.kind == EpisodeKind::Stall)
        return {};
    return std::string(sideName(episode.side)) + " -> " + sideName(otherSide(episode.side));
}

const char* limitTitle(Limit limit)
{
    return limits[static_cast<size_t>(limit)].title;
}

const char* limitWords(Limit limit)
{
    return limits[static_cast<size_t>(limit)].words;
}

std::string timeShareCaveat(const Vantage& vantage)
{
    constexpr const char* elsewhere
        = "a program's pauses and the network's delay are told apart by the round trip only.";
    constexpr const char* apart = "its program's pauses and the network's delay are told apart by the round trip only.";
    switch (vantage.place) {
    case VantagePlace::Client:
        return std::string("Captured at the client: what it waited for is exact; of the server, ") + apart;
    case VantagePlace::Server:
        return std::string("Captured at the server: what it waited for is exact; of the client, ") + apart;
    case VantagePlace::Middle:
        return std::string("Captured between the hosts: windows and losses are as they passed there; ") + elsewhere;
    case VantagePlace::Unknown:
        break;
    }
    return std::string("Captured at an unknown place: windows and losses are as they passed there; ") + elsewhere;
}

std::string perMilleText(int perMille)
{
    return std::to_string(perMille / 10) + "." + std::to_string(perMille % 10) + " %";
}

} // namespace whyrst
