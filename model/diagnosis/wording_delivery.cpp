// The summaries of the causes about the delivery and the flow of data.
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"

namespace whyrst {

namespace {

std::string ending(const Words& words, const Diagnosis& diagnosis, const ResetContext& reset)
{
    switch (diagnosis.mechanism) {
    case Mechanism::GaveUp:
        return " Then " + words.x() + "'s TCP gave up and reset the connection.";
    case Mechanism::GaveUpSilently:
        return reset.isDeath()
            ? " Then " + words.x() + " gave up without a word."
            : " Then " + words.x() + " gave up silently; the reset only answers a packet that came afterwards.";
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

std::string blackHole(const Words& words)
{
    const int64_t last = words.number("hole_end") - 1;
    const std::string bytes = "Bytes " + words.fact("hole_begin") + " to " + grouped(last) + " from " + words.s();
    const std::string asking = words.r() + " kept answering and asking for byte " + words.fact("hole_begin");
    if (words.number("sends") == 0)
        return bytes + " never came by here for " + words.fact("stuck_for_ns") + ", while later bytes did, and "
            + asking + ".";
    return bytes + " never got through: sent " + words.fact("sends") + " times over " + words.fact("tried_for_ns")
        + ", while " + asking + ".";
}

std::string outage(const Words& words)
{
    if (words.hasSub("no-answer"))
        return "The server never answered: the client asked for the connection " + words.fact("sends") + " times over "
            + words.fact("tried_for_ns") + " and gave up.";
    const std::string tries = words.s() + " sent its data again " + words.fact("resends") + " times over "
        + words.fact("tried_for_ns") + ", starting at byte " + words.fact("first_stuck_byte");
    if (words.hasSub("forward-only"))
        return "Nothing from " + words.s() + " reached " + words.r() + " any more, although packets of " + words.r()
            + " still arrived: " + tries + ".";
    return "From one moment on nothing from " + words.r() + " arrived any more, for " + words.fact("silent_for_ns")
        + ": " + tries + ".";
}

std::string starvation(const Words& words)
{
    return words.r() + "'s program stopped reading: its window reached 0 and stayed closed for "
        + words.fact("closed_for_ns") + "; " + words.s() + " probed it " + words.fact("probes")
        + " times and was answered " + words.fact("answered_probes") + " times.";
}

std::string holeBytes(const Words& words)
{
    return "Bytes " + words.fact("hole_begin") + " to " + grouped(words.number("hole_end") - 1) + " from " + words.s();
}

std::string mtuLimit(const Words& words)
{
    if (words.number("sends") == 0)
        return holeBytes(words) + ", room for " + words.fact("stuck_large") + " full packets, never came by here for "
            + words.fact("stuck_for_ns") + ", while packets of up to " + words.fact("largest_passed")
            + " sent after them did: probably only large packets vanish on the way.";
    std::string text = "Only packets larger than " + words.fact("largest_passed") + " vanish; smaller ones pass. ";
    if (words.number("largest_passed") == 0)
        text = "Large packets vanish. ";
    const int64_t stuck = words.number("stuck_large");
    text += capital(words.s()) + " has "
        + (stuck <= 1 ? "a larger packet" : words.fact("stuck_large") + " larger packets") + " under way"
        + "; the first, of " + words.fact("smallest_stuck") + ", was sent " + words.fact("sends") + " times over "
        + words.fact("tried_for_ns") + " and never acknowledged.";
    if (words.hasSub("path-change"))
        text += " Larger ones had passed before: the path changed.";
    if (words.hasSub("ptb-ignored"))
        text += " " + words.fact("icmp_sender") + " asked for smaller packets (" + words.fact("path_mtu")
            + " at most), and " + words.s() + " did not follow.";
    return text;
}

std::string corrupted(const Words& words, const ResetContext& reset)
{
    const bool inMiddle = !reset.isCapturedAt(otherSide(reset.trouble->sender));
    return holeBytes(words)
        + (inMiddle ? " pass here damaged every time" : " reach " + words.r() + " damaged every time") + ": all "
        + words.fact("bad_copies") + " copies have a wrong checksum, and " + words.r() + " never acknowledged them.";
}

std::string discarded(const Words& words)
{
    const std::string old = " The copies carry an older timestamp than " + words.r()
        + " has already seen, so its TCP takes them for old duplicates (PAWS).";
    if (words.hasSub("answered"))
        return holeBytes(words) + " were sent " + words.fact("sends") + " times and never acknowledged. "
            + capital(words.r()) + " answered each re-send with the same acknowledgment: its TCP gets the bytes and "
            + "throws them away.";
    if (words.fact("good_copies").empty())
        return holeBytes(words) + " were sent " + words.fact("sends") + " times and never acknowledged." + old;
    return holeBytes(words) + " arrived at " + words.r() + " intact " + words.fact("good_copies") + " times, and "
        + words.r() + " never acknowledged them: something on that host threw them away behind the capture point."
        + (words.hasSub("paws") ? old : "");
}

std::string mangled(const Words& words)
{
    if (words.hasSub("untaken"))
        return capital(words.s()) + " sent again what " + words.r() + " had acknowledged: it took the acknowledgments "
            + "without SACK blocks, and none of the " + words.fact("sack_acks")
            + " with blocks. Either a box on the path "
            + "changes sequence numbers but not the blocks, or the path loses acknowledgments since then.";
    if (words.hasSub("unheeded"))
        return capital(words.s()) + " does not heed what " + words.r() + " reports by selective ACK: "
            + words.fact("timer_resends") + " holes were repaired only when its timer expired, although it took the "
            + "acknowledgment numbers. Probably a box on the path changes sequence numbers but not the SACK blocks.";
    const std::string shift = words.fact("shift_bytes");
    return std::string(shift.empty() ? "Probably a box" : "A box")
        + " on the path changes sequence numbers but not the selective-ACK blocks"
        + (shift.empty() ? "" : " (" + shift + " apart)") + ": " + words.fact("mangled_acks")
        + " ACKs report bytes that " + words.s() + " never sent, so it cannot learn what arrived: "
        + words.fact("timer_resends") + " re-sends had to wait for a timer.";
}

std::string lostAcks(const Words& words)
{
    return capital(words.r()) + " received the data and acknowledged it here, but " + words.s() + " sent bytes "
        + words.fact("hole_begin") + " to " + grouped(words.number("hole_end") - 1) + " again "
        + words.fact("needless_resends") + " times over " + words.fact("tried_for_ns")
        + ": the acknowledgments do not reach " + words.s() + ".";
}

std::string unreachable(const Words& words)
{
    const std::string report
        = "A router or host (" + words.fact("icmp_sender") + ") reported \"" + words.fact("icmp_meaning") + "\"";
    if (words.hasSub("connect"))
        return report + " " + words.fact("reported_after_ns")
            + " after the client asked for the connection; the server itself never answered.";
    const std::string before = words.fact("before_end_ns");
    if (words.hasSub("acknowledgments"))
        return report + " for packets of " + words.r() + ": its acknowledgments do not reach " + words.s()
            + ", which sent the same bytes " + words.fact("sends") + " times.";
    return report + " for this connection" + (before.empty() ? "" : ", last " + before + " before the end")
        + ". From byte " + words.fact("hole_begin") + " on nothing from " + words.s()
        + " was acknowledged any more, in " + words.fact("sends") + " sends.";
}

} // namespace

std::string deliverySummary(const Words& words, const Diagnosis& diagnosis, const ResetContext& reset)
{
    switch (diagnosis.cause) {
    case CauseId::SegmentBlackHole:
        return blackHole(words) + ending(words, diagnosis, reset);
    case CauseId::PathOutage:
        return outage(words) + ending(words, diagnosis, reset);
    case CauseId::ZeroWindowStarvation:
        return starvation(words) + ending(words, diagnosis, reset);
    case CauseId::MtuBlackHole:
        return mtuLimit(words) + ending(words, diagnosis, reset);
    case CauseId::CorruptedSegment:
        return corrupted(words, reset) + ending(words, diagnosis, reset);
    case CauseId::ReceiverDiscards:
        return discarded(words) + ending(words, diagnosis, reset);
    case CauseId::SackMangled:
        return mangled(words) + ending(words, diagnosis, reset);
    case CauseId::AckPathLoss:
        return lostAcks(words) + ending(words, diagnosis, reset);
    case CauseId::IcmpUnreachable:
        return unreachable(words) + (words.hasSub("connect") ? "" : ending(words, diagnosis, reset));
    default:
        return "";
    }
}

} // namespace whyrst
