#include "model/diagnosis/stuck_data.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/known_timers.h"

#include <algorithm>

namespace whyrst {

namespace {

/// The first segment behind the hole, which the other side did get.
std::optional<uint32_t> laterDataRow(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const SenderState& sender = reset.atMoment.sender(trouble.sender);
    for (const SentRange& range : sender.outstanding) {
        const bool reported = sender.sacked.empty() || sender.sacked.covered(range.begin, range.end) > 0;
        if (range.begin < trouble.holeEnd || !reported)
            continue;
        // Cut anew, the bytes behind the hole were in its own first copy too: that one did not bring them.
        for (const uint32_t row : {range.firstRow, range.lastRow}) {
            if (std::ranges::find(trouble.copies, row) == trouble.copies.end())
                return row;
        }
    }
    return std::nullopt;
}

void addDupAcks(Evidence& evidence, const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    if (!trouble.dupAckRun)
        return;
    const Side r = otherSide(trouble.sender);
    const DupAckRun& run = reset.flowAnalysis(r).dupAckRuns[*trouble.dupAckRun];
    std::vector<uint32_t> rows;
    for (uint32_t row = run.firstRow; row <= run.lastRow; ++row) {
        const bool before = reset.flow(r).segments.at(row).frame < reset.momentFrame;
        if (before && reset.flowAnalysis(r).kinds[row].has(Kind::DupAck))
            rows.push_back(row);
    }
    evidence.addFolded(rows.size() == 1 && run.sackedBytes > 0 ? Role::Sack : Role::DupAckRun, r, rows);
    evidence.fact("dup_acks", static_cast<int64_t>(rows.size()), groupedDigits(static_cast<int64_t>(rows.size())));
    if (run.sackedBytes > 0)
        evidence.fact("sacked_bytes", run.sackedBytes, bytesText(run.sackedBytes));
}

} // namespace

Timestamp LastTries::nextDue() const
{
    return last + std::min<Duration>(2 * (last - before), backoffCap);
}

bool LastTries::isOver(Timestamp now) const
{
    return now - last
        > std::chrono::duration_cast<Duration>(std::min<Duration>(last - before, backoffCap) * deadlineFactor);
}

std::optional<LastTries> findLastTries(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const SegmentRows& rows = reset.flow(trouble.sender).segments;
    const std::vector<Kinds>& kinds = reset.flowAnalysis(trouble.sender).kinds;
    std::vector<uint32_t> tries = trouble.copies;
    if (trouble.isProbed()) {
        tries.clear();
        for (uint32_t row = rows.lowerBound(reset.momentFrame); row-- > 0 && rows.at(row).time >= trouble.firstSend;) {
            if (kinds[row].has(Kind::ZeroWindowProbe))
                tries.insert(tries.begin(), row);
            if (tries.size() == 2)
                break;
        }
    }
    if (tries.size() < 2)
        return std::nullopt;
    return LastTries{rows.at(tries[tries.size() - 2]).time, rows.at(tries.back()).time};
}

void addStuckData(Evidence& evidence, const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const Side s = trouble.sender;
    if (trouble.copies.empty())
        evidence.addSpan(Role::Hole, trouble.firstSend, reset.moment);
    else
        evidence.addFolded(Role::FirstSend, s, std::span(trouble.copies).first(1));
    addGivingUp(evidence, reset);
    addHoleFacts(evidence, reset);
}

void addGivingUp(Evidence& evidence, const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    evidence.addResends(trouble.sender, trouble.copies, separateResends);
    const Timestamp due = trouble.lastSend + std::min(2 * trouble.lastInterval, backoffCap);
    const bool isTimerKnown = trouble.resendCount() > 0; // near R the re-sends may not have come by
    if (reset.mechanism == Mechanism::GaveUpSilently && isTimerKnown && due < reset.moment)
        evidence.addGhost(Role::MissingRtx, trouble.sender, due);
    evidence.addReset();
    const bool endsItself = !reset.isDeath() && reset.x == trouble.sender && isAbort(reset.form.form);
    const auto timer = endsItself ? dataTimerOf(reset, trouble.sender, reset.time - trouble.firstSend) : std::nullopt;
    if (timer)
        evidence.fact("timer_s", timer->seconds, timer->name);
}

void addHoleFacts(Evidence& evidence, const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    evidence.fact("hole_begin", trouble.holeBegin.value, groupedDigits(trouble.holeBegin.value));
    evidence.fact("hole_end", trouble.holeEnd.value, groupedDigits(trouble.holeEnd.value));
    const auto sends = static_cast<int64_t>(trouble.copies.size());
    evidence.fact("sends", sends, groupedDigits(sends));
    evidence.fact("tried_for_ns", trouble.lastSend - trouble.firstSend);
    evidence.fact("stuck_for_ns", reset.moment - trouble.firstSend);
}

void addLaterDelivery(Evidence& evidence, const ResetContext& reset)
{
    if (const std::optional<uint32_t> later = laterDataRow(reset))
        evidence.add(Role::LaterData, reset.trouble->sender, *later);
    addDupAcks(evidence, reset);
}

} // namespace whyrst
