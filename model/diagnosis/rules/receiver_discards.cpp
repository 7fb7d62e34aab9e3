#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

namespace whyrst {

std::optional<Diagnosis> explainReceiverDiscards(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::ReceiverDiscards)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const bool atReceiver = reset.isCapturedAt(otherSide(trouble.sender));
    Evidence evidence(reset, CauseId::ReceiverDiscards, reset.certainAt(otherSide(trouble.sender)));
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
    return evidence.take();
}

} // namespace whyrst
