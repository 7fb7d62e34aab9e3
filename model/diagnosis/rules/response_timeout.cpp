#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

constexpr std::array roundSeconds
    = {1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 75, 90, 100, 120, 180, 240, 300, 600, 900, 1800, 3600};

/// The limit that the wait of `requester` matches; nothing when it is not round.
std::optional<int> roundLimit(const ResetContext& reset, Side requester, Duration wait)
{
    const bool atRequester = reset.isCapturedAt(requester);
    const RoundTrip& roundTrip = reset.flowAnalysis(requester).roundTrip;
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
    // Of a connection that began before the capture the first data seen may be an answer: only clients surely ask.
    if (!reset.analysis.handshakeSeen && reset.x == Side::Server)
        return false;
    return exchange.answeredBefore || reset.atReset.sender(reset.x).sndUna - StreamOffset{0} <= largestFirstRequest;
}

void addAcknowledgment(Evidence& evidence, const ResetContext& reset, const LocatedSegment& request)
{
    const Side other = otherSide(request.side);
    const SegmentRows& rows = reset.flow(other).segments;
    for (uint32_t row = rows.lowerBound(request.segment.frame); row < rows.size(); ++row) {
        const Segment segment = rows.at(row);
        if (segment.ack < request.segment.dataEnd() || segment.flags.rst())
            continue;
        evidence.add(Role::RequestAcked, other, row);
        evidence.fact("acknowledged_after_ns", segment.time - request.segment.time);
        return;
    }
}

void addWait(Evidence& evidence, const LocatedSegment& request, Duration wait, std::optional<int> limit)
{
    evidence.fact("request_bytes", request.segment.payloadLength, bytesText(request.segment.payloadLength));
    evidence.fact("waited_ns", wait);
    if (!limit)
        return;
    evidence.sub("round");
    evidence.fact("limit_s", *limit, std::to_string(*limit) + " s");
}

bool isLongWait(const ResetContext& reset, Duration wait)
{
    return wait >= std::max<Duration>(shortestWait, shortestWaitRoundTrips * reset.analysis.fullRoundTrip());
}

/// The last row of `side` with data before packet `before`; nothing when there is none.
std::optional<uint32_t> lastDataBefore(const ResetContext& reset, Side side, PacketNumber before)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (uint32_t row = rows.lowerBound(before); row-- > 0;) {
        if (rows.at(row).payloadLength > 0)
            return row;
    }
    return std::nullopt;
}

/// The request for which the side that sent `fin` waited until then; nothing when the other side sent data in between,
/// or it had asked nothing.
std::optional<LocatedSegment> requestBefore(const ResetContext& reset, const LocatedSegment& fin)
{
    const Side asks = fin.side;
    const std::optional<LocatedSegment> asked
        = lastRequestOf(reset.connection, asks, fin.segment.frame, reset.trace.settings.idle);
    if (!asked || reset.exchange.requester != asks)
        return std::nullopt;
    const Segment& request = asked->segment;
    const std::optional<uint32_t> answered = lastDataBefore(reset, otherSide(asks), fin.segment.frame);
    if (answered && reset.flow(otherSide(asks)).segments.at(*answered).time > request.time)
        return std::nullopt;
    const bool isSmall = request.dataEnd() - StreamOffset{0} <= largestFirstRequest;
    return answered || isSmall ? asked : std::nullopt;
}

/// X hung up with a FIN, and the answer came too late: the RST only answers that. A wait that is no limit of a timer
/// may be anything: then the late data is all that is known.
std::optional<Diagnosis> explainLateAnswer(const ResetContext& reset)
{
    const bool fits = !reset.isDeath() && isReply(reset.form.form) && !reset.isForged() && !reset.troubleWins()
        && reset.phase != Phase::Opening;
    const std::optional<LateData> late = fits ? findLateData(reset) : std::nullopt;
    if (!late || late->isCloseNotify || !late->fin || late->fin->segment.payloadLength > 0)
        return std::nullopt;
    const LocatedSegment& fin = *late->fin;
    const std::optional<LocatedSegment> request = requestBefore(reset, fin);
    if (!request)
        return std::nullopt;
    const Duration wait = fin.segment.time - request->segment.time;
    const std::optional<int> limit = roundLimit(reset, reset.x, wait);
    const bool answerIsLater = reset.flow(reset.y).segments.at(late->rows.front()).time > fin.segment.time;
    if (!limit || !isLongWait(reset, wait) || !answerIsLater)
        return std::nullopt;
    Evidence evidence(reset, CauseId::ResponseTimeout, Confidence::Likely);
    evidence.dataSender(reset.x).harm(Harm::DataLost).sub("late-answer").add(Role::Request, *request);
    addAcknowledgment(evidence, reset, *request);
    evidence.addSpan(Role::Silence, request->segment.time, fin.segment.time).add(Role::Fin, fin);
    evidence.addFolded(Role::DataAfterFin, reset.y, late->rows).addReset();
    addWait(evidence, *request, wait, limit);
    evidence.fact("late_bytes", late->bytes, bytesText(late->bytes));
    evidence.fact("late_by_ns", reset.flow(reset.y).segments.at(late->rows.front()).time - fin.segment.time);
    evidence.possible(CauseId::DataAfterClose);
    evidence.excluded(CauseId::HalfOpen, "the FIN shows that the connection was closed, not forgotten");
    return evidence.take();
}

std::optional<LocatedSegment> finBefore(const ResetContext& reset, Side side)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.flags.fin() && !segment.flags.rst())
            return LocatedSegment{side, row, segment};
    }
    return std::nullopt;
}

/// Y hung up with a FIN while its request waited, and X never said a word to it: X's RST only ends what Y had given up.
std::optional<Diagnosis> explainHungUp(const ResetContext& reset)
{
    const bool fits = !reset.isDeath() && isAbort(reset.form.form) && !reset.isForged() && !reset.troubleWins()
        && reset.phase != Phase::Opening && !reset.finBefore(reset.x) && reset.allDataAcknowledged(reset.y);
    const std::optional<LocatedSegment> fin = fits ? finBefore(reset, reset.y) : std::nullopt;
    if (!fin || fin->segment.payloadLength > 0)
        return std::nullopt;
    const std::optional<LocatedSegment> request = requestBefore(reset, *fin);
    const std::optional<uint32_t> answered = lastDataBefore(reset, reset.x, reset.reset->segment.frame);
    if (!request || (answered && reset.flow(reset.x).segments.at(*answered).time > request->segment.time))
        return std::nullopt;
    const Duration wait = fin->segment.time - request->segment.time;
    if (!isLongWait(reset, wait))
        return std::nullopt;
    const std::optional<int> limit = roundLimit(reset, reset.y, wait);
    Evidence evidence(reset, CauseId::ResponseTimeout, limit ? Confidence::Likely : Confidence::Possible);
    evidence.dataSender(reset.y).harm(Harm::Unknown).sub("hung-up").add(Role::Request, *request);
    addAcknowledgment(evidence, reset, *request);
    evidence.addSpan(Role::Silence, request->segment.time, fin->segment.time).add(Role::Fin, *fin).addReset();
    addWait(evidence, *request, wait, limit);
    evidence.fact("after_close_ns", reset.time - fin->segment.time);
    evidence.possible(CauseId::CloseWithUnreadData).possible(CauseId::ApplicationAbort);
    evidence.excluded(CauseId::IdleTimeout, "a request was waiting for its answer");
    return evidence.take();
}

} // namespace

std::optional<Diagnosis> explainResponseTimeout(const ResetContext& reset)
{
    if (std::optional<Diagnosis> late = explainLateAnswer(reset))
        return late;
    if (std::optional<Diagnosis> hungUp = explainHungUp(reset))
        return hungUp;
    const bool fits = !reset.isDeath() && isAbort(reset.form.form) && !reset.isForged() && !reset.troubleWins()
        && !reset.finBefore(reset.y) && reset.phase != Phase::Opening;
    if (!fits || !isRequest(reset) || !unansweredKeepAlives(reset).empty())
        return std::nullopt;
    const LocatedSegment& request = *reset.exchange.lastRequest;
    const Duration wait = reset.time - request.segment.time;
    if (!isLongWait(reset, wait))
        return std::nullopt;
    const std::optional<int> limit = roundLimit(reset, reset.x, wait);
    const Cohort cohort = cohortOf(reset, CauseId::ResponseTimeout, wait);
    Confidence confidence = limit ? Confidence::Likely : Confidence::Possible;
    if (cohort.isTelling)
        confidence = Confidence::Certain;
    Evidence evidence(reset, CauseId::ResponseTimeout, confidence);
    evidence.dataSender(reset.x).harm(Harm::Unknown).wait(wait).add(Role::Request, request);
    addAcknowledgment(evidence, reset, request);
    evidence.addSpan(Role::Silence, request.segment.time, reset.time).addReset();
    addWait(evidence, request, wait, limit);
    if (cohort.isTelling) {
        evidence.fact("cohort", cohort.connections, cohort.text());
        evidence.excluded(CauseId::ApplicationAbort, "others in this capture were given up after the same wait");
    } else {
        evidence.possible(CauseId::ApplicationAbort);
    }
    evidence.excluded(CauseId::IdleTimeout, "a request was waiting for its answer");
    return evidence.take();
}

std::string roundLimitsText()
{
    std::string text;
    for (const int seconds : roundSeconds)
        text += (text.empty() ? "" : ", ") + std::to_string(seconds);
    return text + " s";
}

} // namespace whyrst
