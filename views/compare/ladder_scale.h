// Between times and pixel rows of the ladder, on which long silences are folded.
#pragma once

#include "model/charts/pair_times.h"

#include <QString>

#include <vector>

namespace whyrst {

/// Time runs downwards; all stretches that are not folded have the same scale.
class LadderScale
{
public:
    /// A stretch of time and its rows.
    struct Stretch
    {
        PairSpan span;
        double top = 0;
        double bottom = 0;
        bool isFolded = false;
    };

    LadderScale() = default;
    /// Shows `view` in the rows `top` to `bottom`. `folds` lie inside the view, in order; those that would not become
    /// smaller than `foldHeight` stay as they are.
    LadderScale(PairSpan view, double top, double bottom, const std::vector<PairSpan>& folds, double foldHeight);

    double y(Duration time) const;
    Duration timeAt(double y) const;
    const std::vector<Stretch>& stretches() const { return m_stretches; }
    double secondsPerPixel() const { return m_secondsPerPixel; }

private:
    const Stretch& stretchAt(Duration time) const;

    std::vector<Stretch> m_stretches;
    double m_secondsPerPixel = 1;
};

/// A labelled tick.
struct LadderTick
{
    double y = 0;
    QString label;
};

/// Ticks at round times, at least `gap` pixels apart; a short stretch between folds has one where it begins.
std::vector<LadderTick> ladderTicks(const LadderScale& scale, double gap);

} // namespace whyrst
