// The connections that used the same addresses and ports before and after one.
#pragma once

#include "model/tcp/trace.h"

#include <QString>

namespace whyrst {

enum class PortUse : uint8_t
{
    Previous,
    Next
};

/// The connection that used the same addresses and ports last before, or first after, this one; null when there is
/// none in the capture. The next one takes time linear in the connections that come after.
const Connection* findUse(const Trace& trace, const Connection& connection, PortUse which);

/// "Previous use of these addresses and ports: #1 to #24, 3.2 s before"; empty when there is none in the capture.
QString previousUseText(const Trace& trace, const Connection& connection);
/// The same for the connection that comes after: "Next use of these addresses and ports: #40 to #61, 1.2 s later".
QString nextUseText(const Trace& trace, const Connection& connection);

} // namespace whyrst
