// What the diagnosis of one connection may ask about the others of its trace.
#pragma once

#include "model/diagnosis/cohorts.h"
#include "model/diagnosis/diagnosis_settings.h"
#include "model/diagnosis/request_fate.h"
#include "model/packet/ip_address.h"
#include "model/tcp/trace.h"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace whyrst {

class Progress;

/// Packets with one TTL.
struct TtlCount
{
    uint8_t ttl = 0;
    uint32_t packets = 0;
};

/// What the genuine packets of one host look like, over all its connections.
struct HostFacts
{
    std::array<TtlCount, 3>
        ttls{}; ///< RSTs and SYN-ACKs excluded, the first of each flow; those seen first, unused ones have no packets
    std::optional<Duration> handshakeRoundTrip; ///< smallest time from a SYN to this host to its SYN-ACK

    void add(uint8_t ttl);
};

/// Spreads addresses over the buckets. The seed keeps a capture from choosing them.
struct AddressHash
{
    uint64_t seed = 0;
    size_t operator()(const IpAddress& address) const;
};

/// Facts over all connections, built once per trace.
struct TraceContext
{
    const Trace* trace = nullptr;
    std::unordered_map<IpAddress, HostFacts, AddressHash> hosts;
    DiagnosisSettings settings;
    /// Ethernet source addresses that several hosts share, as those behind a router do; only those are looked at that
    /// a flow did not keep.
    std::set<uint64_t> sharedMacs;
    Cohorts cohorts;
    RequestFates requests;

    /// Facts of the host with `address`; null when it sent nothing.
    const HostFacts* host(const IpAddress& address) const;
};

TraceContext buildTraceContext(const Trace& trace, const DiagnosisSettings& settings = {});

/// The same while `progress` is asked. When that stops, the facts stay incomplete.
TraceContext buildTraceContext(const Trace& trace, const DiagnosisSettings& settings, Progress& progress);

/// Tolerance when `wait` is compared with another wait or a timer: 50 ms or 0.3 %.
Duration roundingTolerance(Duration wait);

} // namespace whyrst
