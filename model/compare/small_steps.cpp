#include "model/compare/small_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace whyrst {

namespace {

constexpr size_t windowsAround = 6;           // comparison.md 4.4
constexpr double leastStep = 1e6;             // ns, comparison.md 4.4
constexpr double driftAllowance = 3 * 100e-6; // comparison.md 4.4
constexpr double agreement = 0.2;             // of both limits' moves, comparison.md 4.4
constexpr size_t windowsBetween = 2;          ///< heuristic: packets on their way reach into a second one
constexpr size_t leastWindows = 4;            ///< heuristic: of the six on a side, that have packets
constexpr double none = std::numeric_limits<double>::infinity();

} // namespace

SmallSteps::SmallSteps(ClockEventSpan events)
{
    m_upper.fill(none);
    m_negatedLower.fill(none);
    if (events.empty())
        return;
    const auto [first, last]
        = std::ranges::minmax_element(events, {}, [](const ClockEvent* event) { return event->time[0]; });
    m_begin = (*first)->time[0];
    m_width = std::max(1.0, ((*last)->time[0] - m_begin) / windows);
    for (const ClockEvent* event : events) {
        const auto at = std::min(windows - 1, static_cast<size_t>((event->time[0] - m_begin) / m_width));
        if (event->from == Side::Client)
            m_upper[at] = std::min(m_upper[at], event->offset());
        else
            m_negatedLower[at] = std::min(m_negatedLower[at], -event->offset());
    }
}

std::optional<double> SmallSteps::find() const
{
    std::optional<double> moment;
    double largest = 0;
    for (size_t at = windowsAround; at + windowsBetween + windowsAround <= windows; ++at) {
        const double step = stepAt(at);
        if (step > largest) {
            largest = step;
            moment = m_begin + static_cast<double>(at) * m_width;
        }
    }
    return moment;
}

double SmallSteps::least(const Windows& limits, size_t begin)
{
    return *std::min_element(limits.begin() + static_cast<std::ptrdiff_t>(begin),
        limits.begin() + static_cast<std::ptrdiff_t>(begin + windowsAround));
}

/// By how much both limits move from the windows before `at` to those after it; 0 when they do not agree. The window
/// itself may have packets of both times.
double SmallSteps::stepAt(size_t at) const
{
    const double upper = least(m_upper, at + windowsBetween) - least(m_upper, at - windowsAround);
    const double lower = least(m_negatedLower, at - windowsAround) - least(m_negatedLower, at + windowsBetween);
    if (!std::isfinite(upper) || !std::isfinite(lower) || upper * lower <= 0)
        return 0;
    const double smaller = std::min(std::abs(upper), std::abs(lower));
    const double distance = static_cast<double>(windowsAround) * m_width;
    const bool agree = std::abs(upper - lower) < agreement * std::abs(upper + lower) / 2;
    if (!agree || smaller <= std::max(leastStep, driftAllowance * distance))
        return 0;
    const bool isSteady = isStep(m_upper, at, upper, smaller) && isStep(m_negatedLower, at, -lower, smaller);
    return isSteady ? smaller : 0;
}

/// Whether not only the least but most windows moved: a queue that fills or drains moves them one by one.
bool SmallSteps::isStep(const Windows& limits, size_t at, double moved, double step)
{
    const std::optional<double> before = medianOf(limits, at - windowsAround);
    const std::optional<double> after = medianOf(limits, at + windowsBetween);
    return before && after && std::abs(*after - *before - moved) < agreement * step;
}

std::optional<double> SmallSteps::medianOf(const Windows& limits, size_t begin)
{
    std::vector<double> values;
    for (size_t index = begin; index < begin + windowsAround; ++index) {
        if (std::isfinite(limits[index]))
            values.push_back(limits[index]);
    }
    if (values.size() < leastWindows)
        return std::nullopt;
    std::ranges::sort(values);
    return values[values.size() / 2];
}

} // namespace whyrst
