// The one time axis on which both recordings of a connection are shown.
#pragma once

#include "model/compare/comparison.h"

#include <array>

namespace whyrst {

/// A range of the axis.
struct PairSpan
{
    Duration begin{};
    Duration end{};
};

/// Times of a pair by the common clock, which is the client capture's as long as nobody set it, counted from the first
/// packet of either recording.
struct PairTimes
{
    Timestamp origin;                    ///< time 0, by the common clock
    Duration length{};                   ///< to the last packet of either recording
    std::array<PairSpan, 2> captured;    ///< by capture: from its first to its last packet of any kind, as far as known
    const CaptureClock* clock = nullptr; ///< of the comparison, which must live as long

    /// Time on the axis of a packet that the capture near `capture` recorded.
    Duration since(Side capture, Timestamp recorded, PacketNumber frame) const;
    /// The same of a moment; where that capture's clock was set back the earlier of two.
    Duration since(Side capture, Timestamp recorded) const;
    /// The moment `time` of the axis by the clock of the capture near `capture`.
    Timestamp at(Side capture, Duration time) const;
};

PairTimes pairTimes(const TracePair& traces, const CaptureClock& clock, const ConnectionPair& pair);

} // namespace whyrst
