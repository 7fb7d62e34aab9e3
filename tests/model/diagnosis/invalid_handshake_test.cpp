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

} // namespace whyrst::test
