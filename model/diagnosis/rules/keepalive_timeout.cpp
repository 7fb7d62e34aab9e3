#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"

#include <cmath>

namespace whyrst {

namespace {

bool isFlat(const SegmentRows& rows, const std::vector<uint32_t>& probes)
{
    for (size_t index = 2; index < probes.size(); ++index) {
        const double interval = toSeconds(rows.at(probes[index]).time - rows.at(probes[index - 1]).time);
        const double previous = toSeconds(rows.at(probes[index - 1]).time - rows.at(probes[index - 2]).time);
        if (interval < flatRatioLow * previous || interval > flatRatioHigh * previous)
            return false;
    }
    return true;
}

} // namespace

std::optional<Diagnosis> explainKeepaliveTimeout(const ResetContext& reset)
{
    if (reset.isDeath() || !isAbort(reset.form.form) || reset.isForged() || reset.troubleWins())
        return std::nullopt;
    const std::vector<uint32_t> probes = unansweredKeepAlives(reset);
    if (probes.size() < fewestKeepAlives)
        return std::nullopt;
    const SegmentRows& rows = reset.flow(reset.x).segments;
    const Timestamp last = rows.at(probes.back()).time;
    const Duration interval = last - rows.at(probes[probes.size() - 2]).time;
    const bool onTime = std::abs(toSeconds(reset.time - last - interval)) <= keepAliveMatch * toSeconds(interval);
    const bool exact = onTime && isFlat(rows, probes);
    if (!onTime && !isFlat(rows, probes))
        return std::nullopt;
    Evidence evidence(reset, CauseId::KeepaliveTimeout, exact ? Confidence::Certain : Confidence::Likely);
    if (reset.silence.lastHeard)
        evidence.add(Role::LastHeard, *reset.silence.lastHeard)
            .addSpan(Role::Silence, reset.silence.begin, rows.at(probes.front()).time);
    evidence.addFolded(Role::Keepalive, reset.x, probes).addReset().harm(Harm::Unknown);
    evidence.fact("probes", static_cast<int64_t>(probes.size()), groupedDigits(static_cast<int64_t>(probes.size())));
    evidence.fact("interval_ns", interval);
    evidence.fact("on_time", exact ? 1 : 0, exact ? "yes" : "no");
    evidence.excluded(CauseId::PathOutage, "no data was unacknowledged");
    evidence.excluded(CauseId::IdleTimeout, "the keep-alive probes went unanswered");
    return evidence.take();
}

} // namespace whyrst
