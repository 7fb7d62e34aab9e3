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
    bool severalRanges = false;   ///< the copies are of different bytes: one loss after the other, none of them stuck
    Duration lastInterval{};      ///< between the last two copies
    Timestamp firstSend;          ///< of the hole, or of later bytes when the hole was never seen
    Timestamp lastSend;

    bool laterDelivered = false;       ///< DL: later bytes did reach R
    bool deliveredAfterThird = false;  ///< ... shown again after the third re-send
    bool receiverHeard = false;        ///< R still sent something after the first re-send
    bool heardAtEnd = false;           ///< R sent the RST, or answered S's RST at once: it lives and is heard
    uint32_t lostBehind = 0;           ///< ranges behind all that R reported, which it had the time to report too
    bool senderHeard = false;          ///< S still sent something when a repair of the hole was long due
    bool forwardOnly = false;          ///< R re-sends what S acknowledged: nothing of S gets there
    std::optional<uint32_t> dupAckRun; ///< index in R's dupAckRuns

    std::optional<uint32_t> closed; ///< index in R's windowClosed: unresolved
    std::vector<uint32_t> icmp;     ///< indices in the connection's icmpErrors that quote the hole
    std::vector<uint32_t> tooBig;   ///< of those, the ones that ask for smaller packets
    bool isTooBigIgnored = false;   ///< S was told, and the last copy of the hole is still larger than that
    uint32_t largestDelivered = 0;  ///< Lok: IP length in bytes
    uint32_t smallestStuck = 0;     ///< Lbad
    uint32_t stuckLarge = 0;        ///< distinct stuck packets above Lok
    bool smallDelivered = false;    ///< a packet up to Lok was delivered that was sent after the hole
    bool limitChanged = false;      ///< larger packets had passed before: Lok counts what was sent since only
    bool onlySmallCame = false;     ///< near R: no full packet came since, and the hole, never seen, is that of several
    /// The stall began with the first packet above Lok, and nothing smaller was tried since.
    bool onlyLargeTried = false;
    std::vector<uint32_t> badCopies;   ///< rows with a wrong checksum, at R's side
    uint32_t goodCopies = 0;           ///< copies with a valid checksum
    bool isOldByTimestamp = false;     ///< R has echoed a later timestamp than the copies carry (RFC 7323 5.3, PAWS)
    bool isReneged = false;            ///< R had reported the hole by SACK, and took that back
    bool isAnswered = false;           ///< R answered each re-send of the hole: its TCP has got them
    std::vector<uint32_t> sackOutside; ///< rows of R: ACKs with SACK blocks outside of what S had sent
    std::vector<uint32_t> unheeded;    ///< rows of S: repairs by timer of holes that R had reported by SACK
    uint32_t untakenSacks = 0;         ///< ACKs with SACK blocks, of which S took not even the number
    std::optional<int64_t> sackShift;  ///< constant distance in bytes that makes these blocks fit (diagnosis.md 3.8)

    /// More than the hole was lost: what followed on the bytes that R reported did not get through either.
    bool isRestLost(uint32_t enough) const { return lostBehind >= enough && !deliveredAfterThird; }
    /// S probes a closed window: its data waits, none of it is stuck.
    bool isProbed() const { return leaf == CauseId::ZeroWindowStarvation || (closed && copies.empty()); }
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

/// Whether the error says that a packet was larger than a link carries: ICMP type 3 code 4 (RFC 1191), ICMPv6 type 2
/// (RFC 8201).
bool isTooBig(const IcmpEvent& error);

/// Whether the error says that the destination cannot be reached: ICMP type 3 but code 4 (RFC 792), ICMPv6 type 1
/// (RFC 4443).
bool isUnreachable(const IcmpEvent& error);

/// From where the trouble is looked at, and what counts as one.
struct TroubleView
{
    const Vantage& vantage;
    const DiagnosisSettings& settings;
};

/// The trouble that is unresolved at `moment`, of either direction; the one that began first when both have some.
std::optional<Trouble> findTrouble(
    const Connection& connection, const Analysis& analysis, const TroubleView& view, const TroubleMoment& moment);

} // namespace whyrst
