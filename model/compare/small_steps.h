// A clock that was set by less than the round trip, so that no packet contradicts (comparison.md 4.4).
#pragma once

#include "model/compare/clock_events.h"

#include <array>
#include <cstddef>
#include <optional>

namespace whyrst {

/// A step that leaves the strip open moves both limits by the same amount (after Paxson, SIGMETRICS 1998). Sought in 24
/// windows of equal time, of which six on either side must agree: none is found near the ends.
class SmallSteps
{
public:
    explicit SmallSteps(ClockEventSpan events);

    /// The begin, by the client's clock in ns against its base, of the two windows of which one has the step; nothing
    /// without one.
    std::optional<double> find() const;

    double width() const { return m_width; } ///< of a window, ns

private:
    static constexpr size_t windows = 24; // comparison.md 4.4
    /// The least limits of a direction in each window, infinite without packets.
    using Windows = std::array<double, windows>;

    static double least(const Windows& limits, size_t begin);
    static bool isStep(const Windows& limits, size_t at, double moved, double step);
    static std::optional<double> medianOf(const Windows& limits, size_t begin);
    double stepAt(size_t at) const;

    Windows m_upper{};
    Windows m_negatedLower{};
    double m_begin = 0;
    double m_width = 1;
};

} // namespace whyrst
