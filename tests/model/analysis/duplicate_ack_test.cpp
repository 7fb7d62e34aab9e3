#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

Kinds lastKinds(Conversation& talk, Side side)
{
    return talk.analysis().flow(side).kinds.back();
}

/// One acknowledged exchange, so that the scaled window of the server is known.
Conversation& opened(Conversation& talk)
{
    return talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);
}

} // namespace

TEST(DuplicateAck, RepeatedAckWithDataOutstandingIsOne)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 1000).sends(Side::Client, 1000).wait(20ms).acks(Side::Server);
    EXPECT_TRUE(lastKinds(talk, Side::Server).has(Kind::DupAck));
}

TEST(DuplicateAck, RepeatedAckWithNothingOutstandingIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).acks(Side::Server);
    EXPECT_FALSE(lastKinds(talk, Side::Server).has(Kind::DupAck));
}

TEST(DuplicateAck, WindowUpdateIsNotDuplicate)
{
    Conversation talk;
    talk.handshake().lost().sends(Side::Client, 1000).window(Side::Server, 600).acks(Side::Server);
    EXPECT_FALSE(lastKinds(talk, Side::Server).has(Kind::DupAck));
    EXPECT_TRUE(lastKinds(talk, Side::Server).has(Kind::WindowUpdate));
}

TEST(DuplicateAck, NewSackCountsThoughTheWindowGrew)
{
    Conversation talk;
    talk.handshake().lost().sends(Side::Client, 1000).sends(Side::Client, 1000);
    talk.window(Side::Server, 600).sacks(Side::Server, 1001, 2001);
    EXPECT_TRUE(lastKinds(talk, Side::Server).has(Kind::DupAck)); // RFC 6675
}

TEST(DuplicateAck, DataWithTheSameAckIsNone)
{
    Conversation talk;
    talk.handshake().lost().sends(Side::Client, 1000).sends(Side::Server, 10);
    EXPECT_FALSE(lastKinds(talk, Side::Server).has(Kind::DupAck));
}

TEST(DuplicateAck, DsackIsNotDuplicate)
{
    Conversation talk;
    talk.handshake()
        .sends(Side::Client, 1000)
        .acks(Side::Server)
        .lost()
        .sends(Side::Client, 1000)
        .sacks(Side::Server, 1, 1001);
    EXPECT_TRUE(lastKinds(talk, Side::Server).has(Kind::DSack));
    EXPECT_FALSE(lastKinds(talk, Side::Server).has(Kind::DupAck));
}

TEST(DuplicateAck, RunsEndWhenTheAckAdvances)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 1460).sends(Side::Client, 4380).wait(20ms);
    talk.acks(Side::Server)
        .acks(Side::Server)
        .acks(Side::Server)
        .resends(Side::Client, 101, 1460)
        .wait(20ms)
        .acks(Side::Server);
    const Analysis analysis = talk.analysis();
    ASSERT_EQ(analysis.flow(Side::Server).dupAckRuns.size(), 1U);
    EXPECT_EQ(analysis.flow(Side::Server).dupAckRuns[0].count, 3U);
    EXPECT_EQ(analysis.flow(Side::Server).dupAckRuns[0].ack.value, 101);
}

} // namespace whyrst::test
