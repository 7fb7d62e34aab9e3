#include "model/analysis/thresholds.h"
#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

#include <algorithm>

namespace whyrst {

namespace {

/// The acknowledgment of R that covers the bytes first: it left here and did not reach S.
std::optional<uint32_t> coveringAck(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(otherSide(reset.trouble->sender)).segments;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.flags.ack() && !segment.flags.rst() && segment.ack >= reset.trouble->holeEnd)
            return row.row();
    }
    return std::nullopt;
}

/// The answers of R to the re-sends: acknowledgments of what S sends again.
std::vector<uint32_t> answersOf(const ResetContext& reset)
{
    std::vector<uint32_t> found;
    const Timestamp firstResend = reset.flow(reset.trouble->sender).segments.at(reset.trouble->copies[1]).time;
    const SegmentRows& rows = reset.flow(otherSide(reset.trouble->sender)).segments;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= reset.momentFrame)
            break;
        const bool answers
            = segment.isPureAck() && segment.ack >= reset.trouble->holeEnd && !segment.isCaptureDuplicate;
        if (segment.time >= firstResend && answers)
            found.push_back(row.row());
    }
    return found;
}

/// Whether bytes of S are missing here too: lost beside the acknowledgments.
bool isHoleHere(const ResetContext& reset)
{
    const SenderState& sender = reset.atMoment.sender(reset.trouble->sender);
    return sender.seen.contiguousEnd(sender.sndUna) < sender.sndNxt;
}

} // namespace

std::optional<Diagnosis> explainAckPathLoss(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::AckPathLoss)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const Side s = trouble.sender;
    const std::vector<uint32_t> answers = answersOf(reset);
    const bool reportsDuplicates = std::any_of(answers.begin(), answers.end(),
        [&](uint32_t row) { return reset.flowAnalysis(otherSide(s)).kinds[row].has(Kind::DSack); });
    const bool isAtSender = reset.isCapturedAt(s);
    const bool isOften = trouble.resendCount() >= reset.trace.settings.resends;
    Evidence evidence(reset, CauseId::AckPathLoss,
        reportsDuplicates && isOften && !isAtSender ? Confidence::Certain : Confidence::Likely);
    evidence.dataSender(s).mechanism(reset.mechanism);
    if (isAtSender)
        evidence.sub("behind-capture");
    if (const std::optional<uint32_t> covering = coveringAck(reset))
        evidence.add(Role::LastGoodAck, otherSide(s), *covering);
    addStuckData(evidence, reset);
    evidence.addFolded(Role::DupAckRun, otherSide(s), answers);
    evidence.fact("needless_resends", trouble.resendCount(), groupedDigits(trouble.resendCount()));
    evidence.fact("answers", static_cast<int64_t>(answers.size()), groupedDigits(static_cast<int64_t>(answers.size())));
    evidence.excluded(CauseId::PathOutage, "the data arrived here and was acknowledged");
    if (isHoleHere(reset))
        evidence.possible(CauseId::SegmentBlackHole);
    else
        evidence.excluded(CauseId::SegmentBlackHole, "no byte is missing here");
    return evidence.take();
}

} // namespace whyrst
