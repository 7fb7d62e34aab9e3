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

/// When the last data of `side` was sent before the RST.
std::optional<Timestamp> lastDataOf(const ResetContext& reset, Side side)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.payloadLength > 0)
            return segment.time;
    }
    return std::nullopt;
}

/// X resets instead of closing, and has said nothing since the other side's last data: nothing shows that its program
/// has read them.
bool mayBeUnread(const ResetContext& reset)
{
    const auto asked = lastDataOf(reset, reset.y);
    const auto answered = lastDataOf(reset, reset.x);
    return isAbort(reset.form.form) && asked && (!answered || *answered < *asked);
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
    const std::optional<LocatedSegment> ownFin = finOf(reset, reset.x);
    const std::optional<LocatedSegment> otherFin = finOf(reset, reset.y);
    const bool unread = !ownFin && mayBeUnread(reset);
    const bool unknownToX = !ownFin && !closeNotify && isReply(reset.form.form);
    const bool sure = covered && !unread && !unknownToX;
    Evidence evidence(reset, CauseId::Teardown, sure ? Confidence::Certain : Confidence::Likely);
    evidence.harm(Harm::None);
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
    if (unread)
        evidence.possible(CauseId::CloseWithUnreadData);
    if (unknownToX)
        evidence.possible(CauseId::HalfOpen);
    if (!closeNotify)
        evidence.excluded(CauseId::DataAfterClose, "no new bytes came after the close");
    return evidence.take();
}

} // namespace whyrst
