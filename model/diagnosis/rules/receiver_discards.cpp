#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

namespace whyrst {

namespace {

/// The last ACK of R that reports the stuck bytes by SACK, before it took that back.
std::optional<uint32_t> reportOfHole(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const Flow& receiver = reset.flow(otherSide(trouble.sender));
    for (uint32_t row = receiver.segments.lowerBound(reset.momentFrame); row-- > 0;) {
        const Segment segment = receiver.segments.at(row);
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index) {
            const SackBlock block = receiver.sackBlock(segment, index, reset.flow(trouble.sender));
            if (block.left <= trouble.holeBegin && trouble.holeBegin < block.right)
                return row;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<Diagnosis> explainReceiverDiscards(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::ReceiverDiscards)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const bool atReceiver = reset.isCapturedAt(otherSide(trouble.sender));
    // A receiver that says nothing at all may have frozen.
    const bool isSilent = !trouble.receiverHeard && !trouble.laterDelivered && !trouble.heardAtEnd;
    const Confidence confidence
        = atReceiver && isSilent ? Confidence::Likely : reset.certainAt(otherSide(trouble.sender));
    Evidence evidence(reset, CauseId::ReceiverDiscards, confidence);
    if (atReceiver && isSilent)
        evidence.possible(CauseId::PathOutage);
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    if (trouble.isOldByTimestamp)
        evidence.sub("paws");
    else if (trouble.isReneged)
        evidence.sub("reneging");
    else if (trouble.isAnswered && !atReceiver)
        evidence.sub("answered");
    if (atReceiver) {
        evidence.addFolded(Role::Discarded, trouble.sender, trouble.copies).addReset();
        addHoleFacts(evidence, reset);
        evidence.fact("good_copies", trouble.goodCopies, groupedDigits(trouble.goodCopies));
        evidence.excluded(CauseId::SegmentBlackHole, "the bytes arrived here, again and again");
        evidence.excluded(CauseId::CorruptedSegment, "the copies had valid checksums");
    } else {
        addStuckData(evidence, reset);
        evidence.possible(CauseId::SegmentBlackHole);
    }
    addLaterDelivery(evidence, reset);
    if (const auto report = trouble.isReneged ? reportOfHole(reset) : std::nullopt)
        evidence.add(Role::Sack, otherSide(trouble.sender), *report);
    return evidence.take();
}

} // namespace whyrst
