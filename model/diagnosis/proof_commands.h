// Commands that show on a host whether the cause is the right one (diagnosis.md 4.9).
#pragma once

#include "model/diagnosis/reset_context.h"

#include <vector>

namespace whyrst {

/// The counter that must have moved and a trace for the next time, filtered by this connection's ports, for hosts with
/// Linux; empty for a cause that nothing on a host proves. Counters: /proc/net/snmp and /proc/net/netstat, by the names
/// of nstat. Tracepoints: include/trace/events/tcp.h; tcp_send_reset has its reason since Linux 6.10.
std::vector<ProofCommand> proofCommandsFor(const Diagnosis& diagnosis, const ResetContext& reset);

} // namespace whyrst
