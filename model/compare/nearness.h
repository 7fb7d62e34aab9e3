// Which of two captures is nearer to the client (comparison.md 1.4).
#pragma once

#include "model/compare/comparison.h"
#include "model/compare/connection_pairing.h"

namespace whyrst {

struct NearnessVerdict
{
    Nearness nearness = Nearness::Unknown;
    bool isSwapped = false; ///< the second capture is the one near the client
};

/// Votes of all matched connections: hops left and the time from SYN to SYN-ACK.
NearnessVerdict findNearness(const Trace& first, const Trace& second, const ConnectionPairing& pairing);

} // namespace whyrst
