#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

Conversation& quiet(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 100);
    return talk.wait(1ms).acks(Side::Client).wait(60s);
}

} // namespace

TEST(KeepaliveTimeout, UnansweredProbesAndAnAbortOnTimeAreCertain)
{
    Conversation talk;
    quiet(talk);
    for (int count = 0; count < 3; ++count)
        talk.keepAlive(Side::Client).wait(10s); // 8, 9, 10
    talk.aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::KeepaliveTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(findStep(diagnosis, Role::Keepalive)->count, 3U);
}

TEST(KeepaliveTimeout, AnsweredProbesAreNone)
{
    Conversation talk;
    quiet(talk);
    for (int count = 0; count < 3; ++count)
        talk.keepAlive(Side::Client).wait(20ms).acks(Side::Server).wait(10s);
    talk.aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::KeepaliveTimeout);
}

TEST(KeepaliveTimeout, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 300, 0x10).wait(20ms).says(Side::Server, 1, 301, 0, 0x10).wait(60s);
    for (int count = 0; count < 3; ++count)
        talk.says(Side::Client, 300, 1, 0, 0x10).wait(10s);
    talk.says(Side::Client, 301, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::KeepaliveTimeout);
}

} // namespace whyrst::test
