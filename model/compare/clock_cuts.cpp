#include "model/compare/clock_cuts.h"

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

constexpr size_t firstReach = 1024; ///< events; a run is sought twice as far each time

} // namespace

UsualDelays::UsualDelays(ClockEventSpan events, const StripFit& fit)
    : m_fit(fit)
{
    std::array<std::vector<double>, 2> delays;
    for (const ClockEvent* event : events)
        delays[sideIndex(event->from)].push_back(delayOf(*event));
    for (size_t side = 0; side < delays.size(); ++side) {
        if (delays[side].empty())
            continue;
        const auto middle = delays[side].begin() + static_cast<std::ptrdiff_t>(delays[side].size() / 2);
        std::ranges::nth_element(delays[side], middle);
        m_usual[side] = *middle;
    }
}

double UsualDelays::cost(const ClockEvent& event) const
{
    const std::optional<double>& usual = m_usual[sideIndex(event.from)];
    return usual ? std::abs(delayOf(event) - *usual) : 0;
}

double UsualDelays::delayOf(const ClockEvent& event) const
{
    const double above = event.offset() - m_fit.middle(event.time[0]);
    return event.from == Side::Client ? above : -above;
}

OrderedEvents::OrderedEvents(ClockEvents events, Side capture, double tolerance)
    : m_events(std::move(events))
    , m_capture(capture)
    , m_tolerance(tolerance)
{
}

ClockEventSpan OrderedEvents::slice(size_t begin, size_t end) const
{
    return ClockEventSpan(m_events).subspan(begin, end - begin);
}

std::optional<ClockCut> OrderedEvents::firstCut() const
{
    const size_t end = feasibleEnd(0);
    if (end == m_events.size())
        return std::nullopt;
    const size_t reach = feasibleEnd(end);
    const size_t begin = std::min(end, feasibleBegin(reach));
    return bestCut(begin, end, reach);
}

ClockCut OrderedEvents::bestCut(size_t begin, size_t end, size_t reach) const
{
    const size_t lastBefore = std::max<size_t>(begin, 1);
    const size_t firstAfter = std::min(end, reach - 1);
    const EventLimits before(slice(0, lastBefore));
    const EventLimits after(slice(firstAfter, reach));
    const StripFit fitBefore(before.upper, before.negatedLower);
    const StripFit fitAfter(after.upper, after.negatedLower);
    const UsualDelays usualBefore(slice(begin > usualOf ? begin - usualOf : 0, lastBefore), fitBefore);
    const UsualDelays usualAfter(slice(firstAfter, std::min(reach, end + usualOf)), fitAfter);
    double cost = 0;
    for (size_t index = begin; index < end; ++index)
        cost += usualAfter.cost(*m_events[index]);
    ClockCut best{m_capture, begin, reach, cost, 0};
    for (size_t index = begin; index < end; ++index) {
        cost += usualBefore.cost(*m_events[index]) - usualAfter.cost(*m_events[index]);
        if (cost < best.cost) {
            best.cost = cost;
            best.index = index + 1;
        }
    }
    const double at = m_events[std::min(best.index, reach - 1)]->time[0];
    best.change = fitAfter.middle(at) - fitBefore.middle(at);
    return best;
}

/// How many events the longest run has that one line explains, of at most `most`: more limits never make it fit better.
/// `part` gives its events from one to before another. Looks only about twice as far as the run is long, so that many
/// steps do not make the search longer, and adds to the hulls of what fits, so that each event is looked at once a
/// probe at most while the probes halve.
template <typename Part> size_t OrderedEvents::longestRun(size_t most, const Part& part) const
{
    Strip strip;
    size_t good = 0;
    const auto extendTo = [&](size_t end) {
        const EventLimits limits(part(good, end));
        Strip wider = strip;
        wider.add(limits.upper, limits.negatedLower);
        if (!wider.isOpen(m_tolerance))
            return false;
        strip = std::move(wider);
        good = end;
        return true;
    };
    size_t bad = std::min(most, firstReach);
    while (extendTo(bad)) {
        if (good == most)
            return most;
        bad = std::min(most, 2 * good);
    }
    while (bad - good > 1) {
        const size_t middle = good + (bad - good) / 2;
        if (!extendTo(middle))
            bad = middle;
    }
    return good;
}

/// The end of the longest run from `begin` that one line explains.
size_t OrderedEvents::feasibleEnd(size_t begin) const
{
    const auto part = [&](size_t first, size_t last) { return slice(begin + first, begin + last); };
    return begin + longestRun(m_events.size() - begin, part);
}

/// The begin of the longest run before `end` that one line explains.
size_t OrderedEvents::feasibleBegin(size_t end) const
{
    const auto part = [&](size_t first, size_t last) { return slice(end - last, end - first); };
    return end - longestRun(end, part);
}

} // namespace whyrst
