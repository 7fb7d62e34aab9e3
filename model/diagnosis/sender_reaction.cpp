#include "model/diagnosis/sender_reaction.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/reset_form.h"
#include "model/diagnosis/rule_limits.h"

#include <algorithm>
#include <span>

namespace whyrst {

namespace {

constexpr size_t mostRuns = 32;     ///< that are looked at
constexpr uint32_t mostRows = 4096; ///< behind each of them

/// When S had to know that the hole of this run is lost; nothing when it did not have to.
std::optional<Timestamp> toldLost(
    const Connection& connection, const Analysis& analysis, Side receiver, const DupAckRun& run)
{
    const auto mss = static_cast<int64_t>(analysis.flow(otherSide(receiver)).effectiveMss);
    if (run.sackedBytes == 0 || (run.count < dupAckThreshold && run.sackedBytes <= sackedSegments * mss))
        return std::nullopt;
    const FlowAnalysis& flow = analysis.flow(receiver);
    uint32_t duplicates = 0;
    for (uint32_t row = run.firstRow; row <= run.lastRow; ++row) {
        if (flow.kinds[row].has(Kind::DupAck) && ++duplicates == dupAckThreshold)
            return connection.flow(receiver).segments.at(row).time;
    }
    return run.lastTime;
}

/// The first segment of S after the run's beginning that carries the hole's first byte; nothing before packet `before`.
std::optional<LocatedSegment> repairOf(
    const Connection& connection, Side sender, const DupAckRun& run, PacketNumber before)
{
    const SegmentRows& rows = connection.flow(sender).segments;
    const PacketNumber begin = connection.flow(otherSide(sender)).segments.at(run.firstRow).frame;
    const uint32_t first = rows.lowerBound(begin);
    for (auto row = rows.from(first); !(row == rows.end()) && row.row() - first < mostRows; ++row) {
        const Segment segment = *row;
        if (segment.frame >= before)
            break;
        if (segment.seq <= run.ack && run.ack < segment.end() && !segment.flags.rst())
            return LocatedSegment{sender, row.row(), segment};
    }
    return std::nullopt;
}

/// The row from `row` on that is no second recording of a packet; the number of rows when there is none.
uint32_t nextOriginal(const SegmentRows& rows, uint32_t row)
{
    while (row < rows.size() && rows.at(row).isCaptureDuplicate)
        ++row;
    return row;
}

/// Whether S sends nothing for `pause` before and after the segment of `row`.
bool isAlone(const SegmentRows& rows, uint32_t row, Timestamp end, Duration pause)
{
    const Timestamp sent = rows.at(row).time;
    uint32_t before = row;
    while (before > 0 && rows.at(before - 1).isCaptureDuplicate)
        --before;
    const uint32_t after = nextOriginal(rows, row + 1);
    const Timestamp next = after < rows.size() ? rows.at(after).time : end;
    return before > 0 && sent - rows.at(before - 1).time >= pause && next - sent >= pause;
}

} // namespace

UnheededSacks findUnheededSacks(
    const Connection& connection, const Analysis& analysis, Side sender, const TroubleMoment& moment)
{
    const Side receiver = otherSide(sender);
    const RoundTrip& toSender = analysis.flow(sender).roundTrip;
    UnheededSacks found;
    const std::span runs(analysis.flow(receiver).dupAckRuns);
    const auto later = std::ranges::lower_bound(runs, moment.time, {}, &DupAckRun::firstTime);
    const auto end = static_cast<size_t>(later - runs.begin());
    for (const DupAckRun& run : runs.first(end).last(std::min(end, mostRuns))) {
        const std::optional<Timestamp> told = toldLost(connection, analysis, receiver, run);
        const auto repair = told ? repairOf(connection, sender, run, moment.before) : std::nullopt;
        if (!repair || repair->segment.time - *told < toSender.minimum)
            continue;
        const Duration wait = repair->segment.time - *told;
        if (wait < toSender.p95 + smallestRto)
            return {};
        found.longestWait = std::max(found.longestWait, wait);
        found.repairs.push_back(repair->row);
    }
    const bool often = found.repairs.size() >= fewestUnheeded && toSender.samples > 0;
    return often ? found : UnheededSacks();
}

uint32_t countUntakenSacks(const Connection& connection, Side sender, StreamOffset known, const TroubleMoment& moment)
{
    uint32_t untaken = 0;
    bool isKnown = false;
    for (const Segment segment : connection.flow(otherSide(sender)).segments) {
        if (segment.frame >= moment.before)
            break;
        if (!segment.flags.ack() || segment.flags.rst() || segment.ack < known)
            continue;
        if (segment.sackBlockCount > 0)
            ++untaken;
        else if (segment.ack > known)
            return 0;
        else
            isKnown = true;
    }
    return isKnown && untaken >= fewestUntaken ? untaken : 0;
}

bool isEachResendAnswered(
    const Connection& connection, const Analysis& analysis, const Trouble& trouble, const TroubleMoment& moment)
{
    const Side receiver = otherSide(trouble.sender);
    const SegmentRows& rows = connection.flow(trouble.sender).segments;
    const SegmentRows& answers = connection.flow(receiver).segments;
    const FlowAnalysis& flow = analysis.flow(receiver);
    uint32_t alone = 0;
    for (size_t copy = 1; copy < trouble.copies.size(); ++copy) {
        const uint32_t row = trouble.copies[copy];
        if (!isAlone(rows, row, moment.time, flow.roundTrip.retransmissionTimeout))
            continue;
        ++alone;
        const uint32_t at = nextOriginal(answers, answers.lowerBound(rows.at(row).frame));
        const uint32_t next = nextOriginal(rows, row + 1);
        if (at == answers.size() || !flow.kinds[at].has(Kind::DupAck) || answers.at(at).ack != trouble.holeBegin)
            return false;
        if (next < rows.size() && answers.at(at).frame > rows.at(next).frame)
            return false;
    }
    return alone >= minimumResends;
}

uint32_t countTries(const Connection& connection, const Analysis& analysis, const Trouble& trouble)
{
    const auto soonest = std::chrono::duration_cast<Duration>(analysis.fullRoundTrip() * nearlyRoundTrip);
    const SegmentRows& rows = connection.flow(trouble.sender).segments;
    std::optional<Timestamp> last;
    uint32_t tries = 0;
    for (const uint32_t row : trouble.copies) {
        const Timestamp sent = rows.at(row).time;
        tries += !last || sent - *last >= soonest ? 1 : 0;
        last = sent;
    }
    return tries;
}

uint32_t countLostBehind(
    const Analysis& analysis, const Trouble& trouble, Timestamp lastWord, const TroubleMoment& moment)
{
    const Side receiver = otherSide(trouble.sender);
    const SenderState& sender = moment.state.sender(trouble.sender);
    const auto travel
        = std::chrono::duration_cast<Duration>(analysis.flow(receiver).roundTrip.minimum * nearlyRoundTrip);
    const std::optional<StreamOffset> reported = sender.sacked.highest();
    uint32_t lost = 0;
    for (const SentRange& range : sender.outstanding) {
        const bool isUnreported = reported ? range.begin >= *reported : range.firstTime > lastWord - travel;
        const bool isAnswerDue = moment.time - range.lastTime > answerWindow(analysis, receiver);
        lost += range.begin >= trouble.holeEnd && isUnreported && isAnswerDue ? 1 : 0;
    }
    return lost;
}

std::optional<uint32_t> findUnawareResend(const Connection& connection, const Analysis& analysis, Side sender,
    const std::vector<uint32_t>& needless, const TroubleMoment& moment)
{
    const SegmentRows& rows = connection.flow(sender).segments;
    const SegmentRows& answers = connection.flow(otherSide(sender)).segments;
    if (needless.empty() || needless.back() + 1 != rows.lowerBound(moment.before))
        return std::nullopt;
    const Segment last = rows.at(needless.back());
    const Duration patience = std::max(analysis.flow(Side::Client).roundTrip.retransmissionTimeout,
        analysis.flow(Side::Server).roundTrip.retransmissionTimeout);
    for (uint32_t row = answers.lowerBound(last.frame); row-- > 0;) {
        const Segment answer = answers.at(row);
        if (last.time - answer.time < patience || !answer.flags.ack() || answer.flags.rst())
            continue;
        return answer.ack >= last.end() ? std::optional(needless.back()) : std::nullopt;
    }
    return std::nullopt;
}

} // namespace whyrst
