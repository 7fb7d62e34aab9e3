#include "model/analysis/history.h"
#include "model/tcp/load_trace.h"
#include "tests/support/conversation.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

constexpr uint16_t fin = 0x01;
constexpr uint16_t syn = 0x02;
constexpr uint16_t rst = 0x04;
constexpr uint16_t ack = 0x10;

ConnectionHistory historyOf(Conversation& talk)
{
    const ConnectionHistory history = whyrst::historyOf(talk.connection());
    EXPECT_EQ(connStateOf(talk.connection(), {}), history.state); // the short way leads to the same state
    return history;
}

/// "RSTO ShADar".
std::string textOf(Conversation& talk)
{
    const ConnectionHistory history = historyOf(talk);
    return std::string(connStateName(history.state)) + " " + history.letters;
}

// The expectations are made by hand from the description of conn_state and history in Zeek's documentation.

TEST(History, NormalConnectionIsSf)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server).sends(Side::Server, 300).acks(Side::Client);
    talk.closes(Side::Client).closes(Side::Server).acks(Side::Client);
    EXPECT_EQ(textOf(talk), "SF ShADadFf");
}

TEST(History, UnansweredAttemptIsS0AndRepeatedSynHasOneLetter)
{
    Conversation talk;
    talk.syn().wait(1s).syn().wait(2s).syn();
    EXPECT_EQ(textOf(talk), "S0 S");
}

TEST(History, SynWithAnotherNumberHasItsOwnLetter)
{
    Conversation talk;
    talk.syn().says(Side::Client, 5000, 0, 0, syn);
    EXPECT_EQ(historyOf(talk).letters, "SS");
}

TEST(History, OpenAtTheEndIsS1)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    EXPECT_EQ(textOf(talk), "S1 ShADa");
}

TEST(History, HalfCloseIsS2OrS3)
{
    Conversation byClient;
    byClient.handshake().closes(Side::Client).acks(Side::Server).sends(Side::Server, 100);
    EXPECT_EQ(textOf(byClient), "S2 ShAFad");
    Conversation byServer;
    byServer.handshake().closes(Side::Server).acks(Side::Client);
    EXPECT_EQ(textOf(byServer), "S3 ShAf");
}

TEST(History, RefusedIsRej)
{
    Conversation talk;
    talk.syn().refuses();
    EXPECT_EQ(textOf(talk), "REJ Sr");
}

TEST(History, AbortsAreRstoAndRstr)
{
    Conversation byClient;
    byClient.handshake().sends(Side::Client, 100).aborts(Side::Client);
    EXPECT_EQ(textOf(byClient), "RSTO ShADR");
    Conversation byServer;
    byServer.handshake().sends(Side::Client, 100).acks(Side::Server).aborts(Side::Server);
    EXPECT_EQ(textOf(byServer), "RSTR ShADar");
}

TEST(History, SynAndRstWithoutSynAckIsRstos0)
{
    Conversation talk;
    talk.syn().aborts(Side::Client);
    EXPECT_EQ(textOf(talk), "RSTOS0 SR");
}

TEST(History, SynAndFinWithoutSynAckIsSh)
{
    Conversation talk;
    talk.syn().says(Side::Client, 1, 1, 0, fin | ack);
    EXPECT_EQ(textOf(talk), "SH SF");
}

TEST(History, SynAckFirstIsFlipped)
{
    Conversation withReset;
    withReset.synAck().aborts(Side::Server);
    EXPECT_EQ(textOf(withReset), "RSTRH ^hr");
    Conversation withFin;
    withFin.synAck().closes(Side::Server);
    EXPECT_EQ(textOf(withFin), "SHR ^hf");
    Conversation goesOn;
    goesOn.synAck().acks(Side::Client).sends(Side::Client, 100);
    EXPECT_EQ(textOf(goesOn), "S1 ^hAD");
}

TEST(History, MidstreamIsOthUntilItCloses)
{
    Conversation open;
    open.says(Side::Client, 1000, 500, 100, ack).says(Side::Server, 500, 1100, 0, ack);
    EXPECT_EQ(textOf(open), "OTH Da");
    Conversation serverFirst;
    serverFirst.says(Side::Server, 500, 1000, 100, ack).says(Side::Client, 1000, 600, 0, ack);
    EXPECT_EQ(textOf(serverFirst), "OTH ^dA");
    Conversation closed;
    closed.says(Side::Client, 1000, 500, 0, fin | ack).says(Side::Server, 500, 1001, 0, fin | ack);
    EXPECT_EQ(textOf(closed), "SF Ff");
    Conversation reset;
    reset.says(Side::Client, 1000, 500, 100, ack).says(Side::Server, 500, 1100, 0, rst | ack);
    EXPECT_EQ(textOf(reset), "RSTRH Dr"); // no SYN of the client was seen
}

TEST(History, RstAfterBothFinsChangesNothing)
{
    Conversation talk;
    talk.handshake().closes(Side::Client).closes(Side::Server).says(Side::Client, 2, 2, 0, rst);
    EXPECT_EQ(textOf(talk), "SF ShAFfR");
}

TEST(History, SecondRstWithAnotherNumberHasItsOwnLetter)
{
    Conversation talk;
    talk.handshake().aborts(Side::Server).says(Side::Server, 1, 1, 0, rst).says(Side::Server, 700, 1, 0, rst);
    EXPECT_EQ(textOf(talk), "RSTR ShArr");
}

TEST(History, RepeatsAreWrittenOnPowersOfTen)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100);
    for (int i = 0; i < 9; ++i)
        talk.wait(1s).resends(Side::Client, 1, 100);
    EXPECT_EQ(historyOf(talk).letters, "ShADT");
    Conversation more;
    more.handshake().sends(Side::Client, 100);
    for (int i = 0; i < 100; ++i)
        more.wait(1s).resends(Side::Client, 1, 100);
    EXPECT_EQ(historyOf(more).letters, "ShADTTT");
}

TEST(History, ZeroWindowsAreWrittenOnPowersOfTenAndNotOnResets)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).window(Side::Server, 0);
    for (int i = 0; i < 10; ++i)
        talk.wait(1s).acks(Side::Server);
    EXPECT_EQ(historyOf(talk).letters, "ShADaww");
    Conversation reset;
    reset.handshake().window(Side::Server, 0).aborts(Side::Server);
    EXPECT_EQ(historyOf(reset).letters, "ShAr");
}

TEST(History, AcknowledgedBytesThatNeverCameAreAGapOfTheirSender)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).says(Side::Server, 1, 1101, 0, ack).says(Side::Server, 1, 1101, 0, ack);
    EXPECT_EQ(textOf(talk), "S1 ShADaG");
}

TEST(History, BytesThatCameLateAreNoGap)
{
    Conversation talk;
    talk.handshake()
        .says(Side::Client, 101, 1, 100, ack)
        .says(Side::Client, 1, 1, 100, ack)
        .says(Side::Server, 1, 201, 0, ack);
    EXPECT_EQ(historyOf(talk).letters, "ShADTa");
}

TEST(History, ContradictingFlagsHaveTheirLetters)
{
    Conversation talk;
    talk.handshake().says(Side::Server, 1, 1, 0, fin | rst | ack);
    EXPECT_EQ(historyOf(talk).letters, "ShAi");
    Conversation odd;
    odd.says(Side::Client, 0, 0, 0, syn | fin);
    EXPECT_EQ(historyOf(odd).letters, "Q");
}

TEST(History, IgnoredResetHasItsLetterButEndsNothing)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    talk.says(Side::Server, 40'000'000, 101, 0, rst).sends(Side::Client, 100).acks(Side::Server);
    const std::vector<PacketNumber> ignored{PacketNumber(6)};
    const ConnectionHistory history = whyrst::historyOf(talk.connection(), ignored);
    EXPECT_EQ(history.state, ConnState::S1);
    EXPECT_EQ(history.letters, "ShADar");
    EXPECT_EQ(history.completeness, 47);
    EXPECT_EQ(historyOf(talk).state, ConnState::RstR);
    EXPECT_EQ(historyOf(talk).completeness, 47);
}

TEST(History, StateAloneIsThatOfTheHistoryInEveryCapture)
{
    for (const std::string& file : smallLabCaptures()) {
        NoProgress progress;
        const Result<Trace> trace = loadTrace(file, {}, progress);
        if (!trace)
            continue;
        for (const Connection& connection : trace->connections)
            EXPECT_EQ(connStateOf(connection, {}), whyrst::historyOf(connection).state) << file;
    }
}

TEST(History, SummaryKnowsWhichResetsWereIgnored)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    talk.says(Side::Server, 40'000'000, 101, 0, rst).wait(1s);
    talk.sends(Side::Client, 1000).wait(20ms).acks(Side::Server).sends(Side::Server, 500).acks(Side::Client);
    const ConnectionDiagnosis diagnosis = talk.diagnosis();
    ASSERT_EQ(diagnosis.primary()->cause, CauseId::IgnoredReset);
    EXPECT_EQ(diagnosis.summary.state, ConnState::S1);
}

TEST(History, WordsSayWhoDidWhat)
{
    EXPECT_EQ(historyWords("^hAr"), "the first packet is the server's, server SYN-ACK, client ACK, server RST");
}

} // namespace
} // namespace whyrst::test
