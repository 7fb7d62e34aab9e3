#include "model/diagnosis/vantage.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(Vantage, HandshakeThatWaitsForTheServerIsAtTheClient)
{
    Conversation talk;
    talk.ttl(Side::Client, 60).handshake();
    const Vantage vantage = findVantage(talk.connection(), talk.analysis());
    EXPECT_EQ(vantage.place, VantagePlace::Client);
    EXPECT_EQ(vantage.confidence, Confidence::Possible);
}

TEST(Vantage, InitialTtlAndHandshakeTogetherAreLikely)
{
    Conversation talk;
    talk.handshake();
    EXPECT_EQ(findVantage(talk.connection(), talk.analysis()).confidence, Confidence::Likely);
}

TEST(Vantage, DelayOnBothSidesIsInTheMiddle)
{
    Conversation talk;
    talk.ttl(Side::Client, 60).syn().wait(10ms).synAck().wait(10ms).acks(Side::Client);
    EXPECT_EQ(findVantage(talk.connection(), talk.analysis()).place, VantagePlace::Middle);
}

TEST(Vantage, SegmentsLargerThanTheMssAreNotCapturedInTheMiddle)
{
    Conversation talk;
    talk.ttl(Side::Client, 60).syn().wait(10ms).synAck().wait(10ms).acks(Side::Client);
    talk.says(Side::Client, 1, 1, 20'000, 0x10);
    EXPECT_EQ(findVantage(talk.connection(), talk.analysis()).place, VantagePlace::Unknown);
}

TEST(Vantage, MarksOfWhatTheHostSentAreCertain)
{
    for (const Side host : {Side::Client, Side::Server}) {
        Conversation talk;
        talk.capturedAt(host).handshake().sends(Side::Client, 100).acks(Side::Server);
        const Vantage vantage = findVantage(talk.connection(), talk.analysis());
        EXPECT_EQ(vantage.place, host == Side::Client ? VantagePlace::Client : VantagePlace::Server);
        EXPECT_EQ(vantage.confidence, Confidence::Certain);
        EXPECT_TRUE(vantage.onHost);
    }
}

namespace {

/// Data of `host` with checksums that its card still has to fill in, answered with whole ones.
Conversation& talkWithPartialSums(Conversation& talk, Side host, int segments)
{
    talk.ttl(Side::Client, 60).handshake();
    for (int count = 0; count < segments; ++count) {
        talk.checksums(ChecksumClass::Partial).sends(host, 100);
        talk.checksums(ChecksumClass::Valid).wait(10ms).acks(otherSide(host));
    }
    return talk;
}

} // namespace

TEST(Vantage, ChecksumsThatAreNotFilledInYetAreCertain)
{
    for (const Side host : {Side::Client, Side::Server}) {
        Conversation talk;
        talkWithPartialSums(talk, host, 10);
        const Vantage vantage = findVantage(talk.connection(), talk.analysis());
        EXPECT_EQ(vantage.place, host == Side::Client ? VantagePlace::Client : VantagePlace::Server);
        EXPECT_EQ(vantage.confidence, Confidence::Certain);
        EXPECT_TRUE(vantage.onHost);
    }
}

TEST(Vantage, OnePartialChecksumIsNotCertain)
{
    Conversation talk;
    talkWithPartialSums(talk, Side::Server, 1);
    EXPECT_NE(findVantage(talk.connection(), talk.analysis()).confidence, Confidence::Certain);
}

namespace {

/// Data of both sides, acknowledged at once by the client and after `far` by the server.
Conversation& talkNearClient(Conversation& talk, int exchanges, Duration far = 20ms)
{
    talk.ttl(Side::Client, 63).ttl(Side::Server, 57);
    for (int64_t count = 0; count < exchanges; ++count) {
        talk.says(Side::Client, 1 + 100 * count, 1 + 500 * count, 100, 0x10).wait(far);
        talk.says(Side::Server, 1 + 500 * count, 101 + 100 * count, 500, 0x10).wait(200us);
        talk.says(Side::Client, 101 + 100 * count, 501 + 500 * count, 0, 0x10).wait(50ms);
    }
    return talk;
}

} // namespace

TEST(Vantage, SideThatAcknowledgesAtOnceIsNear)
{
    Conversation talk;
    talkNearClient(talk, 8);
    const Vantage vantage = findVantage(talk.connection(), talk.analysis());
    EXPECT_EQ(vantage.place, VantagePlace::Client);
    EXPECT_EQ(vantage.confidence, Confidence::Possible);
}

TEST(Vantage, FewAcknowledgmentsTellNothing)
{
    Conversation talk;
    talkNearClient(talk, 2);
    EXPECT_EQ(findVantage(talk.connection(), talk.analysis()).place, VantagePlace::Unknown);
}

TEST(Vantage, TwoQuickSidesTellNothing)
{
    Conversation talk;
    talkNearClient(talk, 8, 400us);
    EXPECT_EQ(findVantage(talk.connection(), talk.analysis()).place, VantagePlace::Unknown);
}

TEST(Vantage, HandshakeAndAcknowledgmentsThatAgreeAreLikely)
{
    Conversation talk;
    talk.ttl(Side::Client, 63).ttl(Side::Server, 57).handshake();
    talkNearClient(talk, 8);
    EXPECT_EQ(findVantage(talk.connection(), talk.analysis()).confidence, Confidence::Likely);
}

TEST(Vantage, HandshakeAndAcknowledgmentsMayContradict)
{
    Conversation talk;
    talk.ttl(Side::Client, 63).ttl(Side::Server, 57).syn().wait(100us).synAck().wait(20ms).acks(Side::Client);
    talkNearClient(talk, 8);
    const Vantage vantage = findVantage(talk.connection(), talk.analysis());
    EXPECT_EQ(vantage.place, VantagePlace::Unknown);
    EXPECT_TRUE(vantage.contradiction);
}

TEST(Vantage, ContradictionGivesNoVerdict)
{
    Conversation talk;
    talk.ttl(Side::Client, 50).ttl(Side::Server, 64).handshake();
    const Vantage vantage = findVantage(talk.connection(), talk.analysis());
    EXPECT_EQ(vantage.place, VantagePlace::Unknown);
    EXPECT_TRUE(vantage.contradiction);
}

} // namespace whyrst::test
