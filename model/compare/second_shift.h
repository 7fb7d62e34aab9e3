// A box that changes the length of data, as helpers for FTP and SIP do: the shift of a direction's numbers changes
// within the connection (comparison.md 3.1).
#pragma once

#include "model/compare/segment_pairing.h"

#include <optional>

namespace whyrst {

/// Where the shift of a direction changes once more, as the packets tell that `paired` left over; `known` is the shift
/// that they were read with. Nothing when at most a fifth of the data behind a point is left, or it does not agree.
std::optional<ShiftStep> findLaterShift(const WayPackets& way, const PairedWay& paired, const NumberShift& known);

} // namespace whyrst
