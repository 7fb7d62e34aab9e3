#include "model/tcp/swap_sides.h"

#include <utility>

namespace whyrst {

namespace {

/// What is known of the whole connection is kept in the client's flow.
void moveSharedFacts(Flow& client, Flow& server)
{
    std::vector<IcmpEvent> errors = server.rare->icmpErrors;
    for (IcmpEvent& error : errors)
        error.quotedSide = otherSide(error.quotedSide);
    if (!errors.empty()) {
        client.rare.edit().icmpErrors = std::move(errors);
        server.rare.edit().icmpErrors.clear();
    }
    if (server.rare->tunnel != Tunnel::None) {
        client.rare.edit().tunnel = server.rare->tunnel;
        server.rare.edit().tunnel = Tunnel::None;
    }
}

} // namespace

void swapSides(Trace& trace, ConnectionId id)
{
    if (id.value >= trace.connections.size())
        return;
    Connection& connection = trace.connections[id.value];
    std::swap(connection.client, connection.server);
    std::swap(connection.flows[0], connection.flows[1]);
    moveSharedFacts(connection.flow(Side::Client), connection.flow(Side::Server));
    for (Flow& flow : connection.flows)
        flow.sideAssumed = false;
    for (ResetRef& reset : trace.resets) {
        if (reset.connection == id)
            reset.from = otherSide(reset.from);
    }
}

} // namespace whyrst
