// The sentence of each step of a chain.
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/wording.h"
#include "model/diagnosis/words.h"

#include <algorithm>

namespace whyrst {

namespace {

const Fact* findFact(const Diagnosis& diagnosis, std::string_view name)
{
    const auto found = std::ranges::find(diagnosis.facts, name, &Fact::name);
    return found == diagnosis.facts.end() ? nullptr : &*found;
}

std::string factText(const Diagnosis& diagnosis, std::string_view name)
{
    const Fact* fact = findFact(diagnosis, name);
    return fact ? fact->text : "";
}

int64_t factNumber(const Diagnosis& diagnosis, std::string_view name)
{
    const Fact* fact = findFact(diagnosis, name);
    return fact ? fact->number.value_or(0) : 0;
}

std::string who(const EvidenceStep& step)
{
    return step.flow ? std::string("the ") + sideName(*step.flow) : "somebody";
}

std::string Who(const EvidenceStep& step)
{
    return step.flow ? std::string("The ") + sideName(*step.flow) : "Somebody";
}

std::string other(const EvidenceStep& step)
{
    return step.flow ? std::string("the ") + sideName(otherSide(*step.flow)) : "the other side";
}

/// "byte 81,201" or "bytes 81,201 to 82,648"; a SYN or FIN alone says so.
std::string range(const EvidenceStep& step)
{
    if (!step.offset || !step.length)
        return "bytes";
    if (*step.length <= 1)
        return "byte " + groupedDigits(step.offset->value);
    return "bytes " + groupedDigits(step.offset->value) + " to " + groupedDigits(step.offset->value + *step.length - 1);
}

std::string times(uint32_t count, const std::string& one, const std::string& many)
{
    return count == 1 ? one : groupedDigits(count) + " " + many;
}

std::string over(const EvidenceStep& step)
{
    return step.lastTime && *step.lastTime > step.time ? " within " + humanDuration(*step.lastTime - step.time) : "";
}

std::string lasting(const EvidenceStep& step)
{
    return humanDuration(step.since.value_or(Duration()));
}

std::string since(const EvidenceStep& step, const std::string& after)
{
    return step.since ? ", " + humanDuration(*step.since) + " after " + after : "";
}

/// ", 317 ms to 4.82 s apart": how a timer doubled; "" when nothing is known.
std::string apart(const EvidenceStep& step)
{
    if (!step.since)
        return "";
    const auto [least, most] = std::minmax({*step.since, step.firstSince.value_or(*step.since)});
    const std::string shortest = humanDuration(least);
    const std::string longest = humanDuration(most);
    return shortest == longest ? ", " + longest + " apart" : ", " + shortest + " to " + longest + " apart";
}

/// How a re-send came about: of one, and of several.
struct Manner
{
    const char* one;
    const char* many;
};

std::string resend(const EvidenceStep& step, const Manner& manner)
{
    if (step.count > 1 && step.ordinal == 0)
        return groupedDigits(step.count) + " re-sends from " + who(step) + " " + manner.many + over(step)
            + ", for one loss after another.";
    if (step.count > 1)
        return "Sends " + groupedDigits(step.ordinal + 1 - step.count) + " to " + groupedDigits(step.ordinal)
            + " of these bytes " + manner.many + apart(step) + ".";
    return Who(step) + " re-sends " + range(step) + " " + manner.one
        + (step.ordinal > 0 ? ": send " + groupedDigits(step.ordinal) : "") + since(step, "the one before") + ".";
}

std::string dupAcks(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    if (diagnosis.cause == CauseId::AckPathLoss)
        return times(step.count, "Another ACK", "more ACKs") + " from " + who(step) + over(step)
            + (step.count == 1 ? " repeats" : " repeat") + " that everything has arrived.";
    const std::string sacked = factText(diagnosis, "sacked_bytes");
    const std::string sack = sacked.empty() ? "" : "; SACK reports up to " + sacked + " received behind the gap";
    return times(step.count, "A duplicate ACK", "duplicate ACKs") + " from " + who(step)
        + (step.count == 1 ? " asks" : " ask") + " for the missing bytes again" + over(step) + sack + ".";
}

std::string resetText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    std::string text = Who(step) + " resets the connection (" + formName(diagnosis.form) + ")";
    if (diagnosis.sender != ResetSender::Endpoint)
        text = "A reset in the name of " + who(step) + " (" + formName(diagnosis.form) + ")";
    const bool waited = step.since && *step.since > std::chrono::milliseconds(1);
    return text + (waited ? since(step, "the last send") : "") + ".";
}

std::string openingText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    switch (step.role) {
    case Role::Syn:
        return times(step.count, Who(step) + " asks for a connection (SYN)", "SYNs from " + who(step)) + over(step)
            + ".";
    case Role::SynAck:
        return Who(step) + " agrees (SYN-ACK).";
    case Role::SynAckAgain:
        return times(step.count, Who(step) + " sends its SYN-ACK again", "more SYN-ACKs from " + who(step)) + over(step)
            + ", as if the handshake were not complete.";
    case Role::ThirdAck:
        return Who(step) + " completes the handshake (ACK).";
    case Role::PreviousUse:
        return "The last packet of the older connection on these ports, from " + who(step) + ".";
    case Role::NewSyn:
        return Who(step) + " asks for a new connection on the same port (SYN).";
    case Role::ChallengeAck:
        return Who(step) + " does not accept it and asks back (challenge ACK).";
    case Role::Trigger:
        if (diagnosis.cause == CauseId::InvalidHandshake)
            return Who(step) + " sends a SYN-ACK, and the reset answers it.";
        if (diagnosis.cause == CauseId::InjectedReset)
            return Who(step) + " sends " + (step.length.value_or(0) > 0 ? range(step) : "this packet")
                + ", and the reset comes right after it.";
        return Who(step) + " sends this packet, and the reset answers it.";
    default:
        return {};
    }
}

/// A re-send that did not come. Only a capture that saw the ones before knows that the sender had stopped.
std::string missingSend(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    if (diagnosis.cause == CauseId::ZeroWindowStarvation)
        return "Here the next probe from " + who(step) + " was due and did not come: its connection was already gone.";
    const bool sawSends = !findFact(diagnosis, "hole_begin") || factNumber(diagnosis, "sends") > 0;
    return "Here " + who(step)
        + (sawSends ? " was due to send again, and did not: its connection was already gone."
                    : " was due to send again, and nothing came by.");
}

std::string missingBytes(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    const std::string bytes = findFact(diagnosis, "hole_begin")
        ? capital(bytesFromTo(factNumber(diagnosis, "hole_begin"), factNumber(diagnosis, "hole_end")))
        : "These bytes";
    const std::string from = diagnosis.dataSender ? std::string(" from the ") + sideName(*diagnosis.dataSender) : "";
    return bytes + from + " never come by here in " + lasting(step) + ".";
}

std::string deliveryText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    switch (step.role) {
    case Role::FirstSend:
        return Who(step) + " sends " + range(step) + " for the first time.";
    case Role::LaterData:
        return Who(step) + " sends " + range(step) + ".";
    case Role::Sack:
        if (std::ranges::find(diagnosis.subs, "reneging") != diagnosis.subs.end())
            return Who(step) + " reports by SACK that it has these bytes.";
        [[fallthrough]];
    case Role::DupAckRun:
        return dupAcks(step, diagnosis);
    case Role::FastRtx:
        return resend(step, {"as a fast retransmission", "as fast retransmissions"});
    case Role::Tlp:
        return resend(step, {"as a tail loss probe", "as tail loss probes"});
    case Role::RtoRtx:
        return resend(step, {"by timer", "by timer"});
    case Role::MissingRtx:
        return missingSend(step, diagnosis);
    case Role::Hole:
        return missingBytes(step, diagnosis);
    default:
        return {};
    }
}

/// Steps that say what happened to the bytes on their way.
std::string damageText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    switch (step.role) {
    case Role::Icmp:
        return times(step.count, "An ICMP error", "ICMP errors") + " from " + factText(diagnosis, "icmp_sender")
            + over(step) + ": " + factText(diagnosis, "icmp_meaning") + ".";
    case Role::Ptb:
        return times(step.count, "An ICMP error", "ICMP errors") + " from " + factText(diagnosis, "icmp_sender")
            + over(step) + ": packet too big, " + factText(diagnosis, "path_mtu") + " at most.";
    case Role::BadChecksum:
        return times(step.count, "A copy of " + range(step), "copies of " + range(step)) + " with a wrong checksum"
            + (step.count == 1 ? " comes by" : " come by") + over(step) + ".";
    case Role::Altered:
        return times(step.count, "An ACK", "ACKs") + " from " + who(step) + over(step)
            + (step.count == 1 ? " reports" : " report") + " by SACK bytes that " + other(step) + " never sent.";
    case Role::Discarded:
        return times(step.count, "A copy of " + range(step), "copies of " + range(step))
            + (step.count == 1 ? " arrives" : " arrive") + over(step) + (step.count == 1 ? "; it is" : "; none is")
            + (step.count == 1 ? " not acknowledged." : " acknowledged.");
    default:
        return {};
    }
}

std::string waitingText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    switch (step.role) {
    case Role::LastHeard:
        return "The last packet heard from " + who(step) + ".";
    case Role::LastGoodAck:
        if (diagnosis.cause == CauseId::AckPathLoss)
            return Who(step) + " acknowledges the bytes here; from now on its ACKs do not reach " + other(step) + ".";
        return "The last packet from " + who(step) + " that grants room.";
    case Role::WindowShrink:
        if (diagnosis.cause == CauseId::ZeroWindowStarvation)
            return Who(step) + " takes back window space that it had granted.";
        return "From here on " + who(step) + " grants no more room.";
    case Role::WindowClosed:
        return Who(step) + " closes its window (0 bytes) and keeps it closed for " + lasting(step) + ".";
    case Role::ZwProbe:
        return times(step.count, Who(step) + " probes the closed window", "more probes from " + who(step)) + over(step)
            + ".";
    case Role::ZwProbeAck:
        return Who(step) + " repeats " + times(step.count, "once", "times") + over(step) + " that it has no room.";
    case Role::Keepalive:
        return times(step.count, "A keep-alive probe", "keep-alive probes") + " from " + who(step) + over(step)
            + ", without an answer.";
    case Role::Silence:
        return "Neither side sends data for " + lasting(step) + ".";
    case Role::Request:
        return Who(step) + " sends its request, " + range(step) + ".";
    case Role::RequestAcked:
        return Who(step) + " acknowledges the request.";
    default:
        return {};
    }
}

std::string closingText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    switch (step.role) {
    case Role::Fin:
        return Who(step) + " closes its direction (FIN).";
    case Role::FinAck:
        return Who(step) + " acknowledges the FIN.";
    case Role::DataAfterFin:
        return Who(step)
            + (step.count > 1 ? " sends data in " + groupedDigits(step.count) + " packets" + over(step)
                              : " sends " + range(step))
            + (factNumber(diagnosis, "late_by_ns") < 0 ? ", before " + other(step) + "'s FIN comes by."
                                                       : ", after " + other(step) + "'s FIN.");
    case Role::LastWords:
        return "The last data before the reset: " + who(step) + " sends " + range(step) + ".";
    case Role::Rst:
        return resetText(step, diagnosis);
    case Role::RstCopy:
        if (diagnosis.cause == CauseId::InjectedReset)
            return times(step.count, "One more reset", "more resets") + " in the name of " + who(step) + over(step)
                + ".";
        if (std::ranges::find(diagnosis.chain, Role::ChallengeAck, &EvidenceStep::role) != diagnosis.chain.end())
            return Who(step) + " sends its reset again, with the number that " + other(step) + " asked for.";
        return times(step.count, "One more reset", "more resets") + " from " + who(step)
            + ": each late packet draws one.";
    case Role::TwinRst:
        return "A second reset in the name of " + who(step) + " at the same time: a box on the path sent both.";
    case Role::AfterRst:
        if (diagnosis.cause == CauseId::InjectedReset)
            return Who(step) + " goes on as if it had sent no reset.";
        return Who(step) + " goes on: the connection is alive.";
    default:
        return {};
    }
}

} // namespace

std::string stepText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    for (const std::string& words : {openingText(step, diagnosis), deliveryText(step, diagnosis),
             damageText(step, diagnosis), waitingText(step, diagnosis), closingText(step, diagnosis)}) {
        if (!words.empty())
            return words;
    }
    return Who(step) + ": " + roleName(step.role) + ".";
}

} // namespace whyrst
