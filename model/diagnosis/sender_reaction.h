// How the two sides react to each other's packets while data is stuck: whether S heeds what R reports, and whether R
// notices what S sends again. S is the sender of the data, R its receiver.
#pragma once

#include "model/diagnosis/trouble.h"

#include <vector>

namespace whyrst {

/// Holes that R had reported by SACK and that S repaired when its timer expired.
struct UnheededSacks
{
    std::vector<uint32_t> repairs; ///< rows of S, one for each hole; empty when S did heed a report, or of too few
    Duration longestWait{};        ///< of a repair, since S was told
};

/// Before `moment`, as seen near R. S was told when R had sent three duplicate ACKs with SACK, or had reported more
/// than two segments behind the hole (RFC 6675 4). What comes sooner than a round trip after that is no reaction to it.
/// Heuristic: at least three holes, for a repair or two may have been sent in time and lost on its way. Looks at the
/// last 32 runs of duplicate ACKs, and for each at the 4,096 segments after it.
UnheededSacks findUnheededSacks(
    const Connection& connection, const Analysis& analysis, Side sender, const TroubleMoment& moment);

/// How many ACKs with SACK blocks R had sent before `moment` when S still began at `known`, which R had acknowledged in
/// an ACK without blocks. 0 when a later ACK without blocks was not taken either, or when they are fewer than ten.
/// Lost acknowledgments look the same, but would have to begin to be lost with the first block.
uint32_t countUntakenSacks(const Connection& connection, Side sender, StreamOffset known, const TroubleMoment& moment);

/// Whether R answered each re-send of the trouble's hole with a duplicate ACK: then R's TCP got it and does not want
/// it. Lost copies, damaged ones and those that a packet filter drops draw no answer. Only re-sends count behind and
/// before which S sends nothing for as long as its timer takes; at least three.
bool isEachResendAnswered(
    const Connection& connection, const Analysis& analysis, const Trouble& trouble, const TroubleMoment& moment);

/// How often S tried to send the trouble's hole. It learns of a loss in a round trip at the earliest: what comes sooner
/// after the copy before is no repair, but bytes that several packets happen to carry.
uint32_t countTries(const Connection& connection, const Analysis& analysis, const Trouble& trouble);

/// Ranges that S sent behind all that R has reported, early enough for R to report them before `moment`. `lastWord` is
/// when R asked for the hole last; it cannot tell of what was sent less than a round trip before.
uint32_t countLostBehind(
    const Analysis& analysis, const Trouble& trouble, Timestamp lastWord, const TroubleMoment& moment);

/// The last segment of S before `moment` when it is one of `needless` and R had acknowledged it longer ago than a timer
/// of S waits: a timer sends SND.UNA again, so S has got no acknowledgment since.
std::optional<uint32_t> findUnawareResend(const Connection& connection, const Analysis& analysis, Side sender,
    const std::vector<uint32_t>& needless, const TroubleMoment& moment);

} // namespace whyrst
