// Window scale, MSS: what the handshake and the segments tell about the units of a flow.
#pragma once

#include "model/tcp/connection.h"

#include <cstdint>

namespace whyrst {

/// Shift of the receive windows of one side (RFC 7323 2.2-2.3).
struct WindowShift
{
    uint8_t shift = 0;
    bool isKnown = false; ///< otherwise `shift` is the least that is possible, and windows are lower bounds
};

/// The shift of the SYNs, which applies only when both carried the option; else the one that a person gave; else the
/// least with which the peer never sent beyond the window (heuristic, with room for a window more: acknowledgments may
/// be missing). Linear in the segments when a SYN was not captured.
WindowShift windowShiftOf(const Connection& connection, Side side);

/// Whether the SYNs that were captured tell the scale of the windows of `side`.
bool isWindowScaleCaptured(const Connection& connection, Side side);

/// The least scale of the windows of `side` with which its peer never sent beyond them. Linear in the segments.
uint8_t leastWindowScaleOf(const Connection& connection, Side side);

/// Largest payload that one wire segment of `side` carries: the peer's MSS option less the usual TCP options of `side`
/// (536 or 1220 when the peer's SYN had no option); without that SYN the most frequent large payload. 0 without data.
uint32_t effectiveMssOf(const Connection& connection, Side side);

} // namespace whyrst
