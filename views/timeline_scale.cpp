#include "views/timeline_scale.h"

#include <algorithm>
#include <cmath>

namespace whyrst {
namespace {

constexpr Duration narrowest = std::chrono::microseconds(1);

/// The smallest of 1, 2, 5 times a power of ten that is not below `wanted`.
Duration roundStep(Duration wanted)
{
    int64_t power = 1;
    while (power * 10 <= wanted.count())
        power *= 10;
    for (const int64_t factor : {1, 2, 5, 10}) {
        if (factor * power >= wanted.count())
            return Duration(factor * power);
    }
    return Duration(10 * power);
}

QString tickLabel(Duration time, Duration step)
{
    if (time.count() == 0)
        return QStringLiteral("0");
    const double seconds = toSeconds(time);
    if (step >= std::chrono::seconds(1))
        return QStringLiteral("%1 s").arg(seconds, 0, 'f', 0);
    // As many digits as the step has.
    const int digits = static_cast<int>(std::ceil(-std::log10(toSeconds(step)) - 1e-9));
    if (std::chrono::abs(time) >= std::chrono::seconds(1) || digits <= 2)
        return QStringLiteral("%1 s").arg(seconds, 0, 'f', digits);
    return QStringLiteral("%1 ms").arg(seconds * 1e3, 0, 'f', std::max(0, digits - 3));
}

} // namespace

double TimelineScale::pixelOf(Timestamp time) const
{
    const double width = right - left;
    const double fraction = toSeconds(time - begin) / toSeconds(end - begin);
    return left + std::clamp(fraction, -1.0, 2.0) * width;
}

Timestamp TimelineScale::timeAt(double pixel) const
{
    const double fraction = (pixel - left) / (right - left);
    return begin + Duration(std::llround(fraction * static_cast<double>((end - begin).count())));
}

std::vector<TimelineTick> timelineTicks(Duration begin, Duration end, int most)
{
    std::vector<TimelineTick> ticks;
    if (end <= begin || most < 1)
        return ticks;
    const Duration step = roundStep(std::max((end - begin) / most, Duration(1)));
    Duration time = begin / step * step;
    if (time < begin)
        time += step;
    for (; time <= end; time += step)
        ticks.push_back({time, tickLabel(time, step)});
    return ticks;
}

TimelineRange zoomedRange(const TimelineRange& range, double factor, Timestamp anchor, const TimelineRange& limits)
{
    const auto scaled
        = [factor](Duration part) { return Duration(std::llround(static_cast<double>(part.count()) * factor)); };
    TimelineRange zoomed{anchor - scaled(anchor - range.begin), anchor + scaled(range.end - anchor)};
    if (zoomed.end - zoomed.begin < narrowest)
        return range;
    zoomed.begin = std::max(zoomed.begin, limits.begin);
    zoomed.end = std::min(zoomed.end, limits.end);
    return zoomed.end - zoomed.begin < narrowest ? limits : zoomed;
}

} // namespace whyrst
