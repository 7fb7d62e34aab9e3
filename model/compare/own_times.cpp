#include "model/compare/own_times.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace whyrst {

namespace {

constexpr size_t window = 4096;        ///< heuristic: events on either side of a cut; enough to measure ticks
constexpr double usualTick = 1e6;      ///< ns: of most systems
constexpr double leastTick = 1e3;      ///< ns: the fastest clocks in use, of microseconds
constexpr double mostTick = 1e9;       ///< ns: RFC 7323 5.4
constexpr double leewayOfTicks = 0.01; ///< heuristic: what a measured tick is off
constexpr int32_t ticksEnough = 100;   ///< to measure a tick to a hundredth
constexpr double disorder = 0.1;       ///< heuristic: of the step; captures store packets in disorder by less

/// The first and the last event of a flow on one side of a cut.
struct FlowEnds
{
    const ClockEvent* first = nullptr;
    const ClockEvent* last = nullptr;

    void add(const ClockEvent* event)
    {
        first = first ? first : event;
        last = event;
    }
};

/// A flow around a cut.
struct CutFlow
{
    FlowEnds before;
    FlowEnds after;
    bool isNear = false; ///< it has one of the events next to the cut
};

int32_t ticksBetween(const ClockEvent& earlier, const ClockEvent& later)
{
    return static_cast<int32_t>(later.stamp - earlier.stamp);
}

/// The flows with timestamps that have events next to the one at `cut`, each with its events in the window.
std::vector<CutFlow> flowsAround(ClockEventSpan events, size_t cut)
{
    std::unordered_map<uint32_t, CutFlow> flows; // by number
    const size_t end = std::min(events.size(), cut + window);
    for (size_t index = cut > window ? cut - window : 0; index < end; ++index) {
        const ClockEvent* event = events[index];
        if (event->flow == 0)
            continue;
        CutFlow& flow = flows[event->flow];
        (index < cut ? flow.before : flow.after).add(event);
        flow.isNear = flow.isNear || (index + usualOf >= cut && index < cut + usualOf);
    }
    std::vector<CutFlow> near;
    for (const auto& [number, flow] : flows) {
        if (flow.isNear && flow.before.first && flow.after.first)
            near.push_back(flow);
    }
    return near;
}

/// The tick of a flow's timestamps in ns, measured where enough of them pass by the clock of a capture, else the usual
/// one; nothing when they do not keep time: then they are numbers that some box or host made up.
std::optional<double> tickOf(const CutFlow& flow, size_t capture)
{
    double tick = usualTick;
    int32_t most = ticksEnough - 1;
    for (const FlowEnds& ends : {flow.before, flow.after}) {
        const int32_t ticks = ticksBetween(*ends.first, *ends.last);
        if (std::abs(int64_t{ticks}) < ticksEnough)
            continue;
        const double measured = (ends.last->time[capture] - ends.first->time[capture]) / ticks;
        if (measured < leastTick * (1 - leewayOfTicks) || measured > mostTick * (1 + leewayOfTicks))
            return std::nullopt;
        if (ticks > most) {
            most = ticks;
            tick = measured;
        }
    }
    return tick;
}

} // namespace

OwnTimes::OwnTimes(const ClockCut& cut, ClockEventSpan events)
    : m_by(cut.by())
{
    const size_t side = sideIndex(cut.capture);
    const size_t at = std::min(cut.index, events.size());
    if (at > 0 && at < events.size())
        m_passed = events[at]->time[side] - events[at - 1]->time[side] - m_by;
    std::vector<double> errors;
    for (const CutFlow& flow : flowsAround(events, at)) {
        const std::optional<double> tick = tickOf(flow, side);
        if (!tick)
            continue;
        const int32_t ticks = ticksBetween(*flow.before.last, *flow.after.first);
        const double passed = flow.after.first->time[side] - flow.before.last->time[side] - m_by;
        errors.push_back(std::abs(passed - *tick * ticks));
    }
    if (errors.empty())
        return;
    std::ranges::sort(errors);
    m_error = errors[errors.size() / 2];
}

bool OwnTimes::isImpossible() const
{
    return m_passed < -disorder * std::abs(m_by);
}

} // namespace whyrst
