#include "model/diagnosis/recovered.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/rule_limits.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

namespace {

/// The end of a trouble: the packet that shows it, and how long the trouble had lasted.
struct Recovery
{
    LocatedSegment sign;
    Duration lasted{};
};

bool isNearEnough(const Recovery& recovery, const ResetContext& reset)
{
    const Duration since = reset.time - recovery.sign.segment.time;
    return since >= Duration() && since <= std::max(recoveredBefore, recovery.lasted);
}

void keepLater(std::optional<Recovery>& last, const Recovery& recovery)
{
    if (!last || last->sign.segment.frame < recovery.sign.segment.frame)
        last = recovery;
}

/// The packet with which `side` opened its window again at `time`.
std::optional<LocatedSegment> openingAt(const ResetContext& reset, Side side, const WindowClosed& closed)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (auto row = rows.from(closed.firstRow); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.time >= closed.end)
            return segment.flags.rst() ? std::nullopt : std::optional(LocatedSegment{side, row.row(), segment});
    }
    return std::nullopt;
}

/// The first acknowledgment behind the last re-send of a range that reaches behind its begin.
std::optional<LocatedSegment> acknowledgmentOf(const ResetContext& reset, Side sender, const Backoff& backoff)
{
    const PacketNumber last = reset.flow(sender).segments.at(backoff.rows.back()).frame;
    const SegmentRows& rows = reset.flow(otherSide(sender)).segments;
    for (auto row = rows.from(rows.lowerBound(last)); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.flags.ack() && !segment.flags.rst() && segment.ack > backoff.begin)
            return LocatedSegment{otherSide(sender), row.row(), segment};
    }
    return std::nullopt;
}

std::optional<Recovery> lastRecovery(const ResetContext& reset)
{
    std::optional<Recovery> last;
    for (const Side side : {Side::Client, Side::Server}) {
        const FlowAnalysis& analysis = reset.flowAnalysis(side);
        for (const WindowClosed& closed : analysis.windowClosed) {
            const Duration lasted = closed.end - closed.begin;
            if (closed.stillClosed || lasted < reset.trace.settings.closedWindow || closed.end > reset.time)
                continue;
            if (const auto sign = openingAt(reset, side, closed))
                keepLater(last, {*sign, lasted});
        }
        for (const Backoff& backoff : analysis.backoffs) {
            if (backoff.rows.size() < reset.trace.settings.resends)
                continue;
            if (const auto sign = acknowledgmentOf(reset, side, backoff))
                keepLater(last, {*sign, sign->segment.time - reset.flow(side).segments.at(backoff.firstSendRow).time});
        }
    }
    return last;
}

} // namespace

void addRecovered(Diagnosis& diagnosis, const ResetContext& reset)
{
    if (reset.isDeath() || reset.troubleWins() || reset.phase == Phase::Opening)
        return;
    const std::optional<Recovery> recovery = lastRecovery(reset);
    if (!recovery || recovery->sign.segment.frame >= reset.momentFrame || !isNearEnough(*recovery, reset))
        return;
    const PacketNumber frame = recovery->sign.segment.frame;
    const ConnectionState before = stateBefore(reset.connection, reset.analysis, frame);
    const std::optional<Trouble> trouble = findTrouble(reset.connection, reset.analysis,
        {reset.vantage, reset.trace.settings}, {before, frame, recovery->sign.segment.time});
    if (!trouble || trouble->leaf == CauseId::Unknown)
        return;
    const bool isNamed
        = std::ranges::find(diagnosis.alternatives, trouble->leaf, &Alternative::cause) != diagnosis.alternatives.end();
    if (isNamed || diagnosis.cause == trouble->leaf)
        return;
    diagnosis.alternatives.push_back({trouble->leaf, std::nullopt,
        "the connection had recovered from that " + humanDuration(reset.time - recovery->sign.segment.time)
            + " before the reset, after " + humanDuration(recovery->lasted) + " (#" + std::to_string(frame.value)
            + ")"});
}

} // namespace whyrst
