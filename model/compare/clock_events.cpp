#include "model/compare/clock_events.h"

#include <algorithm>
#include <tuple>

namespace whyrst {

namespace {

using OrderKey = std::tuple<PacketNumber, double, const ClockEvent*>;

OrderKey orderKey(const ClockEvent& event, Side capture)
{
    const size_t index = sideIndex(capture);
    return {event.frame[index], event.time[index], &event};
}

} // namespace

bool isBefore(const ClockEvent& a, const ClockEvent& b, Side capture)
{
    return orderKey(a, capture) < orderKey(b, capture);
}

ClockEvents inOrder(ClockEvents events, Side capture)
{
    // The keys lie side by side: to look for them in the events takes several times as long.
    std::vector<OrderKey> keys;
    keys.reserve(events.size());
    for (const ClockEvent* event : events)
        keys.push_back(orderKey(*event, capture));
    std::ranges::sort(keys);
    std::ranges::transform(keys, events.begin(), [](const OrderKey& key) { return std::get<2>(key); });
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
    for (OffsetLimits* limits : {&upper, &negatedLower}) {
        if (!std::ranges::is_sorted(*limits, {}, &OffsetLimit::x)) // most are
            std::ranges::stable_sort(*limits, {}, &OffsetLimit::x);
    }
}

} // namespace whyrst
