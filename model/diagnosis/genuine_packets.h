// The packets that are surely of the host whose address a RST bears: what the RST is compared with (diagnosis.md 2.4).
#pragma once

#include "model/analysis/sender_state.h"
#include "model/diagnosis/trace_context.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace whyrst {

/// The packets of the RST's side before it.
struct GenuinePackets
{
    std::vector<Segment> segments; ///< not RSTs, not capture duplicates, in capture order; the last 400
    /// Packets by TTL, SYN-ACKs left out, for those may be a SYN proxy's. Where the connection has few packets, they
    /// are those of the host in all connections.
    std::map<uint8_t, uint32_t> ttls;
    bool ipIdCounts = false; ///< it rises from packet to packet, in enough packets to tell

    /// Packets in `ttls`.
    uint32_t ttlPackets() const;
    /// The one TTL that enough packets have; nothing when there are several, or too few packets.
    std::optional<uint8_t> constantTtl() const;
};

GenuinePackets collectGenuine(const TraceContext& context, const Connection& connection, const LocatedSegment& reset);

/// Whether the segment is a SYN-ACK: its TTL and IP ID tell nothing of the host's others.
bool isSynAck(const Segment& segment);

/// The largest step of the IP ID from the last of `genuine`, whose ID counts, to the RST that other packets of the host
/// in between explain.
double largestIpIdStep(const GenuinePackets& genuine, const Segment& rst);

/// How far the RST's TSval lies off the line of the genuine ones; nothing when there is no line.
std::optional<Duration> offTimestampLine(const GenuinePackets& genuine, const Segment& rst);

/// Whether stacks send packets with this TTL: no router has lowered it.
bool isInitialTtl(uint8_t ttl);

/// Whether the RST's TSval is what the host's clock shows when it is sent.
enum class ClockVerdict : uint8_t
{
    GoesOn,
    Differs,
    CannotTell ///< no timestamps, or too few of the host's to know the time of the RST by
};
ClockVerdict clockVerdict(const GenuinePackets& genuine, const Segment& rst);

/// Whether the host is on the link of the capture, as far as the capture can tell: its packets have one Ethernet
/// source address, which no other host uses as those behind a router do, and a TTL that no router has lowered.
bool isOnLink(const TraceContext& context, const Flow& flow, const GenuinePackets& genuine);

} // namespace whyrst
