// How the clocks of two captures stand to each other, in words (comparison.md 4.3, 4.5).
#pragma once

#include "model/compare/comparison.h"

#include <string>

namespace whyrst {

/// "The server capture's clock is 37.2004 s ahead of the client's, +- 10.1 ms (...)": the offset, its bound, the drift,
/// when a clock was set, and where nothing checks it. Some sentences.
std::string clockText(const Comparison& comparison, const CaptureInfo& client);

/// `offset`, without its sign, with the digits that `bound` leaves: "37.2004 s", "7 h 59 min 59.229 s".
std::string offsetText(Duration offset, Duration bound);

/// How sure a one-way delay is: "+- 10.1 ms", or why no figure can be given. `time` is on the common clock.
std::string delayBoundText(const CaptureClock& clock, Timestamp time);

} // namespace whyrst
