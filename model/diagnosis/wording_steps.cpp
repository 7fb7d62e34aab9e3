// The sentence of each step of a chain.
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/wording.h"

#include <algorithm>

namespace whyrst {

namespace {

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
        return "byte " + grouped(step.offset->value);
    return "bytes " + grouped(step.offset->value) + " to " + grouped(step.offset->value + *step.length - 1);
}

std::string times(uint32_t count, const std::string& one, const std::string& many)
{
    return count == 1 ? one : grouped(count) + " " + many;
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

std::string resend(const EvidenceStep& step, const std::string& how)
{
    if (step.count > 1 && step.ordinal == 0)
        return grouped(step.count) + " re-sends of " + who(step) + " " + how + over(step)
            + ", of one loss after the other.";
    if (step.count > 1)
        return "Sends " + grouped(step.ordinal + 1 - step.count) + " to " + grouped(step.ordinal) + " of these bytes "
            + how + ", the last"
            + (step.since ? " " + humanDuration(*step.since) + " after the one before." : " one here.");
    return Who(step) + " sends " + range(step) + " again " + how
        + (step.ordinal > 0 ? ": send " + grouped(step.ordinal) : "") + since(step, "the one before") + ".";
}

std::string dupAcks(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    if (diagnosis.cause == CauseId::AckPathLoss)
        return times(step.count, "An ACK", "ACKs") + " of " + who(step) + over(step)
            + (step.count == 1 ? " says" : " say") + " again that all of it is there.";
    std::string sack;
    for (const Fact& fact : diagnosis.facts) {
        if (fact.name == "sacked_bytes")
            sack = "; SACK reports up to " + fact.text + " received behind it";
    }
    return times(step.count, "A duplicate ACK", "duplicate ACKs") + " from " + who(step)
        + (step.count == 1 ? " asks" : " ask") + " for the missing bytes again" + over(step) + sack + ".";
}

std::string resetText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    std::string text = Who(step) + " resets the connection (" + formName(diagnosis.form) + ")";
    if (diagnosis.sender == ResetSender::Middlebox)
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
    case Role::NewSyn:
        return Who(step) + " asks for a new connection on the same port (SYN).";
    case Role::ChallengeAck:
        return Who(step) + " does not accept it and asks back (challenge ACK).";
    case Role::Trigger:
        if (diagnosis.cause == CauseId::InjectedReset)
            return Who(step) + " sends " + (step.length.value_or(0) > 0 ? range(step) : "this packet")
                + ", and the reset comes right after it.";
        return Who(step) + " sends this packet, and the reset answers it.";
    default:
        return {};
    }
}

std::string deliveryText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    switch (step.role) {
    case Role::FirstSend:
        return Who(step) + " sends " + range(step) + " for the first time.";
    case Role::LaterData:
        return Who(step) + " sends " + range(step) + ".";
    case Role::DupAckRun:
    case Role::Sack:
        return dupAcks(step, diagnosis);
    case Role::FastRtx:
        return resend(step, "on this news (fast retransmission)");
    case Role::Tlp:
        return resend(step, "as a tail loss probe");
    case Role::RtoRtx:
        return resend(step, "by timer");
    case Role::MissingRtx:
        return "Here " + who(step) + " was due to send again, and did not: its connection was already gone.";
    case Role::Hole:
        return "These bytes were never seen here, for " + lasting(step) + ".";
    default:
        return {};
    }
}

std::string factText(const Diagnosis& diagnosis, const char* name)
{
    const auto found = std::find_if(
        diagnosis.facts.begin(), diagnosis.facts.end(), [name](const Fact& fact) { return fact.name == name; });
    return found == diagnosis.facts.end() ? "" : found->text;
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
            + over(step) + ".";
    case Role::Altered:
        return times(step.count, "An ACK", "ACKs") + " of " + who(step) + over(step)
            + (step.count == 1 ? " reports" : " report") + " bytes by SACK that " + other(step) + " never sent.";
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
        return "The last packet that was heard from " + who(step) + ".";
    case Role::LastGoodAck:
        if (diagnosis.cause == CauseId::AckPathLoss)
            return Who(step) + " acknowledges the bytes here; from now on " + other(step) + " does not hear it.";
        return "The last packet of " + who(step) + " that still grants room.";
    case Role::WindowShrink:
        return "From here on " + who(step) + " grants no more room.";
    case Role::WindowClosed:
        return Who(step) + " closes its window (0 bytes); it stays closed for " + lasting(step) + ".";
    case Role::ZwProbe:
        return times(step.count, Who(step) + " probes the closed window", "more probes from " + who(step)) + over(step)
            + ".";
    case Role::ZwProbeAck:
        return Who(step) + " answers " + times(step.count, "once", "times") + over(step) + ": still no room.";
    case Role::Keepalive:
        return times(step.count, "A keep-alive probe", "keep-alive probes") + " of " + who(step) + over(step)
            + ", without an answer.";
    case Role::Silence:
        return "Nobody sends data for " + lasting(step) + ".";
    case Role::Request:
        return Who(step) + " asks: " + range(step) + ".";
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
            + (step.count > 1 ? " sends data in " + grouped(step.count) + " packets" + over(step)
                              : " sends " + range(step))
            + ", although " + other(step) + " has closed.";
    case Role::LastWords:
        return "The last data before the reset: " + who(step) + " sends " + range(step) + ".";
    case Role::Rst:
        return resetText(step, diagnosis);
    case Role::RstCopy:
        if (diagnosis.cause == CauseId::InjectedReset)
            return times(step.count, "One more reset", "more resets") + " in the name of " + who(step) + over(step)
                + ".";
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
