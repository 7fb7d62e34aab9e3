#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

Kinds lastOfClient(Conversation& talk)
{
    return talk.analysis().flow(Side::Client).kinds.back();
}

/// Five segments, the first lost, then as many duplicate ACKs as asked for.
Conversation& stalled(Conversation& talk, int dupAcks)
{
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 4 * 1460).wait(20ms);
    for (int count = 0; count < dupAcks; ++count)
        talk.acks(Side::Server);
    return talk;
}

} // namespace

class ResendAt : public testing::TestWithParam<uint32_t>
{
};
INSTANTIATE_TEST_SUITE_P(
    InitialNumbers, ResendAt, testing::Values(0U, 1U << 31, 0xffff'fe00U), testing::PrintToStringParamName());

TEST_P(ResendAt, ThreeDupAcksMakeItFast)
{
    Conversation talk({GetParam(), GetParam()});
    stalled(talk, 3).resends(Side::Client, 101, 1460);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::FastRetransmission));
}

TEST_P(ResendAt, TimerAfterSilenceMakesItRto)
{
    Conversation talk({GetParam(), GetParam()});
    stalled(talk, 0).wait(300ms).resends(Side::Client, 101, 1460);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::RtoRetransmission));
}

TEST(Resend, OneSackIsEnoughForFast)
{
    Conversation talk;
    stalled(talk, 0).sacks(Side::Server, 1561, 3021).resends(Side::Client, 101, 1460);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::FastRetransmission)); // RFC 8985
}

TEST(Resend, LastSegmentOfAFlightMayBeATailLossProbe)
{
    Conversation talk;
    talk.handshake().lost().sends(Side::Client, 1000).wait(60ms).resends(Side::Client, 1, 1000);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::TailLossProbe));
}

TEST(Resend, BytesAcknowledgedLongAgoAreNeedless)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).wait(500ms).resends(Side::Client, 1, 1000);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::Needless));
}

TEST(Resend, MergedSegmentsAreFoundByTheirBytes)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 100).sends(Side::Client, 100).sends(Side::Client, 100).wait(300ms);
    talk.resends(Side::Client, 101, 300);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::RtoRetransmission));
    EXPECT_FALSE(lastOfClient(talk).has(Kind::New));
}

TEST(Resend, OvertakenSegmentIsALateOriginal)
{
    Conversation talk;
    talk.handshake().says(Side::Client, 1461, 1, 1460, 0x10).says(Side::Client, 1, 1, 1460, 0x10);
    const Kinds kinds = lastOfClient(talk);
    EXPECT_FALSE(kinds.has(Kind::LateOriginal)); // its IP ID is the later one: sent again
    EXPECT_TRUE(kinds.has(Kind::ResentUnseen));
}

TEST(Resend, ThreeTimerResendsAreABackoff)
{
    Conversation talk;
    stalled(talk, 0).wait(200ms).resends(Side::Client, 101, 1460).wait(400ms).resends(Side::Client, 101, 1460);
    talk.wait(800ms).resends(Side::Client, 101, 1460).wait(1600ms).resends(Side::Client, 101, 1460);
    const Analysis analysis = talk.analysis();
    ASSERT_EQ(analysis.flow(Side::Client).backoffs.size(), 1U);
    EXPECT_TRUE(analysis.flow(Side::Client).backoffs[0].isExponential);
    EXPECT_NEAR(toSeconds(analysis.flow(Side::Client).backoffs[0].lastInterval), 1.6, 0.01);
}

TEST(Resend, AckSoonerThanTheRoundTripMakesItSpurious)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).wait(300ms).resends(Side::Client, 1, 1000).wait(1ms).acks(Side::Server);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::Spurious));
}

TEST(Resend, AckThatEchoesAnOlderTimestampMakesItSpurious)
{
    Conversation talk;
    talk.timestamps(true).handshake().sends(Side::Client, 1000).wait(300ms).resends(Side::Client, 1, 1000).wait(25ms);
    talk.clockOff(Side::Client, -200ms).acks(Side::Server); // echoes the first copy (Eifel, RFC 3522)
    EXPECT_TRUE(lastOfClient(talk).has(Kind::Spurious));
}

TEST(Resend, DsackOfItsBytesMakesItSpurious)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).wait(300ms).resends(Side::Client, 1, 1000).wait(25ms);
    talk.acks(Side::Server).wait(10us).sacks(Side::Server, 1, 1001);
    EXPECT_TRUE(lastOfClient(talk).has(Kind::Spurious));
}

TEST(Resend, DsackOfOtherBytesTellsNothingOfIt)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 2000).wait(300ms).resends(Side::Client, 1461, 540).wait(25ms);
    talk.acks(Side::Server).wait(10us).sacks(Side::Server, 1, 1001);
    EXPECT_FALSE(lastOfClient(talk).has(Kind::Spurious));
}

TEST(Resend, AckedBytesThatWereNeverSeenAreCounted)
{
    Conversation talk;
    talk.handshake().says(Side::Server, 1, 5001, 0, 0x10);
    EXPECT_EQ(talk.analysis().flow(Side::Client).unseenAckedBytes, 5000);
}

TEST(Resend, StoredPacketThatATimerSendsAgainIsNoCopyOfTheNetwork)
{
    const auto kindOfTheLast = [](Duration after) {
        ConnectionTable table{LoadOptions()};
        Timestamp time{1000s};
        uint32_t frame = 0;
        const auto add = [&](uint32_t seq, uint16_t ipId) {
            SegmentHeader header;
            header.source = {{{10, 0, 0, 1}}, 40'000};
            header.destination = {{{10, 0, 0, 2}}, 639};
            header.headerLength = 40;
            header.ipId = ipId;
            header.flags.bits = 0x18;
            header.seq.value = seq;
            header.ack.value = 5000;
            header.payloadLength = 3;
            table.add(header, PacketNumber(++frame), time);
        };
        add(1000, 7);
        add(1003, 8);
        add(1006, 9);
        time += after;
        add(1006, 9);
        const Trace trace = table.takeTrace();
        return analyzeConnection(trace.connections.front()).flow(Side::Client).kinds.back();
    };
    EXPECT_TRUE(kindOfTheLast(5ms).has(Kind::NetworkDuplicate));
    EXPECT_FALSE(kindOfTheLast(3s).has(Kind::NetworkDuplicate));
}

} // namespace whyrst::test
