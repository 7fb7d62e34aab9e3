#include "views/compare/ladder_scale.h"

#include "views/charts/axis_ticks.h"

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

double secondsOf(const PairSpan& span)
{
    return toSeconds(span.end - span.begin);
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below `least`.
double roundStep(double least)
{
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least)
            return factor * power;
    }
    return 10 * power;
}

} // namespace

LadderScale::LadderScale(
    PairSpan view, double top, double bottom, const std::vector<PairSpan>& folds, double foldHeight)
{
    double shown = std::max(secondsOf(view), 1e-9);
    double height = std::max(bottom - top, 1.0);
    std::vector<PairSpan> used;
    std::vector<PairSpan> unused = folds;
    const auto isWorthIt = [&](const PairSpan& fold) {
        return secondsOf(fold) / shown * height > foldHeight && height > 2 * foldHeight;
    };
    // What is folded leaves more room to the others: some are worth it only then.
    for (auto fold = std::ranges::find_if(unused, isWorthIt); fold != unused.end();
         fold = std::ranges::find_if(unused, isWorthIt)) {
        used.push_back(*fold);
        shown -= secondsOf(*fold);
        height -= foldHeight;
        unused.erase(fold);
    }
    std::ranges::sort(used, {}, &PairSpan::begin);
    m_secondsPerPixel = std::max(shown, 1e-9) / height;
    Duration time = view.begin;
    double y = top;
    const auto add = [&](PairSpan span, bool isFolded) {
        const double rows = isFolded ? foldHeight : secondsOf(span) / m_secondsPerPixel;
        m_stretches.push_back({span, y, y + rows, isFolded});
        y += rows;
        time = span.end;
    };
    for (const PairSpan& fold : used) {
        if (fold.begin > time)
            add({time, fold.begin}, false);
        add(fold, true);
    }
    if (time < view.end || m_stretches.empty())
        add({time, view.end}, false);
}

const LadderScale::Stretch& LadderScale::stretchAt(Duration time) const
{
    const auto found = std::ranges::find_if(m_stretches, [&](const Stretch& one) { return time <= one.span.end; });
    return found == m_stretches.end() ? m_stretches.back() : *found;
}

double LadderScale::y(Duration time) const
{
    if (m_stretches.empty())
        return 0;
    const Stretch& stretch = stretchAt(time);
    const double length = std::max(secondsOf(stretch.span), 1e-12);
    if (!stretch.isFolded)
        return stretch.top + toSeconds(time - stretch.span.begin) / m_secondsPerPixel;
    return stretch.top + toSeconds(time - stretch.span.begin) / length * (stretch.bottom - stretch.top);
}

Duration LadderScale::timeAt(double y) const
{
    if (m_stretches.empty())
        return {};
    const auto found = std::ranges::find_if(m_stretches, [&](const Stretch& one) { return y <= one.bottom; });
    const Stretch& stretch = found == m_stretches.end() ? m_stretches.back() : *found;
    const double rows = y - stretch.top;
    const double seconds
        = stretch.isFolded ? rows / (stretch.bottom - stretch.top) * secondsOf(stretch.span) : rows * m_secondsPerPixel;
    return stretch.span.begin + Duration(std::llround(seconds * 1e9));
}

std::vector<LadderTick> ladderTicks(const LadderScale& scale, double gap)
{
    std::vector<LadderTick> ticks;
    const double step = roundStep(scale.secondsPerPixel() * gap);
    for (const LadderScale::Stretch& stretch : scale.stretches()) {
        if (stretch.isFolded)
            continue;
        const double begin = toSeconds(stretch.span.begin);
        const double end = toSeconds(stretch.span.end);
        const size_t before = ticks.size();
        for (double number = std::ceil(begin / step); number * step <= end; ++number) {
            const double y = scale.y(Duration(std::llround(number * step * 1e9)));
            ticks.push_back({y, secondsLabel(number * step, step)});
        }
        const bool hasRoom = ticks.empty() || stretch.top - ticks.back().y >= gap / 2;
        if (ticks.size() == before && hasRoom)
            ticks.push_back({stretch.top, secondsLabel(begin, step)});
    }
    return ticks;
}

} // namespace whyrst
