#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/known_timers.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"
#include "model/diagnosis/sender_comparison.h"

#include <algorithm>

namespace whyrst {

namespace {

bool hasBoxSign(const ResetContext& reset)
{
    const Authenticity& signs = reset.authenticity;
    return signs.has("auth-ttl") || signs.has("auth-mac") || signs.has("auth-too-early");
}

/// A RST in the name of the other side at the same time: a box sent both. Not when X itself sent this one.
std::optional<LocatedSegment> findTwin(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.y).segments;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        const Duration apart = std::chrono::abs(segment.time - reset.time);
        if (segment.flags.rst() && apart <= std::max<Duration>(orderTolerance, reset.analysis.fullRoundTrip()))
            return senderOf(reset).sender == ResetSender::Endpoint
                ? std::nullopt
                : std::optional(LocatedSegment{reset.y, row.row(), segment});
    }
    return std::nullopt;
}

/// Whether a box is known by its signs, or by the length of the silence, when that is `telling`. A FIN ends a silence
/// when the time limit of the program that sends it is over: its length tells of that one.
bool isBoxShown(const ResetContext& reset, bool telling)
{
    const bool onFin = isReply(reset.form.form) && reset.form.trigger && reset.form.trigger->segment.flags.fin();
    return (telling && !onFin) || hasBoxSign(reset);
}

/// What speaks for the silence as the reason.
struct Signs
{
    bool onNextPacket = false;
    bool isCohort = false;
    bool hasTimer = false;
    bool hasTwin = false;
};

Confidence confidenceOf(const ResetContext& reset, const Signs& signs)
{
    if (signs.hasTwin || (signs.isCohort && !signs.onNextPacket))
        return Confidence::Certain;
    if (signs.isCohort || signs.hasTimer) // a program that asks at fixed times makes silences alike, too
        return Confidence::Likely;
    // A box has no program that could have aborted.
    const bool isBoxsOwn = !signs.onNextPacket && senderOf(reset).sender == ResetSender::Middlebox;
    return isBoxsOwn ? Confidence::Likely : Confidence::Possible;
}

} // namespace

std::optional<Diagnosis> explainIdleTimeout(const ResetContext& reset)
{
    if (reset.isDeath() || reset.troubleWins() || !reset.endsLongSilence())
        return std::nullopt;
    const bool onNextPacket = isReply(reset.form.form) && reset.silence.endedByPacket;
    const bool waitsForAnswer = reset.exchange.requestPending && reset.exchange.answeredBefore && !onNextPacket
        && reset.exchange.requester == reset.x;
    if (waitsForAnswer || (!onNextPacket && clientAbortsAtOnce(reset).someInUse))
        return std::nullopt; // what ends idle and busy connections at once is no idle limit
    const std::optional<LocatedSegment> twin = onNextPacket ? std::nullopt : findTwin(reset);
    const Cohort cohort = cohortOf(reset, CauseId::IdleTimeout, reset.silence.length);
    const std::optional<KnownTimer> timer = idleTimerOf(reset.silence.length);
    const bool isCohort = cohort.isTelling;
    const bool boxShown = isBoxShown(reset, timer.has_value() || isCohort);
    if (onNextPacket && (!boxShown || reset.isCapturedAt(reset.x)))
        return std::nullopt; // half-open explains it with less
    const Confidence confidence = confidenceOf(reset, {onNextPacket, isCohort, timer.has_value(), twin.has_value()});
    Evidence evidence(reset, CauseId::IdleTimeout, confidence);
    evidence.sub(onNextPacket ? "on-next-packet" : "on-expiry").harm(Harm::Unknown).wait(reset.silence.length);
    if (reset.silence.keepAlives > 0)
        evidence.sub("by-endpoint");
    evidence.add(Role::LastHeard, *reset.silence.lastHeard);
    evidence.addSpan(Role::Silence, reset.silence.begin, reset.silence.end).addReset();
    if (twin)
        evidence.add(Role::TwinRst, *twin);
    evidence.fact("silence_ns", reset.silence.length);
    if (isCohort)
        evidence.fact("cohort", cohort.connections, cohort.text());
    if (timer)
        evidence.fact("timer_s", timer->seconds, timer->name);
    if (onNextPacket)
        evidence.possible(CauseId::HalfOpen);
    else if (isCohort)
        evidence.excluded(CauseId::ApplicationAbort, "others in this capture were reset after the same silence");
    else
        evidence.possible(CauseId::ApplicationAbort);
    evidence.excluded(CauseId::KeepaliveTimeout, "no keep-alive probe went unanswered");
    return evidence.take();
}

} // namespace whyrst
