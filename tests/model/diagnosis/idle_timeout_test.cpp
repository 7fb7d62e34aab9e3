#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

Conversation& exchange(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server); // 4, 5
    return talk.sends(Side::Server, 800).wait(1ms).acks(Side::Client);       // 6, 7
}

} // namespace

TEST(IdleTimeout, ResetAfterAKnownSilenceIsLikely)
{
    Conversation talk;
    exchange(talk).wait(350s).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"on-expiry"});
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{6, 0, 8})); // the silence has no packet
}

TEST(IdleTimeout, SeriesOfKeepAlivesIsAKnownTimer)
{
    const auto timerAfter = [](Duration silence) {
        Conversation talk;
        const Diagnosis diagnosis = exchange(talk).wait(silence).aborts(Side::Server).primary();
        const auto fact = std::ranges::find(diagnosis.facts, "timer_s", &Fact::name);
        return fact == diagnosis.facts.end() ? 0 : fact->number.value_or(0);
    };
    EXPECT_EQ(timerAfter(7875s), 7875);
    EXPECT_EQ(timerAfter(7200s), 7200);
    EXPECT_EQ(timerAfter(7905s), 0);
}

TEST(IdleTimeout, NextPacketIsAnsweredWithAReset)
{
    Conversation talk;
    exchange(talk).wait(350s).lost().sends(Side::Client, 300).wait(20ms).replies(Side::Server, 801);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"on-next-packet"});
    EXPECT_TRUE(isPossible(diagnosis, CauseId::HalfOpen));
}

TEST(IdleTimeout, ThreeConnectionsWithTheSameSilenceAreCertain)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        exchange(talk).wait(97s).aborts(Side::Server).newConnection();
    EXPECT_EQ(talk.primary(1).cause, CauseId::IdleTimeout);
    EXPECT_EQ(talk.primary(1).confidence, Confidence::Certain);
}

TEST(IdleTimeout, WaitsForAnswersAreNotItsCohort)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        talk.handshake()
            .sends(Side::Client, 300)
            .wait(20ms)
            .acks(Side::Server)
            .wait(77s)
            .aborts(Side::Client)
            .newConnection();
    exchange(talk).wait(77s).aborts(Side::Server);
    EXPECT_EQ(talk.primary(0).cause, CauseId::ResponseTimeout);
    const Diagnosis idle = talk.primary(3);
    EXPECT_EQ(idle.cause, CauseId::IdleTimeout);
    EXPECT_EQ(idle.confidence, Confidence::Possible);
}

TEST(IdleTimeout, ResetsOfAnotherHostAreNotItsCohort)
{
    Conversation talk;
    for (int count = 0; count < 2; ++count)
        exchange(talk).wait(97s).aborts(Side::Server).newConnection();
    exchange(talk).wait(97s).aborts(Side::Client);
    EXPECT_EQ(talk.primary(0).confidence, Confidence::Possible);
    EXPECT_EQ(talk.primary(2).confidence, Confidence::Possible);
}

TEST(IdleTimeout, ResetsOfOneMomentAreNoCohort)
{
    Conversation talk;
    for (int count = 0; count < 4; ++count)
        exchange(talk).newConnection();
    talk.wait(97s);
    for (size_t number = 0; number < 4; ++number)
        talk.backTo(number).aborts(Side::Server);
    EXPECT_NE(talk.primary(1).confidence, Confidence::Certain) << talk.primary(1).summary;
}

TEST(IdleTimeout, PacketsAtFixedTimesMakeACohortThatIsLikely)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        exchange(talk).wait(97s).lost().sends(Side::Client, 300).wait(20ms).replies(Side::Server, 801).newConnection();
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::HalfOpen));
}

TEST(IdleTimeout, ShortPauseIsNone)
{
    Conversation talk;
    exchange(talk).wait(10s).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::IdleTimeout);
}

TEST(IdleTimeout, UnansweredRequestIsNone)
{
    Conversation talk;
    exchange(talk).sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(350s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::IdleTimeout);
}

TEST(IdleTimeout, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 300, 0x10).wait(20ms).says(Side::Server, 1, 301, 800, 0x10);
    talk.wait(1ms).says(Side::Client, 301, 801, 0, 0x10).wait(350s).says(Side::Server, 801, 301, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::IdleTimeout);
}

namespace {

/// Five exchanges, a silence, and the client's FIN, which a RST with this TTL answers.
Conversation& finAfterSilence(Conversation& talk, Duration silence, uint8_t ttlOfReset)
{
    talk.ttl(Side::Server, 55).handshake();
    for (int count = 0; count < 6; ++count)
        talk.sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 500).acks(Side::Client);
    return talk.wait(silence).closes(Side::Client).wait(20ms).ttl(Side::Server, ttlOfReset).replies(Side::Server, 3001);
}

} // namespace

TEST(IdleTimeout, BoxThatForgotTheConnectionMayAnswerTheFin)
{
    Conversation talk;
    const Diagnosis diagnosis = finAfterSilence(talk, 47s, 61).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::HalfOpen));
}

TEST(IdleTimeout, FinAtARoundLimitIsThatOfItsSender)
{
    Conversation talk;
    EXPECT_EQ(finAfterSilence(talk, 60s, 55).primary().cause, CauseId::HalfOpen);
}

TEST(IdleTimeout, AbortsOfIdleAndBusyConnectionsAtOnceAreNoLimit)
{
    Conversation talk;
    exchange(talk).newConnection(80);
    exchange(talk).wait(60s).newConnection(993);
    exchange(talk).aborts(Side::Client);
    talk.backTo(1).aborts(Side::Client).backTo(0).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary(0);
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"all-at-once"});
    EXPECT_NE(diagnosis.summary.find("this and 2 other connections, to several services, at once"), std::string::npos)
        << diagnosis.summary;
}

TEST(IdleTimeout, AbortsOfIdleConnectionsAtOnceMayBeALimit)
{
    Conversation talk;
    exchange(talk).newConnection(80);
    exchange(talk).newConnection(993);
    exchange(talk).wait(61s).aborts(Side::Client);
    talk.backTo(1).aborts(Side::Client).backTo(0).aborts(Side::Client);
    EXPECT_EQ(talk.primary(0).cause, CauseId::IdleTimeout);
}

TEST(IdleTimeout, ClientThatAbortsAllTheTimeHasNoSuchMoment)
{
    Conversation talk;
    exchange(talk).newConnection(80).wait(60s);
    for (uint16_t port = 1000; port < 1020; ++port)
        exchange(talk).wait(30ms).aborts(Side::Client).newConnection(port);
    talk.backTo(0).aborts(Side::Client);
    EXPECT_EQ(talk.primary(0).cause, CauseId::IdleTimeout);
}

TEST(IdleTimeout, ResetThatTheHostItselfSentIsNoneOfABox)
{
    Conversation talk;
    talk.exchange();
    for (int count = 0; count < 6; ++count)
        talk.sends(Side::Client, 100).wait(20ms).sends(Side::Server, 100).acks(Side::Client);
    talk.wait(97s).aborts(Side::Client).wait(5ms).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    ASSERT_EQ(diagnosis.sender, ResetSender::Endpoint);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_EQ(findStep(diagnosis, Role::TwinRst), nullptr);
}

TEST(IdleTimeout, AResetOfABoxAfterTheSilenceIsLikely)
{
    Conversation talk;
    talk.exchange();
    for (int count = 0; count < 6; ++count)
        talk.sends(Side::Client, 100).wait(20ms).sends(Side::Server, 100).acks(Side::Client);
    talk.wait(97s).ttl(Side::Server, 250).window(Side::Server, 9300).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.sender, ResetSender::Middlebox);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

} // namespace whyrst::test
