#include "model/diagnosis/evidence.h"
#include "model/diagnosis/rules.h"

namespace whyrst {

namespace {

/// The last SYN of X before the RST that the trigger answers.
std::optional<LocatedSegment> newSyn(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.x).segments;
    for (uint32_t row = reset.reset->row; row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.flags.syn() && !segment.flags.ack() && segment.frame < reset.form.trigger->segment.frame)
            return LocatedSegment{reset.x, row, segment};
    }
    return std::nullopt;
}

/// What followed on the same ports: the SYN again, and its answer.
void addRetry(Evidence& evidence, const ResetContext& reset)
{
    for (const auto& [side, role] : {std::pair(reset.x, Role::NewSyn), std::pair(reset.y, Role::SynAck)}) {
        const SegmentRows& rows = reset.flow(side).segments;
        for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row < rows.size(); ++row) {
            if (!rows.at(row).flags.syn())
                continue;
            evidence.add(role, side, row);
            break;
        }
    }
}

} // namespace

std::optional<Diagnosis> explainPortReuse(const ResetContext& reset)
{
    if (reset.form.form != ResetForm::Reply || !reset.form.trigger->segment.isPureAck())
        return std::nullopt;
    const std::optional<LocatedSegment> syn = newSyn(reset);
    const bool challenged = syn && reset.form.trigger->segment.ack != syn->segment.end();
    if (!challenged || (reset.atReset.sender(reset.x).acknowledged && syn->segment.seq == StreamOffset{0}))
        return std::nullopt;
    Evidence evidence(reset, CauseId::PortReuse, Confidence::Certain);
    evidence.add(Role::NewSyn, *syn).add(Role::ChallengeAck, *reset.form.trigger).addReset();
    addRetry(evidence, reset);
    const bool works = reset.flow(reset.y).synSeen();
    evidence.harm(works ? Harm::None : Harm::Unknown);
    evidence.excluded(CauseId::InvalidHandshake, "the packet that drew the reset is not a SYN-ACK");
    evidence.excluded(CauseId::HalfOpen, "a SYN came just before");
    return evidence.take();
}

} // namespace whyrst
