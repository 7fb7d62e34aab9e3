// A TCP connection: two flows between two endpoints, one incarnation of a 4-tuple.
#pragma once

#include "model/tcp/flow.h"

#include <array>
#include <cstdint>
#include <vector>

namespace whyrst {

/// One connection. A new SYN with another initial sequence number begins another one (diagnosis.md 3.11).
struct Connection
{
    ConnectionId id;
    PacketNumber firstFrame;
    PacketNumber lastFrame;
    ConnectionId previous = noConnection; ///< the earlier incarnation of the 4-tuple in the trace
    Timestamp firstTime;
    Timestamp lastTime;
    Endpoint client;
    Endpoint server;
    std::array<Flow, 2> flows; ///< by Side

    static constexpr ConnectionId noConnection{0xffff'ffff};

    const Flow& flow(Side side) const { return flows[sideIndex(side)]; }
    Flow& flow(Side side) { return flows[sideIndex(side)]; }
    const Endpoint& endpoint(Side side) const { return side == Side::Client ? client : server; }
    uint32_t packetCount() const { return flows[0].size() + flows[1].size(); }
    /// No SYN was captured: the sides were told apart by their ports.
    bool clientAssumed() const { return flows[0].sideAssumed; }
    bool reusesPort() const { return previous != noConnection; }
    /// What carries the connection's first tunnelled packet.
    Tunnel tunnel() const { return flows[0].rare->tunnel; }
    /// ICMP errors that quote a segment of the connection, in capture order.
    const std::vector<IcmpEvent>& icmpErrors() const { return flows[0].rare->icmpErrors; }
};

/// A segment with its place in the connection.
struct LocatedSegment
{
    Side side = Side::Client;
    uint32_t row = 0;
    Segment segment;
};

/// Walks over the segments of both flows in capture order.
class ConnectionWalk
{
public:
    explicit ConnectionWalk(const Connection& connection)
        : m_next{connection.flows[0].segments.begin(), connection.flows[1].segments.begin()}
        , m_frames{frameAt(m_next[0]), frameAt(m_next[1])}
    {
    }

    /// Gives the next segment. False at the end.
    bool next(LocatedSegment& located);

private:
    static constexpr uint64_t noFrame = UINT64_MAX; ///< behind all frames

    static uint64_t frameAt(const SegmentRows::Iterator& at)
    {
        return at == std::default_sentinel ? noFrame : at.frame().value;
    }

    std::array<SegmentRows::Iterator, 2> m_next;
    std::array<uint64_t, 2> m_frames; ///< of these
};

/// Where packet `frame` stands in the connection; false when it is not one of its segments.
bool findSegment(const Connection& connection, PacketNumber frame, LocatedSegment& located);

} // namespace whyrst
