#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

namespace whyrst {

namespace {

void addExclusions(Evidence& evidence, const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    if (trouble.smallestStuck <= trouble.largestDelivered)
        evidence.excluded(CauseId::MtuBlackHole,
            "packets of " + bytesText(trouble.largestDelivered) + " got through, and the stuck one has "
                + (trouble.smallestStuck == trouble.largestDelivered ? "as many"
                                                                     : groupedDigits(trouble.smallestStuck)));
    evidence.excluded(CauseId::PathOutage, "later bytes got through and were reported");
    evidence.excluded(CauseId::ZeroWindowStarvation, "the stuck bytes lie inside the window");
    evidence.possible(CauseId::CorruptedSegment);
    evidence.possible(CauseId::ReceiverDiscards);
}

} // namespace

std::optional<Diagnosis> explainSegmentBlackHole(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::SegmentBlackHole)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const Confidence confidence = trouble.deliveredAfterThird ? Confidence::Certain : Confidence::Likely;
    Evidence evidence(reset, CauseId::SegmentBlackHole, confidence);
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    addStuckData(evidence, reset);
    addLaterDelivery(evidence, reset);
    addExclusions(evidence, reset);
    return evidence.take();
}

} // namespace whyrst
