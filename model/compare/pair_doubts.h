// Whether two connections that little more than their content pairs are one, or two transfers of the same content.
#pragma once

#include "model/compare/capture_clock.h"
#include "model/compare/open_pair.h"

#include <optional>

namespace whyrst {

/// Doubts about weak pairs.
class PairDoubts
{
public:
    /// `resolution`: the ticks of both captures' clocks together.
    PairDoubts(const TracePair& traces, Duration resolution);

    /// Finds the clock of the pairs that are not weak, by which the weak ones are judged.
    void fitStrongClock(const OpenPairs& pairs);

    /// Where nothing but content or steps agrees, the packets' marks must say that they are the same packets; where
    /// there are no marks, their times must allow it. Ours: two transfers of the same content are not one connection.
    /// What speaks against a pair goes into its signs or its refusal; without a clock of strong pairs its own times
    /// decide.
    void doubt(OpenPair& open) const;

private:
    /// The same by the pair's own times, where no other pair tells the clock.
    void doubtTimes(OpenPair& open) const;
    /// Whether both initial sequence numbers are known in both captures, and both are others.
    bool hasOtherNumbers(const OpenPair& open) const;
    /// Whether the packets of a pair pass the path forward in time on the clock of the pairs that are sure; nothing
    /// when there is no such clock, or no packet.
    std::optional<bool> fitsStrongClock(const OpenPair& open) const;
    /// Whether a packet may have taken the time that the clock of the sure pairs tells.
    bool isPossible(Side from, Timestamp sent, Timestamp arrived) const;

    const TracePair& m_traces;
    Duration m_resolution;
    CaptureClock m_strongClock; ///< of the pairs that are not weak
};

} // namespace whyrst
