#include "model/diagnosis/condition_list.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/known_timers.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rule_limits.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

void ConditionList::addKeepAlive()
{
    needEnd();
    needGenuine();
    const size_t probes = m_reset.isDeath() ? 0 : unansweredKeepAlives(m_reset).size();
    needCount("Keep-alives without an answer", static_cast<int64_t>(probes), fewestKeepAlives);
    if (!knowsSigns())
        return;
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
    const Exchange& exchange = m_reset.exchange;
    const bool waits
        = exchange.requestPending && exchange.answeredBefore && exchange.requester == m_reset.x && !isAnswer;
    need("A request" + ofSide(m_reset.x) + " waits for its answer", yesNo(waits), "no", !waits);
    if (isAnswer && knowsSigns()) {
        const bool isShown = m_verdict == RuleVerdict::Spoke; // all that is left of the rule
        need("A box between shows, by another TTL or Ethernet address, its haste or a limit of that length",
            yesNo(isShown), "yes", isShown);
    }
    const std::optional<KnownTimer> timer = idleTimerOf(silence);
    sign("A known idle limit of that length", timer ? timer->name : "none", "one", timer.has_value());
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
        addPending();
    }
    const Fact* waited = fact("waited_ns");
    const auto& request = m_reset.exchange.lastRequest;
    const Duration wait
        = waited ? Duration(waited->number.value_or(0)) : (request ? m_reset.time - request->segment.time : Duration());
    const Duration least = std::max<Duration>(shortestWait, shortestWaitRoundTrips * m_reset.analysis.fullRoundTrip());
    need("Time that the answer was waited for", humanDuration(wait), humanDuration(least) + " or more", wait >= least);
    const Fact* limit = fact("limit_s");
    const std::string text = "A round limit of that length";
    if (isLate)
        return need(text, limit ? limit->text : "none", "one", limit != nullptr);
    if (knowsSigns())
        sign(text, limit ? limit->text : "none", "one", limit != nullptr);
    if (!isHungUp)
        signCohort(wait);
}

/// The side that asked ends the connection itself.
void ConditionList::addPending()
{
    const Exchange& exchange = m_reset.exchange;
    need("A request was acknowledged and not answered", yesNo(exchange.requestPending), "yes", exchange.requestPending);
    need("The side that had asked", exchange.requester ? sideName(*exchange.requester) : "neither", sideName(m_reset.x),
        exchange.requester == m_reset.x);
    needFin(m_reset.y, false);
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
    signSub("The last data is a TLS alert, and all before it was answered (likely)", "yes", "unread-alert");
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

} // namespace whyrst
