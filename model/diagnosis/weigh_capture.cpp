#include "model/diagnosis/weigh_capture.h"

#include "model/analysis/thresholds.h"
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

/// RFC 7323 5.2: timestamps are compared modulo 2^32.
bool isLater(uint32_t timestamp, uint32_t other)
{
    return static_cast<int32_t>(timestamp - other) > 0;
}

/// Goes over the packets of one side and keeps the latest timestamp that it sent.
class LatestTimestamp
{
public:
    explicit LatestTimestamp(const SegmentRows& rows)
        : m_rows(rows)
    {
    }

    /// That of the packets up to `time`; nothing without one. The times must not decrease.
    std::optional<uint32_t> upTo(Timestamp time)
    {
        for (; m_row < m_rows.size() && m_rows.at(m_row).time <= time; ++m_row) {
            const Segment segment = m_rows.at(m_row);
            if (segment.hasTimestamps && (!m_latest || isLater(segment.timestamps.value, *m_latest)))
                m_latest = segment.timestamps.value;
        }
        return m_latest;
    }

private:
    const SegmentRows& m_rows;
    uint32_t m_row = 0;
    std::optional<uint32_t> m_latest;
};

/// Whether the sender of the stuck data got packets of the other side that the capture lacks: since the trouble began
/// it echoes timestamps (RFC 7323 3.2) later than all that passed here, as it had never done before.
bool hearsUncaptured(const ResetContext& reset)
{
    if (!reset.trouble || reset.trouble->isOldByTimestamp) // then somebody changes them, or sets a clock
        return false;
    const Side s = reset.trouble->sender;
    LatestTimestamp seen(reset.flow(otherSide(s)).segments);
    for (const Segment segment : reset.flow(s).segments) {
        if (segment.frame >= reset.momentFrame)
            break;
        if (!segment.hasTimestamps || !segment.flags.ack() || segment.flags.rst() || segment.isCaptureDuplicate)
            continue;
        const std::optional<uint32_t> latest = seen.upTo(segment.time + orderTolerance);
        if (latest && isLater(segment.timestamps.echo, *latest))
            return segment.time >= reset.trouble->firstSend;
    }
    return false;
}

/// What a side did not say can only be told where all that it said was captured.
void weighUncaptured(Diagnosis& diagnosis, const ResetContext& reset)
{
    if (!hearsUncaptured(reset))
        return;
    diagnosis.confidence = Confidence::Possible;
    if (std::ranges::find(diagnosis.missing, Missing::CaptureDropsNearRst) == diagnosis.missing.end())
        diagnosis.missing.push_back(Missing::CaptureDropsNearRst);
    if (diagnosis.cause != CauseId::PathOutage)
        return;
    std::erase_if(diagnosis.alternatives, // that nothing shows later bytes is no observation here
        [](const Alternative& other) { return other.cause == CauseId::SegmentBlackHole; });
    diagnosis.alternatives.insert(
        diagnosis.alternatives.begin(), {CauseId::SegmentBlackHole, Confidence::Possible, {}});
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
    if (isDelivery(diagnosis.cause) || diagnosis.cause == CauseId::ZeroWindowStarvation)
        weighUncaptured(diagnosis, reset);
    const bool noAnswer = diagnosis.harm == Harm::ConnectFailed;
    if (!noAnswer && (reset.flow(Side::Client).empty() || reset.flow(Side::Server).empty())) {
        diagnosis.confidence = Confidence::Possible;
        diagnosis.missing.push_back(Missing::OneDirectionOnly);
    }
}

} // namespace whyrst
