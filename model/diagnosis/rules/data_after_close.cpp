#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rules.h"

namespace whyrst {

std::optional<Diagnosis> explainDataAfterClose(const ResetContext& reset)
{
    if (reset.isDeath() || reset.isForged() || reset.troubleWins() || reset.phase == Phase::Opening)
        return std::nullopt;
    const std::optional<LateData> late = findLateData(reset);
    if (!late || late->isCloseNotify)
        return std::nullopt;
    const bool isSure = late->fin && !late->mayBeCloseNotify;
    Evidence evidence(reset, CauseId::DataAfterClose, isSure ? Confidence::Certain : Confidence::Likely);
    evidence.harm(late->mayBeCloseNotify ? Harm::Unknown : Harm::DataLost).dataSender(reset.y);
    if (late->fin)
        evidence.add(Role::Fin, *late->fin);
    else
        evidence.sub("fin-not-captured").possible(CauseId::HalfOpen);
    if (late->finAck)
        evidence.add(Role::FinAck, *late->finAck);
    evidence.addFolded(Role::DataAfterFin, reset.y, late->rows);
    evidence.addReset();
    if (!late->copies.empty())
        evidence.addFolded(Role::RstCopy, reset.x, late->copies);
    evidence.fact("late_bytes", late->bytes, bytesText(late->bytes));
    const Timestamp first = reset.flow(reset.y).segments.at(late->rows.front()).time;
    evidence.fact("late_by_ns", first - (late->fin ? late->fin : late->finAck)->segment.time);
    evidence.fact("first_late_byte", late->begin.value, groupedDigits(late->begin.value));
    if (late->mayBeCloseNotify)
        evidence.sub("content-cut").possible(CauseId::Teardown).missing(Missing::SnaplenShort);
    else
        evidence.excluded(CauseId::Teardown, "new bytes came after the FIN");
    if (late->fin)
        evidence.excluded(CauseId::HalfOpen, "the FIN shows that the connection was closed, not forgotten");
    return evidence.take();
}

} // namespace whyrst
