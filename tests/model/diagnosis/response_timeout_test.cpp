#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(ResponseTimeout, AcknowledgedRequestWithoutAnswerIsLikelyAtARoundLimit)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(29'980ms).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ResponseTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(findStep(diagnosis, Role::Request)->frame, PacketNumber(4));
    EXPECT_EQ(findStep(diagnosis, Role::RequestAcked)->frame, PacketNumber(5));
}

namespace {

/// A request, acknowledged and not answered; the client gives up `wait` after it.
Conversation& giveUp(Conversation& talk, Duration wait)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(wait - 20ms).aborts(Side::Client);
    return talk.newConnection();
}

} // namespace

TEST(ResponseTimeout, ThreeEqualWaitsAreCertain)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        giveUp(talk, 7s);
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::ResponseTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_FALSE(isPossible(diagnosis, CauseId::ApplicationAbort));
    EXPECT_NE(
        diagnosis.summary.find(" 3 connections in this capture were given up after the same wait."), std::string::npos)
        << diagnosis.summary;
}

TEST(ResponseTimeout, TwoEqualWaitsMayBeChance)
{
    Conversation talk;
    giveUp(giveUp(giveUp(talk, 7s), 7s), 9s);
    EXPECT_EQ(talk.primary(1).confidence, Confidence::Possible);
}

TEST(ResponseTimeout, EqualWaitsAmongManyOthersAreChance)
{
    Conversation talk;
    for (int count = 0; count < 60; ++count)
        giveUp(talk, 6s + count * 30ms);
    EXPECT_EQ(talk.primary(30).cause, CauseId::ResponseTimeout);
    EXPECT_NE(talk.primary(30).confidence, Confidence::Certain);
}

TEST(ResponseTimeout, SilencesAreNotItsCohort)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count) {
        talk.exchange().wait(77s).aborts(Side::Client);
        talk.newConnection();
    }
    giveUp(talk, 77s);
    EXPECT_EQ(talk.primary(3).confidence, Confidence::Possible);
}

TEST(ResponseTimeout, FewBytesAfterASilenceKeepTheConnectionAlive)
{
    Conversation talk;
    talk.exchange().wait(120s).sends(Side::Client, 4).wait(20ms).acks(Side::Server).wait(9'980ms).aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

TEST(ResponseTimeout, KeepAliveThatIsSentAgainIsNoRequest)
{
    Conversation talk;
    talk.exchange().wait(120s).lost().sends(Side::Client, 4).wait(300ms).resends(Side::Client, 301, 4).wait(20ms);
    talk.acks(Side::Server).wait(9'980ms).aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

TEST(ResponseTimeout, FewBytesSoonAfterAnAnswerAreARequest)
{
    Conversation talk;
    talk.exchange().wait(2s).sends(Side::Client, 4).wait(20ms).acks(Side::Server).wait(9'980ms).aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::ResponseTimeout);
}

TEST(ResponseTimeout, KeepAliveMeanwhileDoesNotEndTheWait)
{
    Conversation talk;
    talk.exchange().wait(1s).sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(40s).sends(Side::Client, 4);
    talk.wait(20ms).acks(Side::Server).wait(19'960ms).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ResponseTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely) << "60 s";
    EXPECT_EQ(findStep(diagnosis, Role::Request)->frame, PacketNumber(8));
}

TEST(ResponseTimeout, TlsAlertIsNoRequest)
{
    using namespace std::string_literals;
    for (const char type : {char{21}, char{23}}) {
        Conversation talk;
        talk.exchange().wait(1s).sendsText(Side::Client, type + "\x03\x03\0\x13"s + std::string(19, 'x')).wait(20ms);
        talk.acks(Side::Server).wait(4'980ms).aborts(Side::Client);
        EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
    }
}

TEST(ResponseTimeout, AnsweredRequestIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 10).acks(Side::Client);
    talk.wait(29'980ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::ResponseTimeout);
}

TEST(ResponseTimeout, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 300, 0x10).wait(20ms).says(Side::Server, 1, 301, 0, 0x10).wait(9'980ms);
    talk.says(Side::Client, 301, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::ResponseTimeout);
}

namespace {

/// The client closes this long after its second request; the answer comes later and meets a closed socket.
Conversation& answerLate(Conversation& talk, Duration wait)
{
    talk.handshake().sends(Side::Client, 100).wait(20ms).sends(Side::Server, 200).acks(Side::Client);
    talk.sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(wait - 20ms).closes(Side::Client);
    talk.wait(20ms).acks(Side::Server).wait(1700ms).sends(Side::Server, 840);
    return talk.replies(Side::Client, 402);
}

} // namespace

TEST(ResponseTimeout, AnswerAfterTheClientClosedAtARoundLimitIsLikely)
{
    Conversation talk;
    const Diagnosis diagnosis = answerLate(talk, 5s).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ResponseTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.harm, Harm::DataLost);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::DataAfterClose));
    EXPECT_EQ(findStep(diagnosis, Role::Request)->frame, PacketNumber(7));
    EXPECT_EQ(findStep(diagnosis, Role::Fin)->frame, PacketNumber(9));
    EXPECT_EQ(findStep(diagnosis, Role::DataAfterFin)->frame, PacketNumber(11));
}

TEST(ResponseTimeout, AnswerAfterAnotherWaitIsDataAfterClose)
{
    Conversation talk;
    EXPECT_EQ(answerLate(talk, 3700ms).primary().cause, CauseId::DataAfterClose);
}

TEST(ResponseTimeout, ServerThatClosesHasAskedNothing)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).sends(Side::Server, 200).acks(Side::Client);
    talk.wait(5s).closes(Side::Server).wait(20ms).acks(Side::Client).wait(1s).sends(Side::Client, 300);
    EXPECT_EQ(talk.replies(Side::Server, 202).primary().cause, CauseId::DataAfterClose);
}

TEST(ResponseTimeout, LastAnswerBeforeTheCaptureWasNoticedIsNoRequestOfTheServer)
{
    Conversation talk; // begins in the middle of an answer
    talk.says(Side::Server, 1, 1, 900, 0x18).says(Side::Client, 1, 901, 0, 0x10).wait(60s);
    talk.says(Side::Server, 901, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::IdleTimeout);
}

namespace {

/// A request that is acknowledged and never answered; the client closes `wait` after it, the server resets 1 s later.
Conversation& hangUp(Conversation& talk, Duration wait)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(wait - 20ms).closes(Side::Client);
    return talk.wait(20ms).acks(Side::Server).wait(1s).aborts(Side::Server);
}

} // namespace

TEST(ResponseTimeout, ClientThatClosesWithoutAnAnswerIsOne)
{
    Conversation talk;
    const Diagnosis diagnosis = hangUp(talk, 5s).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ResponseTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, (std::vector<std::string>{"hung-up", "round"}));
    EXPECT_EQ(findStep(diagnosis, Role::Request)->frame, PacketNumber(4));
    EXPECT_EQ(findStep(diagnosis, Role::RequestAcked)->frame, PacketNumber(5));
    EXPECT_EQ(findStep(diagnosis, Role::Fin)->frame, PacketNumber(6));
    EXPECT_TRUE(isPossible(diagnosis, CauseId::CloseWithUnreadData));
    EXPECT_TRUE(diagnosis.summary.starts_with("The client sent a request (300 bytes")) << diagnosis.summary;
}

TEST(ResponseTimeout, ClientThatClosesAfterAnOddWaitIsPossible)
{
    Conversation talk;
    EXPECT_EQ(hangUp(talk, 4'321ms).primary().confidence, Confidence::Possible);
}

TEST(ResponseTimeout, ClientThatClosesWithItsRequestIsNone)
{
    Conversation talk;
    EXPECT_NE(hangUp(talk, 100ms).primary().cause, CauseId::ResponseTimeout);
}

TEST(ResponseTimeout, AnswerAfterTheCloseIsNotAHangUp)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(5s).closes(Side::Client).wait(20ms);
    talk.acks(Side::Server).sends(Side::Server, 500).acks(Side::Client).wait(1s).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::ResponseTimeout);
}

} // namespace whyrst::test
