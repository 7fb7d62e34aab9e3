// The strip between the limits that packets set to the offset of two clocks, and the line through it (comparison.md
// 4.1, 4.2).
#pragma once

#include "model/time.h"

#include <vector>

namespace whyrst {

/// A limit of the offset at a moment, both in ns against a base.
struct OffsetLimit
{
    double x = 0;
    double y = 0;
};

/// The limits of one direction, by x; lower ones with their sign changed, so that all are upper limits of something.
using OffsetLimits = std::vector<OffsetLimit>;

/// Which points lie far below all around them: a wrong pair would set the strip.
std::vector<bool> findIsolated(const OffsetLimits& limits);

/// The strip between upper and lower limits. Only the convex hulls are kept (after Zhang, Liu and Xia, INFOCOM 2002).
class Strip
{
public:
    Strip() = default; ///< without limits
    Strip(const OffsetLimits& upper, const OffsetLimits& negatedLower);

    /// Adds limits from any time. Linear in their number and in that of the hulls' points.
    void add(const OffsetLimits& upper, const OffsetLimits& negatedLower);

    bool hasBoth() const { return !m_upper.empty() && !m_lower.empty(); }
    /// Whether one line passes all limits; by `tolerance`, ns, they may contradict each other.
    bool isOpen(double tolerance) const;
    /// The edges at x = 0 along a line; infinite without limits. O(log n).
    double top(double drift) const;
    double bottom(double drift) const;
    double height(double drift) const { return top(drift) - bottom(drift); }
    /// The drift at which the strip is highest; its height is concave in the drift.
    double bestDrift() const;

private:
    OffsetLimits m_upper;
    OffsetLimits m_lower;
};

/// A line through the strip; the drift only where it is clearer than the noise (comparison.md 4.2).
class StripFit
{
public:
    StripFit(const OffsetLimits& upper, const OffsetLimits& negatedLower);

    double drift() const { return m_drift; }
    /// Of the strip along the line, ns; below 0 when no line passes all limits.
    double height() const { return m_height; }
    /// Tolerance of the offset in ns: a drift below it over the time of the fit is not seen.
    double tolerance() const { return m_tolerance; }
    /// The middle of the strip at x; with one direction only its edge.
    double middle(double x) const;

private:
    Strip m_strip;
    bool m_hasUpper;
    bool m_hasLower;
    double m_drift = 0;
    double m_height = 0;
    double m_tolerance;
};

/// By how much more than half its height, in ns, the strip may be off its middle because a clock was set by less than
/// the round trip: without a step both halves of the time would show about the height of the whole. 0 when they do.
double hiddenStep(const OffsetLimits& upper, const OffsetLimits& negatedLower, const StripFit& fit);

} // namespace whyrst
