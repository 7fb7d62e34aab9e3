#include "model/charts/packet_remarks.h"

#include "model/charts/chart_marks.h"
#include "model/number_text.h"
#include "model/tcp/icmp_words.h"

namespace whyrst {

namespace {

/// The last transmission of the bytes that an ICMP error quotes; nothing when they were not captured.
std::optional<PacketNumber> quotedFrame(const Connection& connection, const IcmpEvent& error)
{
    const SegmentRows& segments = connection.flow(error.quotedSide).segments;
    constexpr uint32_t mostLookedAt = 10'000; // an error comes within a round trip
    uint32_t left = mostLookedAt;
    for (uint32_t row = segments.lowerBound(error.frame); row > 0 && left > 0; --row, --left) {
        const Segment segment = segments.at(row - 1);
        if (segment.seq == error.quotedSeq)
            return segment.frame;
    }
    return std::nullopt;
}

} // namespace

PacketRemarks::PacketRemarks(const Trace& trace, const Connection& connection, const Analysis& analysis)
    : m_connection(&connection)
    , m_mss{analysis.flow(Side::Client).effectiveMss, analysis.flow(Side::Server).effectiveMss}
{
    addComments(trace);
    addIcmpErrors();
}

void PacketRemarks::addComments(const Trace& trace)
{
    LocatedSegment located;
    for (const PacketComment& comment : trace.capture.details.comments) {
        if (findSegment(*m_connection, comment.packet, located))
            m_remarks[comment.packet].push_back("comment: " + comment.text);
    }
}

void PacketRemarks::addIcmpErrors()
{
    for (const IcmpEvent& error : m_connection->icmpErrors()) {
        if (const auto frame = quotedFrame(*m_connection, error))
            m_remarks[*frame].push_back("answered by " + icmpSentence(error));
    }
}

std::vector<std::string> PacketRemarks::of(PacketNumber frame) const
{
    std::vector<std::string> remarks;
    if (const auto found = m_remarks.find(frame); found != m_remarks.end())
        remarks = found->second;
    LocatedSegment located;
    if (!findSegment(*m_connection, frame, located))
        return remarks;
    const uint32_t mss = m_mss[sideIndex(located.side)];
    if (mss > 0 && located.segment.payloadLength > mss)
        remarks.push_back("larger than the MSS of " + groupedDigits(mss)
            + " bytes: the network card cuts it, or has merged it (offload)");
    if (located.segment.isCaptureDuplicate)
        remarks.emplace_back("recorded twice: this copy does not count");
    return remarks;
}

} // namespace whyrst
