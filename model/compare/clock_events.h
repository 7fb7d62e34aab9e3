// Packets that both captures have, as limits of the offset of their clocks, and their order in a capture
// (comparison.md 4.1).
#pragma once

#include "model/compare/clock_strip.h"
#include "model/ids.h"

#include <array>
#include <span>
#include <vector>

namespace whyrst {

/// A packet that both captures have: the limit that it sets. Times in ns against the bases of their captures.
struct ClockEvent
{
    std::array<double, 2> time{};        ///< by Side of the capture
    std::array<PacketNumber, 2> frame{}; ///< by Side of the capture
    Side from = Side::Client;            ///< its sender
    uint32_t piece = 0;                  ///< how often a clock had been set before
    uint32_t flow = 0;                   ///< of its sender, from 1; 0 without a TCP timestamp
    uint32_t stamp = 0;                  ///< its TCP timestamp

    double offset() const { return time[1] - time[0]; }
};

/// Events that lie in one array.
using ClockEvents = std::vector<const ClockEvent*>;
using ClockEventSpan = std::span<const ClockEvent* const>;

/// The order of a capture: by frame where frames are known, then by its clock, then as they lie in memory. No two
/// events are equal.
bool isBefore(const ClockEvent& a, const ClockEvent& b, Side capture);

/// The events in the order of a capture.
ClockEvents inOrder(ClockEvents events, Side capture);

/// Upper and lower limits that some events set, both by x.
struct EventLimits
{
    OffsetLimits upper;
    OffsetLimits negatedLower;

    explicit EventLimits(ClockEventSpan events);
};

} // namespace whyrst
