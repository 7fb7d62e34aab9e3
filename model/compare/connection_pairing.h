// Which connection of one capture is which of the other, by evidence that survives the way (comparison.md 2).
#pragma once

#include "model/compare/pair_evidence.h"
#include "model/tcp/load_trace.h"
#include "model/tcp/trace.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace whyrst {

/// Two connections that are one.
struct MatchedConnections
{
    ConnectionId a;
    ConnectionId b;
    PairEvidence evidence;
    bool isFlipped = false; ///< their sides were taken the other way round
    bool isByHand = false;
    /// Raw number in B minus that in A where equal content tells it, by Side in A.
    std::array<std::optional<SeqNum>, 2> contentShifts{};
};

/// Two connections that may be one.
struct DoubtfulConnections
{
    ConnectionId a;
    ConnectionId b;
    std::string why;
};

/// A connection that is left over and has packets of a matched one: its capture took one connection for two.
struct ConnectionPart
{
    ConnectionId whole; ///< matched, in the other capture
    ConnectionId part;
    bool isInB = false; ///< `part` is of capture B
};

struct ConnectionPairing
{
    std::vector<MatchedConnections> matched; ///< by `a`
    std::vector<DoubtfulConnections> doubtful;
    std::vector<ConnectionPart> parts;
    std::vector<ConnectionId> unmatchedA; ///< the parts included
    std::vector<ConnectionId> unmatchedB;
};

/// Connections of capture A with one of capture B each.
using ConnectionCouples = std::vector<std::pair<ConnectionId, ConnectionId>>;

/// Pairs the connections of two captures one to one; those of `byHand` without asking, where several want one
/// connection the first; those `apart` never. Linear in packets and hits.
///
/// Reads the data of connections that stay open from both files again. When `progress` asks to stop, that is left out.
ConnectionPairing pairConnections(const Trace& a, const Trace& b, const ConnectionCouples& byHand,
    const ConnectionCouples& apart, Progress& progress);

} // namespace whyrst
