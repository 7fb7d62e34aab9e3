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

TEST(Vantage, ContradictionGivesNoVerdict)
{
    Conversation talk;
    talk.ttl(Side::Client, 50).ttl(Side::Server, 64).handshake();
    const Vantage vantage = findVantage(talk.connection(), talk.analysis());
    EXPECT_EQ(vantage.place, VantagePlace::Unknown);
    EXPECT_TRUE(vantage.contradiction);
}

} // namespace whyrst::test
