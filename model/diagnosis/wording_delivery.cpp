// The summaries of the causes about the delivery and the flow of data.
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"
#include "model/number_text.h"

namespace whyrst {

namespace {

std::string ending(const Words& words, const Diagnosis& diagnosis, const ResetContext& reset)
{
    switch (diagnosis.mechanism) {
    case Mechanism::GaveUp:
        return " Then " + words.x() + "'s TCP gave up and reset the connection.";
    case Mechanism::GaveUpSilently:
        return " Then " + words.x() + " gave up without a word"
            + (reset.isDeath() ? "." : "; the reset only answers a packet that came later.");
    case Mechanism::ApplicationGaveUp: {
        const bool isLinux = stackHintOf(reset.flow(reset.x)) == StackHint::Linux;
        return " Then " + words.x() + (isLinux ? "'s program" : "'s program or its TCP")
            + " gave up and reset the connection.";
    }
    case Mechanism::ReceiverClosed:
        return " Then " + words.x() + "'s program ended the connection.";
    default:
        return "";
    }
}

std::string holeBytes(const Words& words)
{
    return capital(bytesFromTo(words.number("hole_begin"), words.number("hole_end"))) + " from " + words.s();
}

bool isOneByte(const Words& words)
{
    return words.number("hole_end") - words.number("hole_begin") == 1;
}

/// "Bytes 1,001 to 2,460 from the client were sent 7 times"
std::string sentHole(const Words& words)
{
    return holeBytes(words) + (isOneByte(words) ? " was sent " : " were sent ") + timesText(words.number("sends"));
}

/// How the receiver asked for the bytes: all the time, or only as long as other bytes made it answer.
std::string asking(const Words& words, bool allTheTime)
{
    const std::string byte = " byte " + words.fact("hole_begin");
    if (allTheTime)
        return words.r() + " kept asking for" + byte;
    const std::string dupAcks = words.fact("dup_acks");
    return words.r() + " asked for" + byte + " again"
        + (words.number("dup_acks") > 1 ? " (" + dupAcks + " duplicate ACKs)" : "");
}

std::string blackHole(const Words& words, bool keptAsking)
{
    if (words.number("sends") == 0)
        return holeBytes(words) + " never came by here in " + words.fact("stuck_for_ns") + ", while later bytes did; "
            + asking(words, keptAsking) + ".";
    return sentHole(words) + " over " + words.fact("tried_for_ns") + " and never acknowledged; "
        + asking(words, keptAsking) + ".";
}

std::string outage(const Words& words)
{
    if (words.hasSub("no-answer"))
        return "The server never answered: the client asked for the connection " + timesText(words.number("sends"))
            + " over " + words.fact("tried_for_ns") + " and gave up."
            + (words.hasSub("others-answered") ? " It answered on other connections to this port meanwhile, so perhaps "
                                                 "its queue of new connections was "
                                                 "full, or a rule drops these SYNs."
                                               : "");
    if (words.hasSub("closed-window"))
        return words.r() + " closed its window, and for " + words.fact("silent_for_ns")
            + " nothing more came from it, while " + words.s() + " probed the window "
            + timesText(words.number("probes")) + " over " + words.fact("tried_for_ns")
            + ": a host whose program only does not read answers such probes.";
    const std::string tries = words.s() + " re-sent its data from byte " + words.fact("first_stuck_byte") + " on "
        + timesText(words.number("resends")) + " over " + words.fact("tried_for_ns");
    if (words.hasSub("forward-only"))
        return "Nothing from " + words.s() + " seems to reach " + words.r() + " any more, although packets from "
            + words.r() + " still come: " + tries + ".";
    const std::string silent = words.fact("silent_for_ns");
    return "Nothing" + (silent.empty() ? "" : std::string(" more")) + " came from " + words.r()
        + (silent.empty() ? "" : " for " + silent) + ", while " + tries + ".";
}

std::string starvation(const Words& words)
{
    const int64_t answers = words.number("answered_probes");
    const std::string probes = words.number("probes") == 0
        ? ""
        : "; " + words.s() + " probed it " + timesText(words.number("probes")) + " and got "
            + (answers == 0 ? "no answer" : counted(answers, "answer"));
    if (words.hasSub("memory-pressure"))
        return words.r()
            + " took back window space that it had granted, as a kernel short of memory does, and kept its window "
              "closed for "
            + words.fact("closed_for_ns") + probes + ".";
    return words.r() + "'s program stopped reading: its window reached 0 and stayed closed for "
        + words.fact("closed_for_ns") + probes + ".";
}

std::string mtuLimit(const Words& words, Confidence confidence)
{
    if (words.number("sends") == 0)
        return holeBytes(words) + ", enough for " + words.fact("stuck_large") + " full packets, never came by here in "
            + words.fact("stuck_for_ns") + ", while packets of up to " + words.fact("largest_passed")
            + " sent after them did: " + (confidence == Confidence::Certain ? "" : "probably ")
            + "only large packets are lost on the way.";
    const bool isOne = words.number("stuck_large") <= 1;
    const bool anyPassed = words.number("largest_passed") > 0;
    const std::string size = words.fact("smallest_stuck");
    const std::string stuck
        = isOne ? "one of " + size + " does not" : words.fact("stuck_large") + " of " + size + " or more do not";
    std::string text = "Large packets from " + words.s()
        + " vanish: " + (anyPassed ? "those of up to " + words.fact("largest_passed") + " get through, " : "") + stuck
        + ". " + std::string(isOne ? "It" : "The first of them") + " was sent " + timesText(words.number("sends"))
        + " over " + words.fact("tried_for_ns") + " and never acknowledged.";
    if (words.hasSub("path-change"))
        text += " Larger ones had got through before, so the path has changed.";
    if (words.hasSub("ptb-ignored"))
        text += " " + words.fact("icmp_sender") + " asked for smaller packets (" + words.fact("path_mtu")
            + " at most), but " + words.s() + " kept sending larger ones.";
    return text;
}

std::string corrupted(const Words& words, const ResetContext& reset)
{
    const bool inMiddle = !reset.isCapturedAt(otherSide(reset.trouble->sender));
    return holeBytes(words)
        + (inMiddle ? " came by here damaged every time" : " reached " + words.r() + " damaged every time") + ": all "
        + words.fact("bad_copies") + " copies have a wrong checksum, and " + words.r() + " never acknowledged them.";
}

std::string discarded(const Words& words)
{
    const std::string old = "carry older timestamps than " + words.r()
        + " has already seen, so its TCP drops them as old duplicates (PAWS).";
    const std::string reneged = words.r()
        + " had reported them as received (SACK) and took that back: its kernel threw "
        + "away what it had, as one short of memory may.";
    if (words.hasSub("reneging") && words.fact("good_copies").empty())
        return sentHole(words) + " and never acknowledged. " + capital(reneged);
    if (words.hasSub("answered"))
        return sentHole(words) + " and never acknowledged. " + capital(words.r())
            + " answered each re-send with the same acknowledgment: its TCP gets the bytes and drops them.";
    if (words.fact("good_copies").empty())
        return sentHole(words) + " and never acknowledged: the copies " + old;
    return holeBytes(words) + " arrived at " + words.r() + " intact " + timesText(words.number("good_copies"))
        + (isOneByte(words) ? " and was" : " and were") + " never acknowledged: "
        + (words.hasSub("paws")            ? "the copies " + old
                : words.hasSub("reneging") ? reneged
                                           : "something on that host dropped them behind the capture point.");
}

/// What a box on the path does to the blocks.
std::string boxText(Confidence confidence)
{
    return std::string(confidence == Confidence::Certain ? "A box" : "Probably a box")
        + " on the path changes sequence numbers but not the SACK blocks";
}

std::string mangled(const Words& words, Confidence confidence)
{
    if (words.hasSub("untaken")) {
        const std::string refused = capital(words.s()) + " re-sent what " + words.r()
            + " had acknowledged: it took the acknowledgments without SACK blocks, and none of the "
            + words.fact("sack_acks") + " with blocks. ";
        return refused
            + (confidence == Confidence::Certain
                    ? boxText(confidence) + "."
                    : "Either a box on the path changes sequence numbers but not the blocks, or the path has lost all "
                      "acknowledgments since then.");
    }
    if (words.hasSub("unheeded"))
        return capital(words.s()) + " takes the acknowledgment numbers of " + words.r()
            + ", but ignores its SACK blocks: " + counted(words.number("timer_resends"), "hole was", "holes were")
            + " repaired only by timer. " + boxText(confidence) + ".";
    const std::string shift = words.fact("shift_bytes");
    return boxText(shift.empty() ? confidence : Confidence::Certain) + (shift.empty() ? "" : " (" + shift + " apart)")
        + ". " + words.fact("mangled_acks") + " ACKs report bytes that " + words.s()
        + " never sent, so it cannot learn what arrived, and " + counted(words.number("timer_resends"), "re-send")
        + " had to wait for a timer.";
}

std::string lostAcks(const Words& words)
{
    if (words.hasSub("behind-capture"))
        return capital(words.r()) + " acknowledged the data and its acknowledgments came by here, but " + words.s()
            + " re-sent " + bytesFromTo(words.number("hole_begin"), words.number("hole_end")) + " "
            + timesText(words.number("needless_resends")) + " over " + words.fact("tried_for_ns")
            + ": something behind the capture point, such as a packet filter on that host, drops them.";
    return capital(words.r()) + " received the data and acknowledged it here, but " + words.s() + " re-sent "
        + bytesFromTo(words.number("hole_begin"), words.number("hole_end")) + " "
        + timesText(words.number("needless_resends")) + " over " + words.fact("tried_for_ns")
        + ": the acknowledgments do not reach " + words.s() + ".";
}

/// Who sent the ICMP errors: one of the two addresses of the connection, or somebody between.
std::string icmpSender(const Words& words, const ResetContext& reset)
{
    const std::string address = words.fact("icmp_sender");
    for (const Side side : {Side::Client, Side::Server})
        if (toString(reset.connection.endpoint(side).address) == address)
            return std::string("The ") + sideName(side) + "'s own address (" + address + ")";
    return "A router or host (" + address + ")";
}

std::string unreachable(const Words& words, const ResetContext& reset)
{
    const std::string report = icmpSender(words, reset) + " reported \"" + words.fact("icmp_meaning") + "\"";
    if (words.hasSub("connect"))
        return report + " " + words.fact("reported_after_ns")
            + " after the client asked for the connection; no TCP answer came.";
    const std::string before = words.fact("before_end_ns");
    if (words.hasSub("acknowledgments"))
        return report + " for packets from " + words.r() + ": its acknowledgments do not reach " + words.s()
            + ", which sent the same bytes " + timesText(words.number("sends")) + ".";
    return report + " for this connection" + (before.empty() ? "" : ", the last time " + before + " before the end")
        + ". Nothing that " + words.s() + " sent from byte " + words.fact("hole_begin") + " on was acknowledged, in "
        + counted(words.number("sends"), "send") + ".";
}

} // namespace

std::string deliverySummary(
    const Words& words, const Diagnosis& diagnosis, const ResetContext& reset, Confidence confidence)
{
    switch (diagnosis.cause) {
    case CauseId::SegmentBlackHole:
        return blackHole(words, diagnosis.confidence == Confidence::Certain) + ending(words, diagnosis, reset);
    case CauseId::PathOutage:
        return outage(words) + ending(words, diagnosis, reset);
    case CauseId::ZeroWindowStarvation:
        return starvation(words) + ending(words, diagnosis, reset);
    case CauseId::MtuBlackHole:
        return mtuLimit(words, confidence) + ending(words, diagnosis, reset);
    case CauseId::CorruptedSegment:
        return corrupted(words, reset) + ending(words, diagnosis, reset);
    case CauseId::ReceiverDiscards:
        return discarded(words) + ending(words, diagnosis, reset);
    case CauseId::SackMangled:
        return mangled(words, confidence) + ending(words, diagnosis, reset);
    case CauseId::AckPathLoss:
        return lostAcks(words) + ending(words, diagnosis, reset);
    case CauseId::IcmpUnreachable:
        return unreachable(words, reset) + (words.hasSub("connect") ? "" : ending(words, diagnosis, reset));
    default:
        return "";
    }
}

} // namespace whyrst
