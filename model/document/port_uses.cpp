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

const Connection* findUse(const Trace& trace, const Connection& connection, PortUse which)
{
    if (which == PortUse::Previous)
        return connection.reusesPort() ? &trace.connection(connection.previous) : nullptr;
    for (size_t index = connection.id.value + size_t{1}; index < trace.connections.size(); ++index) {
        if (trace.connections[index].previous == connection.id)
            return &trace.connections[index];
    }
    return nullptr;
}

QString previousUseText(const Trace& trace, const Connection& connection)
{
    const Connection* before = findUse(trace, connection, PortUse::Previous);
    if (!before)
        return {};
    return PortUses::tr("Previous use of these addresses and ports: %1 to %2, %3 before")
        .arg(frameText(before->firstFrame), frameText(before->lastFrame),
            durationText(std::max(connection.firstTime - before->lastTime, Duration())));
}

QString nextUseText(const Trace& trace, const Connection& connection)
{
    const Connection* after = findUse(trace, connection, PortUse::Next);
    if (!after)
        return {};
    return PortUses::tr("Next use of these addresses and ports: %1 to %2, %3 later")
        .arg(frameText(after->firstFrame), frameText(after->lastFrame),
            durationText(std::max(after->firstTime - connection.lastTime, Duration())));
}

} // namespace whyrst
