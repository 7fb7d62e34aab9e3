#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(Unknown, LoneResetSaysWhatIsMissing)
{
    Conversation talk;
    talk.says(Side::Server, 77, 0, 0, 0x04);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Unknown);
    EXPECT_FALSE(diagnosis.confidence.has_value());
    ASSERT_FALSE(diagnosis.missing.empty());
    EXPECT_EQ(diagnosis.missing.front(), Missing::OneDirectionOnly);
    EXPECT_FALSE(diagnosis.nextCapture.empty());
}

TEST(Unknown, ResetOfNoKnownFormWhileOpeningLeavesTheFullQueuePossible)
{
    Conversation talk;
    talk.handshake().wait(20ms).replies(Side::Server, 700);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Unknown);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::AcceptQueueOverflow));
}

TEST(Unknown, PlainAbortIsNotUnknown)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(100ms).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::Unknown);
}

TEST(Unknown, ClientThatAcknowledgedDataIsPastTheHandshakeWithoutTheServersPackets)
{
    Conversation talk;
    talk.syn().says(Side::Client, 1, 1, 0, 0x10).says(Side::Client, 1, 1, 300, 0x18);
    talk.wait(1s).says(Side::Client, 301, 801, 0, 0x10).wait(5s).says(Side::Client, 302, 0, 0, 0x04);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Unknown);
    EXPECT_FALSE(isPossible(diagnosis, CauseId::HandshakeAbandoned));
    EXPECT_FALSE(isPossible(diagnosis, CauseId::InvalidHandshake));
}

} // namespace whyrst::test
