// Where the time of a connection went: what kept it from being faster (after Siekkinen et al. 2008).
#pragma once

#include "model/time.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace whyrst {

/// What a connection waits for at a moment.
enum class Limit : uint8_t
{
    Application,   ///< nothing is outstanding and the window is open: the programs have nothing to say
    ReceiveWindow, ///< the window is closed, or what is outstanding fills it
    LossRecovery,  ///< something outstanding was lost, as far as the capture shows
    Network,       ///< data is on its way: round trip, bandwidth or the sender's congestion control
    Idle,          ///< as Application, for 30 s or more; or after a RST has ended the connection
};

constexpr size_t limitCount = 5;

/// Parts of a connection's time, from its first packet to its last.
struct TimeShare
{
    std::array<Duration, limitCount> times{}; ///< by Limit
    Duration of(Limit limit) const { return times[static_cast<size_t>(limit)]; }
    Duration& of(Limit limit) { return times[static_cast<size_t>(limit)]; }
    Duration total() const;
    /// The one with most of the time.
    Limit largest() const;

    /// Tenths of a percent by Limit, rounded so that they add up to 1000; all 0 without time.
    std::array<int, limitCount> perMille() const;
};

/// The limit's word: "receive-window".
const char* limitName(Limit limit);

} // namespace whyrst
