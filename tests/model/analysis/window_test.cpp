#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

/// The server's window runs full and closes.
Conversation& closed(Conversation& talk)
{
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms);
    return talk.window(Side::Server, 0).acks(Side::Server);
}

} // namespace

TEST(Window, ShiftAppliesWhenBothSynsCarryIt)
{
    Conversation talk;
    talk.handshake();
    const Analysis analysis = talk.analysis();
    EXPECT_TRUE(analysis.flow(Side::Server).windowShiftKnown);
    EXPECT_EQ(analysis.flow(Side::Server).windowShift, 7);
}

TEST(Window, WithoutHandshakeTheShiftIsUnknown)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 100, 0x10);
    EXPECT_FALSE(talk.analysis().flow(Side::Client).windowShiftKnown);
}

/// Data of the client, mid-stream, up to `bytes` beyond what the server acknowledged.
Conversation& inFlight(Conversation& talk, uint32_t bytes)
{
    talk.says(Side::Server, 9000, 5001, 0, 0x10).wait(1ms); // raw window 502
    for (uint32_t sent = 0; sent < bytes; sent += 1000)
        talk.says(Side::Client, 5001 + sent, 9000, 1000, 0x10);
    return talk;
}

TEST(Window, BytesInFlightTellTheLeastShift)
{
    Conversation talk;
    const Analysis analysis = inFlight(talk, 20'000).analysis(); // twice 502 << 5 = 32128, 502 << 4 = 16064
    EXPECT_EQ(analysis.flow(Side::Server).windowShift, 5);
    EXPECT_FALSE(analysis.flow(Side::Server).windowShiftKnown);
    EXPECT_EQ(analysis.flow(Side::Client).windowShift, 0);
}

TEST(Window, AFewSegmentsBeyondTheWindowMayAnswerAMissedAcknowledgment)
{
    Conversation talk;
    talk.says(Side::Server, 9000, 5001, 0, 0x10).wait(1ms).says(Side::Client, 25'001, 9000, 1000, 0x10);
    EXPECT_EQ(talk.says(Side::Client, 26'001, 9000, 1000, 0x10).analysis().flow(Side::Server).windowShift, 0);
}

TEST(Window, WhatNoShiftExplainsTellsNothing)
{
    Conversation talk;
    talk.says(Side::Server, 9000, 5001, 0, 0x10).wait(1ms);
    for (uint32_t sent = 0; sent < 5; ++sent)
        talk.says(Side::Client, 20'000'000 + 1000 * sent, 9000, 1000, 0x10);
    EXPECT_EQ(talk.analysis().flow(Side::Server).windowShift, 0);
}

TEST(Window, AShiftThatAPersonGaveIsKnown)
{
    Conversation talk;
    inFlight(talk, 20'000);
    Trace trace = talk.trace();
    trace.connections[0].flow(Side::Server).rare.edit().givenWindowScale = 8;
    const Analysis analysis = analyzeConnection(trace.connections[0]);
    EXPECT_EQ(analysis.flow(Side::Server).windowShift, 8);
    EXPECT_TRUE(analysis.flow(Side::Server).windowShiftKnown);
}

TEST(Window, MissedAcknowledgmentsAreNoScale)
{
    Conversation talk;
    talk.says(Side::Server, 9000, 5001, 0, 0x10).wait(1ms); // raw window 502, and what the client sends fills it
    uint32_t seq = 5001;
    for (int round = 0; round < 100; ++round, seq += 500) {
        for (uint32_t sent = 0; sent < 500; sent += 100)
            talk.says(Side::Client, seq + sent, 9000, 100, 0x10);
        if (round % 10 != 9) // each tenth was missed
            talk.says(Side::Server, 9000, seq + 500, 0, 0x10);
    }
    EXPECT_EQ(talk.analysis().flow(Side::Server).windowShift, 0);
}

TEST(Window, ReSendsBeyondTheWindowAreNoScale)
{
    Conversation talk;
    talk.says(Side::Server, 9000, 5001, 0, 0x10).wait(1ms);
    for (int copy = 0; copy < 5; ++copy)
        talk.wait(300ms).says(Side::Client, 7001, 9000, 1000, 0x10);
    EXPECT_EQ(talk.analysis().flow(Side::Server).windowShift, 0);
}

TEST(Window, OneSynIsNotEnough)
{
    Conversation talk;
    talk.synAck().wait(1ms);
    const Analysis analysis = talk.says(Side::Client, 1, 1, 1000, 0x10).analysis();
    EXPECT_FALSE(analysis.flow(Side::Server).windowShiftKnown);
}

TEST(Window, OptionsThatWereCutOffAreNotRefused)
{
    Conversation talk;
    talk.handshake();
    Trace trace = talk.trace();
    trace.connections[0].flow(Side::Server).synOptions->windowScale.reset();
    trace.connections[0].flow(Side::Server).synOptions->cut = true;
    EXPECT_FALSE(analyzeConnection(trace.connections[0]).flow(Side::Client).windowShiftKnown);
}

TEST(Window, AScaleBeforeTheCutIsKnown)
{
    Conversation talk;
    talk.handshake();
    Trace trace = talk.trace();
    for (Flow& flow : trace.connections[0].flows)
        flow.synOptions->cut = true;
    const Analysis analysis = analyzeConnection(trace.connections[0]);
    EXPECT_TRUE(analysis.flow(Side::Client).windowShiftKnown);
    EXPECT_EQ(analysis.flow(Side::Client).windowShift, 7);
}

TEST(Window, AMaximumSegmentSizeThatWasCutOffIsNotTheDefault)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1448).acks(Side::Server).sends(Side::Client, 1448).acks(Side::Server);
    Trace trace = talk.trace();
    SynOptions& server = *trace.connections[0].flow(Side::Server).synOptions;
    server.maximumSegmentSize.reset();
    server.cut = true;
    EXPECT_EQ(analyzeConnection(trace.connections[0]).flow(Side::Client).effectiveMss, 1448U);
}

TEST(Window, ClosesAtZeroAndOpensWithRoomForASegment)
{
    Conversation talk;
    closed(talk).wait(2s).window(Side::Server, 100).acks(Side::Server);
    const Analysis analysis = talk.analysis();
    ASSERT_EQ(analysis.flow(Side::Server).windowClosed.size(), 1U);
    EXPECT_FALSE(analysis.flow(Side::Server).windowClosed[0].stillClosed);
    EXPECT_NEAR(toSeconds(analysis.flow(Side::Server).counts.zeroWindowTime), 2, 0.01);
}

TEST(Window, FewBytesAreNoOpening)
{
    Conversation talk;
    closed(talk).wait(2s).window(Side::Server, 1).acks(Side::Server);
    EXPECT_TRUE(talk.analysis().flow(Side::Server).windowClosed[0].stillClosed);
}

TEST(Window, ProbesAndTheirAnswersAreCounted)
{
    Conversation talk;
    closed(talk).wait(1s).zeroWindowProbe(Side::Client).wait(20ms).acks(Side::Server);
    talk.wait(2s).zeroWindowProbe(Side::Client);
    const Analysis analysis = talk.analysis();
    const WindowClosed& interval = analysis.flow(Side::Server).windowClosed.at(0);
    EXPECT_EQ(interval.probes, 2U);
    EXPECT_EQ(interval.answeredProbes, 1U);
    EXPECT_EQ(interval.unansweredInARow, 1U);
    EXPECT_TRUE(analysis.flow(Side::Client).kinds.back().has(Kind::ZeroWindowProbe));
}

TEST(Window, ProbeWithAnOpenWindowIsAKeepAlive)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(10s).keepAlive(Side::Client);
    talk.wait(20ms).acks(Side::Server);
    const Analysis analysis = talk.analysis();
    EXPECT_TRUE(analysis.flow(Side::Client).kinds.back().has(Kind::KeepAlive));
    EXPECT_TRUE(analysis.flow(Side::Server).kinds.back().has(Kind::KeepAliveAck));
}

TEST(Window, WithdrawnWindowIsAShrink)
{
    Conversation talk;
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 1000).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1000).window(Side::Server, 0).wait(20ms).acks(Side::Server);
    const Analysis analysis = talk.analysis();
    EXPECT_TRUE(analysis.flow(Side::Server).kinds.back().has(Kind::WindowShrink));
    EXPECT_TRUE(analysis.flow(Side::Server).windowClosed.at(0).byWithdrawal);
}

TEST(Window, WindowOfAResetDoesNotCount)
{
    Conversation talk;
    talk.handshake().replies(Side::Server, 1);
    EXPECT_TRUE(talk.analysis().flow(Side::Server).windowClosed.empty());
}

} // namespace whyrst::test
