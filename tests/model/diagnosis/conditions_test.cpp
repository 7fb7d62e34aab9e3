// The conditions of a rule beside what was measured: of every answer about the recorded captures, and of single ones.
#include "model/diagnosis/conditions.h"

#include "model/analysis/analysis.h"
#include "model/diagnosis/alternatives.h"
#include "model/diagnosis/trace_context.h"
#include "model/tcp/load_trace.h"
#include "tests/support/conversation.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {
namespace {

void expectMet(const Diagnosis& diagnosis)
{
    SCOPED_TRACE(std::string(causeName(diagnosis.cause)) + " #" + std::to_string(diagnosis.frame.value));
    const std::vector<Condition> conditions = conditionsToShow(diagnosis);
    if (diagnosis.cause == CauseId::Unknown || diagnosis.consequenceOf)
        return;
    EXPECT_FALSE(conditions.empty());
    for (const Condition& condition : conditions)
        EXPECT_TRUE(condition.isMet || !condition.isRequired) << conditionText(condition);
    EXPECT_TRUE(std::ranges::any_of(conditions, &Condition::isMet));
}

/// Why the nearest other causes lost: by a condition that is not met, or, when nothing speaks against them, by what
/// only somebody else knows.
void expectReasons(const Diagnosis& diagnosis)
{
    SCOPED_TRACE(std::string(causeName(diagnosis.cause)) + " #" + std::to_string(diagnosis.frame.value));
    size_t told = 0;
    for (const Alternative& other : diagnosis.alternatives) {
        SCOPED_TRACE(causeName(other.cause));
        const std::vector<Condition> conditions = conditionsToShow(diagnosis, other);
        told += conditions.empty() ? 0 : 1;
        const bool isUnmet = !std::ranges::all_of(conditions, &Condition::isMet);
        if (other.excludedBy.empty())
            EXPECT_TRUE(isUnmet || !decidingFact(other.cause).empty());
        else
            EXPECT_TRUE(isUnmet || conditions.empty()) << "excluded, and all conditions are met";
        for (const Condition& condition : conditions)
            EXPECT_FALSE(condition.text.empty() || condition.measured.empty() || condition.needed.empty());
    }
    EXPECT_EQ(told, std::min<size_t>(2, diagnosis.alternatives.size()));
}

/// Holds every answer about the capture to `expect`.
void expectOfAll(const std::string& capture, void (*expect)(const Diagnosis&))
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace(capture, {}, progress);
    ASSERT_TRUE(trace);
    const TraceContext context = buildTraceContext(*trace);
    for (const Connection& connection : trace->connections) {
        const ConnectionDiagnosis all = diagnoseConnection(context, connection, analyzeConnection(connection));
        for (const Diagnosis& reset : all.resets)
            expect(reset);
        if (all.death)
            expect(*all.death);
    }
}

class ConditionsOfCapture : public testing::TestWithParam<std::string>
{
};

TEST_P(ConditionsOfCapture, WhatARuleNeedsIsMet)
{
    expectOfAll(GetParam(), expectMet);
}

TEST_P(ConditionsOfCapture, OtherCausesLostForAReason)
{
    expectOfAll(GetParam(), expectReasons);
}

std::vector<std::string> labCaptures()
{
    const char* folder = captureFolder();
    return folder == nullptr ? smallLabCaptures() : capturesBelow(std::string(folder) + "/lab");
}

INSTANTIATE_TEST_SUITE_P(Lab, ConditionsOfCapture, testing::ValuesIn(labCaptures()));

/// The condition of `diagnosis` that begins with `text`; a default one when there is none.
Condition find(const Diagnosis& diagnosis, std::string_view text)
{
    const std::vector<Condition> conditions = conditionsToShow(diagnosis);
    const auto found = std::ranges::find_if(
        conditions, [&](const Condition& condition) { return condition.text.starts_with(text); });
    return found == conditions.end() ? Condition() : *found;
}

TEST(Conditions, OfASilenceTellItsLengthAndTheLimit)
{
    Conversation talk;
    talk.exchange().wait(300s).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_EQ(
        conditionText(find(diagnosis, "Time without data")), "Time without data: 5 min; needed: 30 s or more (met)");
    EXPECT_EQ(conditionText(find(diagnosis, "Connections of this capture")),
        "Connections of this capture that were reset after the same wait: 1; asked for: 3 or more at "
        "different moments, and half of all about that length (not met)");
}

TEST(Conditions, FollowTheThresholdsOfTheSession)
{
    Conversation talk;
    talk.exchange().wait(300s).aborts(Side::Server);
    DiagnosisSettings settings;
    settings.idle = 200s;
    const TraceContext context = buildTraceContext(talk.trace(), settings);
    const Connection& connection = talk.connection();
    const Diagnosis diagnosis = *diagnoseConnection(context, connection, analyzeConnection(connection)).primary();
    EXPECT_EQ(find(diagnosis, "Time without data").needed, "3 min 20 s or more");
}

TEST(Conditions, AreNotThoseOfACauseThatAnotherCaptureGave)
{
    Conversation talk;
    Diagnosis diagnosis = talk.exchange().wait(300s).aborts(Side::Server).primary();
    diagnosis.cause = CauseId::InjectedReset;
    EXPECT_TRUE(conditionsToShow(diagnosis).empty());
}

TEST(Conditions, OfASilenceCountTheOthersThatEndedIt)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        talk.exchange().wait(97s).aborts(Side::Server).newConnection();
    const Condition cohort = find(talk.primary(1), "Connections of this capture");
    EXPECT_EQ(cohort.measured, "3");
    EXPECT_TRUE(cohort.isMet);
}

TEST(Conditions, OfASilenceAllowAFinThatIsAnswered)
{
    Conversation talk;
    for (int count = 0; count < 6; ++count)
        count == 0 ? talk.exchange()
                   : talk.sends(Side::Client, 100).wait(20ms).sends(Side::Server, 200).acks(Side::Client);
    talk.wait(350s).closes(Side::Client).wait(1ms).ttl(Side::Server, 200).replies(Side::Server, 1801);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    EXPECT_TRUE(find(diagnosis, "FIN of the client before the packet that is answered").isMet);
    EXPECT_TRUE(find(diagnosis, "FIN of the server before it").isMet);
    expectMet(diagnosis);
}

TEST(Conditions, OfKeepAlivesAskForTheIntervalAndNotForTheConfidence)
{
    Conversation talk;
    talk.exchange().wait(60s);
    for (int count = 0; count < 3; ++count)
        talk.keepAlive(Side::Client).wait(10s);
    const Diagnosis exact = talk.aborts(Side::Client).primary();
    ASSERT_EQ(exact.cause, CauseId::KeepaliveTimeout);
    EXPECT_EQ(std::ranges::find(exact.facts, "on_time", &Fact::name)->number, 1);
    EXPECT_TRUE(find(exact, "Constant interval").isMet);

    Conversation late;
    late.exchange().wait(60s);
    for (int count = 0; count < 3; ++count)
        late.keepAlive(Side::Client).wait(10s);
    const Diagnosis odd = late.wait(4s).aborts(Side::Client).primary();
    ASSERT_EQ(odd.cause, CauseId::KeepaliveTimeout);
    EXPECT_FALSE(find(odd, "Constant interval").isMet);
}

TEST(Conditions, OfAPortUsedAgainNameTheNewSyn)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(1s); // 1 to 5
    talk.says(Side::Client, 900'000, 0, 0, 0x02).wait(20ms).acks(Side::Server).wait(1ms).replies(Side::Client, 101);
    talk.wait(10ms).says(Side::Client, 900'000, 0, 0, 0x02).wait(20ms);
    talk.says(Side::Server, 900'000, 900'001, 0, 0x12);
    const Diagnosis diagnosis = talk.primary(1);
    ASSERT_EQ(diagnosis.cause, CauseId::PortReuse);
    EXPECT_EQ(find(diagnosis, "SYN into the older use").measured, "#6");
    EXPECT_EQ(find(diagnosis, "ACK of the older use").measured, "#7");
}

TEST(Conditions, OfAHalfOpenConnectionAskForWhatIsAnswered)
{
    Conversation talk;
    talk.exchange().wait(2s).sends(Side::Client, 100).wait(20ms).replies(Side::Server, 801);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_EQ(find(diagnosis, "The packet that it answers").measured, "#8");
    EXPECT_TRUE(find(diagnosis, "Time without data").text.empty());
    expectMet(diagnosis);
}

TEST(Conditions, OfAHangUpAskForTheFinOfTheSideThatAsked)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(5s).closes(Side::Client); // 1 to 6
    const Diagnosis diagnosis = talk.wait(20ms).acks(Side::Server).wait(1s).aborts(Side::Server).primary();
    ASSERT_EQ(diagnosis.subs.front(), "hung-up");
    EXPECT_EQ(find(diagnosis, "Request of the client").measured, "#4");
    EXPECT_EQ(find(diagnosis, "FIN of the client").measured, "yes");
    EXPECT_TRUE(find(diagnosis, "Connections of this capture").text.empty());
    expectMet(diagnosis);
}

/// The condition of the cause `other`, one of the other causes of `diagnosis`, that begins with `text`.
Condition findOf(const Diagnosis& diagnosis, CauseId other, std::string_view text)
{
    for (const Alternative& alternative : diagnosis.alternatives) {
        for (const Condition& condition : conditionsToShow(diagnosis, alternative)) {
            if (alternative.cause == other && condition.text.starts_with(text))
                return condition;
        }
    }
    return {};
}

TEST(Conditions, OfTheNextCauseSayWhichIsNotMet)
{
    Conversation talk;
    talk.exchange().wait(2s).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    ASSERT_TRUE(isPossible(diagnosis, CauseId::CloseWithUnreadData));
    EXPECT_TRUE(findOf(diagnosis, CauseId::CloseWithUnreadData, "Data of the client").isMet);
    const Condition window = findOf(diagnosis, CauseId::CloseWithUnreadData, "The RST's own window");
    EXPECT_EQ(window.measured, "no");
    EXPECT_FALSE(window.isMet || window.isRequired);
}

TEST(Conditions, OfAnOutageCountTheFewResendsThatThereWere)
{
    Conversation talk;
    talk.exchange().wait(1s).lost().sends(Side::Client, 300).wait(1s).lost().resends(Side::Client, 301, 300);
    talk.wait(2s).lost().resends(Side::Client, 301, 300);
    const Diagnosis diagnosis = talk.wait(3s).aborts(Side::Client).primary();
    ASSERT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    ASSERT_TRUE(isPossible(diagnosis, CauseId::PathOutage));
    const Condition sends = findOf(diagnosis, CauseId::PathOutage, "Transmissions of the stuck bytes");
    EXPECT_EQ(conditionText(sends), "Transmissions of the stuck bytes: 3; needed: 4 or more (not met)");
}

TEST(Conditions, OfOtherCausesAreThoseOfTheNearestTwo)
{
    Conversation talk;
    talk.exchange().wait(2s).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_GT(diagnosis.alternatives.size(), 2U);
    EXPECT_EQ(std::ranges::count_if(diagnosis.alternatives,
                  [&](const Alternative& other) { return !conditionsToShow(diagnosis, other).empty(); }),
        2);
}

TEST(Conditions, OfOtherCausesAreNotThoseOfAnAnswerThatAnotherCaptureGave)
{
    Conversation talk;
    Diagnosis diagnosis = talk.exchange().wait(2s).aborts(Side::Server).primary();
    diagnosis.cause = CauseId::InjectedReset;
    for (const Alternative& other : diagnosis.alternatives)
        EXPECT_TRUE(conditionsToShow(diagnosis, other).empty());
}

} // namespace
} // namespace whyrst::test
