#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/remarks.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <vector>

namespace whyrst {

namespace {

/// Whether X can have known that all its data was acknowledged: the last acknowledgment has had the time to arrive.
bool isCompleteForSender(const ResetContext& reset)
{
    const Duration travel = reset.flowAnalysis(reset.x).roundTrip.minimum;
    return reset.allDataAcknowledged(reset.x) && reset.allDataAcknowledged(reset.y)
        && reset.time - reset.atReset.sender(reset.x).lastProgress >= travel;
}

/// Bytes that X sent before its RST, that never came by here, and that Y does not have either: it asked back over them.
int64_t bytesNeverSeen(const ResetContext& reset)
{
    const int64_t gap = reset.reset->segment.seq - reset.atReset.sender(reset.x).sndNxt;
    const bool isLost = reset.form.form == ResetForm::AbortGap && reset.effect.retry && gap > 1; // 1 may be a FIN
    return isLost ? gap : 0;
}

/// The program may have given up because of these bytes: only a capture at X tells how long it tried.
void addNeverSeen(Evidence& evidence, const ResetContext& reset, int64_t bytes)
{
    if (bytes == 0)
        return;
    evidence.harm(Harm::DataLost).fact("never_seen_bytes", bytes, bytesText(bytes));
    evidence.possible(CauseId::SegmentBlackHole).possible(CauseId::PathOutage);
    if (bytes >= int64_t{reset.flowAnalysis(reset.x).effectiveMss})
        evidence.possible(CauseId::MtuBlackHole);
}

void addSubs(Evidence& evidence, const ResetContext& reset, bool isProcessExit)
{
    const bool neverSent = reset.flow(reset.x).payloadBytes == 0 && bytesNeverSeen(reset) == 0;
    const auto& last = reset.exchange.lastData;
    const bool peerActive = last && last->side == reset.y
        && reset.time - last->segment.time <= triggerWindow(reset.analysis, reset.x)
        && !reset.allDataAcknowledged(reset.y);
    const bool isOneOfMany
        = neverSent && reset.x == Side::Server && resetsOfSameService(reset, listenerCloseTime) >= listenerCloseCount;
    if (isOneOfMany && !serviceGoesOn(reset))
        evidence.sub("listener-closed");
    else if (neverSent)
        evidence.sub("before-first-byte");
    if (isProcessExit)
        evidence.sub("process-exit");
    if (last && last->side == reset.x && isCompleteForSender(reset))
        evidence.sub("after-complete-exchange");
    if (peerActive)
        evidence.sub("mid-transfer");
}

} // namespace

std::optional<Diagnosis> explainApplicationAbort(const ResetContext& reset)
{
    const bool fits = !reset.isDeath() && isAbort(reset.form.form) && !reset.isForged() && !reset.troubleWins()
        && reset.effect.effect != ResetEffect::Challenged;
    const bool cancelledConnect
        = reset.phase == Phase::Opening && reset.x == Side::Client && !findOpening(reset).thirdAck;
    const bool nothingKnown = reset.flow(reset.x).size() <= 1 && reset.flow(reset.y).empty();
    if (!fits || cancelledConnect || nothingKnown)
        return std::nullopt;
    const bool isProcessExit = endsProcess(reset);
    const AbortsAtOnce atOnce = isProcessExit ? AbortsAtOnce{} : clientAbortsAtOnce(reset);
    const int64_t neverSeen = bytesNeverSeen(reset);
    const std::optional<Trouble> early = reset.earlyTrouble();
    const bool hasOtherReason
        = neverSeen > 0 || reset.authenticity.has("auth-ttl") || (early && early->resendCount() >= unansweredResends);
    const Confidence single = hasOtherReason ? Confidence::Possible : Confidence::Likely;
    Evidence evidence(reset, CauseId::ApplicationAbort, isProcessExit ? Confidence::Certain : single);
    if (reset.exchange.lastData) {
        evidence.add(Role::LastWords, *reset.exchange.lastData);
        evidence.dataSender(reset.exchange.lastData->side);
        evidence.fact("after_last_data_ns", reset.time - reset.exchange.lastData->segment.time);
    }
    evidence.addReset();
    addSubs(evidence, reset, isProcessExit);
    addNeverSeen(evidence, reset, neverSeen);
    const std::vector<SaidBefore> said = saidBefore(reset);
    if (const auto last = std::ranges::max_element(said, {}, &SaidBefore::frame); last != said.end())
        evidence.sub("last-words").fact("last_words", last->frame.value, last->text);
    const uint32_t cohort = isProcessExit ? resetsOfSameService(reset, processExitTime) : 0;
    if (isProcessExit)
        evidence.fact("cohort", cohort, groupedDigits(cohort) + " connections");
    if (atOnce.connections > 0)
        evidence.sub("all-at-once")
            .fact("cohort", atOnce.connections, groupedDigits(atOnce.connections) + " connections");
    if (reset.flow(reset.y).payloadBytes > 0)
        evidence.possible(CauseId::CloseWithUnreadData);
    if (early)
        evidence.possible(early->leaf);
    if (!reset.authenticity.has("auth-genuine"))
        evidence.possible(CauseId::InjectedReset);
    return evidence.take();
}

} // namespace whyrst
