// Between times and pixels on the connection timeline, and the ticks of its axis.
#pragma once

#include "model/time.h"

#include <QString>

#include <vector>

namespace whyrst {

/// Maps the times begin..end to the pixels left..right. `end` must be after `begin`, `right` right of `left`.
struct TimelineScale
{
    Timestamp begin;
    Timestamp end;
    int left = 0;
    int right = 1;

    /// Pixel of `time`, clamped to one screen outside of the range.
    double pixelOf(Timestamp time) const;
    Timestamp timeAt(double pixel) const;
};

/// A labelled tick, `time` since the axis' zero.
struct TimelineTick
{
    Duration time{};
    QString label;
};

/// Ticks at round times in begin..end, at most `most`; labels with the unit that fits the step: "250 ms", "1.5 s".
std::vector<TimelineTick> timelineTicks(Duration begin, Duration end, int most);

/// The range narrowed (factor below 1) or widened around `anchor`, within lowest..highest and at least 1 us wide.
struct TimelineRange
{
    Timestamp begin;
    Timestamp end;
};
TimelineRange zoomedRange(const TimelineRange& range, double factor, Timestamp anchor, const TimelineRange& limits);

} // namespace whyrst
