#include "model/analysis/analysis.h"
#include "model/compare/divergence.h"
#include "model/tcp/connection_table.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace whyrst::test {

namespace {

/// Handshakes with options of their own.
class HandshakeOptions : public testing::Test
{
protected:
    static SegmentHeader segment(uint16_t port, Side side, uint16_t flags)
    {
        SegmentHeader header;
        header.source.address.bytes = {192, 0, 2, 1};
        header.source.port = port;
        header.destination.address.bytes = {192, 0, 2, 2};
        header.destination.port = 443;
        if (side == Side::Server)
            std::swap(header.source, header.destination);
        header.seq.value = 1000;
        header.ack.value = flags & 0x10 ? 1001 : 0;
        header.flags.bits = flags;
        header.headerLength = 40;
        header.rawWindow = 64240;
        header.ttl = 64;
        return header;
    }

    /// SYN-ACK with this MSS.
    static SegmentHeader synAck(uint16_t port, uint16_t mss)
    {
        SegmentHeader header = segment(port, Side::Server, 0x12);
        header.options.maximumSegmentSize = mss;
        return header;
    }

    void handshake(uint16_t port, const SegmentHeader& synAck)
    {
        SegmentHeader syn = segment(port, Side::Client, 0x02);
        syn.options.maximumSegmentSize = 1460;
        syn.options.sackPermitted = true;
        for (const SegmentHeader& header : {syn, synAck}) {
            ++m_frame;
            m_table.add(header, PacketNumber(m_frame), Timestamp(std::chrono::milliseconds(10 * m_frame)));
        }
    }

    Divergence compare()
    {
        const Trace trace = m_table.takeTrace();
        const std::array analyses{analyzeConnection(trace.connections[0]), analyzeConnection(trace.connections[1])};
        const ConnectionDiagnosis none;
        return findDivergence(
            {{trace, trace.connections[0], analyses[0], none}, {trace, trace.connections[1], analyses[1], none}});
    }

private:
    ConnectionTable m_table{LoadOptions()};
    uint32_t m_frame = 0;
};

constexpr const char* smallerMss
    = "The server's SYN-ACK announces an MSS of 536 in the bad connection and 1,460 in the "
      "good one (bad #4, good #2).";

} // namespace

TEST_F(HandshakeOptions, AnOptionThatIsMissingIsNamedWithBothPackets)
{
    SegmentHeader good = synAck(40000, 1460);
    good.options.sackPermitted = true;
    SegmentHeader bad = synAck(40001, 536);
    handshake(40000, good);
    handshake(40001, bad);
    const Divergence divergence = compare();
    ASSERT_EQ(divergence.differences.size(), 2U);
    EXPECT_EQ(divergence.differences[0].text, smallerMss);
    EXPECT_EQ(divergence.differences[1].text,
        "The server's SYN-ACK does not offer SACK in the bad connection and does in the good one (bad #4, good #2).");
    EXPECT_EQ(divergence.first, 0U);
}

TEST_F(HandshakeOptions, OptionsThatACutSynStillHasAreCompared)
{
    SegmentHeader good = synAck(40000, 1460);
    good.options.windowScale = 7;
    good.options.sackPermitted = true;
    SegmentHeader bad = synAck(40001, 536);
    bad.options.cut = true;
    handshake(40000, good);
    handshake(40001, bad);
    const Divergence divergence = compare();
    ASSERT_EQ(divergence.differences.size(), 1U);
    EXPECT_EQ(divergence.differences[0].text, smallerMss);
}

} // namespace whyrst::test
