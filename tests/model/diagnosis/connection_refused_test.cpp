#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(ConnectionRefused, ResetThatAnswersTheSynIsOne)
{
    Conversation talk;
    talk.syn().wait(20ms).refuses();
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ConnectionRefused);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.harm, Harm::ConnectFailed);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{1, 2}));
}

TEST(ConnectionRefused, SequenceNumbersMayBeAnything)
{
    for (const uint32_t isn : {0U, 0x8000'0000U, 0xffff'ffffU}) {
        Conversation talk({isn, isn});
        talk.syn().wait(20ms).refuses();
        EXPECT_EQ(talk.primary().cause, CauseId::ConnectionRefused) << isn;
    }
}

TEST(ConnectionRefused, ResetAfterTheHandshakeIsNone)
{
    Conversation talk;
    talk.handshake().aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::ConnectionRefused);
}

TEST(ConnectionRefused, OtherTtlThanTheHostsPointsToAPolicy)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        talk.handshake().sends(Side::Client, 10).wait(20ms).acks(Side::Server).sends(Side::Server, 10).newConnection();
    talk.ttl(Side::Server, 250).syn().wait(20ms).refuses();
    const Diagnosis diagnosis = talk.primary(3);
    EXPECT_EQ(diagnosis.cause, CauseId::ConnectionRefused);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"policy"});
}

TEST(ConnectionRefused, WithoutTheSynTheCaptureCannotTell)
{
    Conversation talk;
    talk.refuses();
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Unknown);
    EXPECT_FALSE(diagnosis.missing.empty());
}

} // namespace whyrst::test
