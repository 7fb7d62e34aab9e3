// How many bytes a program had not read, as its host's window tells (diagnosis.md 3.6).
#pragma once

#include "model/diagnosis/reset_context.h"

#include <cstdint>
#include <optional>

namespace whyrst {

/// Bytes that were acknowledged while the edge of the window stood still.
struct UnreadBytes
{
    int64_t atLeast = 0;             ///< 0: none are proven
    std::optional<uint32_t> edgeRow; ///< the last packet of the receiver that moved the window's edge
};

/// What the program at `receiver` had not read before the RST, or at the end of the connection without one. Fewer than
/// two segments prove nothing: hosts do not offer so little room (RFC 9293 3.8.6.2.2). Linear in its segments.
UnreadBytes findUnread(const ResetContext& reset, Side receiver);

} // namespace whyrst
