// The sentence of each step of a chain.
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/wording.h"

#include <functional>
#include <map>

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

std::string since(const EvidenceStep& step, const std::string& after)
{
    return step.since ? ", " + humanDuration(*step.since) + " after " + after : "";
}

std::string resend(const EvidenceStep& step, const std::string& how)
{
    if (step.count > 1)
        return grouped(step.count) + " more sends " + how + ", the last is the " + grouped(step.ordinal) + "th"
            + over(step) + (step.since ? "; the last wait was " + humanDuration(*step.since) : "") + ".";
    return Who(step) + " sends " + range(step) + " again " + how
        + (step.ordinal > 0 ? ", send " + grouped(step.ordinal) : "") + since(step, "the one before") + ".";
}

std::string dupAcks(const EvidenceStep& step, const Diagnosis& diagnosis)
{
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

using Words = std::function<std::string(const EvidenceStep&, const Diagnosis&)>;

const std::map<Role, Words>& roleWords()
{
    using S = const EvidenceStep&;
    using D = const Diagnosis&;
    static const std::map<Role, Words> words = {
        { Role::Syn,
            [](S s, D) {
                return times(s.count, Who(s) + " asks for a connection (SYN)", "SYNs from " + who(s)) + over(s) + ".";
            } },
        { Role::SynAck, [](S s, D) { return Who(s) + " agrees (SYN-ACK)."; } },
        { Role::LastHeard, [](S s, D) { return "The last packet that was heard from " + who(s) + "."; } },
        { Role::LastGoodAck, [](S s, D) { return "The last packet of " + who(s) + " that still grants room."; } },
        { Role::FirstSend, [](S s, D) { return Who(s) + " sends " + range(s) + " for the first time."; } },
        { Role::LaterData, [](S s, D) { return Who(s) + " sends " + range(s) + "."; } },
        { Role::DupAckRun, dupAcks },
        { Role::Sack, dupAcks },
        { Role::FastRtx, [](S s, D) { return resend(s, "on this news (fast retransmission)"); } },
        { Role::Tlp, [](S s, D) { return resend(s, "as a tail loss probe"); } },
        { Role::RtoRtx, [](S s, D) { return resend(s, "by timer"); } },
        { Role::MissingRtx,
            [](S s, D) {
                return "Here " + who(s) + " was due to send again, and did not: its connection was already gone.";
            } },
        { Role::Hole,
            [](S s, D) {
                return "These bytes were never seen here, for " + humanDuration(s.since.value_or(Duration())) + ".";
            } },
        { Role::WindowShrink, [](S s, D) { return "From here on " + who(s) + " grants no more room."; } },
        { Role::WindowClosed,
            [](S s, D) {
                return Who(s) + " closes its window (0 bytes); it stays closed for "
                    + humanDuration(s.since.value_or(Duration())) + ".";
            } },
        { Role::ZwProbe,
            [](S s, D) {
                return times(s.count, Who(s) + " probes the closed window", "more probes from " + who(s)) + over(s)
                    + ".";
            } },
        { Role::ZwProbeAck,
            [](S s, D) {
                return Who(s) + " answers " + times(s.count, "once", "times") + over(s) + ": still no room.";
            } },
        { Role::Silence,
            [](S s, D) { return "Nobody sends data for " + humanDuration(s.since.value_or(Duration())) + "."; } },
        { Role::Fin, [](S s, D) { return Who(s) + " closes its direction (FIN)."; } },
        { Role::FinAck, [](S s, D) { return Who(s) + " acknowledges the FIN."; } },
        { Role::DataAfterFin,
            [](S s, D) {
                return Who(s)
                    + (s.count > 1 ? " sends data in " + grouped(s.count) + " packets" + over(s) : " sends " + range(s))
                    + ", although " + other(s) + " has closed.";
            } },
        { Role::LastWords,
            [](S s, D) { return "The last data before the reset: " + who(s) + " sends " + range(s) + "."; } },
        { Role::Trigger, [](S s, D) { return Who(s) + " sends this packet, and the reset answers it."; } },
        { Role::Rst, resetText },
        { Role::RstCopy,
            [](S s, D) {
                return times(s.count, "One more reset", "more resets") + " from " + who(s)
                    + ": each late packet draws one.";
            } },
        { Role::TwinRst,
            [](S s, D) {
                return "A second reset in the name of " + who(s) + " at the same time: a box on the path sent both.";
            } },
        { Role::ChallengeAck, [](S s, D) { return Who(s) + " does not accept it and asks back (challenge ACK)."; } },
        { Role::AfterRst, [](S s, D) { return Who(s) + " goes on: the connection is alive."; } },
    };
    return words;
}

} // namespace

std::string stepText(const EvidenceStep& step, const Diagnosis& diagnosis)
{
    const auto words = roleWords().find(step.role);
    return words == roleWords().end() ? Who(step) + ": " + roleName(step.role) + "." : words->second(step, diagnosis);
}

} // namespace whyrst
