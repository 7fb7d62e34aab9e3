#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

namespace whyrst {

namespace {

/// Near R: nothing of S came by when a repair of the hole was long due, not even its end.
bool isSenderSilent(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const bool endsIt = !reset.isDeath() && reset.x == trouble.sender;
    return trouble.copies.empty() && !trouble.senderHeard && !endsIt;
}

/// Whether the path may have gone soon after the hole was lost: all that shows later bytes to get through is older than
/// the re-sends, or something else was lost too.
bool mayBeOutage(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const bool isWordless = !trouble.copies.empty() && !trouble.receiverHeard && !trouble.heardAtEnd;
    return !trouble.deliveredAfterThird && (isWordless || trouble.lostBehind > 0 || isSenderSilent(reset));
}

Confidence confidenceOf(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    if (trouble.deliveredAfterThird)
        return Confidence::Certain;
    return trouble.lostBehind > 0 || isSenderSilent(reset) ? Confidence::Possible : Confidence::Likely;
}

void addExclusions(Evidence& evidence, const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    if (trouble.smallestStuck <= trouble.largestDelivered)
        evidence.excluded(CauseId::MtuBlackHole,
            "packets of " + bytesText(trouble.largestDelivered) + " got through, and the stuck one has "
                + (trouble.smallestStuck == trouble.largestDelivered ? "as many"
                                                                     : groupedDigits(trouble.smallestStuck)));
    if (mayBeOutage(reset))
        evidence.possible(CauseId::PathOutage);
    else
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
    Evidence evidence(reset, CauseId::SegmentBlackHole, confidenceOf(reset));
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    addStuckData(evidence, reset);
    addLaterDelivery(evidence, reset);
    addExclusions(evidence, reset);
    return evidence.take();
}

} // namespace whyrst
