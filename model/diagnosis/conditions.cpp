#include "model/diagnosis/conditions.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/condition_list.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rule_table.h"
#include "model/diagnosis/sender_reaction.h"
#include "model/number_text.h"

#include <algorithm>
#include <utility>

namespace whyrst {

std::string ConditionList::atLeast(int64_t least)
{
    return groupedDigits(least) + " or more";
}

std::string ConditionList::yesNo(bool value)
{
    return value ? "yes" : "no";
}

std::string ConditionList::ofSide(Side side)
{
    return std::string(" of the ") + sideName(side);
}

std::string ConditionList::packetText(const std::optional<LocatedSegment>& packet)
{
    return packet ? "#" + std::to_string(packet->segment.frame.value) : "none";
}

ConditionList::ConditionList(const Diagnosis& diagnosis, const ResetContext& reset, RuleVerdict verdict)
    : m_diagnosis(diagnosis)
    , m_reset(reset)
    , m_verdict(verdict)
    , m_trouble(reset.trouble || verdict == RuleVerdict::Spoke ? reset.trouble : reset.earlyTrouble())
{
}

bool ConditionList::knowsSigns() const
{
    return m_verdict == RuleVerdict::Spoke || std::ranges::all_of(m_needed, &Condition::isMet);
}

void ConditionList::need(std::string text, std::string measured, std::string needed, bool isMet)
{
    m_needed.push_back({std::move(text), std::move(measured), std::move(needed), isMet, true});
}

void ConditionList::sign(std::string text, std::string measured, std::string needed, bool isMet)
{
    m_signs.push_back({std::move(text), std::move(measured), std::move(needed), isMet, false});
}

void ConditionList::needCount(std::string text, int64_t measured, int64_t least)
{
    need(std::move(text), groupedDigits(measured), atLeast(least), measured >= least);
}

void ConditionList::signCount(std::string text, int64_t measured, int64_t least)
{
    sign(std::move(text), groupedDigits(measured), atLeast(least), measured >= least);
}

void ConditionList::signSub(std::string text, std::string needed, std::string_view sub)
{
    if (knowsSigns())
        sign(std::move(text), yesNo(hasSub(sub)), std::move(needed), hasSub(sub));
}

bool ConditionList::hasSub(std::string_view sub) const
{
    return std::ranges::find(m_diagnosis.subs, sub) != m_diagnosis.subs.end();
}

const Fact* ConditionList::fact(std::string_view name) const
{
    const auto found = std::ranges::find(m_diagnosis.facts, name, &Fact::name);
    return found == m_diagnosis.facts.end() ? nullptr : &*found;
}

std::string ConditionList::stepText(Role role) const
{
    const auto found = std::ranges::find(m_diagnosis.chain, role, &EvidenceStep::role);
    const bool isSeen = found != m_diagnosis.chain.end() && found->frame;
    return isSeen ? "#" + std::to_string(found->frame->value) : "none";
}

void ConditionList::needStep(std::string text, Role role)
{
    const std::string packet = stepText(role);
    need(std::move(text), packet, "one", packet != "none");
}

void ConditionList::needEnd()
{
    if (!m_reset.isDeath())
        need("The RST is the end that its sender chose", formName(m_reset.form.form), "ABORT, ABORT-GAP or ABORT-BARE",
            isAbort(m_reset.form.form));
}

void ConditionList::needAnswer()
{
    const char* form = m_reset.isDeath() ? "no RST" : formName(m_reset.form.form);
    need("The RST answers a packet", form, "REPLY or REPLY-ACK", isReply(m_reset.form.form));
}

void ConditionList::needGenuine()
{
    if (!m_reset.isDeath())
        need("Points against the host whose address it bears", std::to_string(m_reset.authenticity.score()),
            "below " + std::to_string(forgedScore), !m_reset.isForged());
}

void ConditionList::needNothingStuck()
{
    need("No stuck bytes or closed window explain it", yesNo(!m_reset.troubleWins()), "yes", !m_reset.troubleWins());
}

void ConditionList::needFin(Side side, bool isWanted)
{
    const bool isSent = m_reset.finBefore(side);
    need("FIN" + ofSide(side) + " before it", yesNo(isSent), yesNo(isWanted), isSent == isWanted);
}

void ConditionList::needAcknowledged()
{
    for (const Side side : {Side::Client, Side::Server}) {
        const bool isAll = m_reset.allDataAcknowledged(side);
        need("Unacknowledged bytes" + ofSide(side),
            isAll ? "0" : groupedDigits(m_reset.atReset.sender(side).flightSize()), "0", isAll);
    }
}

/// What "stuck" means: sent often, and for long without progress.
void ConditionList::needStuck()
{
    const Trouble& trouble = *m_trouble;
    const Side receiver = otherSide(trouble.sender);
    const bool atReceiver
        = m_reset.vantage.place == (receiver == Side::Client ? VantagePlace::Client : VantagePlace::Server);
    if (trouble.copies.empty())
        need("Transmissions of the stuck bytes", "none came by here", "lost before the capture point", true);
    else
        needCount("Transmissions of the stuck bytes", countTries(m_reset.connection, m_reset.analysis, trouble),
            m_reset.trace.settings.resends + (atReceiver ? 0 : 1));
    const Timestamp since = std::max(m_reset.atMoment.sender(trouble.sender).lastProgress, trouble.firstSend);
    const Duration least = stuckTimeouts * m_reset.flowAnalysis(receiver).roundTrip.retransmissionTimeout;
    need("Time without progress", humanDuration(m_reset.moment - since),
        humanDuration(least) + " or more: " + std::to_string(stuckTimeouts) + " timers",
        m_reset.moment - since >= least);
}

/// The RST is what became of the trouble.
void ConditionList::needResult()
{
    needGenuine();
    if (!m_reset.trouble)
        return; // that of too few re-sends
    const char* mechanism = mechanismName(m_reset.mechanism);
    if (!m_reset.isDeath())
        need("The RST follows from it", *mechanism == '\0' ? "no" : mechanism, "a way in which it does",
            m_reset.troubleWins());
}

void ConditionList::signCohort(Duration wait)
{
    if (m_reset.isDeath())
        return;
    const Cohort cohort = cohortOf(m_reset, m_diagnosis.cause, wait);
    sign("Connections of this capture that were reset after the same wait", groupedDigits(cohort.connections),
        atLeast(cohortSize) + " at different moments, and half of all about that length", cohort.isTelling);
}

std::vector<Condition> ConditionList::take()
{
    addAll();
    m_needed.insert(m_needed.end(), m_signs.begin(), m_signs.end());
    return std::move(m_needed);
}

void ConditionList::addAll()
{
    switch (m_diagnosis.cause) {
    case CauseId::ConnectionRefused:
        addRefused();
        break;
    case CauseId::InvalidHandshake:
        needStep("SYN-ACK that the RST rejects", Role::Trigger);
        break;
    case CauseId::PortReuse:
        addPortReuse();
        break;
    case CauseId::HandshakeAbandoned:
        addAbandoned();
        break;
    case CauseId::AcceptQueueOverflow:
        addOverflow();
        break;
    case CauseId::ZeroWindowStarvation:
        addClosedWindow();
        break;
    case CauseId::KeepaliveTimeout:
        addKeepAlive();
        break;
    case CauseId::IdleTimeout:
        addIdle();
        break;
    case CauseId::ResponseTimeout:
        addResponse();
        break;
    case CauseId::CloseWithUnreadData:
        addUnread();
        break;
    case CauseId::DataAfterClose:
        addLateData();
        break;
    case CauseId::Teardown:
        addTeardown();
        break;
    case CauseId::HalfOpen:
        addHalfOpen();
        break;
    case CauseId::ApplicationAbort:
        needEnd();
        needGenuine();
        needNothingStuck();
        break;
    case CauseId::InjectedReset:
        addInjected();
        break;
    case CauseId::IgnoredReset:
        addIgnored();
        break;
    case CauseId::Unknown:
        break;
    default:
        addDelivery();
    }
}

std::vector<Condition> conditionsOf(const Diagnosis& diagnosis, const ResetContext& reset)
{
    return ConditionList(diagnosis, reset).take();
}

namespace {

/// The conditions of a cause that is not the answer.
std::vector<Condition> conditionsOfOther(const Alternative& other, const ResetContext& reset)
{
    const auto rule = std::ranges::find(ruleTable(), other.cause, &Rule::cause);
    std::optional<Diagnosis> spoken = rule == ruleTable().end() ? std::nullopt : rule->explain(reset);
    const RuleVerdict verdict = spoken ? RuleVerdict::Spoke : RuleVerdict::Silent;
    if (!spoken)
        spoken.emplace().cause = other.cause;
    std::vector<Condition> conditions = ConditionList(*spoken, reset, verdict).take();
    if (!other.excludedBy.empty() && std::ranges::all_of(conditions, &Condition::isMet))
        conditions.push_back({"Observations against it", other.excludedBy, "none", false, true});
    return conditions;
}

} // namespace

void addConditionsOfOthers(Diagnosis& diagnosis, const ResetContext& reset)
{
    constexpr size_t enough = 2; // who wants to know why the neighbour lost does not ask for the fifth
    std::vector<Alternative*> nearest;
    for (Alternative& other : diagnosis.alternatives)
        nearest.push_back(&other);
    std::stable_partition(
        nearest.begin(), nearest.end(), [](const Alternative* other) { return other->excludedBy.empty(); });
    nearest.resize(std::min(nearest.size(), enough));
    for (Alternative* other : nearest)
        other->conditions = conditionsOfOther(*other, reset);
}

std::vector<Condition> conditionsToShow(const Diagnosis& diagnosis, const Alternative& other)
{
    return diagnosis.cause == diagnosis.conditionsCause ? other.conditions : std::vector<Condition>();
}

std::vector<Condition> conditionsToShow(const Diagnosis& diagnosis)
{
    return diagnosis.cause == diagnosis.conditionsCause ? diagnosis.conditions : std::vector<Condition>();
}

std::string conditionText(const Condition& condition)
{
    return condition.text + ": " + condition.measured + "; " + (condition.isRequired ? "needed: " : "asked for: ")
        + condition.needed + (condition.isMet ? " (met)" : " (not met)");
}

} // namespace whyrst
