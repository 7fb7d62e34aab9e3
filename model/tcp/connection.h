// A TCP connection: two flows between two endpoints, one incarnation of a 4-tuple.
#pragma once

#include "model/tcp/flow.h"

#include <array>
#include <cstdint>
#include <vector>

namespace whyrst {

/// An ICMP error that quotes a segment of the connection.
struct IcmpEvent
{
    PacketNumber frame;
    Timestamp time;
    IpAddress sender;
    bool isV6 = false;
    uint8_t type = 0;
    uint8_t code = 0;
    uint32_t mtu = 0;               ///< of "fragmentation needed" / "packet too big", else 0
    Side quotedSide = Side::Client; ///< who sent the quoted segment
    StreamOffset quotedSeq;
};

/// One connection. A new SYN with another initial sequence number begins another one (diagnosis.md 3.11).
struct Connection
{
    ConnectionId id;
    Endpoint client;
    Endpoint server;
    bool clientAssumed = false; ///< no SYN was captured: the sides were told apart by their ports
    bool reusesPort = false;    ///< an earlier incarnation of the same 4-tuple is in the trace
    ConnectionId previous;      ///< that incarnation, when `reusesPort`
    std::array<Flow, 2> flows;  ///< by Side
    std::vector<IcmpEvent> icmpErrors;
    Timestamp firstTime;
    Timestamp lastTime;
    PacketNumber firstFrame;
    PacketNumber lastFrame;

    const Flow& flow(Side side) const { return flows[sideIndex(side)]; }
    Flow& flow(Side side) { return flows[sideIndex(side)]; }
    const Endpoint& endpoint(Side side) const { return side == Side::Client ? client : server; }
    uint32_t packetCount() const { return flows[0].size() + flows[1].size(); }
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
        : m_connection(&connection)
        , m_next{connection.flows[0].segments.begin(), connection.flows[1].segments.begin()}
    {
        fill(Side::Client);
        fill(Side::Server);
    }

    /// Gives the next segment. False at the end.
    bool next(LocatedSegment& located);

private:
    void fill(Side side);

    const Connection* m_connection;
    std::array<SegmentColumns::Iterator, 2> m_next;
    std::array<LocatedSegment, 2> m_head;
    std::array<bool, 2> m_has{false, false};
};

/// Where packet `frame` stands in the connection; false when it is not one of its segments.
bool findSegment(const Connection& connection, PacketNumber frame, LocatedSegment& located);

} // namespace whyrst
