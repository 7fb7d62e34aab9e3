#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

Conversation& outage(Conversation& talk, int resends)
{
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server); // 4, 5
    talk.lost().sends(Side::Client, 1460).wait(220ms);                        // 6
    for (Duration wait = 220ms; resends > 0; --resends, wait *= 2)
        talk.lost().resends(Side::Client, 1461, 1460).wait(wait); // 7 ...
    return talk;
}

} // namespace

TEST(PathOutage, NothingComesBackAndTheSenderGivesUp)
{
    Conversation talk;
    outage(talk, 5).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{5, 6, 7, 8, 12}));
    EXPECT_EQ(diagnosis.chain[3].lastFrame, PacketNumber(11)); // re-sends by timer are one step
    EXPECT_TRUE(isPossible(diagnosis, CauseId::AckPathLoss));
}

TEST(PathOutage, LaterSignOfLifeFindsTheSenderGone)
{
    Conversation talk;
    outage(talk, 5).wait(60s).sends(Side::Server, 100).replies(Side::Client, 1461);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.mechanism, Mechanism::GaveUpSilently);
    EXPECT_NE(findStep(diagnosis, Role::MissingRtx), nullptr);
    EXPECT_NE(findStep(diagnosis, Role::Trigger), nullptr);
}

TEST(PathOutage, ReceiverThatSendsAgainWhatWasAcknowledgedShowsThatNothingArrives)
{
    const auto confidenceAfter = [](int needless) {
        Conversation talk;
        talk.exchange().wait(50ms).sends(Side::Server, 100).acks(Side::Client).lost().sends(Side::Client, 1460);
        for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)}) {
            talk.wait(wait).lost().resends(Side::Client, 301, 1460).wait(30ms);
            if (needless-- > 0)
                talk.says(Side::Server, 801, 301, 100, 0x10).acks(Side::Client);
        }
        const Diagnosis diagnosis = talk.wait(2s).aborts(Side::Client).primary();
        EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"forward-only"});
        return diagnosis.confidence;
    };
    EXPECT_EQ(confidenceAfter(1), Confidence::Likely);
    EXPECT_EQ(confidenceAfter(2), Confidence::Certain);
}

TEST(PathOutage, WaitOfAKnownConnectIsNamed)
{
    Conversation talk;
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s), Duration(8s), Duration(16s), Duration(36s)})
        talk.lost().syn().wait(wait);
    const Diagnosis diagnosis = talk.aborts(Side::Client).primary();
    const auto fact = std::ranges::find(diagnosis.facts, "timer_s", &Fact::name);
    ASSERT_NE(fact, diagnosis.facts.end());
    EXPECT_EQ(fact->number, 67);
}

TEST(PathOutage, UnansweredSynsAreSubNoAnswer)
{
    Conversation talk;
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s), Duration(8s), Duration(16s)})
        talk.lost().syn().wait(wait);
    talk.aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"no-answer"});
    EXPECT_EQ(diagnosis.harm, Harm::ConnectFailed);
}

TEST(PathOutage, UnansweredSynsMayEndWithTheirOwnNumber)
{
    Conversation talk;
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s), Duration(8s), Duration(16s)})
        talk.lost().syn().wait(wait);
    talk.says(Side::Client, 0, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::PathOutage);
    EXPECT_EQ(talk.primary().subs, std::vector<std::string>{"no-answer"});
}

TEST(PathOutage, SilentEndWithoutResetIsADeath)
{
    Conversation talk;
    outage(talk, 5).wait(120s);
    const ConnectionDiagnosis diagnosis = talk.diagnosis();
    ASSERT_TRUE(diagnosis.death.has_value());
    EXPECT_EQ(diagnosis.death->cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.summary.ended, Ended::SilentDeath);
}

TEST(PathOutage, CaptureThatEndsTooSoonShowsNoDeath)
{
    Conversation talk;
    outage(talk, 5);
    EXPECT_FALSE(talk.diagnosis().death.has_value());
}

TEST(PathOutage, RecoveredOutageIsNone)
{
    Conversation talk;
    outage(talk, 5).resends(Side::Client, 1461, 1460).wait(20ms).acks(Side::Server).wait(1s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::PathOutage);
}

TEST(PathOutage, FirstLargePacketsThatStallMayBeAnMtuLimit)
{
    Conversation talk;
    talk.handshake()
        .sends(Side::Client, 100)
        .wait(20ms)
        .acks(Side::Server)
        .lost()
        .sends(Side::Client, 2920)
        .wait(220ms);
    for (const Duration wait : {Duration(440ms), Duration(880ms), Duration(1760ms), Duration(3520ms)})
        talk.lost().resends(Side::Client, 101, 1460).wait(wait);
    talk.aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::MtuBlackHole));
}

TEST(PathOutage, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 1460, 0x10).wait(20ms).says(Side::Server, 1, 1461, 0, 0x10);
    talk.says(Side::Client, 1461, 1, 1460, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).says(Side::Client, 1461, 1, 1460, 0x10);
    talk.wait(3s).says(Side::Client, 2921, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::PathOutage);
}

TEST(PathOutage, AnswerAtOnceToTheSendersResetLeavesItPossible)
{
    Conversation talk;
    talk.exchange().lost().sends(Side::Client, 200).losesResends(Side::Client, 301, 200).wait(1s);
    const Diagnosis diagnosis = talk.aborts(Side::Client).wait(20ms).acks(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::SegmentBlackHole)) << "the path was open at the end";
}

namespace {

/// 1461 to 2920 is lost, the two segments behind it are reported by SACK, and `rest` more are not; then nothing.
Conversation& lossBeforeOutage(Conversation& talk, int rest)
{
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460);
    talk.sends(Side::Client, 2920).wait(20ms).sacks(Side::Server, 2921, 5841);
    for (int count = 0; count < rest; ++count)
        talk.lost().sends(Side::Client, 1460);
    return talk.losesResends(Side::Client, 1461, 1460).wait(2s).aborts(Side::Client);
}

void expectEither(const Diagnosis& diagnosis, CauseId cause, Confidence confidence, CauseId possible)
{
    EXPECT_EQ(diagnosis.cause, cause);
    EXPECT_EQ(diagnosis.confidence, confidence);
    EXPECT_TRUE(isPossible(diagnosis, possible));
}

/// The death of a connection whose SYNs nobody answers, while the server takes another one on `port`.
std::optional<Diagnosis> unansweredBeside(uint16_t port)
{
    Conversation talk;
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s)})
        talk.lost().syn().wait(wait);
    talk.newConnection(port).handshake().backTo(0).lost().syn().wait(60s).newConnection(port).lost().syn();
    return talk.diagnosis(0).death;
}

} // namespace

TEST(PathOutage, ChanceLossJustBeforeItIsNoBlackHoleOfThoseBytes)
{
    Conversation talk;
    expectEither(
        lossBeforeOutage(talk, 5).primary(), CauseId::PathOutage, Confidence::Likely, CauseId::SegmentBlackHole);
}

TEST(PathOutage, OneMoreLossLeavesBothPossible)
{
    Conversation talk;
    expectEither(
        lossBeforeOutage(talk, 1).primary(), CauseId::SegmentBlackHole, Confidence::Possible, CauseId::PathOutage);
}

TEST(PathOutage, SameBytesInSeveralPacketsWithinARoundTripAreNoRepairs)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    for (int count = 0; count < 5; ++count) // as ACKs with two bytes of padding that pass for data
        talk.wait(100us).says(Side::Client, 1461, 1, 2, 0x10);
    talk.wait(60s).newConnection().handshake();
    EXPECT_FALSE(talk.diagnosis(0).death.has_value());
}

TEST(PathOutage, ServerThatAnswersOthersMeanwhileIsReached)
{
    const std::optional<Diagnosis> death = unansweredBeside(443);
    ASSERT_TRUE(death.has_value());
    expectEither(*death, CauseId::PathOutage, Confidence::Possible, CauseId::AcceptQueueOverflow);
    EXPECT_NE(death->summary.find("answered on other connections to this port meanwhile"), std::string::npos);
    EXPECT_NE(death->actions.at(0).find("ListenOverflows"), std::string::npos);
}

TEST(PathOutage, ServerThatOnlyRepeatsItselfMayHearNothing)
{
    Conversation talk;
    talk.newConnection().handshake().lost().sends(Side::Server, 1000).wait(90s).backTo(0);
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s), Duration(8s)}) {
        talk.backTo(0).lost().syn().wait(wait);
        talk.backTo(1).lost().resends(Side::Server, 1, 1000);
    }
    talk.wait(60s).newConnection().lost().syn();
    const ConnectionDiagnosis diagnosis = talk.diagnosis(1); // in the order of their first packets
    ASSERT_TRUE(diagnosis.death.has_value());
    EXPECT_EQ(diagnosis.death->cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.death->confidence, Confidence::Likely);
}

TEST(PathOutage, ServerThatAnsweredOnOtherPortsAloneIsNoSign)
{
    const std::optional<Diagnosis> death = unansweredBeside(444);
    ASSERT_TRUE(death.has_value());
    EXPECT_EQ(death->confidence, Confidence::Likely);
    EXPECT_EQ(death->subs, std::vector<std::string>{"no-answer"});
}

TEST(PathOutage, ServerThatWasHeardJustBeforeMayHaveAFullQueue)
{
    Conversation talk;
    talk.newConnection().handshake().wait(2s).backTo(0);
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s), Duration(60s)})
        talk.lost().syn().wait(wait);
    const ConnectionDiagnosis diagnosis = talk.newConnection().lost().syn().diagnosis(1);
    ASSERT_TRUE(diagnosis.death.has_value());
    EXPECT_EQ(diagnosis.death->confidence, Confidence::Likely);
    EXPECT_TRUE(isPossible(*diagnosis.death, CauseId::AcceptQueueOverflow));
}

TEST(PathOutage, UnansweredSynsAloneMayBeAFullQueue)
{
    Conversation talk;
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s), Duration(60s)})
        talk.lost().syn().wait(wait);
    const ConnectionDiagnosis diagnosis = talk.newConnection().lost().syn().diagnosis();
    ASSERT_TRUE(diagnosis.death.has_value());
    expectEither(*diagnosis.death, CauseId::PathOutage, Confidence::Likely, CauseId::AcceptQueueOverflow);
}

TEST(PathOutage, AnswerToAnotherThatCanHaveLeftOnlyAfterTheSynCameShowsThePath)
{
    Conversation talk;
    talk.handshake(); // 20 ms for a round trip
    talk.newConnection().lost().syn().wait(5ms).backTo(0).sends(Side::Client, 300).wait(20ms).acks(Side::Server);
    for (const Duration wait : {Duration(900ms), Duration(2s), Duration(4s), Duration(60s)})
        talk.backTo(1).wait(wait).lost().syn();
    const ConnectionDiagnosis diagnosis = talk.wait(60s).newConnection().lost().syn().diagnosis(1);
    ASSERT_TRUE(diagnosis.death.has_value());
    expectEither(*diagnosis.death, CauseId::PathOutage, Confidence::Possible, CauseId::AcceptQueueOverflow);
}

TEST(PathOutage, AnswerToAnotherThatMayHaveLeftBeforeTheSynCameIsNoSign)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(10ms);
    talk.newConnection().lost().syn().wait(10ms).backTo(0).acks(Side::Server);
    for (const Duration wait : {Duration(900ms), Duration(2s), Duration(4s), Duration(60s)})
        talk.backTo(1).wait(wait).lost().syn();
    const ConnectionDiagnosis diagnosis = talk.wait(60s).newConnection().lost().syn().diagnosis(1);
    ASSERT_TRUE(diagnosis.death.has_value());
    EXPECT_EQ(diagnosis.death->confidence, Confidence::Likely);
}

TEST(PathOutage, CaptureWithoutTheServersPacketsTellsNothingForSure)
{
    Conversation talk; // of the first connection the client alone was recorded: it goes on as if it had been answered
    talk.lost().syn().wait(20ms).says(Side::Client, 1, 1, 0, 0x10).says(Side::Client, 1, 1, 300, 0x18).newConnection();
    for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s), Duration(60s)})
        talk.lost().syn().wait(wait);
    const ConnectionDiagnosis diagnosis = talk.newConnection().lost().syn().diagnosis(1);
    ASSERT_TRUE(diagnosis.death.has_value());
    EXPECT_EQ(diagnosis.death->confidence, Confidence::Possible);
    EXPECT_EQ(diagnosis.death->missing, std::vector<Missing>{Missing::OneDirectionOnly});
}

TEST(PathOutage, DuplicateAcksWithoutAReportDoNotTellThatDataCame)
{
    Conversation talk; // both agreed to SACK; nothing is reported, so nothing behind the hole is held
    talk.exchange().wait(100ms).lost().sends(Side::Client, 1000).lost().sends(Side::Client, 1000);
    talk.lost().sends(Side::Client, 60).wait(20ms).acks(Side::Server).wait(200ms).losesResends(Side::Client, 301, 1000);
    const Diagnosis diagnosis = talk.wait(2s).aborts(Side::Client).primary();
    EXPECT_NE(diagnosis.cause, CauseId::SegmentBlackHole);
    EXPECT_NE(diagnosis.cause, CauseId::MtuBlackHole);
}

namespace {

/// The server closes its window (#13) and answers one probe (#14, #15), then none of four (#16 to #19).
Conversation& silentWindow(Conversation& talk)
{
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms);
    talk.window(Side::Server, 0).acks(Side::Server).wait(220ms).zeroWindowProbe(Side::Client).wait(20ms);
    talk.acks(Side::Server);
    for (const Duration wait : {Duration(440ms), Duration(880ms), Duration(1760ms), Duration(3520ms)})
        talk.wait(wait).zeroWindowProbe(Side::Client);
    return talk;
}

} // namespace

TEST(PathOutage, ProbesOfAClosedWindowWithoutAnAnswerAreOne)
{
    Conversation talk;
    const Diagnosis diagnosis = silentWindow(talk).wait(7s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage) << diagnosis.summary;
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, (std::vector<std::string>{"both-or-unknown", "closed-window"}));
    EXPECT_TRUE(isPossible(diagnosis, CauseId::ZeroWindowStarvation));
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{13, 15, 16, 20}));
    EXPECT_EQ(findStep(diagnosis, Role::ZwProbe)->lastFrame, PacketNumber(19));
    EXPECT_NE(diagnosis.summary.find("4 times"), std::string::npos) << diagnosis.summary;
}

TEST(PathOutage, ProberThatNobodyAnsweredDies)
{
    Conversation talk;
    const Diagnosis diagnosis = silentWindow(talk).wait(60s).primary();
    EXPECT_TRUE(diagnosis.isDeath());
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_NE(findStep(diagnosis, Role::MissingRtx), nullptr);
}

TEST(PathOutage, ReceiverWithAClosedWindowThatResetsInTheEndIsHeard)
{
    Conversation talk;
    const Diagnosis diagnosis = silentWindow(talk).wait(2s).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::ZeroWindowStarvation));
}

namespace {

/// Four unanswered re-sends of the client's second request. The last one echoes the server's timestamp `echo`; the
/// latest that was captured is 700.
Diagnosis outageWithEcho(uint32_t echo)
{
    ConnectionTable table{LoadOptions()};
    Timestamp time{1000s};
    uint32_t frame = 0;
    const auto add = [&](Side side, Duration wait, uint32_t seq, uint32_t ack, uint32_t bytes, uint32_t echoed,
                         uint8_t flags = 0x10) {
        SegmentHeader header;
        const Endpoint client{{{10, 0, 0, 1}}, 40'000};
        const Endpoint server{{{10, 0, 0, 2}}, 80};
        header.source = side == Side::Client ? client : server;
        header.destination = side == Side::Client ? server : client;
        header.headerLength = 52;
        header.ttl = 64;
        header.rawWindow = 500;
        header.seq.value = seq;
        header.ack.value = ack;
        header.payloadLength = bytes;
        header.flags.bits = flags;
        header.options.timestamps = Timestamps{side == Side::Client ? 300 + frame : 700, echoed};
        table.add(header, PacketNumber(++frame), time += wait);
    };
    add(Side::Client, 0s, 1000, 5000, 100, 690);
    add(Side::Server, 20ms, 5000, 1100, 200, 300);
    add(Side::Client, 1ms, 1100, 5200, 0, 700);
    for (const Duration wait : {Duration(1s), Duration(220ms), Duration(440ms), Duration(880ms)})
        add(Side::Client, wait, 1100, 5200, 300, 700);
    add(Side::Client, 1760ms, 1100, 5200, 300, echo);
    add(Side::Client, 3s, 1400, 5200, 0, echo, 0x14);
    return primaryOf(table.takeTrace());
}

} // namespace

TEST(PathOutage, SenderThatEchoesWhatWasNotCapturedHeardTheReceiver)
{
    const Diagnosis heard = outageWithEcho(2000);
    EXPECT_EQ(heard.cause, CauseId::PathOutage);
    EXPECT_EQ(heard.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(heard, CauseId::SegmentBlackHole));
    EXPECT_EQ(heard.missing, std::vector<Missing>{Missing::CaptureDropsNearRst});
    EXPECT_EQ(outageWithEcho(700).confidence, Confidence::Certain);
}

} // namespace whyrst::test
