// The conditions of a rule beside what was measured: of every answer about the recorded captures, and of single ones.
#include "model/diagnosis/conditions.h"

#include "model/analysis/analysis.h"
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

class ConditionsOfCapture : public testing::TestWithParam<std::string>
{
};

TEST_P(ConditionsOfCapture, WhatARuleNeedsIsMet)
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace(GetParam(), {}, progress);
    ASSERT_TRUE(trace);
    const TraceContext context = buildTraceContext(*trace);
    for (const Connection& connection : trace->connections) {
        const ConnectionDiagnosis all = diagnoseConnection(context, connection, analyzeConnection(connection));
        for (const Diagnosis& reset : all.resets)
            expectMet(reset);
        if (all.death)
            expectMet(*all.death);
    }
}

std::vector<std::string> labCaptures()
{
    const char* folder = std::getenv("WHYRST_CAPTURES");
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
    EXPECT_EQ(conditionText(find(diagnosis, "Resets of this capture")),
        "Resets of this capture that ended the same wait: 1; asked for: 3 or more (not met)");
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

} // namespace
} // namespace whyrst::test
