#include "model/compare/capture_clock.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace whyrst {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr double mostDrift = 500e-6;             // comparison.md 4.2: two bad crystals
constexpr double leastNoise = 20'000;            // ns, comparison.md 4.2
constexpr double noiseShare = 0.02;              // of the strip, comparison.md 4.2
constexpr Duration lateStamp = microseconds(20); // comparison.md 4.4: stamped late at the sender
constexpr size_t mostPieces = 12;                // comparison.md 4.4: more are not believed
constexpr size_t neighbours = 16;                // on either side, comparison.md 4.1
constexpr Duration isolatedBy = milliseconds(1); // comparison.md 4.1
constexpr int searchSteps = 60;                  ///< of the ternary search: far below a nanosecond

/// A limit of the offset at a moment, both in ns against a base.
struct Limit
{
    double x = 0;
    double y = 0;
};

/// The limits of one direction; upper ones turned over, so that all are lower limits of something.
using Limits = std::vector<Limit>;

/// Points of the lower convex hull (Andrew's monotone chain); `limits` by x.
Limits lowerHull(const Limits& limits)
{
    Limits hull;
    for (const Limit& limit : limits) {
        while (hull.size() >= 2) {
            const Limit& a = hull[hull.size() - 2];
            const Limit& b = hull.back();
            if ((b.x - a.x) * (limit.y - a.y) - (b.y - a.y) * (limit.x - a.x) > 0)
                break;
            hull.pop_back();
        }
        hull.push_back(limit);
    }
    return hull;
}

double leastAbove(const Limits& hull, double drift)
{
    double least = std::numeric_limits<double>::infinity();
    for (const Limit& limit : hull)
        least = std::min(least, limit.y - drift * limit.x);
    return least;
}

/// The strip between upper and lower limits. Lower ones are kept with their sign changed: both are lower hulls.
class Strip
{
public:
    Strip(const Limits& upper, const Limits& negatedLower)
        : m_upper(lowerHull(upper))
        , m_lower(lowerHull(negatedLower))
    {
    }

    double top(double drift) const { return leastAbove(m_upper, drift); }
    double bottom(double drift) const { return -leastAbove(m_lower, -drift); }
    double height(double drift) const { return top(drift) - bottom(drift); }

    /// The drift at which the strip is highest; its height is concave in the drift.
    double bestDrift() const
    {
        double low = -mostDrift;
        double high = mostDrift;
        for (int step = 0; step < searchSteps; ++step) {
            const double first = low + (high - low) / 3;
            const double second = high - (high - low) / 3;
            (height(first) < height(second) ? low : high) = height(first) < height(second) ? first : second;
        }
        return (low + high) / 2;
    }

private:
    Limits m_upper;
    Limits m_lower;
};

/// How far the lowest limits of the eighths of the time lie above the line.
void addNoise(std::vector<double>& noise, const Limits& limits, double drift)
{
    constexpr size_t blocks = 8; // comparison.md 4.2
    if (limits.empty())
        return;
    const double begin = limits.front().x;
    const double width = std::max(1.0, (limits.back().x - begin) / blocks);
    const double line = leastAbove(limits, drift);
    std::array<double, blocks> least{};
    least.fill(std::numeric_limits<double>::infinity());
    for (const Limit& limit : limits) {
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

/// Removes points that lie far below all around them: a wrong pair would set the strip.
void removeIsolated(Limits& limits)
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
    size_t index = 0;
    std::erase_if(limits, [&](const Limit&) { return isolated[index++]; });
}

/// One stretch of limits and the line through it.
class Fit
{
public:
    Fit(const Limits& upper, const Limits& negatedLower)
        : m_upper(upper)
        , m_negatedLower(negatedLower)
        , m_strip(upper, negatedLower)
    {
        if (upper.empty() || negatedLower.empty())
            return;
        const double best = m_strip.bestDrift();
        m_height = m_strip.height(best);
        std::vector<double> noise;
        addNoise(noise, upper, best);
        addNoise(noise, negatedLower, -best);
        m_tolerance = std::max({noiseShare * m_height, 2 * medianOf(noise), leastNoise});
        if (m_strip.height(0) < m_height - m_tolerance)
            m_drift = best;
    }

    double drift() const { return m_drift; }
    double height() const { return m_height; }
    /// Tolerance of the offset in ns: a drift below it over the time of the fit is not seen.
    double tolerance() const { return m_tolerance; }
    /// The middle of the strip at x = 0; with one direction only its edge.
    double middle() const
    {
        if (m_upper.empty())
            return m_negatedLower.empty() ? 0 : m_strip.bottom(0);
        if (m_negatedLower.empty())
            return m_strip.top(0);
        return (m_strip.top(m_drift) + m_strip.bottom(m_drift)) / 2;
    }

private:
    const Limits& m_upper;
    const Limits& m_negatedLower;
    Strip m_strip;
    double m_drift = 0;
    double m_height = 0;
    double m_tolerance = leastNoise;
};

/// All limits with their base; makes the pieces.
class Fitter
{
public:
    explicit Fitter(const ClockSamples& samples)
        : m_resolution(samples.resolution)
        , m_fromRtt(samples.fromRtt)
    {
        const ClockSample& first = samples.toServer.empty() ? samples.toClient.front() : samples.toServer.front();
        m_base = first.client;
        m_baseOffset = first.server - first.client;
        for (const ClockSample& sample : samples.toServer)
            m_upper.push_back(limitOf(sample));
        for (const ClockSample& sample : samples.toClient) {
            const Limit limit = limitOf(sample);
            m_lower.push_back({limit.x, -limit.y});
        }
        for (Limits* limits : {&m_upper, &m_lower}) {
            std::ranges::stable_sort(*limits, {}, &Limit::x);
            removeIsolated(*limits);
        }
    }

    CaptureClock fit()
    {
        CaptureClock clock;
        clock.kind = m_upper.empty() || m_lower.empty() ? ClockKind::OneWay
            : m_fromRtt                                 ? ClockKind::FromRtt
                                                        : ClockKind::TwoWay;
        clock.pieces.clear();
        size_t upper = 0;
        size_t lower = 0;
        while (upper < m_upper.size() || lower < m_lower.size()) {
            const double end = feasibleEnd(upper, lower);
            const size_t upperEnd = firstAfter(m_upper, upper, end);
            const size_t lowerEnd = firstAfter(m_lower, lower, end);
            addPiece(clock, slice(m_upper, upper, upperEnd), slice(m_lower, lower, lowerEnd));
            upper = upperEnd;
            lower = lowerEnd;
        }
        if (clock.pieces.size() > mostPieces)
            believeNone(clock);
        return clock;
    }

private:
    Limit limitOf(const ClockSample& sample) const
    {
        return {static_cast<double>((sample.client - m_base).count()),
            static_cast<double>((sample.server - sample.client - m_baseOffset).count())};
    }

    static Limits slice(const Limits& limits, size_t begin, size_t end)
    {
        return {limits.begin() + static_cast<std::ptrdiff_t>(begin), limits.begin() + static_cast<std::ptrdiff_t>(end)};
    }

    static size_t firstAfter(const Limits& limits, size_t begin, double x)
    {
        const auto at = std::upper_bound(limits.begin() + static_cast<std::ptrdiff_t>(begin), limits.end(), x,
            [](double value, const Limit& limit) { return value < limit.x; });
        return static_cast<size_t>(at - limits.begin());
    }

    bool isFeasible(size_t upper, size_t lower, double end) const
    {
        const Limits above = slice(m_upper, upper, firstAfter(m_upper, upper, end));
        const Limits below = slice(m_lower, lower, firstAfter(m_lower, lower, end));
        if (above.empty() || below.empty())
            return true;
        const Strip strip(above, below);
        return strip.height(strip.bestDrift()) >= -static_cast<double>((lateStamp + 2 * m_resolution).count());
    }

    /// The last moment up to which one line fits all limits: more limits never make it fit better.
    double feasibleEnd(size_t upper, size_t lower) const
    {
        std::vector<double> moments;
        for (size_t i = upper; i < m_upper.size(); ++i)
            moments.push_back(m_upper[i].x);
        for (size_t i = lower; i < m_lower.size(); ++i)
            moments.push_back(m_lower[i].x);
        if (isFeasible(upper, lower, std::numeric_limits<double>::infinity()))
            return std::numeric_limits<double>::infinity();
        std::ranges::sort(moments);
        const auto end = std::ranges::partition_point(moments, [&](double x) { return isFeasible(upper, lower, x); });
        return end == moments.begin() ? moments.front() : *(end - 1);
    }

    void addPiece(CaptureClock& clock, const Limits& upper, const Limits& lower) const
    {
        const Fit fit(upper, lower);
        const auto ns = [](double value) { return Duration(static_cast<int64_t>(std::llround(value))); };
        ClockPiece piece;
        piece.reference = m_base;
        piece.drift = fit.drift();
        piece.offset = m_baseOffset + ns(fit.middle());
        piece.bound = ns(std::max(0.0, fit.height()) / 2) + m_resolution;
        const auto [first, last] = spanOf(upper, lower);
        piece.from = m_base + ns(first);
        if (!upper.empty() && !lower.empty()) {
            piece.closedFrom = m_base + ns(std::max(upper.front().x, lower.front().x));
            piece.closedTo = m_base + ns(std::min(upper.back().x, lower.back().x));
            clock.driftUncertainty
                = std::max(clock.driftUncertainty, fit.tolerance() / std::max(1.0, (last - first) / 2));
        }
        piece.closedTo = std::max(piece.closedFrom, piece.closedTo);
        clock.pieces.push_back(piece);
    }

    static std::pair<double, double> spanOf(const Limits& upper, const Limits& lower)
    {
        double first = std::numeric_limits<double>::infinity();
        double last = -first;
        for (const Limits* limits : {&upper, &lower}) {
            if (!limits->empty()) {
                first = std::min(first, limits->front().x);
                last = std::max(last, limits->back().x);
            }
        }
        return {first, last};
    }

    /// Keeps the piece with the most time and says that no clock fits.
    static void believeNone(CaptureClock& clock)
    {
        const auto longest = std::ranges::max_element(
            clock.pieces, {}, [](const ClockPiece& piece) { return piece.closedTo - piece.closedFrom; });
        const ClockPiece kept = *longest;
        clock.pieces.assign(1, kept);
        clock.noSingleClock = true;
    }

    Limits m_upper;
    Limits m_lower; ///< with their sign changed
    Timestamp m_base;
    Duration m_baseOffset{};
    Duration m_resolution;
    bool m_fromRtt;
};

/// The drift is small: two steps reach a nanosecond.
Timestamp toClientBy(const ClockPiece& piece, Timestamp serverTime)
{
    const Timestamp guess = serverTime - piece.offsetAt(serverTime - piece.offset);
    return serverTime - piece.offsetAt(guess);
}

} // namespace

const char* clockKindName(ClockKind kind)
{
    constexpr std::array names{"none", "two-way", "from-rtt", "one-way", "manual"};
    return names[static_cast<size_t>(kind)];
}

Duration ClockPiece::offsetAt(Timestamp clientTime) const
{
    const auto elapsed = static_cast<double>((clientTime - reference).count());
    return offset + Duration(std::llround(drift * elapsed));
}

CaptureClock::CaptureClock()
    : pieces(1)
{
}

const ClockPiece& CaptureClock::pieceAt(Timestamp clientTime) const
{
    if (pieces.size() == 1)
        return pieces.front();
    const auto after = std::ranges::upper_bound(pieces, clientTime, {}, &ClockPiece::from);
    return after == pieces.begin() ? pieces.front() : *(after - 1);
}

Timestamp CaptureClock::toClient(Timestamp serverTime) const
{
    if (pieces.size() == 1)
        return toClientBy(pieces.front(), serverTime);
    const auto after = std::ranges::upper_bound(
        pieces, serverTime, {}, [](const ClockPiece& piece) { return piece.from + piece.offsetAt(piece.from); });
    const ClockPiece& piece = after == pieces.begin() ? pieces.front() : *(after - 1);
    return toClientBy(piece, serverTime);
}

CaptureClock fitClock(const ClockSamples& samples)
{
    if (samples.toServer.empty() && samples.toClient.empty())
        return {};
    return Fitter(samples).fit();
}

} // namespace whyrst
