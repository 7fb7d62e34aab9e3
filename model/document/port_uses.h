// The connections that used the same addresses and ports before and after one.
#pragma once

#include "model/tcp/trace.h"

#include <QString>

namespace whyrst {

/// The connection that used the same addresses and ports next after `id`, or null. Linear in the connections after it.
const Connection* nextUse(const Trace& trace, ConnectionId id);

/// "Previous use of these addresses and ports: #1 to #24, 3.2 s before"; empty when there is none in the capture.
QString previousUseText(const Trace& trace, const Connection& connection);
/// The same for the connection that comes after: "Next use of these addresses and ports: #40 to #61, 1.2 s later".
QString nextUseText(const Trace& trace, const Connection& connection);

} // namespace whyrst
