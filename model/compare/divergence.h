// Two different connections, one that works and one that fails: where they part. (For one connection in two captures
// see compare.h.)
#pragma once

#include "model/compare/dialogue.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whyrst {

/// For what the user takes a connection.
enum class Outcome : uint8_t
{
    Good,
    Bad
};
constexpr int outcomeCount = 2;
constexpr Outcome otherOutcome(Outcome outcome)
{
    return outcome == Outcome::Good ? Outcome::Bad : Outcome::Good;
}
constexpr size_t outcomeIndex(Outcome outcome)
{
    return static_cast<size_t>(outcome);
}
/// "good", "bad".
const char* outcomeName(Outcome outcome);

/// The good connection, then the bad one.
struct GoodAndBad
{
    KnownConnection good;
    KnownConnection bad;

    const KnownConnection& of(Outcome outcome) const { return outcome == Outcome::Good ? good : bad; }
};

/// In what two connections may differ.
enum class DifferenceKind : uint8_t
{
    SynUnanswered,
    SynResent,
    MaximumSegmentSize,
    WindowScale,
    SackPermitted,
    Timestamps,
    FastOpen,
    Multipath,
    Ecn,
    FirstWindow,
    HandshakeTime,
    Hops,
    SegmentSize,
    Loss,
    NeedlessResends,
    DuplicateAcks,
    ZeroWindow,
    IcmpError,
    Silence,
    TurnSize,
    TurnCount,
    End,
};
constexpr int differenceKindCount = 22;
/// "syn-unanswered", "maximum-segment-size" ...: part of the JSON contract.
const char* differenceKindName(DifferenceKind kind);
/// A few words for marks and lists: "silence", "SACK".
const char* differenceKindWords(DifferenceKind kind);

/// How much a difference tells, in rising order.
enum class Weight : uint8_t
{
    Variation, ///< sizes and times that differ between any two connections
    Condition, ///< what hosts or path offered, or what TCP repaired: it may explain trouble
    Trouble    ///< what the bad connection suffered from and the good one did not
};
/// "variation", "condition", "trouble".
const char* weightName(Weight weight);

/// Where a difference shows in one of the connections.
struct DifferencePlace
{
    std::optional<PacketNumber> frame;     ///< nothing: there is no such packet
    std::optional<PacketNumber> lastFrame; ///< of several, or what ended a silence
    std::optional<Duration> since;         ///< `frame` since the connection's first packet
    std::optional<Duration> lastSince;
};

struct Difference
{
    DifferenceKind kind = DifferenceKind::End;
    Weight weight = Weight::Variation;
    std::optional<Side> flow;                         ///< whose packets it is about
    std::optional<uint32_t> turn;                     ///< index of the bad connection's turn; nothing before the first
    std::array<DifferencePlace, outcomeCount> places; ///< by Outcome
    std::string text;                                 ///< one sentence with the packets of both

    const DifferencePlace& place(Outcome outcome) const { return places[outcomeIndex(outcome)]; }
    DifferencePlace& place(Outcome outcome) { return places[outcomeIndex(outcome)]; }
};

/// What both connections are aligned at.
enum class Alignment : uint8_t
{
    Syn,
    FirstPacket ///< the handshake of at least one was not captured
};
/// "syn", "first-packet".
const char* alignmentName(Alignment alignment);

struct Divergence
{
    Alignment alignment = Alignment::Syn;
    std::array<Dialogue, outcomeCount> dialogues; ///< by Outcome
    uint32_t turnsAlike = 0;                      ///< turns of the same sizes from the beginning on
    std::vector<Difference> differences;          ///< in order of time, by the bad connection
    std::optional<size_t> first;                  ///< the first divergence: the earliest of the greatest weight
    std::string summary;                          ///< says it in one or two sentences, also that nothing differs
    std::vector<std::string> remarks;             ///< what makes the comparison doubtful, one sentence each

    const Dialogue& dialogue(Outcome outcome) const { return dialogues[outcomeIndex(outcome)]; }
    const Difference* firstDifference() const { return first ? &differences[*first] : nullptr; }
};

/// Finds the differences. Heuristic: turns of the dialogue are matched by their order, places inside of a turn by
/// their bytes, and waits are measured against each connection's own round trip, so that a longer path is none. Linear
/// in the segments.
Divergence findDivergence(const GoodAndBad& both);

/// Which of two connections is the good one when nobody says it: the one with the lesser harm; the first when equal.
Outcome outcomeOfFirst(const ConnectionDiagnosis& first, const ConnectionDiagnosis& second);

} // namespace whyrst
