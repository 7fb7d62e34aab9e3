// The clock of the server's capture against that of the client's (comparison.md 4).
#pragma once

#include "model/ids.h"
#include "model/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

/// What a clock rests on.
enum class ClockKind : uint8_t
{
    None,    ///< nothing in common: the times as recorded
    TwoWay,  ///< packets of both directions
    FromRtt, ///< packets of one direction, and round trips
    OneWay,  ///< packets of one direction: the offset is an upper or lower limit
    Manual,  ///< the user said so
    Trusted, ///< the user said that both recorded clocks are right
};
const char* clockKindName(ClockKind kind); ///< "two-way"

/// A stretch of time in which neither clock was set. Times are on the common clock: the client's as it would be had
/// nobody set it.
struct ClockPiece
{
    Timestamp from;
    Timestamp reference;      ///< where `offset` holds
    Duration offset{};        ///< server clock minus client clock, as recorded
    Duration set{};           ///< the part of `offset` that the clocks were set by before
    double drift = 0;         ///< seconds a second
    Duration bound{};         ///< the true offset lies within +- this, by causality
    Duration halfRoundTrip{}; ///< half the smallest way there and back, with the timestamps' resolution
    bool mayHideStep = false; ///< the limits come from different times, as if a clock had been set by less than the
                              ///< round trip: `bound` covers that
    Timestamp closedFrom; ///< packets of both directions check the clock between these; outside it is assumed unchanged
    Timestamp closedTo;

    /// Server clock minus client clock, as recorded.
    Duration offsetAt(Timestamp time) const;
    bool isChecked(Timestamp time) const { return time >= closedFrom && time <= closedTo; }
};

/// A clock that was set during the capture.
struct ClockSet
{
    Side capture = Side::Server; ///< whose clock
    PacketNumber lastFrame;      ///< of that capture: the last one known to be before
    PacketNumber firstFrame;     ///< of that capture: from it on the clock is set
    Duration by{};               ///< positive: forward
    Timestamp at;                ///< on the common clock
    Timestamp before;            ///< what it showed then, before it was set
    Timestamp oldFrom;           ///< less it showed only after it was set
    bool isProbable = false;     ///< smaller than the round trip, so that no packet contradicts
};

/// A packet that would have arrived before it was sent, by the clock that the user wants.
struct ClockViolation
{
    Side from = Side::Client; ///< its sender
    PacketNumber clientFrame;
    PacketNumber serverFrame;
    Duration by{};
};

/// Turns times of one capture into those of the other.
struct CaptureClock
{
    ClockKind kind = ClockKind::None;
    std::vector<ClockPiece> pieces;          ///< in time order, not empty
    std::vector<ClockSet> sets;              ///< in time order; each begins a piece
    double driftUncertainty = 0;             ///< seconds a second
    bool isLowerLimit = false;               ///< OneWay: the offset is at least what it says, else at most
    bool noSingleClock = false;              ///< too many steps to be true
    std::optional<ClockViolation> violation; ///< Manual and Trusted: the worst

    CaptureClock();

    const ClockPiece& pieceAt(Timestamp time) const;
    /// Server clock minus client clock, as recorded.
    Duration offsetAt(Timestamp time) const { return pieceAt(time).offsetAt(time); }
    /// Half the smallest way there and back between the captures: how far the offset may be off.
    Duration boundAt(Timestamp time) const { return pieceAt(time).bound; }
    /// Whether the offset has limits on both sides.
    bool hasBound() const { return kind == ClockKind::TwoWay || kind == ClockKind::FromRtt; }
    /// Whether packets of both directions check the clock at a moment of the common clock.
    bool isChecked(Timestamp time) const { return hasBound() && pieceAt(time).isChecked(time); }

    /// The common clock's time of a packet. Its number tells on which side of a step it is.
    Timestamp common(Side capture, Timestamp recorded, PacketNumber frame) const;
    /// The same by the time alone: where a clock was set back, times are there twice and the earlier is taken.
    Timestamp common(Side capture, Timestamp recorded) const;
    /// What the clock of a capture showed.
    Timestamp recorded(Side capture, Timestamp common) const;
    /// Whether that capture's clock was set.
    bool wasSet(Side capture) const;

    Timestamp toClient(Timestamp serverTime) const { return common(Side::Server, serverTime); }
    Timestamp toServer(Timestamp clientTime) const { return recorded(Side::Server, common(Side::Client, clientTime)); }

private:
    Timestamp unsetServer(Timestamp time) const;
};

/// One packet that both captures have.
struct ClockSample
{
    Timestamp client; ///< when the client's capture saw it
    Timestamp server;
    PacketNumber clientFrame{}; ///< where known: captures keep the order of packets when their clock is set back
    PacketNumber serverFrame{};
    uint32_t flow = 0;  ///< number of its sender's flow, from 1; 0: it has no TCP timestamp
    uint32_t stamp = 0; ///< its TCP timestamp: the sender's own clock, whoever sets those of the captures
};

/// What the clock is found from, in time order each.
struct ClockSamples
{
    std::vector<ClockSample> toServer; ///< packets from client to server: the offset is at most server - client
    std::vector<ClockSample> toClient; ///< packets from server to client: it is at least server - client
    Duration resolution{};             ///< of both captures' timestamps together
    bool fromRtt = false; ///< one of the lists is made from round trips, its direction is missing (comparison.md 4.5)
};

/// The clock that all samples allow; in pieces where a clock was set. The middle of the widest strip between the limits
/// of both directions, after Zhang, Liu and Xia (INFOCOM 2002).
CaptureClock fitClock(const ClockSamples& samples);

/// The clock that the user wants instead: the server's is `offset` ahead. Tells the packet that contradicts most.
CaptureClock fixedClock(const ClockSamples& samples, Duration offset, ClockKind kind);

} // namespace whyrst
