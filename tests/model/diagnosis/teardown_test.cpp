#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <string>

namespace whyrst::test {

namespace {

Conversation& finished(Conversation& talk)
{
    return talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server);
}

} // namespace

TEST(Teardown, ResetAfterBothFinsIsHarmless)
{
    Conversation talk;
    finished(talk).closes(Side::Server).wait(1ms).closes(Side::Client).wait(20ms).replies(Side::Server, 2);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"after-both-fins"});
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{6, 7, 8}));
}

TEST(Teardown, ResetInsteadOfTheSecondFinIsHarmless)
{
    Conversation talk;
    finished(talk).closes(Side::Server).wait(1ms).acks(Side::Client).wait(100ms).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"rst-for-fin"});
}

TEST(Teardown, UnacknowledgedDataIsNone)
{
    Conversation talk;
    finished(talk).closes(Side::Server).wait(1ms).acks(Side::Client).lost().sends(Side::Client, 100).wait(1ms);
    talk.aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::Teardown);
}

TEST(Teardown, ResetWithoutFinIsNone)
{
    Conversation talk;
    finished(talk).wait(100ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::Teardown);
}

TEST(Teardown, CaptureThatStartsLateIsLikelyAtMost)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 300, 0x10).wait(20ms).says(Side::Server, 1, 301, 0, 0x11);
    talk.wait(1ms).says(Side::Client, 301, 2, 0, 0x10).wait(50ms).says(Side::Client, 301, 2, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::Teardown);
    EXPECT_EQ(talk.primary().confidence, Confidence::Likely);
}

TEST(Teardown, HostThatSaysNothingToTheLastDataMayNotHaveReadThem)
{
    Conversation talk;
    finished(talk).closes(Side::Client).wait(20ms).acks(Side::Server).wait(1s);
    const Diagnosis diagnosis = talk.aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::CloseWithUnreadData));
}

TEST(Teardown, HostThatDoesNotKnowTheConnectionItNeverClosedHasLostIt)
{
    Conversation talk;
    finished(talk).wait(1s).closes(Side::Client).wait(20ms).replies(Side::Server, 1);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(findStep(diagnosis, Role::Trigger)->frame, PacketNumber(6));
}

TEST(Teardown, HostThatTalkedOnAfterTheOtherFinMayHaveBeenCutShort)
{
    Conversation talk;
    finished(talk).closes(Side::Client).wait(20ms).acks(Side::Server).wait(500ms).sends(Side::Server, 4000);
    const Diagnosis diagnosis = talk.acks(Side::Client).wait(50ms).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.harm, Harm::Unknown);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::ApplicationAbort));
}

TEST(Teardown, AnswerThatCrossedTheOtherFinIsNotCutShort)
{
    Conversation talk;
    finished(talk).closes(Side::Client).wait(10ms).sends(Side::Server, 1000).acks(Side::Client);
    const Diagnosis diagnosis = talk.wait(50ms).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_FALSE(isPossible(diagnosis, CauseId::ApplicationAbort));
}

namespace {

/// TLS: an encrypted alert, 26 bytes behind the header of the record.
std::string alertRecord()
{
    return std::string("\x15\x03\x03\x00\x1a", 5) + std::string(26, 'x');
}

} // namespace

TEST(Teardown, ClosingAlertOnTheWayIsNoLostData)
{
    Conversation talk;
    finished(talk).closes(Side::Server).wait(1ms).sendsText(Side::Client, alertRecord()).wait(1ms);
    talk.aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_EQ(diagnosis.harm, Harm::None);
}

TEST(Teardown, OtherDataOnTheWayIsNone)
{
    Conversation talk;
    finished(talk).closes(Side::Server).wait(1ms).sends(Side::Client, 31).wait(1ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::Teardown);
}

TEST(Teardown, AbortBehindAClosingAlertLosesNothing)
{
    Conversation talk;
    finished(talk).sends(Side::Server, 80).acks(Side::Client).wait(1ms).sendsText(Side::Client, alertRecord());
    talk.aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
    EXPECT_EQ(talk.primary().harm, Harm::Unknown);
}

TEST(Teardown, WhoeverResetsAConnectionThatBothHadClosedEndsNothing)
{
    Conversation talk;
    for (int count = 0; count < 6; ++count)
        talk.exchange().newConnection(); // the server's TTL
    talk.exchange().closes(Side::Server).wait(1ms).closes(Side::Client).wait(20ms).acks(Side::Server);
    talk.wait(5s).ttl(Side::Server, 250).window(Side::Server, 9300).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary(6);
    EXPECT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_EQ(diagnosis.sender, ResetSender::Middlebox);
}

} // namespace whyrst::test
