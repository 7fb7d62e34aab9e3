#include "model/export/packet_table.h"

#include "model/export/json_writer.h"

#include <algorithm>

namespace whyrst {

/// A connection whose packets are being given out.
struct PacketWalk::Open
{
    explicit Open(const Connection& opened)
        : connection(&opened)
        , analysis(analyzeConnection(opened))
        , walk(opened)
        , wireshark(opened)
    {
        hasHead = walk.next(head);
    }

    const Connection* connection;
    Analysis analysis;
    ConnectionWalk walk;
    WiresharkView wireshark;
    LocatedSegment head;
    bool hasHead = false;
};

namespace {

/// For a heap that has the lowest frame on top.
constexpr auto isLater = [](const auto& a, const auto& b) { return b->head.segment.frame < a->head.segment.frame; };

std::string csvLine(const PacketRow& row)
{
    const Segment& segment = row.segment.segment;
    const Side side = row.segment.side;
    const Connection& connection = *row.connection;
    std::string line = std::to_string(segment.frame.value) + ',' + epochSeconds(segment.time) + ','
        + std::to_string(connection.id.value) + ',' + sideName(side) + ','
        + std::to_string(connection.flow(side).rawSeq(segment.seq).value) + ',';
    if (segment.flags.ack())
        line += std::to_string(connection.flow(otherSide(side)).rawSeq(segment.ack).value);
    line += ',' + std::to_string(segment.payloadLength) + ',' + std::to_string(row.windowBytes) + ','
        + toString(segment.flags) + ',' + toString(row.kinds) + ',' + toString(row.wiresharkFlags) + '\n';
    return line;
}

void writeJsonLine(JsonWriter& json, const PacketRow& row)
{
    const Segment& segment = row.segment.segment;
    const Side side = row.segment.side;
    const Connection& connection = *row.connection;
    const SeqNum ack = connection.flow(otherSide(side)).rawSeq(segment.ack);
    json.beginObject();
    json.member("frame", segment.frame.value);
    json.member("time", epochSeconds(segment.time));
    json.member("connection", connection.id.value);
    json.member("flow", sideName(side));
    json.member("seq", connection.flow(side).rawSeq(segment.seq).value);
    json.member("ack", segment.flags.ack() ? std::optional(ack.value) : std::nullopt);
    json.member("length", segment.payloadLength);
    json.member("window", row.windowBytes);
    json.member("flags", toString(segment.flags));
    json.member("kinds", toString(row.kinds));
    json.member("wireshark_flags", toString(row.wiresharkFlags));
    json.endObject();
    json.endDocument();
}

} // namespace

PacketWalk::PacketWalk(const Trace& trace, std::optional<ConnectionId> only)
    : m_trace(trace)
    , m_nextConnection(only ? only->value : 0)
    , m_endConnection(only ? only->value + 1 : static_cast<uint32_t>(trace.connections.size()))
{
}

PacketWalk::~PacketWalk() = default;

void PacketWalk::open(const Connection& connection)
{
    auto opened = std::make_unique<Open>(connection);
    if (!opened->hasHead)
        return;
    m_open.push_back(std::move(opened));
    std::ranges::push_heap(m_open, isLater);
}

void PacketWalk::openUpTo(PacketNumber frame)
{
    for (; m_nextConnection < m_endConnection; ++m_nextConnection) {
        const Connection& connection = m_trace.connections[m_nextConnection];
        if (frame < connection.firstFrame)
            return;
        open(connection);
    }
}

bool PacketWalk::next(PacketRow& row)
{
    while (m_open.empty() && m_nextConnection < m_endConnection) // one without segments opens nothing
        openUpTo(m_trace.connections[m_nextConnection].firstFrame);
    if (m_open.empty())
        return false;
    openUpTo(m_open.front()->head.segment.frame);
    std::ranges::pop_heap(m_open, isLater);
    Open& first = *m_open.back();
    const FlowAnalysis& flow = first.analysis.flow(first.head.side);
    row = {first.connection, first.head, flow.windowBytes(first.head.segment), flow.kinds[first.head.row],
        first.wireshark.take(first.head)};
    first.hasHead = first.walk.next(first.head);
    if (first.hasHead)
        std::ranges::push_heap(m_open, isLater);
    else
        m_open.pop_back();
    return true;
}

void writePacketTable(std::ostream& out, const Trace& trace, std::optional<ConnectionId> only, PacketTableFormat format)
{
    PacketWalk walk(trace, only);
    PacketRow row;
    if (format == PacketTableFormat::JsonLines) {
        JsonWriter json(out, JsonWriter::Layout::Compact);
        while (walk.next(row))
            writeJsonLine(json, row);
        return;
    }
    out << "frame,time,connection,flow,seq,ack,length,window,flags,kinds,wireshark_flags\n";
    while (walk.next(row))
        out << csvLine(row);
}

} // namespace whyrst
