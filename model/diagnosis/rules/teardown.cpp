#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rules.h"

namespace whyrst {

namespace {

std::optional<LocatedSegment> finOf(const ResetContext& reset, Side side)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= reset.reset->segment.frame)
            break;
        if (segment.flags.fin())
            return LocatedSegment{side, row.row(), segment};
    }
    return std::nullopt;
}

} // namespace

std::optional<Diagnosis> explainTeardown(const ResetContext& reset)
{
    if (reset.isDeath() || reset.isForged() || reset.troubleWins() || reset.form.form == ResetForm::Refuse)
        return std::nullopt;
    if (isForgottenHalfClose(reset))
        return std::nullopt;
    const std::optional<LateData> late = findLateData(reset);
    const bool closeNotify = late && late->isCloseNotify;
    if (!closeNotify && (late || !isFinished(reset)))
        return std::nullopt;
    const bool covered = reset.analysis.handshakeSeen && reset.flowAnalysis(Side::Client).unseenAckedBytes == 0
        && reset.flowAnalysis(Side::Server).unseenAckedBytes == 0;
    Evidence evidence(reset, CauseId::Teardown, covered ? Confidence::Certain : Confidence::Likely);
    evidence.harm(Harm::None);
    const std::optional<LocatedSegment> ownFin = finOf(reset, reset.x);
    const std::optional<LocatedSegment> otherFin = finOf(reset, reset.y);
    if (ownFin)
        evidence.add(Role::Fin, *ownFin);
    if (otherFin)
        evidence.add(Role::Fin, *otherFin);
    if (closeNotify)
        evidence.sub("close-notify").addFolded(Role::DataAfterFin, reset.y, late->rows);
    else if (ownFin && otherFin)
        evidence.sub("after-both-fins");
    else
        evidence.sub(otherFin ? "rst-for-fin" : "fin-then-rst");
    evidence.addReset();
    if (!closeNotify)
        evidence.excluded(CauseId::DataAfterClose, "no new bytes came after the close");
    return evidence.take();
}

} // namespace whyrst
