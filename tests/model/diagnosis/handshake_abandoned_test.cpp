#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/trace_context.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(HandshakeAbandoned, ResetInsteadOfTheThirdAckIsOne)
{
    Conversation talk;
    talk.syn().wait(20ms).synAck().replies(Side::Client, 1);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HandshakeAbandoned);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{1, 2, 3}));
    EXPECT_TRUE(diagnosis.subs.empty());
}

TEST(HandshakeAbandoned, SlowAnswerMeansThatTheAttemptWasCancelled)
{
    Conversation talk;
    talk.syn().wait(2s).synAck().replies(Side::Client, 1);
    EXPECT_EQ(talk.primary().cause, CauseId::HandshakeAbandoned);
    EXPECT_EQ(talk.primary().subs, std::vector<std::string>{"cancelled"});
}

TEST(HandshakeAbandoned, SynFromElsewhereMayBeForged)
{
    Conversation talk;
    talk.ttl(Side::Client, 50).syn().ttl(Side::Client, 57).wait(20ms).synAck().replies(Side::Client, 1);
    EXPECT_EQ(talk.primary().subs, std::vector<std::string>{"spoofed"});
}

/// A client that tries `ports` of one server, one refusal and one agreement in turn.
Conversation& scan(Conversation& talk, uint16_t ports)
{
    for (uint16_t port = 1; port <= ports; ++port) {
        talk.newConnection(port).syn().wait(20ms);
        if (port % 2 == 0)
            talk.refuses();
        else
            talk.synAck().replies(Side::Client, 1);
    }
    return talk;
}

TEST(HandshakeAbandoned, FiveTargetsWithinAMinuteAreAScan)
{
    Conversation talk;
    const Diagnosis diagnosis = scan(talk, 5).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::HandshakeAbandoned);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"scan"});
    EXPECT_NE(diagnosis.summary.find("five or more addresses and ports"), std::string::npos) << diagnosis.summary;
}

TEST(HandshakeAbandoned, ABriefDiagnosisAnswersTheSameWithoutAskingOtherConnections)
{
    Conversation talk;
    const Diagnosis full = scan(talk, 5).primary();
    const TraceContext context = buildTraceContext(talk.trace());
    const Connection& connection = context.trace->connections[0];
    const ConnectionDiagnosis brief
        = diagnoseConnection(context, connection, analyzeConnection(connection), Detail::Brief);
    ASSERT_NE(brief.primary(), nullptr);
    EXPECT_EQ(brief.primary()->cause, full.cause);
    EXPECT_EQ(brief.primary()->confidence, full.confidence);
    EXPECT_EQ(brief.primary()->harm, full.harm);
    EXPECT_TRUE(brief.primary()->subs.empty());
}

TEST(HandshakeAbandoned, FourTargetsAreNoScan)
{
    Conversation talk;
    EXPECT_TRUE(scan(talk, 4).primary().subs.empty());
}

TEST(HandshakeAbandoned, CompletedHandshakeIsNone)
{
    Conversation talk;
    talk.handshake().wait(20ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::HandshakeAbandoned);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

TEST(HandshakeAbandoned, CaptureThatStartsAfterTheSynSaysNothingOfIt)
{
    Conversation talk;
    talk.says(Side::Server, 0, 1, 0, 0x12).replies(Side::Client, 1);
    EXPECT_NE(talk.primary().cause, CauseId::HandshakeAbandoned);
}

} // namespace whyrst::test
