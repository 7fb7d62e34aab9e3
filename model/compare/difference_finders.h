// What finds the single differences between a good and a bad connection; for divergence.cpp.
#pragma once

#include "model/analysis/thresholds.h"
#include "model/compare/divergence.h"

namespace whyrst {

/// Both connections with their dialogues.
struct BothDialogues
{
    const GoodAndBad& known;
    const std::array<Dialogue, outcomeCount>& dialogues; ///< by Outcome

    const Connection& connection(Outcome outcome) const { return known.of(outcome).connection; }
    const Dialogue& dialogue(Outcome outcome) const { return dialogues[outcomeIndex(outcome)]; }
    const Dialogue& good() const { return dialogue(Outcome::Good); }
    const Dialogue& bad() const { return dialogue(Outcome::Bad); }
};

/// A difference before its sentence is put together.
struct FoundDifference
{
    DifferenceKind kind = DifferenceKind::End;
    Weight weight = Weight::Variation;
    std::optional<Side> flow;
    std::array<DifferencePlace, outcomeCount> places; ///< by Outcome
    std::string clause;                               ///< begins with a small letter, has no full stop and no packets
    std::optional<int64_t> bytes; ///< of the bad connection's turn that had passed; nothing: see the time

    DifferencePlace& place(Outcome outcome) { return places[outcomeIndex(outcome)]; }
    const DifferencePlace& place(Outcome outcome) const { return places[outcomeIndex(outcome)]; }
};
using FoundDifferences = std::vector<FoundDifference>;

/// The place of one packet, or of a first and a last one.
DifferencePlace placeOf(const Dialogue& dialogue, const Moment& moment, const std::optional<Moment>& last = {});

/// SYN, SYN-ACK and their options; nothing when a handshake was not captured.
void findHandshakeDifferences(const BothDialogues& both, FoundDifferences& found);
/// Hops and the largest segments.
void findPathDifferences(const BothDialogues& both, FoundDifferences& found);
/// Losses, duplicate ACKs, closed windows, ICMP errors.
void findDeliveryDifferences(const BothDialogues& both, FoundDifferences& found);
/// Silences, turns, the end.
void findDialogueDifferences(const BothDialogues& both, FoundDifferences& found);

/// Ratio from which times and rates differ by more than chance. Heuristic: answers of one service to the same request
/// differ two- or threefold between any two connections.
constexpr int64_t tellingRatio = 4;
/// Below it neither stacks nor people give up, unless the connection ended with the silence. Heuristic: the first
/// retransmission timer (RFC 6298 2.1).
constexpr Duration tellingSilence = initialRto;

} // namespace whyrst
