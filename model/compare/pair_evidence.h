// What two connections of two captures have in common, and how much it tells (comparison.md 2.2).
#pragma once

#include <cstdint>
#include <string>

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

} // namespace whyrst
