#include "model/compare/clock_strip.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace whyrst {

namespace {

using std::chrono::milliseconds;

constexpr double mostDrift = 500e-6;             // comparison.md 4.2: two bad crystals
constexpr double leastNoise = 20'000;            // ns, comparison.md 4.2
constexpr double noiseShare = 0.02;              // of the strip, comparison.md 4.2
constexpr size_t neighbours = 16;                // on either side, comparison.md 4.1
constexpr Duration isolatedBy = milliseconds(1); // comparison.md 4.1
constexpr int searchSteps = 60;                  ///< of the ternary search: far below a nanosecond

/// Points of the lower convex hull (Andrew's monotone chain); `limits` by x.
OffsetLimits lowerHull(const OffsetLimits& limits)
{
    OffsetLimits hull;
    for (const OffsetLimit& limit : limits) {
        while (hull.size() >= 2) {
            const OffsetLimit& a = hull[hull.size() - 2];
            const OffsetLimit& b = hull.back();
            if ((b.x - a.x) * (limit.y - a.y) - (b.y - a.y) * (limit.x - a.x) > 0)
                break;
            hull.pop_back();
        }
        hull.push_back(limit);
    }
    return hull;
}

/// The points of `hull` and of `limits` as one hull.
void widenHull(OffsetLimits& hull, const OffsetLimits& limits)
{
    const auto old = std::ssize(hull);
    hull.insert(hull.end(), limits.begin(), limits.end());
    std::ranges::inplace_merge(hull, hull.begin() + old, {}, &OffsetLimit::x);
    hull = lowerHull(hull);
}

double above(const OffsetLimit& limit, double drift)
{
    return limit.y - drift * limit.x;
}

double leastAbove(const OffsetLimits& limits, double drift)
{
    double least = std::numeric_limits<double>::infinity();
    for (const OffsetLimit& limit : limits)
        least = std::min(least, above(limit, drift));
    return least;
}

/// The same for a hull, in which the points come down to the line and then leave it.
double leastAboveHull(const OffsetLimits& hull, double drift)
{
    if (hull.empty())
        return std::numeric_limits<double>::infinity();
    size_t begin = 0; // the lowest point is in [begin, end]
    size_t end = hull.size() - 1;
    while (begin < end) {
        const size_t middle = begin + (end - begin) / 2;
        if (above(hull[middle], drift) <= above(hull[middle + 1], drift))
            end = middle;
        else
            begin = middle + 1;
    }
    return above(hull[begin], drift);
}

/// How far the lowest limits of the eighths of the time lie above the line.
void addNoise(std::vector<double>& noise, const OffsetLimits& limits, double drift)
{
    constexpr size_t blocks = 8; // comparison.md 4.2
    if (limits.empty())
        return;
    const double begin = limits.front().x;
    const double width = std::max(1.0, (limits.back().x - begin) / blocks);
    const double line = leastAbove(limits, drift);
    std::array<double, blocks> least{};
    least.fill(std::numeric_limits<double>::infinity());
    for (const OffsetLimit& limit : limits) {
        const auto block = std::min(blocks - 1, static_cast<size_t>((limit.x - begin) / width));
        least[block] = std::min(least[block], limit.y - drift * limit.x);
    }
    for (const double value : least) {
        if (std::isfinite(value))
            noise.push_back(value - line);
    }
}

double medianOf(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

} // namespace

std::vector<bool> findIsolated(const OffsetLimits& limits)
{
    const auto isIsolated = [&](size_t index) {
        const double value = limits[index].y;
        const auto margin = static_cast<double>(isolatedBy.count());
        if ((index > 0 && value > limits[index - 1].y - margin)
            || (index + 1 < limits.size() && value > limits[index + 1].y - margin))
            return false;
        std::vector<double> around;
        const size_t begin = index > neighbours ? index - neighbours : 0;
        for (size_t i = begin; i < std::min(limits.size(), index + neighbours + 1); ++i) {
            if (i != index)
                around.push_back(limits[i].y);
        }
        if (around.size() < neighbours)
            return false;
        std::ranges::sort(around);
        const double spread = std::max(2 * margin, around[around.size() / 2] - around[0]);
        return value < around[0] - margin && value < around[2] - spread;
    };
    std::vector<bool> isolated(limits.size());
    for (size_t index = 0; index < limits.size(); ++index)
        isolated[index] = isIsolated(index);
    return isolated;
}

Strip::Strip(const OffsetLimits& upper, const OffsetLimits& negatedLower)
    : m_upper(lowerHull(upper))
    , m_lower(lowerHull(negatedLower))
{
}

void Strip::add(const OffsetLimits& upper, const OffsetLimits& negatedLower)
{
    widenHull(m_upper, upper);
    widenHull(m_lower, negatedLower);
}

bool Strip::isOpen(double tolerance) const
{
    return !hasBoth() || height(bestDrift()) >= -tolerance;
}

double Strip::top(double drift) const
{
    return leastAboveHull(m_upper, drift);
}

double Strip::bottom(double drift) const
{
    return -leastAboveHull(m_lower, -drift);
}

double Strip::bestDrift() const
{
    double low = -mostDrift;
    double high = mostDrift;
    for (int step = 0; step < searchSteps; ++step) {
        const double first = low + (high - low) / 3;
        const double second = high - (high - low) / 3;
        if (height(first) < height(second))
            low = first;
        else
            high = second;
    }
    return (low + high) / 2;
}

StripFit::StripFit(const OffsetLimits& upper, const OffsetLimits& negatedLower)
    : m_strip(upper, negatedLower)
    , m_hasUpper(!upper.empty())
    , m_hasLower(!negatedLower.empty())
    , m_tolerance(leastNoise)
{
    if (!m_strip.hasBoth())
        return;
    const double best = m_strip.bestDrift();
    const double highest = m_strip.height(best);
    std::vector<double> noise;
    addNoise(noise, upper, best);
    addNoise(noise, negatedLower, -best);
    m_tolerance = std::max({noiseShare * highest, 2 * medianOf(noise), leastNoise});
    if (m_strip.height(0) < highest - m_tolerance)
        m_drift = best;
    m_height = highest;
}

double StripFit::middle(double x) const
{
    if (!m_hasUpper)
        return m_hasLower ? m_strip.bottom(0) : 0;
    if (!m_hasLower)
        return m_strip.top(0);
    return (m_strip.top(m_drift) + m_strip.bottom(m_drift)) / 2 + m_drift * x;
}

namespace {

/// The least limits of a direction before and after each of some moments, along a line.
struct LeastAround
{
    std::vector<double> before;
    std::vector<double> after;

    LeastAround(const OffsetLimits& limits, const std::vector<double>& moments, double drift)
        : before(moments.size(), none)
        , after(moments.size(), none)
    {
        size_t index = 0;
        double least = none;
        for (size_t at = 0; at < moments.size(); ++at) {
            for (; index < limits.size() && limits[index].x < moments[at]; ++index)
                least = std::min(least, limits[index].y - drift * limits[index].x);
            before[at] = index < leastAround ? none : least;
        }
        index = limits.size();
        least = none;
        for (size_t at = moments.size(); at-- > 0;) {
            for (; index > 0 && limits[index - 1].x >= moments[at]; --index)
                least = std::min(least, limits[index - 1].y - drift * limits[index - 1].x);
            after[at] = limits.size() - index < leastAround ? none : least;
        }
    }

    static constexpr size_t leastAround = 3; ///< heuristic: fewer packets show a queue, not the path
    static constexpr double none = std::numeric_limits<double>::infinity();
};

} // namespace

double hiddenStep(const OffsetLimits& upper, const OffsetLimits& negatedLower, const StripFit& fit)
{
    constexpr size_t parts = 24;       // comparison.md 4.4
    constexpr double doubtful = 0.1;   ///< heuristic: of the strip; less moves the truth hardly out of it
    constexpr double leastDoubt = 1e6; // ns, comparison.md 4.4
    if (upper.empty() || negatedLower.empty())
        return 0;
    const double begin = std::max(upper.front().x, negatedLower.front().x);
    const double end = std::min(upper.back().x, negatedLower.back().x);
    std::vector<double> moments;
    for (size_t part = 1; part < parts; ++part)
        moments.push_back(begin + (end - begin) * static_cast<double>(part) / parts);
    const LeastAround above(upper, moments, fit.drift());
    const LeastAround below(negatedLower, moments, -fit.drift());
    const double height = std::max(0.0, fit.height());
    double largest = std::max(leastDoubt, doubtful * height);
    double beyond = 0;
    for (size_t at = 0; at < moments.size(); ++at) {
        const double before = above.before[at] + below.before[at]; // the heights of both parts
        const double after = above.after[at] + below.after[at];
        const double missing = std::min(before, after) - height;
        if (!std::isfinite(before) || !std::isfinite(after) || missing <= largest)
            continue;
        largest = missing;
        const double top = std::max(above.before[at], above.after[at]);
        const double bottom = -std::max(below.before[at], below.after[at]);
        beyond = std::max(top - fit.middle(0), fit.middle(0) - bottom) - height / 2;
    }
    return beyond;
}

} // namespace whyrst
