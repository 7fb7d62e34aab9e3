// Which of the candidates are pairs (comparison.md 2.4).
#pragma once

#include "model/compare/common_values.h"
#include "model/compare/connection_pairing.h"

#include <vector>

namespace whyrst {

/// Decides, the best candidates first; `matched` are pairs already. Those by hand go before all others, those `apart`
/// are none.
ConnectionPairing choosePairs(const Trace& a, const Trace& b, std::vector<Candidate> candidates,
    const ConnectionCouples& byHand, const ConnectionCouples& apart, const std::vector<MatchedConnections>& matched);

} // namespace whyrst
