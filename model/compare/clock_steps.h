// Finds where a capture's clock was set (comparison.md 4.4).
#pragma once

#include "model/compare/clock_strip.h"
#include "model/ids.h"

#include <array>
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

/// A clock that was set.
struct ClockStep
{
    Side capture = Side::Server; ///< whose clock
    PacketNumber lastFrame;      ///< of that capture: the last one known to be before
    PacketNumber firstFrame;     ///< of that capture: from it on the clock is set
    double by = 0;               ///< ns; positive: it was set forward
    bool isProbable = false;     ///< smaller than the round trip: no packet contradicts
};

/// Upper and lower limits that some events set.
struct EventLimits
{
    Limits upper;
    Limits negatedLower;

    explicit EventLimits(const std::vector<const ClockEvent*>& events);
};

/// What is known after the search.
struct StepSearch
{
    std::vector<ClockStep> steps; ///< in order
    uint32_t explained = 0;       ///< so many of the first pieces are explained by one line each
    bool isBelieved = true;       ///< false: too many steps, or too close together, to be true
};

/// Finds the steps, tells each event its piece, and undoes the steps in the events' times. `tolerance`, ns: by how
/// much limits may contradict each other without a step.
StepSearch findSteps(std::vector<ClockEvent>& events, double tolerance);

} // namespace whyrst
