// Which of two segments its sender made first.
#pragma once

#include "model/tcp/segment.h"

#include <cstdint>
#include <optional>

namespace whyrst {

/// Whether `a` was made before `b` by the sender's clock or counter; nothing when neither tells.
inline std::optional<bool> wasSentBefore(const Segment& a, const Segment& b)
{
    if (a.hasTimestamps && b.hasTimestamps && a.timestamps.value != b.timestamps.value)
        return static_cast<int32_t>(b.timestamps.value - a.timestamps.value) > 0;
    if (a.hasIpId && b.hasIpId && a.ipId != 0 && b.ipId != 0 && a.ipId != b.ipId)
        return static_cast<int16_t>(b.ipId - a.ipId) > 0;
    return std::nullopt;
}

} // namespace whyrst
