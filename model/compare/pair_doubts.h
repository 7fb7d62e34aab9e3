// Whether two connections that little speaks for are one after all.
#pragma once

#include "model/compare/open_pair.h"

#include <optional>

namespace whyrst {

/// The doubts about pairs of which nothing but content or steps agrees: the packets' marks must say that they are the
/// same packets; where there are no marks, their times must allow it. Ours: two transfers of the same content are not
/// one connection.
class PairDoubts
{
public:
    /// `resolution` is that of both captures' times together. The clock is that of the pairs that are not weak.
    PairDoubts(const TracePair& traces, const OpenPairs& pairs, Duration resolution);

    /// Notes in `open` what speaks against it. Pairs that are not weak stay as they are.
    void look(OpenPair& open) const;

private:
    void lookAtTimes(OpenPair& open) const;
    bool hasOtherNumbers(const OpenPair& open) const;
    std::optional<bool> fitsStrongClock(const OpenPair& open) const;
    bool isPossible(Side from, Timestamp sent, Timestamp arrived) const;

    const TracePair& m_traces;
    Duration m_resolution;
    CaptureClock m_strongClock; ///< of the pairs that are not weak; without bound when no pair is
};

} // namespace whyrst
