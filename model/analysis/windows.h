// Window scale, MSS: what the handshake and the segments tell about the units of a flow.
#pragma once

#include "model/tcp/connection.h"

#include <cstdint>

namespace whyrst {

/// Shift of the receive windows of one side (RFC 7323 2.2-2.3).
struct WindowShift
{
    uint8_t shift = 0;
    bool isKnown = false; ///< both SYNs were seen; otherwise windows are lower bounds
};

/// The shift applies only when both SYNs carried the option.
WindowShift windowShiftOf(const Connection& connection, Side side);

/// Largest payload that one wire segment of `side` carries: the peer's MSS option less the usual TCP options of `side`
/// (536 or 1220 when the peer's SYN had no option); without that SYN the most frequent large payload. 0 without data.
uint32_t effectiveMssOf(const Connection& connection, Side side);

} // namespace whyrst
