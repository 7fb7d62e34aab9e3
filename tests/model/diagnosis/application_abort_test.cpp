#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

Conversation& exchange(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 800);
    return talk.wait(1ms).acks(Side::Client);
}

bool hasSub(const Diagnosis& diagnosis, const char* name)
{
    return std::find(diagnosis.subs.begin(), diagnosis.subs.end(), name) != diagnosis.subs.end();
}

} // namespace

TEST(ApplicationAbort, AbortThatNothingElseExplainsIsOne)
{
    Conversation talk;
    exchange(talk).wait(200ms).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{6, 8}));
}

TEST(ApplicationAbort, ManyConnectionsOfOneServiceAtOnceAreAProcessExit)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        talk.handshake()
            .sends(Side::Client, 300)
            .wait(20ms)
            .acks(Side::Server)
            .sends(Side::Server, 80)
            .acks(Side::Client)
            .aborts(Side::Server)
            .newConnection();
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_TRUE(hasSub(diagnosis, "process-exit"));
    EXPECT_NE(diagnosis.summary.find("this and 2 other connections of the same service"), std::string::npos)
        << diagnosis.summary;
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
}

TEST(ApplicationAbort, ServerThatNeverSpokeIsSubBeforeFirstByte)
{
    Conversation talk;
    talk.handshake().wait(100ms).aborts(Side::Server);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
    EXPECT_TRUE(hasSub(talk.primary(), "before-first-byte"));
}

TEST(ApplicationAbort, StuckDataIsNone)
{
    Conversation talk;
    exchange(talk).lost().sends(Side::Client, 1460).wait(220ms);
    for (const Duration wait : {Duration(440ms), Duration(880ms), Duration(1760ms), Duration(3520ms)})
        talk.lost().resends(Side::Client, 301, 1460).wait(wait);
    talk.aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::ApplicationAbort);
}

TEST(ApplicationAbort, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 300, 0x10).wait(20ms).says(Side::Server, 1, 301, 100, 0x10);
    talk.wait(1ms).says(Side::Client, 301, 101, 0, 0x10).wait(300ms).says(Side::Client, 301, 101, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

TEST(ApplicationAbort, FewReSendsThatStayedUnansweredAreNamed)
{
    Conversation talk;
    talk.exchange().wait(100ms).lost().sends(Side::Client, 500);
    talk.wait(220ms).lost().resends(Side::Client, 301, 500).wait(440ms).lost().resends(Side::Client, 301, 500);
    const Diagnosis diagnosis = talk.wait(800ms).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::PathOutage));
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
}

TEST(ApplicationAbort, SingleReSendLeavesItLikely)
{
    Conversation talk;
    talk.exchange().wait(100ms).lost().sends(Side::Client, 500).wait(220ms).lost().resends(Side::Client, 301, 500);
    EXPECT_EQ(talk.wait(800ms).aborts(Side::Client).primary().confidence, Confidence::Likely);
}

TEST(ApplicationAbort, SenderThatCannotKnowOfTheAcknowledgmentIsNotDone)
{
    Conversation talk; // recorded at the client, 20 ms from the server
    talk.exchange().wait(1s).sends(Side::Server, 1460).acks(Side::Client).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_TRUE(diagnosis.subs.empty()) << diagnosis.summary;
}

TEST(ApplicationAbort, SenderThatGotTheAcknowledgmentIsDone)
{
    Conversation talk;
    talk.exchange().wait(1s).sends(Side::Server, 1460).acks(Side::Client).wait(25ms).aborts(Side::Server);
    EXPECT_EQ(talk.primary().subs, std::vector<std::string>{"after-complete-exchange"});
}

namespace {

/// An abort behind 300 lost bytes, which the server does not take as it stands: it asks back, and the client's host
/// answers for the connection that is gone.
Conversation& retry(Conversation& talk)
{
    talk.exchange().wait(1s).says(Side::Client, 601, 801, 0, 0x14).wait(10us).acks(Side::Server); // 8, 9
    return talk.wait(20ms).replies(Side::Client, 301);                                            // 10
}

} // namespace

TEST(ApplicationAbort, ResetThatIsAskedBackAndSentAgainIsOne)
{
    Conversation talk;
    const Diagnosis diagnosis = retry(talk).primary();
    EXPECT_EQ(diagnosis.frame, PacketNumber(8));
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_EQ(diagnosis.effect, ResetEffect::Accepted);
    EXPECT_EQ(findStep(diagnosis, Role::ChallengeAck)->frame, PacketNumber(9));
    EXPECT_EQ(findStep(diagnosis, Role::RstCopy)->frame, PacketNumber(10));
}

TEST(ApplicationAbort, BytesThatWereLostBeforeItMayBeTheReason)
{
    Conversation talk;
    const Diagnosis diagnosis = retry(talk).primary();
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_EQ(diagnosis.harm, Harm::DataLost);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::SegmentBlackHole));
    EXPECT_NE(diagnosis.summary.find("300 bytes never came by here"), std::string::npos) << diagnosis.summary;
}

TEST(ApplicationAbort, SecondSendOfAResetThatWasAskedBackIsAConsequence)
{
    Conversation talk;
    const ConnectionDiagnosis diagnosis = retry(talk).diagnosis();
    ASSERT_EQ(diagnosis.resets.size(), 2U);
    EXPECT_EQ(diagnosis.resets[1].consequenceOf, PacketNumber(8));
    EXPECT_FALSE(diagnosis.resets[1].isPrimary);
    EXPECT_TRUE(diagnosis.ignoredResets.empty());
}

TEST(ApplicationAbort, ResetThatIsAskedBackAndAfterWhichTheSenderGoesOnIsNoRetry)
{
    Conversation talk;
    talk.exchange().wait(1s).says(Side::Client, 601, 801, 0, 0x14).wait(10us).acks(Side::Server);
    talk.wait(1s).sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 50).acks(Side::Client);
    EXPECT_NE(talk.primary().effect, ResetEffect::Accepted);
}

TEST(ApplicationAbort, WhatTheProgramSaidLastIsInTheSummary)
{
    Conversation talk;
    talk.exchange().sendsText(Side::Client, "GET / HTTP/1.1\r\n\r\n").wait(20ms);
    talk.sendsText(Side::Server, "HTTP/1.1 503 Service Unavailable\r\n\r\n").acks(Side::Client);
    const Diagnosis diagnosis = talk.wait(50ms).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_NE(std::ranges::find(diagnosis.subs, "last-words"), diagnosis.subs.end());
    EXPECT_NE(diagnosis.summary.find("; last words: \"HTTP/1.1 503 Service Unavailable\"."), std::string::npos)
        << diagnosis.summary;
}

TEST(ApplicationAbort, ServiceThatAnswersElsewhereAfterwardsHasNotEnded)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).newConnection();
    for (int count = 0; count < 3; ++count)
        talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).newConnection();
    for (const size_t number : {1, 2, 3})
        talk.backTo(number).aborts(Side::Server);
    talk.backTo(0).wait(200ms).sends(Side::Server, 80).acks(Side::Client);
    EXPECT_FALSE(hasSub(talk.primary(2), "process-exit"));
    EXPECT_NE(talk.primary(2).confidence, Confidence::Certain);
}

} // namespace whyrst::test
