// Which connection of one capture is which of the other, by evidence that survives the way (comparison.md 2).
#pragma once

#include "model/diagnosis/vocabulary.h"
#include "model/tcp/load_trace.h"
#include "model/tcp/trace.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace whyrst {

/// What two connections have in common.
struct PairEvidence
{
    bool sameEndpoints = false;
    uint8_t sameIsns = 0;        ///< initial sequence numbers that agree, 0 to 2
    uint32_t samePackets = 0;    ///< packets of the samples with equal sequence and acknowledgment numbers
    uint32_t sameTimestamps = 0; ///< with equal TCP timestamps
    uint32_t sameSteps = 0;      ///< with equal numbers since the SYN and an equal window
    uint32_t sampledPackets = 0; ///< distinct values in the smaller of the two samples of `samePackets`
    uint32_t sampledTimestamps = 0;
    uint32_t sampledSteps = 0;
    uint32_t sameContents = 0; ///< places of equal content; looked for when the other kinds leave a connection open
    uint32_t sampledContents = 0;
    uint32_t otherSide = 0; ///< of all that agree: with client and server the other way round
    uint32_t sameSide = 0;

    /// Points as of comparison.md 2.2; 60 and more pair two connections.
    int score() const;
    /// Kinds of evidence that speak.
    int kinds() const;
    /// Whether numbers or timestamps of packets agree that no two connections share by chance.
    bool hasNumbers() const;
    bool hasContents() const; ///< enough places of equal content
    bool hasSteps() const;    ///< enough packets with equal numbers since the SYN
    /// Whether equal transfers would agree as much: by their content or their steps alone.
    bool isOfEqualTransfers() const { return !hasNumbers(); }
    /// Whether two or more kinds agree, one of them not that of any two transfers (comparison.md 2.4).
    bool isCertain() const;
    /// For people: "both endpoints equal, both ISNs equal, 212 packets with equal numbers".
    std::string text() const;
};

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
