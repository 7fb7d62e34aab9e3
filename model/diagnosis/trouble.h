// Unresolved trouble at a moment: stuck data or a closed window, and the leaf of the trouble tree (diagnosis.md 2.7).
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/sender_state.h"
#include "model/diagnosis/diagnosis.h"

#include <optional>
#include <vector>

namespace whyrst {

/// Data of one side that does not get through. S is the sender of the data, R its receiver.
struct Trouble
{
    CauseId leaf = CauseId::Unknown;
    Side sender = Side::Client; ///< S
    StreamOffset holeBegin;
    StreamOffset holeEnd;
    std::vector<uint32_t> copies; ///< rows of S that carry the first byte of the hole; empty when none was seen
    Duration lastInterval{};      ///< between the last two copies
    Timestamp firstSend;          ///< of the hole, or of later bytes when the hole was never seen
    Timestamp lastSend;

    bool laterDelivered = false;       ///< DL: later bytes did reach R
    bool deliveredAfterThird = false;  ///< ... shown again after the third re-send
    bool receiverHeard = false;        ///< R still sent something after the first re-send
    bool forwardOnly = false;          ///< R re-sends what S acknowledged: nothing of S gets there
    std::optional<uint32_t> dupAckRun; ///< index in R's dupAckRuns

    std::optional<uint32_t> closed; ///< index in R's windowClosed: unresolved
    std::vector<uint32_t> icmp;     ///< indices in the connection's icmpErrors that quote the hole
    uint32_t largestDelivered = 0;  ///< Lok: IP length in bytes
    uint32_t smallestStuck = 0;     ///< Lbad
    /// The stall began with the first packet above Lok, and nothing smaller was tried since.
    bool onlyLargeTried = false;
    std::vector<uint32_t> badCopies; ///< rows with a wrong checksum, at R's side
    uint32_t goodCopies = 0;         ///< copies with a valid checksum
    uint32_t sackOutside = 0;        ///< ACKs with SACK blocks outside of what S had sent

    uint32_t resendCount() const { return copies.empty() ? 0 : static_cast<uint32_t>(copies.size()) - 1; }
};

/// The moment at which trouble is looked for: just before packet `before`. A packet of R that woke a sender which had
/// given up is such a packet, and so is no sign of life of R.
struct TroubleMoment
{
    const ConnectionState& state;
    PacketNumber before;
    Timestamp time;
};

/// The trouble that is unresolved at `moment`, of either direction; the one that began first when both have some.
std::optional<Trouble> findTrouble(
    const Connection& connection, const Analysis& analysis, const Vantage& vantage, const TroubleMoment& moment);

} // namespace whyrst
