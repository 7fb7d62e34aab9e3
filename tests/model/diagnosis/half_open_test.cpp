#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/trace_context.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

Conversation& established(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 100);
    return talk.wait(1ms).acks(Side::Client);
}

} // namespace

TEST(HalfOpen, ReplyToDataOfAForgottenConnectionIsOne)
{
    Conversation talk;
    established(talk).wait(5s).lost().sends(Side::Client, 200).wait(20ms).replies(Side::Server, 101); // 8, 9
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_EQ(findStep(diagnosis, Role::Trigger)->frame, PacketNumber(8));
    EXPECT_EQ(findStep(diagnosis, Role::Rst)->frame, PacketNumber(9));
    EXPECT_EQ(diagnosis.harm, Harm::DataLost);
}

TEST(HalfOpen, ReplyAfterAFinIsNone)
{
    Conversation talk;
    established(talk).closes(Side::Server).wait(1s).sends(Side::Client, 200).wait(20ms).replies(Side::Server, 102);
    EXPECT_NE(talk.primary().cause, CauseId::HalfOpen);
}

TEST(HalfOpen, KeepAliveOnAForgottenHalfCloseIsOne)
{
    Conversation talk;
    established(talk).closes(Side::Server).wait(1ms).acks(Side::Client).wait(45s).keepAlive(Side::Client).wait(20ms);
    talk.replies(Side::Server, 102);
    EXPECT_EQ(talk.primary().cause, CauseId::HalfOpen);
}

TEST(HalfOpen, AbortIsNone)
{
    Conversation talk;
    established(talk).wait(1s).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::HalfOpen);
}

TEST(HalfOpen, CaptureThatStartsLateShowsThatOneSideDoesNotKnowTheConnection)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 200, 0x10).wait(20ms).says(Side::Server, 1, 0, 0, 0x04);
    EXPECT_EQ(talk.primary().cause, CauseId::HalfOpen);
    EXPECT_EQ(talk.primary().missing, std::vector<Missing>{Missing::StartedLate});
}

TEST(HalfOpen, HostThatMayJustHaveGivenUpItsDataIsLikelyAtMost)
{
    Conversation talk;
    talk.exchange().wait(100ms).lost().sends(Side::Client, 2920); // the capture is at the client
    talk.wait(220ms).lost().resends(Side::Client, 301, 1460).wait(440ms).lost().resends(Side::Client, 301, 1460);
    const Diagnosis diagnosis = talk.wait(7s).sends(Side::Server, 14).replies(Side::Client, 301).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_NE(diagnosis.confidence, Confidence::Certain);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::PathOutage));
}

TEST(HalfOpen, HostOfWhichNothingElseWasCapturedMayHaveClosed)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 100, 0x18).wait(1ms).replies(Side::Server, 1);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::DataAfterClose));
}

TEST(HalfOpen, CaptureWithHolesMayMissTheEndItself)
{
    Conversation talk; // recorded at the client, which answers; 1,000 bytes of it were never seen
    talk.exchange().says(Side::Server, 801, 1301, 100, 0x18).wait(2s);
    talk.says(Side::Server, 901, 1301, 100, 0x18).replies(Side::Client, 1301);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(HalfOpen, PacketFarBelowTheWindowOfAHealthyConnectionIsSubInvalidPacket)
{
    Conversation talk;
    talk.exchange().wait(1s).says(Side::Client, 301 - 3'000'000, 801, 100, 0x18).wait(20ms).replies(Side::Server, 801);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"invalid-packet"});
    EXPECT_NE(diagnosis.summary.find("below"), std::string::npos) << diagnosis.summary;
    EXPECT_NE(diagnosis.actions.front().find("conntrack"), std::string::npos) << diagnosis.actions.front();
}

TEST(HalfOpen, PacketBehindAGapIsSubInvalidPacket)
{
    Conversation talk;
    talk.exchange().wait(1s).says(Side::Client, 1761, 801, 100, 0x18).wait(20ms).replies(Side::Server, 801);
    EXPECT_EQ(talk.primary().subs, std::vector<std::string>{"invalid-packet"});
}

TEST(HalfOpen, KeepAliveIsNoInvalidPacket)
{
    Conversation talk;
    talk.exchange().wait(10s).keepAlive(Side::Client).wait(20ms).replies(Side::Server, 801);
    EXPECT_EQ(talk.primary().cause, CauseId::HalfOpen);
    EXPECT_TRUE(talk.primary().subs.empty());
}

namespace {

/// Two connections to a server that answers both as one that does not know them; on the first one of all it goes on or
/// not.
Conversation& forget(Conversation& talk, bool remembersTheFirst)
{
    talk.exchange().newConnection().exchange().newConnection().exchange().wait(5s);
    for (const size_t number : {size_t{1}, size_t{2}})
        talk.backTo(number).lost().sends(Side::Client, 50).wait(20ms).replies(Side::Server, 801).wait(1s);
    if (remembersTheFirst)
        talk.backTo(0).sends(Side::Client, 50).wait(20ms).acks(Side::Server);
    return talk;
}

} // namespace

TEST(HalfOpen, HostThatForgetsSeveralConnectionsAtOnceIsSubRebooted)
{
    Conversation talk;
    EXPECT_EQ(forget(talk, false).primary(1).subs, std::vector<std::string>{"rebooted"});
    EXPECT_EQ(talk.primary(2).subs, std::vector<std::string>{"rebooted"});
}

TEST(HalfOpen, ABriefDiagnosisAnswersTheSameWithoutAskingOtherConnections)
{
    Conversation talk;
    forget(talk, false);
    const TraceContext context = buildTraceContext(talk.trace());
    const Connection& connection = talk.connection(1);
    const ConnectionDiagnosis brief
        = diagnoseConnection(context, connection, analyzeConnection(connection), Detail::Brief);
    ASSERT_NE(brief.primary(), nullptr);
    EXPECT_EQ(brief.primary()->cause, CauseId::HalfOpen);
    EXPECT_EQ(brief.primary()->confidence, talk.primary(1).confidence);
    EXPECT_TRUE(brief.primary()->subs.empty());
}

TEST(HalfOpen, ConnectionThatIsAnsweredAgainAndAgainIsOneThatWasForgotten)
{
    Conversation talk;
    forget(talk, false).backTo(1);
    for (int count = 0; count < 4; ++count)
        talk.lost().sends(Side::Client, 50).wait(20ms).replies(Side::Server, 801).wait(100ms);
    const Diagnosis diagnosis = talk.primary(2);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"rebooted"});
    EXPECT_NE(diagnosis.summary.find("1 other connection "), std::string::npos) << diagnosis.summary;
}

TEST(HalfOpen, HostThatRemembersAnotherConnectionDidNotRestart)
{
    Conversation talk;
    EXPECT_TRUE(forget(talk, true).primary(1).subs.empty());
}

TEST(HalfOpen, EarlierResetThatEndedNothingIsPointedTo)
{
    Conversation talk;
    talk.exchange().wait(1s).says(Side::Server, 50'000'000, 301, 0, 0x14).wait(2s); // 8: far off
    talk.lost().sends(Side::Client, 100).wait(20ms).replies(Side::Server, 801);     // 9, 10
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.frame, PacketNumber(10));
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"earlier-rst-missed"});
    EXPECT_NE(diagnosis.summary.find("(#8)"), std::string::npos) << diagnosis.summary;
}

TEST(HalfOpen, HostThatHadToSendItsDataAgainMayHaveGivenUp)
{
    Conversation talk; // the capture is at the client, whose last re-send arrives too late for it
    talk.exchange().wait(100ms).lost().sends(Side::Client, 500).wait(3s).lost().resends(Side::Client, 301, 500);
    talk.wait(3s).sends(Side::Server, 200).acks(Side::Client).resends(Side::Client, 301, 500).wait(20ms);
    const Diagnosis diagnosis = talk.acks(Side::Server).replies(Side::Client, 801).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_NE(diagnosis.confidence, Confidence::Certain);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::PathOutage));
}

} // namespace whyrst::test
