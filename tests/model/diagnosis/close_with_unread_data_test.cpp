#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

bool hasSub(const Diagnosis& diagnosis, const char* name)
{
    return std::find(diagnosis.subs.begin(), diagnosis.subs.end(), name) != diagnosis.subs.end();
}

} // namespace

TEST(CloseWithUnreadData, WindowThatReopensInTheResetIsCertain)
{
    Conversation talk;
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms);
    talk.window(Side::Server, 0).acks(Side::Server).wait(100ms).window(Side::Server, 100).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::CloseWithUnreadData);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_TRUE(hasSub(diagnosis, "unread-window"));
}

TEST(CloseWithUnreadData, ResetThatAcknowledgesNewSegmentsIsLikely)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).wait(20ms).acks(Side::Server);
    talk.sends(Side::Client, 5840).wait(20ms).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::CloseWithUnreadData);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(findStep(diagnosis, Role::Rst)->frame, PacketNumber(10));
}

TEST(CloseWithUnreadData, LedgerHoldsWhatPiledUpUnread)
{
    Conversation talk;
    talk.window(Side::Server, 502).handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    for (uint16_t window = 490; window > 440; window -= 12) // the edge stands still
        talk.sends(Side::Client, 1536).wait(20ms).window(Side::Server, window).acks(Side::Server);
    const Diagnosis diagnosis = talk.wait(5ms).aborts(Side::Server).primary();
    const std::optional<int64_t> unread = diagnosis.ledger[sideIndex(Side::Client)].unreadAtLeast;
    ASSERT_TRUE(unread.has_value());
    EXPECT_EQ(*unread, 5 * 1536);
    EXPECT_FALSE(diagnosis.ledger[sideIndex(Side::Server)].unreadAtLeast.has_value());
}

TEST(CloseWithUnreadData, EverythingReadAndAcknowledgedIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).wait(20ms).acks(Side::Server).wait(500ms).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::CloseWithUnreadData);
}

TEST(CloseWithUnreadData, WindowClosedForLongIsStarvationInstead)
{
    Conversation talk;
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms);
    talk.window(Side::Server, 0)
        .acks(Side::Server)
        .wait(3s)
        .zeroWindowProbe(Side::Client)
        .wait(20ms)
        .acks(Side::Server);
    talk.window(Side::Server, 100).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::CloseWithUnreadData);
}

TEST(CloseWithUnreadData, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 1460, 0x10).wait(20ms).says(Side::Server, 1, 1461, 0, 0x10);
    talk.says(Side::Client, 1461, 1, 1460, 0x10).says(Side::Client, 2921, 1, 1460, 0x10).wait(20ms);
    talk.says(Side::Server, 1, 4381, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::CloseWithUnreadData);
}

TEST(CloseWithUnreadData, RequestThatWasTakenAndNotAnsweredIsPossible)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 800);
    talk.wait(1ms).acks(Side::Client).sends(Side::Client, 1312).wait(20ms).acks(Side::Server);
    const Diagnosis diagnosis = talk.wait(480ms).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::CloseWithUnreadData);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"unread-request"});
    EXPECT_TRUE(isPossible(diagnosis, CauseId::ApplicationAbort));
    EXPECT_EQ(diagnosis.harm, Harm::Unknown);
}

TEST(CloseWithUnreadData, AnsweredRequestIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 800);
    talk.wait(1ms).acks(Side::Client).wait(480ms).aborts(Side::Server);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

namespace {

/// TLS 1.3: an encrypted alert has the length of no other record.
std::string closeNotify()
{
    return std::string("\x17\x03\x03\x00\x13", 5) + std::string(19, 'x');
}

/// A request that was answered, and an alert of the server 4 s later.
Conversation& sessionEndedByServer(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 800);
    return talk.wait(1ms).acks(Side::Client).wait(4s).sendsText(Side::Server, closeNotify());
}

} // namespace

TEST(CloseWithUnreadData, OnlyTheGoodbyeOfTlsUnreadHarmsNothing)
{
    Conversation talk;
    const Diagnosis diagnosis
        = sessionEndedByServer(talk).wait(20ms).acks(Side::Client).wait(600ms).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::CloseWithUnreadData);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"unread-alert"});
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::ApplicationAbort));
}

TEST(CloseWithUnreadData, AlertInsteadOfAnAnswerIsNoGoodbye)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 800);
    talk.wait(1ms).acks(Side::Client).wait(1s).sends(Side::Client, 300).wait(20ms).acks(Side::Server);
    talk.sendsText(Side::Server, closeNotify()).wait(1ms).acks(Side::Client).wait(600ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().harm, Harm::None);
}

TEST(CloseWithUnreadData, DataBehindAnAlertIsMoreThanAGoodbye)
{
    Conversation talk;
    sessionEndedByServer(talk).sends(Side::Server, 700).wait(20ms).acks(Side::Client).wait(600ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().harm, Harm::None);
}

TEST(CloseWithUnreadData, DownloadThatIsCancelledInFullFlowIsPossible)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 50).wait(20ms).acks(Side::Server).sends(Side::Server, 14'600);
    talk.acks(Side::Client).wait(2ms).aborts(Side::Client).wait(5ms).sends(Side::Server, 1460);
    const Diagnosis diagnosis = talk.replies(Side::Client, 51).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::CloseWithUnreadData);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"unread-stream"});
}

TEST(CloseWithUnreadData, DownloadThatWasOverIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 50).wait(20ms).acks(Side::Server).sends(Side::Server, 14'600);
    talk.acks(Side::Client).wait(600ms).aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

TEST(CloseWithUnreadData, ProcessThatEndsWithRequestsUnansweredIsToldAsSuch)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count) {
        talk.handshake().sends(Side::Client, 300).acks(Side::Server).sends(Side::Server, 80).acks(Side::Client);
        talk.sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(1ms).aborts(Side::Server).newConnection();
    }
    EXPECT_EQ(talk.primary(1).cause, CauseId::ApplicationAbort);
}

TEST(CloseWithUnreadData, DataThatCrossedTheAnswerIsASign)
{
    Conversation talk; // recorded at the server: an upload that is refused, while more of it is on the way
    talk.syn().synAck().wait(20ms).acks(Side::Client).sends(Side::Client, 2920).acks(Side::Server);
    talk.sends(Side::Server, 80).wait(1ms).aborts(Side::Server).wait(5ms).says(Side::Client, 2921, 1, 1460, 0x10);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::CloseWithUnreadData);
    EXPECT_TRUE(hasSub(diagnosis, "unread-answer"));
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
}

TEST(CloseWithUnreadData, AnswerToTheLastWordsIsNone)
{
    Conversation talk; // a request, its answer a millisecond later, and the client closes by RST
    talk.syn().wait(1ms).synAck().acks(Side::Client).wait(1ms).sends(Side::Client, 80).wait(1ms);
    talk.sends(Side::Server, 500).acks(Side::Client).wait(1ms).aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

TEST(CloseWithUnreadData, UploadThatIsCutInFullFlowIsPossible)
{
    Conversation talk;
    talk.handshake();
    for (int count = 0; count < 60; ++count)
        talk.sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    talk.sends(Side::Client, 2920).wait(2ms).aborts(Side::Server);
    EXPECT_EQ(talk.primary().cause, CauseId::CloseWithUnreadData);
    EXPECT_NE(talk.primary().confidence, Confidence::Certain);
}

TEST(CloseWithUnreadData, AbortWithoutAWindowMayAnswerWhatCameJustBefore)
{
    Conversation talk;
    talk.exchange().sends(Side::Client, 72).wait(1ms).sends(Side::Server, 72);
    talk.wait(100us).window(Side::Client, 0).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_EQ(diagnosis.harm, Harm::Unknown);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::CloseWithUnreadData));
}

TEST(CloseWithUnreadData, AbortWithTheWindowOfTheSocketTellsOfWhatCameJustBefore)
{
    Conversation talk;
    talk.exchange().sends(Side::Client, 72).wait(1ms).sends(Side::Server, 72).wait(100us).aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::CloseWithUnreadData);
}

} // namespace whyrst::test
