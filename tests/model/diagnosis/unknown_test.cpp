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

TEST(Unknown, ResetThatAnswersASynAckLeavesTheAbandonedHandshakePossible)
{
    Conversation talk;
    talk.syn().wait(20ms).synAck().wait(1ms).replies(Side::Client, 1);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Unknown);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::HandshakeAbandoned));
}

TEST(Unknown, ForgedResetLeavesTheInjectionPossible)
{
    Conversation talk;
    talk.handshake();
    for (int count = 0; count < 6; ++count)
        talk.sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 100).acks(Side::Client);
    talk.ttl(Side::Server, 200).aborts(Side::Server).ttl(Side::Server, 55).wait(500ms).sends(Side::Server, 100);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.sender, ResetSender::Middlebox);
    EXPECT_EQ(diagnosis.cause, CauseId::Unknown);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::InjectedReset));
}

TEST(Unknown, PlainAbortIsNotUnknown)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(100ms).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::Unknown);
}

} // namespace whyrst::test
