// Everything that is computed once for a RST and that the rules then ask for.
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/sender_state.h"
#include "model/diagnosis/authenticity.h"
#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/reset_form.h"
#include "model/diagnosis/trouble.h"

#include <optional>

namespace whyrst {

/// A wait in which neither side sent data (diagnosis.md 1.16).
struct Silence
{
    Duration length{};
    std::optional<LocatedSegment> lastHeard; ///< the last data segment before it; a handshake segment without data
    Timestamp begin;
    Timestamp end;              ///< the RST, or the packet that ended the silence
    bool endedByPacket = false; ///< a packet of Y ended it; the RST answers that
    uint32_t keepAlives = 0;
};

/// The data exchange before the end (diagnosis.md 3.10).
struct Exchange
{
    std::optional<Side> requester;             ///< who sent the first data
    std::optional<LocatedSegment> lastData;    ///< last data segment of either side
    std::optional<LocatedSegment> lastRequest; ///< of the requester: see lastRequestOf()
    bool requestPending = false;               ///< it was acknowledged, and the other side has sent no data since
    bool answeredBefore = false;               ///< the other side has sent data in this connection
};

/// One RST (or the silent end of a connection), with all that the decision procedure of diagnosis.md 2.1 computes.
///
/// X is the side whose address the RST bears, Y the other one; for a death X is the side that gave up.
struct ResetContext
{
    const TraceContext& trace;
    const Connection& connection;
    const Analysis& analysis;
    Vantage vantage;
    std::optional<LocatedSegment> reset; ///< nothing for a death
    Side x = Side::Client;
    Side y = Side::Server;
    Timestamp time; ///< t0
    FormVerdict form;
    EffectVerdict effect;
    Phase phase = Phase::Open;
    Authenticity authenticity;
    ConnectionState atReset;  ///< just before the RST
    PacketNumber momentFrame; ///< t*: the trigger of a REPLY, else the RST
    Timestamp moment;
    ConnectionState atMoment;              ///< just before t*
    std::optional<Trouble> trouble;        ///< unresolved at t*
    Mechanism mechanism = Mechanism::None; ///< how the trouble turned into this RST
    Silence silence;
    Exchange exchange;
    bool isBrief = false; ///< no text and no chain is wanted

    bool isDeath() const { return !reset; }
    bool isForged() const { return authenticity.score() >= forgedScore; }
    /// Whether the trouble explains this RST (diagnosis.md 2.1 step 10).
    bool troubleWins() const { return trouble && !isForged() && mechanism != Mechanism::None; }
    /// Stuck bytes with fewer re-sends than count as trouble (diagnosis.md 2.1 (f)), when nothing else is wrong: they
    /// win nothing, but may be the reason.
    std::optional<Trouble> earlyTrouble() const;
    /// Whether an open connection was silent for so long before the RST, or before the packet that it answers, that
    /// the silence explains it (diagnosis.md 1.16).
    bool endsLongSilence() const;
    /// Whether a box may have answered for X (diagnosis.md 2.1 step 8): a REPLY with signs of where it comes from, not
    /// of what it says, and nothing goes on.
    bool isAnsweredByBox() const;
    /// Whether a packet of X that is no RST follows on the RST. There must be one.
    bool senderSpeaksAfter() const;
    bool isCapturedAt(Side side) const;
    /// How sure a finding is that only a capture at `side` proves: certain there, likely where the place is a guess.
    Confidence certainAt(Side side) const;
    const Flow& flow(Side side) const { return connection.flow(side); }
    const FlowAnalysis& flowAnalysis(Side side) const { return analysis.flow(side); }
    /// FIN of `side` before t0.
    bool finBefore(Side side) const { return atReset.sender(side).finSent; }
    /// All data bytes of `side` acknowledged at t0; the RST's own acknowledgment counts.
    bool allDataAcknowledged(Side side) const;
    /// The same, but for a TLS alert as the last words of `side`: programs send it when they close, and wait for
    /// nothing.
    bool allAcknowledgedButAlert(Side side) const;
};

/// Computes the context of the RST at `reset`.
ResetContext buildResetContext(
    const TraceContext& trace, const Connection& connection, const Analysis& analysis, const LocatedSegment& reset);

/// The context of a connection that ended without RST: as of the end of the capture.
ResetContext buildDeathContext(const TraceContext& trace, const Connection& connection, const Analysis& analysis);

/// The last data of `side` before packet `before` that asks for something (diagnosis.md 3.10): TLS alerts are none, nor
/// are a few bytes after a silence of at least `idle`, with which programs keep connections alive.
std::optional<LocatedSegment> lastRequestOf(
    const Connection& connection, Side side, PacketNumber before, Duration idle);

/// The sender's stack by the order of its SYN options (p0f); a hint, proxies rewrite it.
enum class StackHint : uint8_t
{
    None,
    Linux,
    Windows,
    Other
};
StackHint stackHintOf(const Flow& flow);

} // namespace whyrst
