// What two captures say about the RSTs of a pair: forged, lost, of unknown origin, or a host's own (comparison.md 5.6).
#pragma once

#include "model/compare/way_packets.h"

#include <array>

namespace whyrst {

/// Adds findings about each direction's first RST that is forged, never arrived or may be anybody's. Needs `resets`;
/// the links are still indices into `ways` (by Side of the sender).
void findResets(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair);

/// Adds findings about each direction's first RST that its host sent and that arrived. Needs `resets`.
void findOwnResets(ConnectionPair& pair);

/// Says with the first RST, when its host sent it and all else arrived whole, that the path delivered everything. For a
/// pair whose answer sits at a host; needs all other findings, those of the contents too.
void tellClearPath(const TracePair& traces, ConnectionPair& pair);

} // namespace whyrst
