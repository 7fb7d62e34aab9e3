#include "model/diagnosis/request_fate.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr Duration answerSlack = std::chrono::milliseconds(100); ///< heuristic: what hosts and boxes take to react

/// From the last SYN before the SYN-ACK to it, at the capture point; 0 when they were not captured.
Duration handshakeTime(const Connection& connection)
{
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    if (!client.synSeen() || !server.synSeen() || server.empty())
        return {};
    const Segment synAck = server.segments.at(0);
    Timestamp syn = synAck.time;
    for (auto row = client.segments.begin(); !(row == client.segments.end()); ++row) {
        const Segment segment = *row;
        if (!segment.flags.syn() || segment.frame > synAck.frame)
            break;
        syn = segment.time;
    }
    return std::max(Duration(), synAck.time - syn);
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

/// The first transmission of the data in `row`, which may be a re-send.
Segment firstSendOf(const Flow& flow, uint32_t row)
{
    constexpr uint32_t rowsBack = 256; ///< a request that was re-sent is among the last that was sent
    const Segment last = flow.segments.at(row);
    Segment first = last;
    for (uint32_t back = row; back-- > 0 && row - back <= rowsBack;) {
        const Segment segment = flow.segments.at(back);
        const bool carries = segment.payloadLength > 0 && segment.seq <= last.seq && last.seq < segment.dataEnd();
        if (carries && !segment.flags.rst())
            first = segment;
    }
    return first;
}

} // namespace

std::optional<RejectedRequest> requestRejectedBy(const Connection& connection, const LocatedSegment& reset)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const std::optional<RequestedName>& request = connection.flow(side).rare->request;
        if (!request)
            continue;
        const Segment asked = firstSendOf(connection.flow(side), request->row);
        const Duration before = reset.segment.time - asked.time;
        const bool follows = asked.frame < reset.segment.frame && before >= Duration()
            && before <= handshakeTime(connection) + answerSlack;
        if (follows && !sentData(connection.flow(otherSide(side)), asked.frame, reset.segment.frame))
            return RejectedRequest{request->name, side, asked.frame, before};
    }
    return std::nullopt;
}

bool isRejection(const Connection& connection, const RejectedRequest& request, const LocatedSegment& reset)
{
    return reset.side == otherSide(request.from) && connection.flow(reset.side).payloadBytes == 0;
}

void RequestFates::add(const Connection& connection)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const std::optional<RequestedName>& request = connection.flow(side).rare->request;
        if (!request)
            continue;
        ++m_names[request->name].asked;
        if (connection.flow(otherSide(side)).payloadBytes > 0)
            m_answering.insert(connection.endpoint(otherSide(side)));
    }
}

void RequestFates::addReset(const Connection& connection, const LocatedSegment& reset)
{
    const std::optional<RejectedRequest> request = requestRejectedBy(connection, reset);
    if (request && isRejection(connection, *request, reset))
        ++m_names[request->name].rejected;
}

uint32_t RequestFates::allRejected(const std::string& name) const
{
    const auto found = m_names.find(name);
    return found != m_names.end() && found->second.rejected == found->second.asked ? found->second.asked : 0;
}

} // namespace whyrst
