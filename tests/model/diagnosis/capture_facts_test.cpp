// What is known about the capture itself changes what is said: drops, offload, the user's word on the capture point.
#include "model/diagnosis/trace_context.h"
#include "model/diagnosis/vantage.h"
#include "model/export/diagnosis_text.h"
#include "tests/support/conversation.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace whyrst::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr uint16_t rst = 0x04;
constexpr uint16_t ack = 0x10;

/// An upload whose first segment never arrives: five times sent, then aborted.
void blackHole(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).wait(50ms);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(20ms);
    talk.sacks(Side::Server, 2461, 3921);
    for (int i = 0; i < 5; ++i)
        talk.wait(200ms * (1 << i)).lost().resends(Side::Client, 1001, 1460);
    talk.wait(6400ms).aborts(Side::Client);
}

ConnectionDiagnosis diagnosed(const Trace& trace, std::optional<VantagePlace> vantage = std::nullopt)
{
    const Connection& connection = trace.connections[0];
    return diagnoseConnection(
        buildTraceContext(trace, {.vantage = vantage}), connection, analyzeConnection(connection));
}

/// The text of the primary diagnosis' remark `id`; empty without one.
std::string remarkOf(const ConnectionDiagnosis& diagnosis, std::string_view id)
{
    for (const Remark& remark : diagnosis.primary()->remarks) {
        if (remark.id == id)
            return remark.text;
    }
    return {};
}

TEST(CaptureDrops, LowerTheConfidenceOfALossAndSaySo)
{
    Conversation talk;
    blackHole(talk);
    Trace trace = talk.trace();
    const ConnectionDiagnosis before = diagnosed(trace);
    ASSERT_EQ(before.primary()->cause, CauseId::SegmentBlackHole);
    trace.capture.droppedByCapture = 12;
    const ConnectionDiagnosis after = diagnosed(trace);
    EXPECT_LT(*after.primary()->confidence, *before.primary()->confidence);
    const std::string text = connectionText(trace.capture, trace.connections[0], after);
    EXPECT_THAT(text, HasSubstr("The capture itself lost packets, which lowers the confidence"));
    EXPECT_THAT(connectionText(trace.capture, trace.connections[0], before), Not(HasSubstr("lost packets")));
}

TEST(CaptureDrops, ChangeNothingAboutOtherCauses)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).wait(1s).aborts(Side::Server);
    Trace trace = talk.trace();
    const ConnectionDiagnosis before = diagnosed(trace);
    trace.capture.droppedByCapture = 12;
    EXPECT_EQ(diagnosed(trace).primary()->confidence, before.primary()->confidence);
}

/// An abort of the server `after` data of it that was acknowledged and never captured.
Diagnosis abortAfterGap(Conversation& talk, Duration after)
{
    talk.exchange().wait(1s).says(Side::Client, 301, 801 + 2920, 0, ack).wait(after);
    return talk.says(Side::Server, 801 + 2920, 301, 0, rst | ack).primary();
}

TEST(CaptureGap, ShortlyBeforeTheResetLowersTheConfidence)
{
    Conversation talk;
    const Diagnosis diagnosis = abortAfterGap(talk, 50ms);
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_THAT(diagnosis.missing, testing::ElementsAre(Missing::CaptureDropsNearRst));
}

TEST(CaptureGap, LongBeforeTheResetDoesNotMatter)
{
    Conversation talk;
    const Diagnosis diagnosis = abortAfterGap(talk, 5s);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_THAT(diagnosis.missing, testing::IsEmpty());
}

TEST(CaptureGap, PacketsThatComeLateAreNone)
{
    Conversation talk;
    talk.exchange().wait(1s).says(Side::Client, 301, 801 + 1460, 0, ack).says(Side::Server, 801, 301, 1460, ack);
    const Diagnosis diagnosis = talk.wait(50ms).says(Side::Server, 801 + 1460, 301, 0, rst | ack).primary();
    EXPECT_THAT(diagnosis.missing, testing::IsEmpty());
}

/// The diagnosis of an abort after a silence of two hours, over which the clock of the server goes on by `passed`.
Diagnosis abortAfterTwoHours(Conversation& talk, Duration passed)
{
    talk.exchange().wait(1s).sends(Side::Client, 100).wait(20ms).sends(Side::Server, 100).acks(Side::Client);
    return talk.clockOff(Side::Server, passed - 2h).wait(2h).aborts(Side::Server).primary();
}

TEST(ClockStep, OfAnHourForwardByTimestampsLowersAWaitAndTurnsTheTestsOfTimesOff)
{
    Conversation talk;
    const Diagnosis diagnosis = abortAfterTwoHours(talk.timestamps(true), 3s);
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_THAT(diagnosis.missing, testing::ElementsAre(Missing::ClockStep));
    EXPECT_TRUE(std::ranges::none_of(diagnosis.facts, [](const Fact& fact) { return fact.name == "auth-timestamp"; }));
}

TEST(ClockStep, IsNoneWhereTimestampsShowThatTheTimePassed)
{
    Conversation talk;
    const Diagnosis diagnosis = abortAfterTwoHours(talk.timestamps(true), 2h);
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_THAT(diagnosis.missing, testing::IsEmpty());
}

TEST(ClockStep, IsNoneWhereNothingContradictsTheWait)
{
    Conversation talk;
    const Diagnosis diagnosis = abortAfterTwoHours(talk, 2h);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_THAT(diagnosis.missing, testing::IsEmpty());
}

TEST(ForcedVantage, IsWhatTheUserSaysAndIsSaidSo)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).wait(1s).aborts(Side::Server);
    const Trace& trace = talk.trace();
    const ConnectionDiagnosis diagnosis = diagnosed(trace, VantagePlace::Server);
    EXPECT_EQ(diagnosis.vantage.place, VantagePlace::Server);
    EXPECT_EQ(diagnosis.vantage.confidence, Confidence::Certain);
    EXPECT_STREQ(diagnosis.vantage.reason, "as you said");
    EXPECT_THAT(
        connectionText(trace.capture, trace.connections[0], diagnosis), HasSubstr("captured at: server (as you said)"));
    EXPECT_NE(diagnosed(trace).vantage.place, VantagePlace::Server);
}

TEST(Offload, SuperSegmentsAreNoLossAndFillNoWindow)
{
    Conversation talk;
    talk.handshake();
    for (int64_t offset = 1; offset < 200'000; offset += 14'480) {
        talk.says(Side::Client, offset, 1, 14'480, ack).wait(20ms);
        talk.says(Side::Server, 1, offset + 14'480, 0, ack).wait(1ms);
    }
    talk.says(Side::Client, 202'721, 1, 1000, ack).wait(20ms).says(Side::Server, 1, 203'721, 0, ack);
    const Analysis analysis = talk.analysis();
    EXPECT_LT(analysis.flow(Side::Client).effectiveMss, 14'480U);
    EXPECT_EQ(analysis.flow(Side::Client).counts.retransmissions, 0U);
    EXPECT_EQ(analysis.flow(Side::Client).unseenAckedBytes, 0);
    EXPECT_EQ(analysis.flow(Side::Server).counts.zeroWindows, 0U);
    EXPECT_EQ(analysis.flow(Side::Server).counts.dupAcks, 0U);
    EXPECT_EQ(talk.diagnosis().primary(), nullptr);
}

TEST(UserTimeout, ThatASideAnnouncedIsItsLimit)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460);
    talk.losesResends(Side::Client, 1001, 1460).wait(26'700ms).aborts(Side::Client); // 30 s after the first send
    Trace trace = talk.trace();
    trace.connections[0].flow(Side::Client).rare.edit().userTimeout = 30; // RFC 5482: seconds
    const Diagnosis diagnosis = *diagnosed(trace).primary();
    const auto fact = std::ranges::find(diagnosis.facts, "timer_s", &Fact::name);
    ASSERT_NE(fact, diagnosis.facts.end());
    EXPECT_EQ(fact->text, "30 s that the client announced as its user timeout");
}

TEST(StatedReason, OfMultipathTcpIsAFactOfTheReset)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).wait(1s).says(Side::Server, 1, 1001, 0, rst | ack);
    Trace trace = talk.trace();
    const uint32_t row = trace.connections[0].flow(Side::Server).size() - 1;
    trace.connections[0].flow(Side::Server).rare.edit().resetReasons.push_back({row, 2});
    const ConnectionDiagnosis diagnosis = diagnosed(trace);
    EXPECT_EQ(diagnosis.primary()->statedReason, "lack of resources");
    EXPECT_THAT(diagnosis.primary()->summary, HasSubstr("(Multipath TCP): lack of resources."));
}

TEST(StatedReason, OfABoxIsTheTextInItsReset)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).wait(1s).says(Side::Server, 1, 1001, 0, rst | ack);
    Trace trace = talk.trace();
    const uint32_t row = trace.connections[0].flow(Side::Server).size() - 1;
    trace.connections[0].flow(Side::Server).rare.edit().resetTexts.push_back({row, "Connection limit reached"});
    const ConnectionDiagnosis diagnosis = diagnosed(trace);
    EXPECT_EQ(diagnosis.primary()->statedReason, "Connection limit reached");
    EXPECT_THAT(diagnosis.primary()->summary, HasSubstr("carries a text: \"Connection limit reached\"."));
}

namespace {

/// The diagnosis of a server's abort, 1 s after it took the last of `requests`, that says `text`, or `reason` of
/// Multipath TCP.
Diagnosis statedBy(std::string_view text, std::optional<uint8_t> reason = std::nullopt, int requests = 6)
{
    Conversation talk;
    talk.exchange();
    for (int count = 1; count < requests; ++count)
        talk.sends(Side::Client, 10).wait(20ms).acks(Side::Server);
    talk.wait(1s).says(Side::Server, 801, 301 + 10 * (requests - 1), 0, rst | ack);
    Trace trace = talk.trace();
    RareFacts& rare = trace.connections[0].flow(Side::Server).rare.edit();
    const uint32_t row = trace.connections[0].flow(Side::Server).size() - 1;
    if (reason)
        rare.resetReasons.push_back({row, *reason});
    else
        rare.resetTexts.push_back({row, std::string(text)});
    return *diagnosed(trace).primary();
}

} // namespace

TEST(StatedReason, ThatNamesAnIdleLimitIsTheCause)
{
    const Diagnosis diagnosis = statedBy("[F5RST(peer)] Flow expired (sweeper) (idle timeout)");
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_THAT(diagnosis.subs, Contains("stated"));
    EXPECT_THAT(diagnosis.summary, HasSubstr("over an idle limit"));
    EXPECT_THAT(diagnosis.summary, HasSubstr("another leg"));
}

TEST(StatedReason, IsLikelyWhereNothingTellsWhoSentIt)
{
    const Diagnosis diagnosis = statedBy("idle timeout", std::nullopt, 1);
    EXPECT_EQ(diagnosis.sender, ResetSender::Unknown);
    EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(StatedReason, OfAnIdleLimitNeedsSomethingThatWasIdle)
{
    Conversation talk;
    talk.syn().wait(10ms).refuses();
    Trace trace = talk.trace();
    trace.connections[0].flow(Side::Server).rare.edit().resetTexts.push_back({0, "idle timeout"});
    EXPECT_EQ(diagnosed(trace).primary()->cause, CauseId::ConnectionRefused);
}

TEST(StatedReason, ThatNamesALostStateIsHalfOpen)
{
    EXPECT_EQ(statedBy("[F5RST] No flow found for ACK").cause, CauseId::HalfOpen);
    EXPECT_EQ(statedBy("desynchronized state (diagnostic payload, reason 2)").cause, CauseId::HalfOpen);
}

TEST(StatedReason, ThatNamesNoCauseDecidesNothing)
{
    const Diagnosis diagnosis = statedBy("Go away.", std::nullopt, 1);
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_NE(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.statedReason, "Go away.");
}

TEST(StatedReason, BytesThatAreNoTextAreShown)
{
    EXPECT_THAT(statedBy("bytes 01 02 ff").summary, HasSubstr("carries data that is no text (bytes 01 02 ff)."));
}

TEST(StatedReason, OfMultipathTcpEndsASubflowOnPurpose)
{
    const Diagnosis diagnosis = statedBy({}, 6);
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_THAT(diagnosis.subs, Contains("multipath"));
    EXPECT_THAT(diagnosis.summary, HasSubstr("something on the path changes what the subflow carries"));
    EXPECT_THAT(diagnosis.summary, Not(HasSubstr("program")));
}

TEST(StatedReason, OfAResetThatEndedNothingIsToldSecond)
{
    Conversation talk;
    talk.exchange().wait(1s).replies(Side::Server, 50'000'000).wait(1s);
    talk.sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 50).acks(Side::Client);
    Trace trace = talk.trace();
    trace.connections[0].flow(Side::Server).rare.edit().resetTexts.push_back({3, "idle timeout"});
    const ConnectionDiagnosis diagnosis = diagnosed(trace);
    EXPECT_EQ(diagnosis.primary()->cause, CauseId::IgnoredReset);
    EXPECT_EQ(diagnosis.primary()->secondaryCause, CauseId::IdleTimeout);
}

/// The remark on what the server said `before` its reset.
std::string lastWordsSaid(Duration before)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).acks(Side::Server).sends(Side::Server, 100).wait(before);
    talk.aborts(Side::Server);
    Trace trace = talk.trace();
    Flow& server = trace.connections[0].flow(Side::Server);
    server.rare.edit().lastWords = {server.size() - 2, "HTTP/1.1 413 Payload Too Large"};
    return remarkOf(diagnosed(trace), "last-words");
}

TEST(LastWordsRemark, QuotesWhatTheProgramSaidJustBefore)
{
    EXPECT_EQ(lastWordsSaid(40ms), "The server said 40 ms before (#6): \"HTTP/1.1 413 Payload Too Large\".");
}

TEST(LastWordsRemark, AMessageOfLongAgoIsNone)
{
    EXPECT_EQ(lastWordsSaid(20s), "");
}

TEST(RequestRemark, NamesTheHostThatWasAskedForJustBefore)
{
    Conversation talk;
    talk.handshake().asks(Side::Client, "www.example.com").wait(20ms).aborts(Side::Server);
    EXPECT_EQ(remarkOf(talk.diagnosis(), "request"),
        "The client had asked for www.example.com 20 ms before (#4), and had no answer.");
}

TEST(RequestRemark, AnAnswerOrATimeInBetweenSaysNothing)
{
    Conversation answered;
    answered.handshake().asks(Side::Client, "www.example.com").sends(Side::Server, 100).wait(20ms).aborts(Side::Server);
    EXPECT_EQ(remarkOf(answered.diagnosis(), "request"), "");
    Conversation late;
    late.handshake().asks(Side::Client, "www.example.com").wait(1s).aborts(Side::Server);
    EXPECT_EQ(remarkOf(late.diagnosis(), "request"), "");
}

TEST(WindowCode, IsAWindowThatOnlyTheResetHas)
{
    Conversation talk;
    talk.handshake()
        .sends(Side::Client, 1000)
        .acks(Side::Server)
        .wait(1s)
        .window(Side::Server, 9811)
        .aborts(Side::Server);
    EXPECT_THAT(remarkOf(talk.diagnosis(), "window-code"), HasSubstr("9,811"));
    Conversation usual;
    usual.handshake().window(Side::Server, 9811).sends(Side::Client, 1000).acks(Side::Server).wait(1s);
    EXPECT_EQ(remarkOf(usual.aborts(Side::Server).diagnosis(), "window-code"), "");
}

TEST(TunnelName, StandsInTheHeadingOfAConnection)
{
    Conversation talk;
    talk.handshake().wait(1s).aborts(Side::Server);
    Trace trace = talk.trace();
    trace.connections[0].flow(Side::Client).rare.edit().tunnel = Tunnel::Vxlan;
    EXPECT_THAT(connectionText(trace.capture, trace.connections[0], diagnosed(trace)), HasSubstr(", inside VXLAN\n"));
}

} // namespace
} // namespace whyrst::test
