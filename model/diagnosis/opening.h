// Facts about the opening of a connection that several rules ask for.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <functional>
#include <optional>
#include <vector>

namespace whyrst {

/// The handshake up to the RST, as far as the capture shows it.
struct Opening
{
    std::optional<LocatedSegment> syn;    ///< the client's last SYN before its answer
    std::optional<LocatedSegment> synAck; ///< the first one
    std::optional<LocatedSegment>
        thirdAck;                       ///< the client's first segment after it that acknowledges it; no SYN, no RST
    std::vector<uint32_t> synAcksAgain; ///< rows of the server: SYN-ACKs sent again after the third ACK
};

/// A reset of any connection.
struct LocatedReset
{
    const Connection& connection;
    Side from;
    Segment segment;
};

Opening findOpening(const ResetContext& reset);

/// Visits the resets of all connections within `span` of this one, this one included: the later ones, then the earlier
/// ones, nearest first. Ends when `visit` returns false, or after 1,024 on either side: a flood proves no more than a
/// few.
/// Those that `isWanted` refuses, by their connection and sender, are not read.
void visitResetsNear(const ResetContext& reset, Duration span, const std::function<bool(const LocatedReset&)>& visit,
    const std::function<bool(const Connection&, Side)>& isWanted = {});

/// How many connections of X's address and port were reset by X within `span` of this one, this one included. Counts to
/// `processExitCount` when no text is wanted.
uint32_t resetsOfSameService(const ResetContext& reset, Duration span);

/// Whether X's service lives on: another of its connections, older than this reset, got its first bytes only later than
/// `processExitTime` after it.
bool serviceGoesOn(const ResetContext& reset);

/// Whether X puts no window on its abort, as Windows does, and acknowledges with it for the first time what came in a
/// moment before: X may have closed because of that.
bool reactsOnArrival(const ResetContext& reset);

/// Whether a process of X ended: `processExitCount` resets of its service or more within `processExitTime`, of which
/// this one is no reaction of its own, and a service that does not go on.
bool endsProcess(const ResetContext& reset);

/// Connections of one client that it aborted at one moment.
struct AbortsAtOnce
{
    uint32_t connections = 0; ///< 0: this reset is not one of many; else counted as of resetsOfSameService()
    bool someInUse = false;   ///< one of them had carried data within the time from which connections count as idle
};

/// The aborts of the client X within `processExitTime` of this one, when they are `processExitCount` or more, to two
/// services or more, and at least half of what it aborted within `aroundAborts`: one reason at X has ended them all.
/// A client that ends every connection by RST has no such moment.
AbortsAtOnce clientAbortsAtOnce(const ResetContext& reset);

/// As many resets of one service within as short a time are the end of its process (diagnosis.md 1.20).
constexpr Duration processExitTime = std::chrono::milliseconds(100);
constexpr uint32_t processExitCount = 3;
constexpr Duration aroundAborts = std::chrono::seconds(10); ///< heuristic: before and behind, to see what is usual

/// Connections of the trace that began shortly before or after this one: up to 256 on either side.
std::vector<const Connection*> neighboursOf(const ResetContext& reset);

} // namespace whyrst
