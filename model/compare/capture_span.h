// From when to when each capture recorded, by the common clock (comparison.md 5.1).
#pragma once

#include "model/compare/capture_clock.h"
#include "model/compare/open_pair.h"
#include "model/compare/way_verdicts.h"

namespace whyrst {

/// The time in which `capture` recorded: what its file tells, else its first and last packet; after a clock that was
/// set also what the packets of `pairs` show, whose times must be those of `clock`.
CaptureSpan spanOf(const TracePair& traces, const CaptureClock& clock, const OpenPairs& pairs, Side capture);

/// Narrows where the clock was set: of a clock set back, the first packet whose time is before that of the one before.
void findFirstFrame(ClockSet& set, const TracePair& traces, const OpenPairs& pairs);

} // namespace whyrst
