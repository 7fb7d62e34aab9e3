// What the diagnosis of one connection may ask about the others of its trace.
#pragma once

#include "model/packet/ip_address.h"
#include "model/tcp/trace.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace whyrst {

/// What the genuine packets of one host look like, over all its connections.
struct HostFacts
{
    std::map<uint8_t, uint32_t> ttls;           ///< packets by TTL, RSTs excluded, the first of each flow
    std::optional<Duration> handshakeRoundTrip; ///< smallest time from a SYN to this host to its SYN-ACK
};

/// A connection that was reset after a silence.
struct SilentReset
{
    ConnectionId connection;
    Duration silence{};
    Timestamp time; ///< of the RST
};

/// Facts over all connections, built once per trace.
struct TraceContext
{
    const Trace* trace = nullptr;
    std::map<IpAddress, HostFacts> hosts;
    std::vector<SilentReset> silentResets; ///< after at least `minimumIdle`, by silence

    /// Facts of the host with `address`; null when it sent nothing.
    const HostFacts* host(const IpAddress& address) const;
    /// How many connections were reset after the same silence, within the rounding tolerance (diagnosis.md 4.7).
    uint32_t cohortOf(Duration silence) const;
};

TraceContext buildTraceContext(const Trace& trace);

/// Tolerance when `wait` is compared with another wait or a timer: 50 ms or 0.3 %.
Duration roundingTolerance(Duration wait);

} // namespace whyrst
