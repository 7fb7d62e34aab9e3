#include "model/analysis/flow_statistics.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

constexpr uint16_t ack = 0x10;

FlowStatistics ofSide(Conversation& talk, Side side = Side::Client)
{
    return flowStatisticsOf(talk.connection())[sideIndex(side)];
}

/// Conversations at initial sequence numbers of all kinds.
class FlowStatisticsAt : public testing::TestWithParam<uint32_t>
{
protected:
    Conversation m_talk{{GetParam(), GetParam()}};
};

TEST_P(FlowStatisticsAt, CountsPacketsAndBytesOfAnUpload)
{
    m_talk.handshake().sends(Side::Client, 3000).acks(Side::Server).closes(Side::Client);
    const FlowStatistics client = ofSide(m_talk);
    EXPECT_EQ(client.packets, 6U); // SYN, ACK, three with data, FIN
    EXPECT_EQ(client.acks, 5U);
    EXPECT_EQ(client.pureAcks, 1U);
    EXPECT_EQ(client.dataPackets, 3U);
    EXPECT_EQ(client.uniqueBytes, 3000);
    EXPECT_EQ(client.streamLength, 3000);
    EXPECT_EQ(client.missedBytes, 0);
    EXPECT_EQ(client.segment.largest, 1460);
    EXPECT_EQ(client.segment.smallest, 80);
    EXPECT_EQ(client.initialWindowBytes, 3000U);
}

TEST_P(FlowStatisticsAt, ResentBytesAreNotUnique)
{
    m_talk.handshake().sends(Side::Client, 2920).wait(300ms).resends(Side::Client, 1, 1460);
    const FlowStatistics client = ofSide(m_talk);
    EXPECT_EQ(client.uniqueBytes, 2920);
    EXPECT_EQ(client.resentPackets, 1U);
    EXPECT_EQ(client.resentBytes, 1460);
    EXPECT_EQ(client.mostResends, 1U);
    EXPECT_NEAR(toMilliseconds(client.resendIntervals.maximum()), 300, 1);
}

INSTANTIATE_TEST_SUITE_P(Isn, FlowStatisticsAt, testing::Values(0U, 0x8000'0000U, 0xffff'fff0U));

TEST(FlowStatistics, AFilledGapIsOutOfOrder)
{
    Conversation talk;
    talk.handshake().says(Side::Client, 1461, 1, 1460, ack).says(Side::Client, 1, 1, 1460, ack);
    EXPECT_EQ(ofSide(talk).outOfOrder, 1U);
    EXPECT_EQ(ofSide(talk).resentPackets, 0U);
}

TEST(FlowStatistics, RoundTripsLeaveOutWhatWasSentAgain)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(30ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 100).wait(300ms).resends(Side::Client, 101, 100).wait(40ms).acks(Side::Server);
    const FlowStatistics client = ofSide(talk);
    EXPECT_EQ(client.roundTrip.count(), 2U); // the SYN and the first 100 bytes
    EXPECT_NEAR(toMilliseconds(client.roundTrip.maximum()), 30, 1);
    EXPECT_NEAR(toMilliseconds(client.handshakeRoundTrip), 20, 1);
    EXPECT_EQ(client.ambiguousRoundTrip.count(), 1U);
    EXPECT_NEAR(toMilliseconds(client.ambiguousRoundTrip.mean()), 40, 1); // since the last copy
}

TEST(FlowStatistics, AnAcknowledgmentAfterARepairIsNoSample)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 2920).wait(300ms).resends(Side::Client, 1, 1460).wait(20ms);
    talk.acks(Side::Server);
    EXPECT_EQ(ofSide(talk).acksAfterLoss, 1U);
    EXPECT_EQ(ofSide(talk).cumulativelyAcked, 1U);
}

TEST(FlowStatistics, OneAcknowledgmentOfManySegmentsIsOneSample)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 4 * 1460).wait(20ms).acks(Side::Server);
    EXPECT_EQ(ofSide(talk).roundTrip.count(), 2U);
    EXPECT_EQ(ofSide(talk).cumulativelyAcked, 3U);
    EXPECT_EQ(ofSide(talk).fullSizeRoundTrip.count(), 1U);
}

TEST(FlowStatistics, ThreeDuplicatesAreATripleOnce)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server).lost().sends(Side::Client, 1460);
    for (int count = 0; count < 5; ++count)
        talk.sends(Side::Client, 1460).acks(Side::Server);
    EXPECT_EQ(ofSide(talk).dupAcks, 5U);
    EXPECT_EQ(ofSide(talk).tripleDupAcks, 1U);
}

TEST(FlowStatistics, AWindowUpdateIsNoDuplicate)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server).window(Side::Server, 600).acks(Side::Server);
    EXPECT_EQ(ofSide(talk).dupAcks, 0U);
}

TEST(FlowStatistics, DataAgainstAClosedWindowIsAProbe)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).window(Side::Server, 0).acks(Side::Server);
    talk.wait(1s).says(Side::Client, 101, 1, 1, ack);
    EXPECT_EQ(ofSide(talk).windowProbes, 1U);
    EXPECT_EQ(ofSide(talk).windowProbeBytes, 1U);
    EXPECT_EQ(ofSide(talk).uniqueBytes, 100);
    EXPECT_EQ(ofSide(talk, Side::Server).zeroWindows, 1U);
}

TEST(FlowStatistics, WindowsAreScaledAfterTheHandshake)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).window(Side::Server, 100).acks(Side::Server);
    const FlowStatistics server = ofSide(talk, Side::Server);
    EXPECT_EQ(server.windowScale, 7);
    EXPECT_EQ(server.window.largest, 100 << 7); // the window of the SYN was not scaled and is forgotten
}

TEST(FlowStatistics, OutstandingBytesAreWeightedByTheirTime)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).wait(1s).acks(Side::Server).acks(Side::Client);
    EXPECT_EQ(ofSide(talk).outstanding.largest, 1001); // tcptrace counts one more
    EXPECT_NEAR(static_cast<double>(ofSide(talk).outstandingOverTime), 1000 / 1.02, 10);
}

TEST(FlowStatistics, SackBlocksBelowTheAcknowledgmentReportDuplicates)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 4380).acks(Side::Server).sacks(Side::Server, 1, 1461);
    const FlowStatistics server = ofSide(talk, Side::Server);
    EXPECT_EQ(server.sacks, 1U);
    EXPECT_EQ(server.dSacks, 1U);
    EXPECT_EQ(server.mostSackBlocks, 1U);
}

TEST(FlowStatistics, WhatTheSnapLengthCutIsCounted)
{
    Conversation talk; // its packets hold no payload
    talk.handshake().sends(Side::Client, 3000);
    EXPECT_EQ(ofSide(talk).truncatedBytes, 3000U);
    EXPECT_EQ(ofSide(talk).truncatedPackets, 3U);
}

TEST(FlowStatistics, WithoutAHandshakeTheStreamsLengthIsNotKnown)
{
    Conversation talk;
    talk.sends(Side::Client, 100).acks(Side::Server).closes(Side::Client);
    EXPECT_FALSE(ofSide(talk).streamLength);
    EXPECT_FALSE(ofSide(talk).missedBytes);
    EXPECT_EQ(ofSide(talk).handshakeRoundTrip, Duration(0));
}

TEST(FlowStatistics, ASilentSideHasNoIdleTime)
{
    Conversation talk;
    talk.syn();
    EXPECT_TRUE(ofSide(talk).longestIdle);
    EXPECT_FALSE(ofSide(talk, Side::Server).longestIdle);
    EXPECT_FALSE(ofSide(talk).throughput); // one packet lasts no time
}

} // namespace
} // namespace whyrst::test
