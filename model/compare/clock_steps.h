// Finds where a capture's clock was set (comparison.md 4.4).
#pragma once

#include "model/compare/clock_events.h"

#include <vector>

namespace whyrst {

/// A clock that was set.
struct ClockStep
{
    Side capture = Side::Server; ///< whose clock
    PacketNumber lastFrame;      ///< of that capture: the last one known to be before
    PacketNumber firstFrame;     ///< of that capture: from it on the clock is set
    double by = 0;               ///< ns; positive: it was set forward
    bool isProbable = false;     ///< smaller than the round trip: no packet contradicts
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
