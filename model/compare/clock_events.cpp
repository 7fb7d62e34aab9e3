#include "model/compare/clock_events.h"

#include <algorithm>
#include <functional>

namespace whyrst {

bool isBefore(const ClockEvent& a, const ClockEvent& b, Side capture)
{
    const size_t index = sideIndex(capture);
    if (a.frame[index] != b.frame[index])
        return a.frame[index] < b.frame[index];
    if (a.time[index] != b.time[index])
        return a.time[index] < b.time[index];
    return std::less<>()(&a, &b);
}

ClockEvents inOrder(ClockEvents events, Side capture)
{
    std::ranges::sort(events, [&](const ClockEvent* a, const ClockEvent* b) { return isBefore(*a, *b, capture); });
    return events;
}

EventLimits::EventLimits(ClockEventSpan events)
{
    for (const ClockEvent* event : events) {
        if (event->from == Side::Client)
            upper.push_back({event->time[0], event->offset()});
        else
            negatedLower.push_back({event->time[0], -event->offset()});
    }
    for (Limits* limits : {&upper, &negatedLower})
        std::ranges::stable_sort(*limits, {}, &Limit::x);
}

bool isFeasible(ClockEventSpan events, double tolerance)
{
    const EventLimits limits(events);
    const Strip strip(limits.upper, limits.negatedLower);
    return !strip.hasBoth() || strip.height(strip.bestDrift()) >= -tolerance;
}

} // namespace whyrst
