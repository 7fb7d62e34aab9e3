// The clock of the server's capture against that of the client's (comparison.md 4).
#pragma once

#include "model/time.h"

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
};
const char* clockKindName(ClockKind kind); ///< "two-way"

/// A stretch of time in which neither clock was set.
struct ClockPiece
{
    Timestamp from;       ///< client clock
    Timestamp reference;  ///< client clock, where `offset` holds
    Duration offset{};    ///< server clock minus client clock
    double drift = 0;     ///< seconds a second
    Duration bound{};     ///< the true offset lies within +- this, by causality
    Timestamp closedFrom; ///< packets of both directions check the clock between these; outside it is assumed unchanged
    Timestamp closedTo;

    Duration offsetAt(Timestamp clientTime) const;
};

/// Turns times of one capture into those of the other.
struct CaptureClock
{
    ClockKind kind = ClockKind::None;
    std::vector<ClockPiece> pieces; ///< in time order, not empty
    double driftUncertainty = 0;    ///< seconds a second
    bool noSingleClock = false;     ///< too many steps to be true

    CaptureClock();

    const ClockPiece& pieceAt(Timestamp clientTime) const;
    /// Server clock minus client clock.
    Duration offsetAt(Timestamp clientTime) const { return pieceAt(clientTime).offsetAt(clientTime); }
    Timestamp toClient(Timestamp serverTime) const;
    Timestamp toServer(Timestamp clientTime) const { return clientTime + offsetAt(clientTime); }
    /// Half the smallest way there and back between the captures: how far the offset may be off.
    Duration boundAt(Timestamp clientTime) const { return pieceAt(clientTime).bound; }
};

/// One packet that both captures have.
struct ClockSample
{
    Timestamp client; ///< when the client's capture saw it
    Timestamp server;
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

} // namespace whyrst
