// Requests that a reset followed at once, and whether others that asked for the same name fared the same: what filters
// on the way do (diagnosis.md 2.4 K).
#pragma once

#include "model/analysis/analysis.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace whyrst {

/// A request that was not answered before the reset.
struct RejectedRequest
{
    std::string name; ///< of the host that was asked for
    Side from = Side::Client;
    PacketNumber frame;
    Duration before{}; ///< how long before the reset
};

/// The request that `reset` followed within the round trip of the handshake and 100 ms, nothing of the asked side in
/// between.
std::optional<RejectedRequest> requestRejectedBy(const Connection& connection, const LocatedSegment& reset);

/// How many connections asked for a name and were reset at once, or answered.
struct NameFate
{
    uint32_t rejected = 0;
    uint32_t answered = 0;
};

using NameFates = std::unordered_map<std::string, NameFate>;

/// The name that a connection without RST asked for and got an answer to; null without one.
const std::string* answeredName(const Connection& connection);

} // namespace whyrst
