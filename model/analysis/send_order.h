// Which of two segments its sender made first.
#pragma once

#include "model/tcp/segment.h"

#include <cstdint>
#include <cstdlib>
#include <optional>

namespace whyrst {

/// IP IDs that are further apart do not come from one counter. Heuristic: hosts that count for all their connections
/// together pass some hundred while segments overtake each other; of random ones one pair in thirty is as close.
constexpr int widestIpIdStep = 1024;

/// How far the IP ID of `b` is ahead of that of `a`, modulo 2^16; nothing without IDs, and where they are 0 or equal.
inline std::optional<int> ipIdStep(const Segment& a, const Segment& b)
{
    if (!a.hasIpId || !b.hasIpId || a.ipId == 0 || b.ipId == 0 || a.ipId == b.ipId)
        return std::nullopt;
    return static_cast<int16_t>(b.ipId - a.ipId);
}

/// Whether `a` was made before `b` by the sender's clock; nothing when it does not tell (RFC 7323 5.2).
inline std::optional<bool> isOlderByTimestamp(const Segment& a, const Segment& b)
{
    if (!a.hasTimestamps || !b.hasTimestamps || a.timestamps.value == b.timestamps.value)
        return std::nullopt;
    return static_cast<int32_t>(b.timestamps.value - a.timestamps.value) > 0;
}

/// The same by the counter of IP IDs of a sender that counts.
inline std::optional<bool> isOlderByIpId(const Segment& a, const Segment& b)
{
    const std::optional<int> step = ipIdStep(a, b);
    if (!step || std::abs(*step) > widestIpIdStep)
        return std::nullopt;
    return *step > 0;
}

} // namespace whyrst
