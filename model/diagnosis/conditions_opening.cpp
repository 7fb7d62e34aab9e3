#include "model/diagnosis/condition_list.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

void ConditionList::addRefused()
{
    const Opening opening = findOpening(m_reset);
    need("The RST answers a SYN", formName(m_reset.form.form), "REFUSE", m_reset.form.form == ResetForm::Refuse);
    const bool isBefore = opening.synAck && opening.synAck->segment.frame < m_reset.momentFrame;
    need("SYN-ACK before it", isBefore ? packetText(opening.synAck) : "none", "none", !isBefore);
    signSub("Another TTL, or sooner than the host answers (a firewall)", "yes", "policy");
}

void ConditionList::addPortReuse()
{
    needStep("SYN into the older use of the ports", Role::NewSyn);
    if (hasSub("syn-in-window"))
        return; // the SYN itself is answered
    const auto& trigger = m_reset.form.trigger;
    sign("ACK of the older use, which the RST answers", trigger ? packetText(trigger) : "not captured", "one",
        trigger && trigger->segment.isPureAck());
}

void ConditionList::addAbandoned()
{
    const Opening opening = findOpening(m_reset);
    need("SYN-ACK that answers the SYN", packetText(opening.synAck), "one", opening.synAck.has_value());
    need("Third packet of the handshake", packetText(opening.thirdAck), "none", !opening.thirdAck);
    need("The RST is the client's", sideName(m_reset.x), "client", m_reset.x == Side::Client);
    if (opening.syn && opening.synAck) {
        const Duration wait = opening.synAck->segment.time - opening.syn->segment.time;
        sign("Time until the SYN-ACK (cancelled)", humanDuration(wait), humanDuration(slowAnswer) + " or more",
            wait >= slowAnswer);
    }
    signSub("Attempts of this client on many targets (scan)",
        atLeast(scanTargets) + " within " + humanDuration(scanTime), "scan");
}

void ConditionList::addOverflow()
{
    const Opening opening = findOpening(m_reset);
    needAnswer();
    need("Third packet of the handshake", packetText(opening.thirdAck), "one", opening.thirdAck.has_value());
    signCount("SYN-ACKs sent again after it", static_cast<int64_t>(opening.synAcksAgain.size()), 1);
    if (!opening.thirdAck)
        return;
    const Duration wait = m_reset.time - opening.thirdAck->segment.time;
    const Duration most = answerWindow(m_reset.analysis, Side::Server);
    sign("Time from it to the RST", humanDuration(wait), humanDuration(most) + " or less", wait <= most);
}

/// Nothing but SYNs: no answer at all, or that of a router.
void ConditionList::addUnansweredOpening()
{
    if (m_diagnosis.cause == CauseId::IcmpUnreachable) {
        const auto errors = std::ranges::count_if(m_reset.connection.icmpErrors(), isUnreachable);
        const Fact* counted = fact("icmp_errors");
        return needCount(
            "ICMP errors \"unreachable\" that quote the SYN", counted ? counted->number.value_or(0) : errors, 1);
    }
    const Fact* sends = fact("sends");
    int64_t syns = 0;
    for (const Segment segment : m_reset.flow(Side::Client).segments)
        syns += segment.flags.syn() && !segment.isCaptureDuplicate ? 1 : 0;
    needCount("SYNs", sends ? sends->number.value_or(0) : syns, m_reset.trace.settings.resends + 1);
    need("Packets of the server", groupedDigits(m_reset.flow(Side::Server).size()), "0",
        m_reset.flow(Side::Server).empty());
}

} // namespace whyrst
