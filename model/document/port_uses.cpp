#include "model/document/port_uses.h"

#include "model/document/document_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace whyrst {
namespace {

class PortUses
{
    Q_DECLARE_TR_FUNCTIONS(PortUses)
};

} // namespace

const Connection* nextUse(const Trace& trace, ConnectionId id)
{
    for (size_t index = id.value + size_t{1}; index < trace.connections.size(); ++index) {
        const Connection& connection = trace.connections[index];
        if (connection.previous == id)
            return &connection;
    }
    return nullptr;
}

QString previousUseText(const Trace& trace, const Connection& connection)
{
    if (!connection.reusesPort())
        return {};
    const Connection& before = trace.connection(connection.previous);
    return PortUses::tr("Previous use of these addresses and ports: %1 to %2, %3 before")
        .arg(frameText(before.firstFrame), frameText(before.lastFrame),
            durationText(std::max(connection.firstTime - before.lastTime, Duration())));
}

QString nextUseText(const Trace& trace, const Connection& connection)
{
    const Connection* after = nextUse(trace, connection.id);
    if (!after)
        return {};
    return PortUses::tr("Next use of these addresses and ports: %1 to %2, %3 later")
        .arg(frameText(after->firstFrame), frameText(after->lastFrame),
            durationText(std::max(after->firstTime - connection.lastTime, Duration())));
}

} // namespace whyrst
