#include "model/diagnosis/conditions.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/sender_reaction.h"
#include "model/diagnosis/words.h"
#include "model/number_text.h"

#include <algorithm>
#include <string_view>

namespace whyrst {

namespace {

std::string atLeast(int64_t least)
{
    return groupedDigits(least) + " or more";
}

std::string yesNo(bool value)
{
    return value ? "yes" : "no";
}

std::string ofSide(Side side)
{
    return std::string(" of the ") + sideName(side);
}

std::string packetText(const std::optional<LocatedSegment>& packet)
{
    return packet ? "#" + std::to_string(packet->segment.frame.value) : "none";
}

/// Collects the conditions of one diagnosis.
class ConditionList
{
public:
    ConditionList(const Diagnosis& diagnosis, const ResetContext& reset)
        : m_diagnosis(diagnosis)
        , m_reset(reset)
    {
    }

    std::vector<Condition> take();

private:
    void need(std::string text, std::string measured, std::string needed, bool isMet)
    {
        m_needed.push_back({std::move(text), std::move(measured), std::move(needed), isMet, true});
    }
    void sign(std::string text, std::string measured, std::string needed, bool isMet)
    {
        m_signs.push_back({std::move(text), std::move(measured), std::move(needed), isMet, false});
    }
    void needCount(std::string text, int64_t measured, int64_t least)
    {
        need(std::move(text), groupedDigits(measured), atLeast(least), measured >= least);
    }
    void signCount(std::string text, int64_t measured, int64_t least)
    {
        sign(std::move(text), groupedDigits(measured), atLeast(least), measured >= least);
    }
    /// A sign that the rule has found, by the name of its kind.
    void signSub(std::string text, std::string needed, std::string_view sub)
    {
        sign(std::move(text), yesNo(hasSub(sub)), std::move(needed), hasSub(sub));
    }
    bool hasSub(std::string_view sub) const
    {
        return std::ranges::find(m_diagnosis.subs, sub) != m_diagnosis.subs.end();
    }
    const Fact* fact(std::string_view name) const
    {
        const auto found = std::ranges::find(m_diagnosis.facts, name, &Fact::name);
        return found == m_diagnosis.facts.end() ? nullptr : &*found;
    }

    /// The packet of the first step with this role; "none" without.
    std::string stepText(Role role) const
    {
        const auto found = std::ranges::find(m_diagnosis.chain, role, &EvidenceStep::role);
        const bool isSeen = found != m_diagnosis.chain.end() && found->frame;
        return isSeen ? "#" + std::to_string(found->frame->value) : "none";
    }
    void needStep(std::string text, Role role)
    {
        const std::string packet = stepText(role);
        need(std::move(text), packet, "one", packet != "none");
    }

    // Parts that several rules share.
    void needEnd();
    void needAnswer();
    void needGenuine();
    void needNothingStuck();
    void needFin(Side side, bool isWanted);
    void needAcknowledged();
    void needStuck();
    void needResult();
    void signCohort(Duration wait);

    // One for each family of rules.
    void addRefused();
    void addPortReuse();
    void addAbandoned();
    void addOverflow();
    void addDelivery();
    void addUnansweredOpening();
    void addErrors();
    void addBlackHole();
    void addMtu();
    void addDiscards();
    void addMangled();
    void addOutage();
    void addClosedWindow();
    void addKeepAlive();
    void addIdle();
    void addResponse();
    void addHungUp();
    void addLateAnswer();
    void addUnread();
    void addLateData();
    void addTeardown();
    void addHalfOpen();
    void addInjected();
    void addIgnored();

    const Diagnosis& m_diagnosis;
    const ResetContext& m_reset;
    std::vector<Condition> m_needed;
    std::vector<Condition> m_signs;
};

void ConditionList::needEnd()
{
    if (!m_reset.isDeath())
        need("The RST is the end that its sender chose", formName(m_reset.form.form), "ABORT, ABORT-GAP or ABORT-BARE",
            isAbort(m_reset.form.form));
}

void ConditionList::needAnswer()
{
    need("The RST answers a packet", formName(m_reset.form.form), "REPLY or REPLY-ACK", isReply(m_reset.form.form));
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
    const Trouble& trouble = *m_reset.trouble;
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
    const char* mechanism = mechanismName(m_reset.mechanism);
    if (!m_reset.isDeath())
        need("The RST follows from it", *mechanism == '\0' ? "no" : mechanism, "a way in which it does",
            m_reset.troubleWins());
}

void ConditionList::signCohort(Duration wait)
{
    const Cohort cohort = cohortOf(m_reset, m_diagnosis.cause, wait);
    sign("Connections of this capture that were reset after the same wait", groupedDigits(cohort.connections),
        atLeast(cohortSize) + " at different moments, and half of all about that length", cohort.isTelling);
}

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
        trigger.has_value());
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

/// The stuck bytes, as the leaf of the trouble tree asks for.
void ConditionList::addDelivery()
{
    if (!m_reset.trouble || hasSub("no-answer"))
        return addUnansweredOpening();
    const Trouble& trouble = *m_reset.trouble;
    switch (m_diagnosis.cause) {
    case CauseId::AckPathLoss:
        signCount(
            "Re-sends of bytes that had been acknowledged here", trouble.resendCount(), m_reset.trace.settings.resends);
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

/// Nothing but SYNs: no answer at all, or that of a router.
void ConditionList::addUnansweredOpening()
{
    if (m_diagnosis.cause == CauseId::IcmpUnreachable) {
        const Fact* errors = fact("icmp_errors");
        return needCount("ICMP errors \"unreachable\" that quote the SYN", errors ? errors->number.value_or(0) : 0, 1);
    }
    const Fact* sends = fact("sends");
    needCount("SYNs", sends ? sends->number.value_or(0) : 0, m_reset.trace.settings.resends + 1);
    need("Packets of the server", groupedDigits(m_reset.flow(Side::Server).size()), "0",
        m_reset.flow(Side::Server).empty());
}

void ConditionList::addErrors()
{
    const auto errors = std::ranges::count_if(
        m_reset.trouble->icmp, [&](uint32_t index) { return isUnreachable(m_reset.connection.icmpErrors()[index]); });
    const char* quoted = hasSub("acknowledgments") ? "the acknowledgments" : "unacknowledged bytes";
    needCount(std::string("ICMP errors \"unreachable\" that quote ") + quoted, errors, 1);
}

void ConditionList::addBlackHole()
{
    const Trouble& trouble = *m_reset.trouble;
    needStuck();
    need("Later bytes got through", yesNo(trouble.laterDelivered), "yes", trouble.laterDelivered);
    sign("That was shown again after the third re-send", yesNo(trouble.deliveredAfterThird), "yes",
        trouble.deliveredAfterThird);
}

void ConditionList::addMtu()
{
    const Trouble& trouble = *m_reset.trouble;
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
    const Trouble& trouble = *m_reset.trouble;
    needStuck();
    signCount("Intact copies that came by here", trouble.goodCopies, enoughCopies);
    sign("The receiver answered each re-send", yesNo(trouble.isAnswered), "yes", trouble.isAnswered);
    sign("Their timestamps are older than one that it has echoed", yesNo(trouble.isOldByTimestamp), "yes",
        trouble.isOldByTimestamp);
    sign("It had reported them and took that back", yesNo(trouble.isReneged), "yes", trouble.isReneged);
}

void ConditionList::addMangled()
{
    const Trouble& trouble = *m_reset.trouble;
    signCount(
        "ACKs with SACK blocks of what was never sent", static_cast<int64_t>(trouble.sackOutside.size()), mangledAcks);
    signCount(
        "Reported holes that only the timer repaired", static_cast<int64_t>(trouble.unheeded.size()), fewestUnheeded);
    signCount("ACKs with SACK blocks that were not taken", trouble.untakenSacks, fewestUntaken);
}

void ConditionList::addOutage()
{
    const Trouble& trouble = *m_reset.trouble;
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
    if (!m_reset.trouble || !m_reset.trouble->closed)
        return;
    const WindowClosed& closed
        = m_reset.flowAnalysis(otherSide(m_reset.trouble->sender)).windowClosed[*m_reset.trouble->closed];
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

void ConditionList::addKeepAlive()
{
    needEnd();
    needGenuine();
    const Fact* probes = fact("probes");
    needCount("Keep-alives without an answer", probes ? probes->number.value_or(0) : 0, fewestKeepAlives);
    const Fact* onTime = fact("on_time");
    const bool isExact = onTime && onTime->number == 1;
    sign("Constant interval, and the RST one interval after the last", yesNo(isExact),
        "yes, to " + groupedDigits(static_cast<int64_t>(100 * keepAliveMatch)) + " %", isExact);
}

void ConditionList::addIdle()
{
    const Duration silence = m_reset.silence.length;
    needFin(m_reset.x, false);
    const bool isSent = m_reset.atMoment.sender(m_reset.y).finSent; // it may be the packet that is answered
    const bool isAnswer = isReply(m_reset.form.form) && m_reset.form.trigger;
    need("FIN" + ofSide(m_reset.y) + (isAnswer ? " before the packet that is answered" : " before it"), yesNo(isSent),
        "no", !isSent);
    needNothingStuck();
    need("Time without data", humanDuration(silence), humanDuration(m_reset.trace.settings.idle) + " or more",
        silence >= m_reset.trace.settings.idle);
    const Duration roundTrips = minimumIdleRoundTrips * m_reset.analysis.fullRoundTrip();
    need("The same against the round trip", humanDuration(silence),
        "more than " + humanDuration(roundTrips) + ": " + std::to_string(minimumIdleRoundTrips) + " round trips",
        silence > roundTrips);
    const Fact* timer = fact("timer_s");
    sign("A known idle limit of that length", timer ? timer->text : "none", "one", timer != nullptr);
    signCohort(silence);
}

void ConditionList::addResponse()
{
    needGenuine();
    needNothingStuck();
    const bool isHungUp = hasSub("hung-up");
    const bool isLate = hasSub("late-answer");
    if (isHungUp)
        addHungUp();
    else if (isLate)
        addLateAnswer();
    else {
        needEnd();
        need("A request was acknowledged and not answered", yesNo(m_reset.exchange.requestPending), "yes",
            m_reset.exchange.requestPending);
    }
    const Fact* waited = fact("waited_ns");
    const Duration wait{waited ? waited->number.value_or(0) : 0};
    const Duration least = std::max<Duration>(shortestWait, shortestWaitRoundTrips * m_reset.analysis.fullRoundTrip());
    need("Time that the answer was waited for", humanDuration(wait), humanDuration(least) + " or more", wait >= least);
    const Fact* limit = fact("limit_s");
    const std::string text = "A round limit of that length";
    if (isLate)
        return need(text, limit ? limit->text : "none", "one", limit != nullptr);
    sign(text, limit ? limit->text : "none", "one", limit != nullptr);
    if (!isHungUp)
        signCohort(wait);
}

/// The side that asked hung up with a FIN, and the RST of the other one only ends that.
void ConditionList::addHungUp()
{
    needEnd();
    needStep("Request" + ofSide(m_reset.y) + " that was not answered", Role::Request);
    needFin(m_reset.y, true);
    needFin(m_reset.x, false);
    const bool isAll = m_reset.allDataAcknowledged(m_reset.y);
    need("All data" + ofSide(m_reset.y) + " was acknowledged", yesNo(isAll), "yes", isAll);
}

/// The side that asked hung up with a FIN, and its RST answers what came after that.
void ConditionList::addLateAnswer()
{
    needAnswer();
    needStep("Request" + ofSide(m_reset.x) + " that was not answered in time", Role::Request);
    needFin(m_reset.x, true);
    needStep("Data" + ofSide(m_reset.y) + " after the FIN", Role::DataAfterFin);
}

void ConditionList::addUnread()
{
    needEnd();
    needGenuine();
    needNothingStuck();
    needFin(m_reset.x, false);
    const auto received = static_cast<int64_t>(m_reset.flow(m_reset.y).payloadBytes);
    need("Data" + ofSide(m_reset.y), bytesText(received), "1 byte or more", received > 0);
    signSub("The RST's own window opens again (certain)", "by a segment or more", "unread-window");
    signSub("The RST alone acknowledges new data (likely)", atLeast(unreadSegments) + " segments", "unread-ack");
    signSub("Acknowledged data while the window's edge stood still", atLeast(unreadSegments) + " segments",
        "unread-pileup");
    signSub("An answer went out while data was still coming in",
        humanDuration(answerBeforeReset) + " or less before the RST", "unread-answer");
    signSub("A request was left without its answer", "yes", "unread-request");
    signSub("Data was still coming in", "yes", "unread-stream");
}

void ConditionList::addLateData()
{
    needGenuine();
    needNothingStuck();
    const std::optional<LateData> late = findLateData(m_reset);
    need("New bytes" + ofSide(m_reset.y) + " after the close", late ? bytesText(late->bytes) : "none", "1 byte or more",
        late.has_value());
    const bool isMore = late && !late->isCloseNotify;
    need("More than the goodbye of TLS", yesNo(isMore), "yes", isMore);
    sign("The FIN itself was captured", late ? packetText(late->fin) : "none", "one", late && late->fin);
}

void ConditionList::addTeardown()
{
    needGenuine();
    needNothingStuck();
    if (hasSub("close-notify"))
        return signSub("Only the goodbye of TLS came late", "yes", "close-notify");
    needAcknowledged();
    const bool isClosed = m_reset.finBefore(Side::Client) || m_reset.finBefore(Side::Server);
    need("FIN of either side", yesNo(isClosed), "yes", isClosed);
    for (const Side side : {Side::Client, Side::Server})
        sign("FIN" + ofSide(side), yesNo(m_reset.finBefore(side)), "yes", m_reset.finBefore(side));
}

void ConditionList::addHalfOpen()
{
    needAnswer();
    const auto& trigger = m_reset.form.trigger;
    need("The packet that it answers", trigger ? packetText(trigger) : "not captured", "one that is no SYN",
        trigger && !trigger->segment.flags.syn());
    needNothingStuck();
    if (!isForgottenHalfClose(m_reset))
        needFin(m_reset.x, false);
    sign("Points against the host whose address it bears", std::to_string(m_reset.authenticity.score()),
        "below " + std::to_string(forgedScore), !m_reset.isForged());
}

void ConditionList::addInjected()
{
    if (hasSub("victim")) {
        const Fact* signs = fact("signs");
        const int64_t score = signs ? signs->number.value_or(0) : 0;
        needAnswer();
        needCount(
            "Points against the host in RST " + stepText(Role::TwinRst) + ", just before this one", score, forgedScore);
        return;
    }
    const int score = m_reset.authenticity.score();
    need("Points against the host whose address it bears", std::to_string(score), atLeast(forgedScore),
        m_reset.isForged());
    for (const AuthenticityTest& test : m_reset.authenticity.tests)
        sign(
            test.finding, (test.points > 0 ? "+" : "") + counted(test.points, "point"), "more than 0", test.points > 0);
}

void ConditionList::addIgnored()
{
    const ResetEffect effect = m_reset.effect.effect;
    need("The other side did not take it", effectName(effect), "challenged or dropped",
        effect == ResetEffect::Challenged || effect == ResetEffect::Dropped);
    need("The connection went on", packetText(m_reset.effect.continuation), "a packet",
        m_reset.effect.continuation.has_value());
}

std::vector<Condition> ConditionList::take()
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
    m_needed.insert(m_needed.end(), m_signs.begin(), m_signs.end());
    return std::move(m_needed);
}

} // namespace

std::vector<Condition> conditionsOf(const Diagnosis& diagnosis, const ResetContext& reset)
{
    return ConditionList(diagnosis, reset).take();
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
