#include "model/diagnosis/trace_context.h"
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

namespace {

/// A refused SYN with option `kind`, and the one after it, which is accepted and has the option or not.
Diagnosis refusedWith(uint8_t kind, bool stays)
{
    Conversation talk;
    talk.syn().wait(20ms).refuses().newConnection().wait(1s).exchange();
    Trace trace = talk.trace();
    for (const uint32_t id : {0U, 1U}) {
        SynOptions& options = *trace.connections[id].flow(Side::Client).synOptions;
        if (id == 0 || stays)
            options.order[options.orderLength++] = kind;
    }
    const Connection& connection = trace.connections[0];
    return *diagnoseConnection(buildTraceContext(trace), connection, analyzeConnection(connection)).primary();
}

} // namespace

TEST(ConnectionRefused, OptionThatOnlyTheRefusedSynHadIsSubSynFlags)
{
    const Diagnosis diagnosis = refusedWith(30, false);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"syn-flags"});
    EXPECT_NE(diagnosis.summary.find("does not like Multipath TCP"), std::string::npos) << diagnosis.summary;
}

TEST(ConnectionRefused, OptionThatIsAcceptedLaterIsNotToBlame)
{
    EXPECT_TRUE(refusedWith(30, true).subs.empty());
    EXPECT_TRUE(refusedWith(8, false).subs.empty());
}

} // namespace whyrst::test
