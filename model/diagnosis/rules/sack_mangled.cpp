#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

#include <cstdlib>

namespace whyrst {

namespace {

/// Near the receiver, where the blocks look right.
Diagnosis explainUnheeded(Evidence& evidence, const Trouble& trouble)
{
    const auto repairs = static_cast<int64_t>(trouble.unheeded.size());
    evidence.sub("unheeded").addFolded(Role::RtoRtx, trouble.sender, trouble.unheeded).addReset();
    evidence.fact("timer_resends", repairs, groupedDigits(repairs));
    evidence.possible(CauseId::SegmentBlackHole).possible(CauseId::ApplicationAbort);
    evidence.excluded(CauseId::AckPathLoss, "the sender went on after each acknowledgment that rose");
    return evidence.take();
}

/// Near the receiver of a sender that drops what carries such blocks.
Diagnosis explainUntaken(Evidence& evidence, const Trouble& trouble)
{
    evidence.sub("untaken").addFolded(Role::RtoRtx, trouble.sender, trouble.copies).addReset();
    evidence.fact("sack_acks", trouble.untakenSacks, groupedDigits(trouble.untakenSacks));
    const auto resends = static_cast<int64_t>(trouble.copies.size());
    evidence.fact("timer_resends", resends, groupedDigits(resends));
    evidence.possible(CauseId::AckPathLoss).possible(CauseId::SegmentBlackHole);
    return evidence.take();
}

} // namespace

std::optional<Diagnosis> explainSackMangled(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::SackMangled)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const Confidence guess = trouble.untakenSacks > 0 ? Confidence::Possible : Confidence::Likely;
    const Confidence confidence = trouble.sackShift ? Confidence::Certain : guess;
    Evidence evidence(reset, CauseId::SackMangled, confidence);
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    if (!trouble.unheeded.empty())
        return explainUnheeded(evidence, trouble);
    if (trouble.untakenSacks > 0)
        return explainUntaken(evidence, trouble);
    evidence.addFolded(Role::Altered, otherSide(trouble.sender), trouble.sackOutside);
    if (trouble.severalRanges)
        evidence.addFolded(Role::RtoRtx, trouble.sender, trouble.copies).addReset();
    else
        addStuckData(evidence, reset);
    const auto resends = static_cast<int64_t>(trouble.copies.size()) - (trouble.severalRanges ? 0 : 1);
    evidence.fact("timer_resends", resends, groupedDigits(resends));
    const auto mangled = static_cast<int64_t>(trouble.sackOutside.size());
    evidence.fact("mangled_acks", mangled, groupedDigits(mangled));
    if (trouble.sackShift)
        evidence.fact("shift_bytes", *trouble.sackShift, bytesText(std::abs(*trouble.sackShift)));
    evidence.excluded(CauseId::SegmentBlackHole, "the SACK blocks name bytes that were never sent");
    return evidence.take();
}

} // namespace whyrst
