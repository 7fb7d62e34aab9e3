// The user knows better who the client is.
#pragma once

#include "model/tcp/trace.h"

namespace whyrst {

/// Makes the server of connection `id` its client and the other way round; afterwards the sides are no guess any more.
/// Rows and their offsets stay; the resets of the trace follow. Nothing happens when there is no such connection.
void swapSides(Trace& trace, ConnectionId id);

} // namespace whyrst
