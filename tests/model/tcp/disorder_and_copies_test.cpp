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

/// A packet of the client without IP ID, as of IPv6.
SegmentHeader withoutId(uint32_t seq, uint32_t ackNumber, uint16_t flags = ack, uint32_t length = 0)
{
    SegmentHeader header = dataSegment(seq, 0);
    header.ipId.reset();
    header.flags.bits = flags;
    header.ack = SeqNum{ackNumber};
    header.payloadLength = length;
    return header;
}

SegmentHeader withTimestamps(SegmentHeader header, uint32_t value)
{
    header.options.timestamps = Timestamps{value, 1};
    return header;
}

/// Data of the server with timestamps.
SegmentHeader download(uint32_t seq)
{
    SegmentHeader header = withTimestamps(withoutId(seq, 1, ack, 1000), seq);
    std::swap(header.source, header.destination);
    return header;
}

constexpr uint16_t finAck = 0x11;
constexpr uint16_t synOnly = 0x02;
constexpr uint16_t rstOnly = 0x04;
constexpr uint16_t rstAck = 0x14;
constexpr Duration copyDelay = 10us;

/// Records packets some time apart, each as often as is said.
class Repeating
{
public:
    explicit Repeating(int recordings)
        : m_recordings(recordings)
    {
    }

    Repeating& add(const SegmentHeader& header) { return add(header, m_recordings); }
    Repeating& add(const SegmentHeader& header, int recordings, Duration pause = 2ms)
    {
        m_time += pause;
        for (int count = 0; count < recordings; ++count)
            m_recording.at(m_time += copyDelay, header);
        return *this;
    }
    uint64_t copies() const { return m_recording.table().captureDuplicates(); }

private:
    int m_recordings;
    Duration m_time{};
    Recording m_recording;
};

/// As many equal pure ACKs, 20 us apart.
void repeatAck(Repeating& repeating, uint32_t ackNumber, int count, int recordings)
{
    for (int sent = 0; sent < count; ++sent)
        repeating.add(withoutId(101, ackNumber), recordings, 20us);
}

TEST(CaptureDuplicate, SynWithoutIpIdIsNotSentTwiceInAMillisecond)
{
    EXPECT_EQ(Repeating(2).add(withoutId(0, 0, synOnly)).copies(), 1U);
}

TEST(CaptureDuplicate, SynIsSentAgainAfterASecond)
{
    Recording recording;
    recording.at(0s, withoutId(0, 0, synOnly)).at(1s, withoutId(0, 0, synOnly));
    EXPECT_EQ(recording.table().captureDuplicates(), 0U);
}

TEST(CaptureDuplicate, FinAndAbortWithEqualTimestampsAreCopies)
{
    EXPECT_EQ(Repeating(2).add(withTimestamps(withoutId(101, 1, finAck), 7)).copies(), 1U);
    EXPECT_EQ(Repeating(2).add(withTimestamps(withoutId(101, 1, rstAck), 7)).copies(), 1U);
}

TEST(CaptureDuplicate, AnswersToSeveralSegmentsMayBeEqual)
{
    Repeating repeating(3);
    EXPECT_EQ(repeating.add(withoutId(101, 0, rstOnly)).copies(), 0U);
}

TEST(CaptureDuplicate, FloodOfDuplicateAcksIsReal)
{
    Repeating repeating(1);
    repeating.add(withoutId(0, 0, synOnly)).add(withoutId(1, 1)).add(withTimestamps(withoutId(1, 1, ack, 100), 5));
    repeatAck(repeating, 1001, 500, 1);
    repeatAck(repeating, 9001, 500, 1);
    EXPECT_EQ(repeating.copies(), 0U);
}

TEST(CaptureDuplicate, FloodIsRealThoughTheSynWasRecordedTwice)
{
    Repeating repeating(1);
    repeating.add(withoutId(0, 0, synOnly), 2).add(withoutId(1, 1)); // a switch that did not know the way
    repeatAck(repeating, 1001, 500, 1);
    EXPECT_EQ(repeating.copies(), 1U);
}

TEST(CaptureDuplicate, FloodAtTheBeginningOfTheCaptureIsReal)
{
    Repeating repeating(1);
    repeatAck(repeating, 1001, 500, 1);
    EXPECT_EQ(repeating.copies(), 0U);
}

TEST(CaptureDuplicate, FloodIsRealThoughTheOtherDirectionIsRecordedTwice)
{
    Repeating repeating(1);
    for (uint32_t seq = 1; seq < 30'000; seq += 1000)
        repeating.add(download(seq), 2).add(withoutId(101, seq + 1000));
    repeatAck(repeating, 30'001, 500, 1);
    EXPECT_EQ(repeating.copies(), 30U);
}

TEST(CaptureDuplicate, AcksOfADoubledFlowAreCopies)
{
    Repeating repeating(2);
    repeating.add(withoutId(0, 0, synOnly)).add(withoutId(1, 1)).add(withTimestamps(withoutId(1, 1, ack, 100), 5));
    for (uint32_t number = 1001; number < 50'000; number += 1000)
        repeating.add(withoutId(101, number));
    EXPECT_EQ(repeating.copies(), 3U + 49U);
}

TEST(CaptureDuplicate, DataWithoutTimestampsOfADoubledFlowIsACopy)
{
    Repeating repeating(2);
    repeating.add(withoutId(0, 0, synOnly)).add(withoutId(1, 1));
    for (uint32_t seq = 1; seq < 10'000; seq += 100)
        repeating.add(withoutId(seq, 1, ack, 100));
    EXPECT_EQ(repeating.copies(), 2U + 100U);
}

TEST(CaptureDuplicate, QuickRetransmissionWithoutIpIdIsReal)
{
    Repeating repeating(1);
    repeating.add(withoutId(0, 0, synOnly)).add(withoutId(1, 1)).add(withoutId(1, 1, ack, 100), 2);
    EXPECT_EQ(repeating.copies(), 0U);
}

TEST(CaptureDuplicate, HalfOfADoubledFloodIsReal)
{
    Repeating repeating(2);
    repeating.add(withoutId(0, 0, synOnly)).add(withoutId(1, 1));
    repeatAck(repeating, 1001, 500, 2);
    EXPECT_EQ(repeating.copies(), 2U + 500U);
}

TEST(CaptureDuplicate, TwoThirdsOfATripledFloodAreCopies)
{
    Repeating repeating(3);
    repeating.add(withoutId(0, 0, synOnly)).add(withTimestamps(withoutId(1, 1, ack, 100), 5));
    repeatAck(repeating, 1001, 500, 3);
    EXPECT_EQ(repeating.copies(), 4U + 1000U);
}

TEST(CaptureDuplicate, AcksOfADownloadThatBeganBeforeTheCaptureAreCopiesInTime)
{
    Repeating repeating(2);
    for (uint32_t seq = 1; seq < 100'000; seq += 1000)
        repeating.add(download(seq)).add(withoutId(101, seq + 1000));
    EXPECT_EQ(repeating.copies(), 100U + 93U); // the first seven might be honest
}

TEST(CaptureDuplicate, WindowUpdateIsNoneThoughItsChecksumIsNotFilledIn)
{
    SegmentHeader update = withoutId(101, 2001);
    update.rawWindow = 900;
    Repeating repeating(2);
    repeating.add(withoutId(0, 0, synOnly)).add(withoutId(1, 1)).add(withTimestamps(withoutId(1, 1, ack, 100), 5));
    repeating.add(withoutId(101, 2001), 1).add(update, 1, 10us);
    EXPECT_EQ(repeating.copies(), 3U);
}

TEST(CaptureDuplicate, AcksThatReportOtherBytesAreNone)
{
    Repeating repeating(2);
    repeating.add(withoutId(0, 0, synOnly)).add(withoutId(1, 1)).add(withTimestamps(withoutId(1, 1, ack, 100), 5));
    SegmentHeader report = withoutId(101, 2001);
    report.options.sackBlockCount = 1;
    report.options.sackBlocks[0] = {SeqNum{3001}, SeqNum{4001}};
    repeating.add(report, 1);
    report.options.sackBlocks[0].right = SeqNum{5001};
    EXPECT_EQ(repeating.add(report, 1, 10us).copies(), 3U);
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
