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

/// As many resets of one service within as short a time are the end of its process (diagnosis.md 1.20).
constexpr Duration processExitTime = std::chrono::milliseconds(100);
constexpr uint32_t processExitCount = 3;

/// Connections of the trace that began shortly before or after this one: up to 256 on either side.
std::vector<const Connection*> neighboursOf(const ResetContext& reset);

} // namespace whyrst
