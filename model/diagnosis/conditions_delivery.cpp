#include "model/diagnosis/condition_list.h"

#include "model/diagnosis/rule_limits.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

/// The stuck bytes, as the leaf of the trouble tree asks for.
void ConditionList::addDelivery()
{
    const bool isOpening = m_reset.phase == Phase::Opening;
    if (hasSub("no-answer") || hasSub("connect") || (!m_trouble && isOpening))
        return addUnansweredOpening();
    if (!m_trouble)
        return need("Stuck bytes or a closed window at the end", "none", "some", false);
    const Trouble& trouble = *m_trouble;
    switch (m_diagnosis.cause) {
    case CauseId::AckPathLoss:
        addAcknowledged();
        break;
    case CauseId::SackMangled:
        addMangled();
        break;
    case CauseId::CorruptedSegment:
        needStuck();
        needCount("Copies with a wrong checksum", static_cast<int64_t>(trouble.badCopies.size()), enoughCopies);
        need("Copies with a right one", groupedDigits(trouble.goodCopies), "0", trouble.goodCopies == 0);
        break;
    case CauseId::ReceiverDiscards:
        addDiscards();
        break;
    case CauseId::MtuBlackHole:
        addMtu();
        break;
    case CauseId::PathOutage:
        addOutage();
        break;
    case CauseId::IcmpUnreachable:
        addErrors();
        break;
    default:
        addBlackHole();
    }
    needResult();
}

void ConditionList::addErrors()
{
    const auto errors = std::ranges::count_if(
        m_trouble->icmp, [&](uint32_t index) { return isUnreachable(m_reset.connection.icmpErrors()[index]); });
    const char* quoted = hasSub("acknowledgments") ? "the acknowledgments" : "unacknowledged bytes";
    needCount(std::string("ICMP errors \"unreachable\" that quote ") + quoted, errors, 1);
}

void ConditionList::addAcknowledged()
{
    const bool isNeedless = m_trouble->leaf == CauseId::AckPathLoss;
    signCount("Re-sends of bytes that had been acknowledged here", isNeedless ? m_trouble->resendCount() : 0,
        m_reset.trace.settings.resends);
}

void ConditionList::addBlackHole()
{
    const Trouble& trouble = *m_trouble;
    needStuck();
    need("Later bytes got through", yesNo(trouble.laterDelivered), "yes", trouble.laterDelivered);
    sign("That was shown again after the third re-send", yesNo(trouble.deliveredAfterThird), "yes",
        trouble.deliveredAfterThird);
}

void ConditionList::addMtu()
{
    const Trouble& trouble = *m_trouble;
    needStuck();
    sign("Smallest packet that got stuck", bytesText(trouble.smallestStuck),
        "more than " + bytesText(trouble.largestDelivered) + ", which got through",
        trouble.smallestStuck > trouble.largestDelivered);
    signCount("Different packets above that size that got stuck", trouble.stuckLarge, enoughLarge);
    sign("Smaller ones got through after them", yesNo(trouble.smallDelivered), "yes", trouble.smallDelivered);
    sign("ICMP asked for smaller packets, in vain", yesNo(trouble.isTooBigIgnored), "yes", trouble.isTooBigIgnored);
}

void ConditionList::addDiscards()
{
    const Trouble& trouble = *m_trouble;
    needStuck();
    signCount("Intact copies that came by here", trouble.goodCopies, enoughCopies);
    sign("The receiver answered each re-send", yesNo(trouble.isAnswered), "yes", trouble.isAnswered);
    sign("Their timestamps are older than one that it has echoed", yesNo(trouble.isOldByTimestamp), "yes",
        trouble.isOldByTimestamp);
    sign("It had reported them and took that back", yesNo(trouble.isReneged), "yes", trouble.isReneged);
}

void ConditionList::addMangled()
{
    const Trouble& trouble = *m_trouble;
    signCount(
        "ACKs with SACK blocks of what was never sent", static_cast<int64_t>(trouble.sackOutside.size()), mangledAcks);
    signCount(
        "Reported holes that only the timer repaired", static_cast<int64_t>(trouble.unheeded.size()), fewestUnheeded);
    signCount("ACKs with SACK blocks that were not taken", trouble.untakenSacks, fewestUntaken);
}

/// A host that lives answers the probes of its closed window.
void ConditionList::addSilentWindow()
{
    const WindowClosed& closed = m_reset.flowAnalysis(otherSide(m_trouble->sender)).windowClosed[*m_trouble->closed];
    const Duration length = m_reset.moment - closed.begin;
    need("Time that the window was closed", humanDuration(length),
        humanDuration(m_reset.trace.settings.closedWindow) + " or more", length >= m_reset.trace.settings.closedWindow);
    needCount("Probes without an answer at the end", closed.unansweredInARow, m_reset.trace.settings.resends);
}

void ConditionList::addOutage()
{
    const Trouble& trouble = *m_trouble;
    if (trouble.closed && trouble.copies.empty())
        return addSilentWindow();
    needStuck();
    const uint32_t enough = m_reset.trace.settings.resends;
    if (trouble.laterDelivered)
        needCount("Ranges lost behind the later bytes that got through", trouble.lostBehind, enough);
    else
        need("Later bytes got through", "no", "no", true);
    sign("The receiver was heard meanwhile (only one direction failed)", yesNo(trouble.receiverHeard), "yes",
        trouble.receiverHeard);
}

void ConditionList::addClosedWindow()
{
    if (!m_trouble || !m_trouble->closed)
        return need("A window that is closed at the end", "none", "one", false);
    const WindowClosed& closed = m_reset.flowAnalysis(otherSide(m_trouble->sender)).windowClosed[*m_trouble->closed];
    const Duration length = m_reset.moment - closed.begin;
    need("Time that the window was closed", humanDuration(length),
        humanDuration(m_reset.trace.settings.closedWindow) + " or more", length >= m_reset.trace.settings.closedWindow);
    signCount("Probes of the closed window", closed.probes, 1);
    sign("Probes without an answer at the end", groupedDigits(closed.unansweredInARow),
        "fewer than " + std::to_string(m_reset.trace.settings.resends),
        closed.unansweredInARow < m_reset.trace.settings.resends);
    if (m_diagnosis.cause == CauseId::ZeroWindowStarvation)
        needResult();
}

} // namespace whyrst
