#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

#include <cstdlib>

namespace whyrst {

std::optional<Diagnosis> explainSackMangled(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::SackMangled)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const Confidence confidence = trouble.sackShift ? Confidence::Certain : Confidence::Likely;
    Evidence evidence(reset, CauseId::SackMangled, confidence);
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    evidence.addFolded(Role::Altered, otherSide(trouble.sender), trouble.sackOutside);
    if (trouble.severalRanges)
        evidence.addFolded(Role::RtoRtx, trouble.sender, trouble.copies).addReset();
    else
        addStuckData(evidence, reset);
    const auto resends = static_cast<int64_t>(trouble.copies.size()) - (trouble.severalRanges ? 0 : 1);
    evidence.fact("timer_resends", resends, grouped(resends));
    const auto mangled = static_cast<int64_t>(trouble.sackOutside.size());
    evidence.fact("mangled_acks", mangled, grouped(mangled));
    if (trouble.sackShift)
        evidence.fact("shift_bytes", *trouble.sackShift, bytesText(std::abs(*trouble.sackShift)));
    evidence.excluded(CauseId::SegmentBlackHole, "the SACK blocks name bytes that were never sent");
    return evidence.take();
}

} // namespace whyrst
