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

/// When the last data of `side` was sent before the RST; a TLS alert belongs to the closing.
std::optional<Timestamp> lastDataOf(const ResetContext& reset, Side side)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.payloadLength > 0 && !segment.isTlsAlert)
            return segment.time;
    }
    return std::nullopt;
}

/// X went on talking after Y's FIN, and then reset instead of closing: nothing shows that it had said all.
bool mayBeCutShort(const ResetContext& reset, const std::optional<LocatedSegment>& otherFin)
{
    const auto answered = lastDataOf(reset, reset.x);
    const Duration roundTrip = reset.analysis.fullRoundTrip();
    return isAbort(reset.form.form) && otherFin && answered && *answered - otherFin->segment.time > roundTrip;
}

/// X resets instead of closing, and has said nothing since the other side's last data: nothing shows that its program
/// has read them.
bool mayBeUnread(const ResetContext& reset)
{
    const auto asked = lastDataOf(reset, reset.y);
    const auto answered = lastDataOf(reset, reset.x);
    return isAbort(reset.form.form) && asked && (!answered || *answered < *asked);
}

const char* subOf(bool ownFin, bool otherFin)
{
    if (ownFin && otherFin)
        return "after-both-fins";
    return otherFin ? "rst-for-fin" : "fin-then-rst";
}

bool isWhollyCovered(const ResetContext& reset)
{
    return reset.analysis.handshakeSeen && reset.flowAnalysis(Side::Client).unseenAckedBytes == 0
        && reset.flowAnalysis(Side::Server).unseenAckedBytes == 0;
}

} // namespace

std::optional<Diagnosis> explainTeardown(const ResetContext& reset)
{
    const bool forged = reset.isForged() && reset.phase != Phase::Closed;
    if (reset.isDeath() || forged || reset.troubleWins() || reset.form.form == ResetForm::Refuse)
        return std::nullopt;
    if (isForgottenHalfClose(reset))
        return std::nullopt;
    const std::optional<LateData> late = findLateData(reset);
    const bool closeNotify = late && late->isCloseNotify;
    if (!closeNotify && (late || !isFinished(reset)))
        return std::nullopt;
    const std::optional<LocatedSegment> ownFin = finOf(reset, reset.x);
    const std::optional<LocatedSegment> otherFin = finOf(reset, reset.y);
    const bool neverClosed = !ownFin && !closeNotify;
    if (neverClosed && isReply(reset.form.form) && reset.form.trigger)
        return std::nullopt; // X does not know what it never closed
    const bool unread = !ownFin && mayBeUnread(reset);
    const bool cutShort = neverClosed && mayBeCutShort(reset, otherFin);
    const bool sure = isWhollyCovered(reset) && !unread && !cutShort;
    Evidence evidence(reset, CauseId::Teardown, sure ? Confidence::Certain : Confidence::Likely);
    evidence.harm(cutShort ? Harm::Unknown : Harm::None);
    if (ownFin)
        evidence.add(Role::Fin, *ownFin);
    if (otherFin)
        evidence.add(Role::Fin, *otherFin);
    if (closeNotify)
        evidence.addFolded(Role::DataAfterFin, reset.y, late->rows);
    evidence.sub(closeNotify ? "close-notify" : subOf(ownFin.has_value(), otherFin.has_value()));
    evidence.addReset();
    if (unread || cutShort)
        evidence.possible(CauseId::CloseWithUnreadData);
    if (cutShort)
        evidence.possible(CauseId::ApplicationAbort);
    if (!closeNotify)
        evidence.excluded(CauseId::DataAfterClose, "no new bytes came after the close");
    return evidence.take();
}

} // namespace whyrst
