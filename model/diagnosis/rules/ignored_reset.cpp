#include "model/diagnosis/evidence.h"
#include "model/diagnosis/rules.h"

namespace whyrst {

namespace {

/// X's own end with its very next number, after which it says no more, and Y does not ask back: bytes before the RST,
/// or the RST itself, were lost on the way to Y. Why X ended the connection is what matters.
bool isOwnEnd(const ResetContext& reset)
{
    return reset.form.form == ResetForm::Abort && !reset.isForged() && !reset.effect.challenge
        && !reset.senderSpeaksAfter();
}

} // namespace

std::optional<Diagnosis> explainIgnoredReset(const ResetContext& reset)
{
    const bool refused = reset.effect.effect == ResetEffect::Challenged || reset.effect.effect == ResetEffect::Dropped;
    const bool livesOn = reset.effect.continuation.has_value();
    const bool handshakeWentOn = reset.form.form == ResetForm::Refuse;
    if (reset.isDeath() || !refused || !livesOn || isOwnEnd(reset)
        || (reset.phase == Phase::Opening && !handshakeWentOn))
        return std::nullopt;
    Evidence evidence(reset, CauseId::IgnoredReset, Confidence::Certain);
    evidence.add(Role::Rst, *reset.reset).harm(Harm::None);
    if (reset.effect.challenge)
        evidence.add(Role::ChallengeAck, *reset.effect.challenge);
    evidence.add(Role::AfterRst, *reset.effect.continuation);
    evidence.fact("continued_after_ns", reset.effect.continuation->segment.time - reset.time);
    const StreamOffset expected = reset.atReset.sender(reset.x).sndUna;
    evidence.fact("off_by", reset.reset->segment.seq - expected, bytesText(reset.reset->segment.seq - expected));
    if (reset.isForged())
        evidence.possible(CauseId::InjectedReset);
    return evidence.take();
}

} // namespace whyrst
