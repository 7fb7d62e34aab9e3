#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

namespace whyrst {

std::optional<Diagnosis> explainCorruptedSegment(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::CorruptedSegment)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    Evidence evidence(reset, CauseId::CorruptedSegment, reset.certainAt(otherSide(trouble.sender)));
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    evidence.addFolded(Role::BadChecksum, trouble.sender, trouble.badCopies);
    addLaterDelivery(evidence, reset);
    evidence.addReset();
    addHoleFacts(evidence, reset);
    evidence.fact("bad_copies", static_cast<int64_t>(trouble.badCopies.size()),
        groupedDigits(static_cast<int64_t>(trouble.badCopies.size())));
    evidence.excluded(CauseId::SegmentBlackHole, "the bytes did come by here, damaged");
    evidence.excluded(CauseId::ReceiverDiscards, "no copy had a valid checksum");
    return evidence.take();
}

} // namespace whyrst
