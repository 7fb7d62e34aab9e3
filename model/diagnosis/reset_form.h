// What a RST looks like, which packet it answers, and what it did (diagnosis.md 2.3, 2.5).
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/sender_state.h"
#include "model/diagnosis/vocabulary.h"

#include <optional>

namespace whyrst {

/// Form of a RST and the packet of the other side that it answers.
struct FormVerdict
{
    ResetForm form = ResetForm::Off;
    std::optional<LocatedSegment> trigger;
};

/// `state` is the state just before the RST.
FormVerdict classifyReset(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset, const ConnectionState& state);

constexpr bool isReply(ResetForm form)
{
    return form == ResetForm::Reply || form == ResetForm::ReplyAck;
}
constexpr bool isAbort(ResetForm form)
{
    return form == ResetForm::Abort || form == ResetForm::AbortGap || form == ResetForm::AbortBare;
}

/// What the RST did at the side that it was sent to.
struct EffectVerdict
{
    ResetEffect effect = ResetEffect::Unknown;
    NumberPlace number = NumberPlace::Unknown; ///< RFC 5961 3.2; unknown for the answer to a SYN
    std::optional<PacketNumber> frame;         ///< the packet that shows it
    std::optional<LocatedSegment> challenge;
    std::optional<LocatedSegment> continuation; ///< the receiver's first packet that shows that the connection lives on
};

EffectVerdict findEffect(
    const Connection& connection, const Analysis& analysis, const LocatedSegment& reset, const ConnectionState& state);

/// The longest usual time from a packet that passes the capture point to `sender` and back: what is sent later is no
/// answer, and was not on its way before.
Duration triggerWindow(const Analysis& analysis, Side sender);

/// How long before a RST of `sender` its trigger may have passed the capture point. ours: few samples, mostly the
/// handshake alone, are no percentile; then once more the largest.
Duration answerWindow(const Analysis& analysis, Side sender);

} // namespace whyrst
