// What an imperfect capture does to a connection: packets out of order of time, packets recorded twice.
#include "model/tcp/connection_table.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

using namespace std::chrono_literals;

constexpr uint16_t ack = 0x10;

SegmentHeader dataSegment(uint32_t seq, uint16_t ipId)
{
    SegmentHeader header;
    header.source.port = 40'000;
    header.destination.port = 443;
    header.flags.bits = ack;
    header.seq = SeqNum{seq};
    header.ack = SeqNum{1};
    header.ipId = ipId;
    header.payloadLength = 100;
    header.ttl = 64;
    return header;
}

/// A table that is given segments as a capture stores them.
class Recording
{
public:
    explicit Recording(const LoadOptions& options = {})
        : m_table(options)
    {
    }

    Recording& at(Duration time, const SegmentHeader& header)
    {
        m_table.add(header, PacketNumber(++m_frame), Timestamp(1s + time));
        return *this;
    }
    const ConnectionTable& table() const { return m_table; }
    Connection connection()
    {
        m_trace = m_table.takeTrace();
        return m_trace.connections.front();
    }

private:
    ConnectionTable m_table;
    Trace m_trace;
    uint32_t m_frame = 0;
};

TEST(TimeDisorder, PacketsStoredTooLateAreCounted)
{
    Recording recording;
    recording.at(10us, dataSegment(1, 1)).at(30us, dataSegment(101, 2)).at(20us, dataSegment(201, 3));
    recording.at(40us, dataSegment(301, 4)).at(5us, dataSegment(401, 5));
    const TimeDisorder& disorder = recording.table().timeDisorder();
    EXPECT_EQ(disorder.packets, 2U);
    EXPECT_EQ(disorder.first, PacketNumber(3));
    EXPECT_EQ(disorder.largest, 35us);
}

TEST(TimeDisorder, ConnectionBeginsAtItsEarliestPacketAndFramesStay)
{
    Recording recording;
    recording.at(30us, dataSegment(1, 1)).at(10us, dataSegment(101, 2));
    const Connection connection = recording.connection();
    EXPECT_EQ(connection.firstTime, Timestamp(1s + 10us));
    EXPECT_EQ(connection.lastTime, Timestamp(1s + 30us));
    EXPECT_EQ(connection.firstFrame, PacketNumber(1));
    EXPECT_EQ(connection.lastFrame, PacketNumber(2));
}

TEST(TimeDisorder, ClockStepIsNone)
{
    Recording recording;
    recording.at(10s, dataSegment(1, 1)).at(0s, dataSegment(101, 2));
    EXPECT_EQ(recording.table().timeDisorder().packets, 0U);
}

TEST(CaptureDuplicate, CopyOfARoutedPacketDoesNotCount)
{
    SegmentHeader routed = dataSegment(101, 2);
    routed.ttl = 63;
    Recording recording;
    recording.at(0us, dataSegment(1, 1)).at(10us, dataSegment(101, 2)).at(20us, routed);
    EXPECT_EQ(recording.table().captureDuplicates(), 1U);
    const Connection connection = recording.connection();
    EXPECT_TRUE(connection.flow(Side::Client).segments.at(2).isCaptureDuplicate);
}

TEST(CaptureDuplicate, CountsWhenTheUserSaysSo)
{
    LoadOptions options;
    options.keepDuplicates = true;
    Recording recording(options);
    recording.at(0us, dataSegment(1, 1)).at(10us, dataSegment(101, 2)).at(20us, dataSegment(101, 2));
    EXPECT_EQ(recording.table().captureDuplicates(), 1U);
    EXPECT_FALSE(recording.connection().flow(Side::Client).segments.at(2).isCaptureDuplicate);
}

TEST(CaptureDuplicate, RetransmissionWithTheSameIpIdAfterTheTimerIsReal)
{
    Recording recording;
    recording.at(0ms, dataSegment(1, 1)).at(1ms, dataSegment(101, 2)).at(201ms, dataSegment(101, 2));
    EXPECT_EQ(recording.table().captureDuplicates(), 0U);
}

TEST(CaptureDuplicate, QuickRetransmissionOfASenderWithConstantIpIdIsReal)
{
    Recording recording;
    recording.at(0us, dataSegment(1, 7)).at(100us, dataSegment(101, 7)).at(400us, dataSegment(1, 7));
    EXPECT_EQ(recording.table().captureDuplicates(), 0U);
    EXPECT_FALSE(recording.connection().flow(Side::Client).segments.at(2).isCaptureDuplicate);
}

TEST(RareFacts, TunnelResetReasonAndCookieAreKept)
{
    SegmentHeader syn = dataSegment(0, 1);
    syn.flags.bits = 0x02;
    syn.payloadLength = 0;
    syn.tunnel = Tunnel::Vxlan;
    syn.options.fastOpen = true;
    syn.options.fastOpenCookieLength = 8;
    SegmentHeader reset = dataSegment(1, 2);
    reset.flags.bits = 0x14;
    reset.payloadLength = 0;
    reset.options.multipathResetReason = 2;
    Recording recording;
    const Connection connection = recording.at(0ms, syn).at(1ms, reset).connection();
    EXPECT_EQ(connection.tunnel(), Tunnel::Vxlan);
    const Flow& client = connection.flow(Side::Client);
    EXPECT_EQ(client.rare->fastOpenCookie, 8);
    ASSERT_EQ(client.rare->resetReasons.size(), 1U);
    EXPECT_EQ(client.rare->resetReasons[0].row, 1U);
    EXPECT_EQ(client.rare->resetReasons[0].reason, 2);
}

} // namespace
} // namespace whyrst::test
