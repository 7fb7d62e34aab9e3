#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

constexpr auto shortestWait = std::chrono::seconds(1); // diagnosis.md 1.17
constexpr int shortestWaitRoundTrips = 10;
constexpr int64_t largestFirstRequest = 64 * 1024; ///< more than that is an upload, not a request
constexpr std::array roundSeconds
    = {1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 75, 90, 100, 120, 180, 240, 300, 600, 900, 1800, 3600};

/// The limit that the wait matches; nothing when it is not round.
std::optional<int> roundLimit(const ResetContext& reset, Duration wait)
{
    const bool atRequester
        = reset.vantage.place == (reset.x == Side::Client ? VantagePlace::Client : VantagePlace::Server);
    const RoundTrip& roundTrip = reset.flowAnalysis(reset.x).roundTrip;
    const Duration spread = atRequester ? Duration() : roundTrip.p95 - roundTrip.minimum;
    for (const int seconds : roundSeconds) {
        const Duration limit = std::chrono::seconds(seconds);
        if (std::chrono::abs(wait - limit) <= roundingTolerance(limit) + spread)
            return seconds;
    }
    return std::nullopt;
}

bool isRequest(const ResetContext& reset)
{
    const Exchange& exchange = reset.exchange;
    if (!exchange.requestPending || exchange.requester != reset.x)
        return false;
    return exchange.answeredBefore || reset.atReset.sender(reset.x).sndUna - StreamOffset{0} <= largestFirstRequest;
}

} // namespace

std::optional<Diagnosis> explainResponseTimeout(const ResetContext& reset)
{
    const bool fits = !reset.isDeath() && isAbort(reset.form.form) && !reset.isForged() && !reset.troubleWins()
        && !reset.finBefore(reset.y) && reset.phase != Phase::Opening;
    if (!fits || !isRequest(reset) || !unansweredKeepAlives(reset).empty())
        return std::nullopt;
    const LocatedSegment& request = *reset.exchange.lastData;
    const Duration wait = reset.time - request.segment.time;
    if (wait < std::max<Duration>(shortestWait, shortestWaitRoundTrips * reset.analysis.fullRoundTrip()))
        return std::nullopt;
    const std::optional<int> limit = roundLimit(reset, wait);
    Evidence evidence(reset, CauseId::ResponseTimeout, limit ? Confidence::Likely : Confidence::Possible);
    evidence.dataSender(reset.x).harm(Harm::Unknown).add(Role::Request, request);
    const SegmentRows& rows = reset.flow(reset.y).segments;
    for (uint32_t row = rows.lowerBound(request.segment.frame); row < rows.size(); ++row) {
        const Segment segment = rows.at(row);
        if (segment.ack < request.segment.dataEnd() || segment.flags.rst())
            continue;
        evidence.add(Role::RequestAcked, reset.y, row);
        evidence.fact("acknowledged_after_ns", segment.time - request.segment.time);
        break;
    }
    evidence.addSpan(Role::Silence, request.segment.time, reset.time).addReset();
    evidence.fact("request_bytes", request.segment.payloadLength, bytesText(request.segment.payloadLength));
    evidence.fact("waited_ns", wait);
    if (limit) {
        evidence.sub("round");
        evidence.fact("limit_s", *limit, std::to_string(*limit) + " s");
    }
    evidence.possible(CauseId::ApplicationAbort);
    evidence.excluded(CauseId::IdleTimeout, "a request was waiting for its answer");
    return evidence.take();
}

} // namespace whyrst
