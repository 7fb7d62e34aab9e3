#include "model/diagnosis/request_fate.h"

namespace whyrst {

namespace {

constexpr Duration answerSlack = std::chrono::milliseconds(100); ///< heuristic: what hosts and boxes take to react

/// From the SYN to its SYN-ACK at the capture point; 0 when they were not captured.
Duration handshakeTime(const Connection& connection)
{
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    if (!client.synSeen() || !server.synSeen())
        return {};
    return std::max(Duration(), server.segments.at(0).time - client.segments.at(0).time);
}

/// Whether `flow` sent data in packets from `begin` on and before `end`.
bool sentData(const Flow& flow, PacketNumber begin, PacketNumber end)
{
    const SegmentRows& rows = flow.segments;
    for (auto row = rows.from(rows.lowerBound(begin)); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= end)
            return false;
        if (segment.payloadLength > 0 && !segment.flags.rst())
            return true;
    }
    return false;
}

} // namespace

std::optional<RejectedRequest> requestRejectedBy(const Connection& connection, const LocatedSegment& reset)
{
    const Duration longest = handshakeTime(connection) + answerSlack;
    for (const Side side : {Side::Client, Side::Server}) {
        const std::optional<RequestedName>& request = connection.flow(side).rare->request;
        if (!request)
            continue;
        const Segment asked = connection.flow(side).segments.at(request->row);
        const Duration before = reset.segment.time - asked.time;
        const bool follows = asked.frame < reset.segment.frame && before >= Duration() && before <= longest;
        if (follows && !sentData(connection.flow(otherSide(side)), asked.frame, reset.segment.frame))
            return RejectedRequest{request->name, side, asked.frame, before};
    }
    return std::nullopt;
}

const std::string* answeredName(const Connection& connection)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const Flow& answering = connection.flow(otherSide(side));
        const std::optional<RequestedName>& request = connection.flow(side).rare->request;
        if (!request || answering.rstSeen || connection.flow(side).rstSeen)
            continue;
        const PacketNumber asked = connection.flow(side).segments.at(request->row).frame;
        if (sentData(answering, asked, PacketNumber(UINT32_MAX)))
            return &request->name;
    }
    return nullptr;
}

} // namespace whyrst
