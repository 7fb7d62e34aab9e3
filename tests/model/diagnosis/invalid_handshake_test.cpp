#include "model/diagnosis/trace_context.h"
#include "model/tcp/connection_table.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace whyrst::test {

TEST(InvalidHandshake, SynAckWithAnotherNumberIsOne)
{
    Conversation talk;
    talk.syn().wait(20ms).says(Side::Server, 0, 70'001, 0, 0x12).replies(Side::Client, 70'001);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InvalidHandshake);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.harm, Harm::ConnectFailed);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{1, 2, 3}));
    EXPECT_NE(diagnosis.summary.find("70,000 bytes off"), std::string::npos) << diagnosis.summary;
}

TEST(InvalidHandshake, ResetThatRepeatsANumberTheSynAckDoesNotHaveWasAnsweredElsewhere)
{
    Conversation talk;
    talk.syn().synAck().wait(20ms).replies(Side::Client, 900'001); // recorded at the server
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InvalidHandshake);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(InvalidHandshake, SynAcksThatNobodyAskedForAreSubUnsolicited)
{
    Conversation talk;
    for (int count = 0; count < 4; ++count)
        talk.says(Side::Server, 0, 1, 0, 0x12).replies(Side::Client, 1).wait(100ms).newConnection();
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::InvalidHandshake);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"unsolicited"});
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.harm, Harm::None);
}

TEST(InvalidHandshake, CaptureThatStartsLateMayOnlyMissTheSyn)
{
    Conversation talk;
    talk.says(Side::Server, 0, 1, 0, 0x12).replies(Side::Client, 1);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InvalidHandshake);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_EQ(diagnosis.missing, std::vector<Missing>{Missing::StartedLate});
}

TEST(InvalidHandshake, SynAckWithTheRightNumberIsNone)
{
    Conversation talk;
    talk.syn().wait(20ms).synAck().replies(Side::Client, 1);
    EXPECT_NE(talk.primary().cause, CauseId::InvalidHandshake);
}

TEST(InvalidHandshake, SynsFromElsewhereInTheClientsNameAreSubForged)
{
    Conversation talk;
    for (const uint8_t distance : std::initializer_list<uint8_t>{115, 35, 107, 48})
        talk.ttl(Side::Client, distance)
            .syn()
            .synAck()
            .wait(20ms)
            .ttl(Side::Client, 60)
            .replies(Side::Client, 1)
            .wait(100ms)
            .newConnection();
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::InvalidHandshake);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"forged-syn"});
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::HandshakeAbandoned));
}

TEST(InvalidHandshake, ANearbyResetOfAConnectionWithoutClientPacketsIsNoSynFromElsewhere)
{
    Conversation talk;
    talk.ttl(Side::Client, 115).syn().synAck().wait(20ms).ttl(Side::Client, 60).replies(Side::Client, 1);
    talk.newConnection().replies(Side::Server, 1);
    ASSERT_TRUE(talk.connection(1).flow(Side::Client).empty());
    EXPECT_NE(talk.primary(0).cause, CauseId::InvalidHandshake);
}

TEST(InvalidHandshake, SynsOfOneDistanceAreThoseOfAScanner)
{
    Conversation talk;
    for (int count = 0; count < 4; ++count)
        talk.ttl(Side::Client, 52)
            .syn()
            .synAck()
            .wait(20ms)
            .ttl(Side::Client, 60)
            .replies(Side::Client, 1)
            .wait(100ms)
            .newConnection();
    EXPECT_EQ(talk.primary(1).cause, CauseId::HandshakeAbandoned);
}

TEST(InvalidHandshake, SynsToManyServicesAreThoseOfAScanner)
{
    Conversation talk;
    uint16_t port = 1000;
    for (const uint8_t distance : std::initializer_list<uint8_t>{115, 35, 107, 48})
        talk.newConnection(++port)
            .ttl(Side::Client, distance)
            .syn()
            .synAck()
            .wait(20ms)
            .ttl(Side::Client, 60)
            .replies(Side::Client, 1)
            .wait(100ms);
    EXPECT_EQ(talk.primary(1).cause, CauseId::HandshakeAbandoned);
}

TEST(InvalidHandshake, ServerThatAsksBackIsStillOpening)
{
    Conversation talk; // recorded at the server, which takes the wrong number for an attack (RFC 5961 3.2)
    talk.syn().synAck().wait(20ms).replies(Side::Client, 6).acks(Side::Server).wait(1s);
    talk.says(Side::Server, 0, 1, 0, 0x12).wait(20ms).replies(Side::Client, 6);
    const ConnectionDiagnosis diagnosis = talk.diagnosis();
    ASSERT_EQ(diagnosis.resets.size(), 2u);
    EXPECT_EQ(diagnosis.resets[0].cause, CauseId::InvalidHandshake);
    EXPECT_EQ(diagnosis.resets[1].cause, CauseId::InvalidHandshake);
}

TEST(InvalidHandshake, SynsOfTheResettersOwnCardAreThoseOfAScanner)
{
    ConnectionTable table{LoadOptions()};
    Timestamp time{1000s};
    uint32_t frame = 0;
    const auto add = [&](bool fromClient, uint16_t port, uint8_t flags, uint8_t ttl) {
        SegmentHeader header;
        const Endpoint client{{{10, 0, 0, 1}}, port};
        const Endpoint server{{{10, 0, 0, 2}}, 21};
        header.source = fromClient ? client : server;
        header.destination = fromClient ? server : client;
        header.headerLength = 40;
        header.sourceMac = fromClient ? 1 : 2;
        header.ttl = ttl;
        header.flags.bits = flags;
        header.seq.value = !fromClient ? 5000 : (flags == 0x02 ? 1000 : 1001);
        header.ack.value = fromClient ? 0 : 1001;
        table.add(header, PacketNumber(++frame), time += 10ms);
    };
    for (const uint8_t distance : std::initializer_list<uint8_t>{44, 37, 52, 58}) {
        const auto port = static_cast<uint16_t>(40'000 + distance);
        add(true, port, 0x02, distance);
        add(false, port, 0x12, 64);
        add(true, port, 0x04, 64);
    }
    const Trace trace = table.takeTrace();
    const TraceContext context = buildTraceContext(trace);
    const Connection& connection = trace.connections[1];
    const ConnectionDiagnosis diagnosis = diagnoseConnection(context, connection, analyzeConnection(connection));
    ASSERT_NE(diagnosis.primary(), nullptr);
    EXPECT_EQ(diagnosis.primary()->cause, CauseId::HandshakeAbandoned);
}

} // namespace whyrst::test
