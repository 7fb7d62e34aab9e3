#include "model/diagnosis/weigh_capture.h"

#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rule_limits.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

namespace {

bool isDelivery(CauseId cause)
{
    return cause >= CauseId::SegmentBlackHole && cause <= CauseId::IcmpUnreachable;
}

bool isWaiting(CauseId cause)
{
    return cause == CauseId::KeepaliveTimeout || cause == CauseId::IdleTimeout || cause == CauseId::ResponseTimeout;
}

void lower(Diagnosis& diagnosis)
{
    if (diagnosis.confidence == Confidence::Certain)
        diagnosis.confidence = Confidence::Likely;
    else if (diagnosis.confidence == Confidence::Likely)
        diagnosis.confidence = Confidence::Possible;
}

/// Bytes of `side` that were acknowledged shortly before the RST and never captured.
int64_t unseenNear(const ResetContext& reset, Side side)
{
    const ByteRanges& seen = reset.analysis.lastState.sender(side).seen;
    if (seen.empty())
        return 0;
    const Timestamp from = reset.time - lossRoundTrips * reset.analysis.fullRoundTrip();
    const SegmentRows& rows = reset.flow(otherSide(side)).segments;
    const StreamOffset end = reset.atReset.sender(side).sndUna;
    StreamOffset begin = *seen.lowest();
    for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.time >= from || !segment.flags.ack() || segment.flags.rst())
            continue;
        begin = std::max(begin, segment.ack);
        break;
    }
    return begin < end ? end - begin - seen.covered(begin, end) : 0;
}

/// Whether the capture missed packets shortly before the RST. A single number may be a FIN's, which is told apart.
bool hasGapsNear(const ResetContext& reset)
{
    if (reset.isDeath() || reset.phase == Phase::Opening)
        return false;
    const auto gap
        = [&](Side side) { return unseenNear(reset, side) > (side == reset.x && findHiddenFin(reset) ? 1 : 0); };
    return gap(Side::Client) || gap(Side::Server);
}

} // namespace

void weighCapture(Diagnosis& diagnosis, const ResetContext& reset)
{
    if (!diagnosis.confidence)
        return;
    const bool lossMatters = isDelivery(diagnosis.cause) && reset.trace.trace->capture.droppedByCapture > 0;
    if (lossMatters || hasGapsNear(reset)) {
        lower(diagnosis);
        diagnosis.missing.push_back(Missing::CaptureDropsNearRst);
    }
    if (lossMatters) {
        const auto dropped = static_cast<int64_t>(reset.trace.trace->capture.droppedByCapture);
        diagnosis.facts.push_back({"dropped_by_capture", groupedDigits(dropped) + " packets", dropped});
    }
    const bool tellsByTime
        = isWaiting(diagnosis.cause) || isDelivery(diagnosis.cause) || diagnosis.cause == CauseId::ZeroWindowStarvation;
    if (reset.analysis.clockStep && tellsByTime) {
        lower(diagnosis);
        diagnosis.missing.push_back(Missing::ClockStep);
    }
    const bool noAnswer = diagnosis.harm == Harm::ConnectFailed;
    if (!noAnswer && (reset.flow(Side::Client).empty() || reset.flow(Side::Server).empty())) {
        diagnosis.confidence = Confidence::Possible;
        diagnosis.missing.push_back(Missing::OneDirectionOnly);
    }
}

} // namespace whyrst
