#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rules.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr auto trainGap = std::chrono::seconds(1); // diagnosis.md 2.9: RSTs of one cluster

/// An earlier RST of X, other than those of the train of answers to which this one belongs: they were ignored.
bool sentRstBefore(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.x).segments;
    Timestamp train = reset.time;
    for (uint32_t row = std::min(reset.reset->row, rows.size()); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (!segment.flags.rst() || segment.isCaptureDuplicate)
            continue;
        if (segment.flags.ack() || train - segment.time > trainGap)
            return true;
        train = segment.time;
    }
    return false;
}

std::optional<LocatedSegment> lastHeardFromX(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.x).segments;
    for (uint32_t row = std::min(reset.reset->row, rows.size()); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (!segment.flags.rst())
            return LocatedSegment{reset.x, row, segment};
    }
    return std::nullopt;
}

/// Whether the capture holds the whole connection: else X's own end may be what is missing.
bool isWhole(const ResetContext& reset)
{
    return reset.analysis.handshakeSeen && reset.flowAnalysis(Side::Client).unseenAckedBytes == 0
        && reset.flowAnalysis(Side::Server).unseenAckedBytes == 0;
}

/// The silence in which something other than X may have forgotten the connection: with others alike it would be
/// idle-timeout. 0 without one.
Duration forgettingTime(const ResetContext& reset)
{
    const bool mayBeBox = reset.silence.endedByPacket && reset.endsLongSilence() && !reset.isCapturedAt(reset.x);
    return mayBeBox ? reset.silence.length : Duration();
}

/// Whether X may have closed before.
void addClose(Evidence& evidence, const ResetContext& reset)
{
    if (findHiddenFin(reset))
        evidence.possible(CauseId::DataAfterClose);
    else
        evidence.excluded(CauseId::DataAfterClose,
            reset.finBefore(reset.x) ? "no new bytes came after the FIN"
                                     : "the sender of the reset had not sent a FIN");
}

} // namespace

std::optional<Diagnosis> explainHalfOpen(const ResetContext& reset)
{
    if (reset.isDeath() || !isReply(reset.form.form) || !reset.form.trigger || reset.troubleWins())
        return std::nullopt;
    const bool byBox = reset.isForged();
    const bool opening = reset.phase == Phase::Opening;
    const bool triggerIsSyn = reset.form.trigger->segment.flags.syn();
    const bool closed = reset.finBefore(reset.x) && !isForgottenHalfClose(reset);
    if (closed || sentRstBefore(reset) || triggerIsSyn)
        return std::nullopt;
    if (byBox && !reset.isAnsweredByBox())
        return std::nullopt;
    if (opening && (reset.x == Side::Client || reset.form.trigger->segment.payloadLength == 0))
        return std::nullopt;
    const bool onHost = reset.isCapturedAt(reset.x);
    const std::optional<Trouble> early = reset.earlyTrouble();
    const std::optional<LocatedSegment> heard = lastHeardFromX(reset);
    const bool isSure = onHost && isWhole(reset) && !early; // with trouble it may just have given its data up
    Confidence confidence = isSure ? Confidence::Certain : Confidence::Likely;
    if (opening || !heard)
        confidence = Confidence::Possible;
    Evidence evidence(reset, CauseId::HalfOpen, confidence);
    evidence.dataSender(reset.y);
    evidence.wait(forgettingTime(reset));
    if (heard) {
        evidence.add(Role::LastHeard, *heard);
        const Duration silence = reset.form.trigger->segment.time - heard->segment.time;
        evidence.fact("silence_ns", silence);
        if (silence >= reset.trace.settings.idle)
            evidence.addSpan(Role::Silence, heard->segment.time, reset.form.trigger->segment.time)
                .possible(CauseId::IdleTimeout);
    } else {
        evidence.missing(Missing::StartedLate).possible(CauseId::DataAfterClose).possible(CauseId::ApplicationAbort);
    }
    evidence.addReset();
    if (byBox)
        evidence.sub("box");
    if (early)
        evidence.possible(early->leaf);
    if (!onHost)
        evidence.possible(CauseId::InjectedReset);
    if (heard)
        addClose(evidence, reset);
    return evidence.take();
}

} // namespace whyrst
