// Packets that arrive in another order than they were sent (comparison.md 5.5).
#pragma once

#include "model/compare/way_packets.h"

namespace whyrst {

/// Tells the links of `way`, which are indices into `packets`, whose packet arrived after one that was sent later: the
/// order of arrival against the time of sending, after RFC 4737 3. Packets of a moment may be stored in another order
/// than they went out; then only a longer distance between the arrivals tells.
/// `areTimesSteady`: the clock of the capture near the receiver was not set, so that its times tell the order of
/// arrival: queues of a card may be stored one after the other. Else the order in the capture tells.
void findOrder(Way& way, const WayPackets& packets, bool areTimesSteady);

} // namespace whyrst
