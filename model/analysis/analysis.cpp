#include "model/analysis/analysis.h"

#include "model/analysis/analyzer.h"
#include "model/analysis/thresholds.h"

#include <algorithm>

namespace whyrst {

namespace {

bool isFlat(Duration interval, Duration previous)
{
    const double ratio = toSeconds(interval) / std::max(1e-9, toSeconds(previous));
    return ratio >= flatRatioLow && ratio <= flatRatioHigh;
}

bool isDoubled(Duration interval, Duration previous)
{
    const double ratio = toSeconds(interval) / std::max(1e-9, toSeconds(previous));
    return (ratio >= backoffRatioLow && ratio <= backoffRatioHigh)
        || (interval >= backoffPlateau && isFlat(interval, previous));
}

/// Shape of the timer series and when it was due next (diagnosis.md 3.13).
void finishBackoff(Backoff& backoff, const Flow& flow)
{
    constexpr int doublingsNeeded = 2;
    constexpr int flatNeeded = 2; // three intervals
    std::vector<Timestamp> times;
    for (const uint32_t row : backoff.rows)
        times.push_back(flow.segments.at(row).time);
    int doubled = 0;
    int flat = 0;
    for (size_t index = 2; index < times.size(); ++index) {
        const Duration interval = times[index] - times[index - 1];
        const Duration previous = times[index - 1] - times[index - 2];
        doubled += isDoubled(interval, previous) ? 1 : 0;
        flat += isFlat(interval, previous) ? 1 : 0;
    }
    backoff.isLinear = flat >= flatNeeded && flat > doubled;
    backoff.isExponential = doubled >= doublingsNeeded && !backoff.isLinear;
    const Duration next = backoff.isLinear ? backoff.lastInterval : std::min(2 * backoff.lastInterval, backoffCap);
    backoff.nextDue = times.back() + next;
}

void countResends(FlowAnalysis& analysis)
{
    FlowCounts& counts = analysis.counts;
    for (const Resend& resend : analysis.resends) {
        ++counts.retransmissions;
        const Kinds kind = resend.kind;
        counts.fastRetransmissions += kind.has(Kind::FastRetransmission) ? 1 : 0;
        counts.rtoRetransmissions += kind.hasAny(Kinds(Kind::RtoRetransmission) | Kinds(Kind::RtoFollow)) ? 1 : 0;
        counts.spurious += analysis.kinds[resend.row].has(Kind::Spurious) ? 1 : 0;
    }
    counts.dupAckRuns = static_cast<uint32_t>(analysis.dupAckRuns.size());
    for (const WindowClosed& closed : analysis.windowClosed)
        counts.zeroWindowTime += closed.stillClosed ? closed.end - closed.begin : Duration();
}

} // namespace

Analysis analyzeConnection(const Connection& connection)
{
    Analyzer analyzer(connection);
    ConnectionWalk walk(connection);
    LocatedSegment located;
    while (walk.next(located))
        analyzer.step(located);
    Analysis analysis = analyzer.finish();
    for (const Side side : {Side::Client, Side::Server}) {
        for (Backoff& backoff : analysis.flow(side).backoffs)
            finishBackoff(backoff, connection.flow(side));
        countResends(analysis.flow(side));
    }
    return analysis;
}

} // namespace whyrst
