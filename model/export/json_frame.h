// Packet numbers as JSON values: 0 and nothing are null.
#pragma once

#include "model/ids.h"

#include <cstdint>
#include <optional>

namespace whyrst {

inline std::optional<uint32_t> frameOrNull(PacketNumber frame)
{
    return frame.value == 0 ? std::nullopt : std::optional(frame.value);
}

inline std::optional<uint32_t> frameOrNull(const std::optional<PacketNumber>& frame)
{
    return frame ? frameOrNull(*frame) : std::nullopt;
}

} // namespace whyrst
