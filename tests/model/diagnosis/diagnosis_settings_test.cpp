#include "model/diagnosis/diagnosis_settings.h"

#include "model/diagnosis/trace_context.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

CauseId causeOf(Conversation& talk, const DiagnosisSettings& settings)
{
    const TraceContext context = buildTraceContext(talk.trace(), settings);
    const ConnectionDiagnosis diagnosis = diagnoseConnection(context, talk.connection(), talk.analysis());
    return diagnosis.primary() ? diagnosis.primary()->cause : CauseId::Unknown;
}

} // namespace

TEST(DiagnosisSettings, AnotherIdleTimeJudgesASilenceAnew)
{
    Conversation talk;
    talk.exchange().wait(60s).aborts(Side::Server);
    EXPECT_EQ(causeOf(talk, {}), CauseId::IdleTimeout);
    EXPECT_EQ(causeOf(talk, {.idle = 100s}), CauseId::ApplicationAbort);
}

TEST(DiagnosisSettings, MoreReSendsAreAskedForWhenTheUserSaysSo)
{
    Conversation talk;
    talk.exchange().lost().sends(Side::Client, 1460).wait(220ms).losesResends(Side::Client, 301, 1460);
    talk.wait(1s).aborts(Side::Client);
    EXPECT_EQ(causeOf(talk, {}), CauseId::PathOutage);
    EXPECT_NE(causeOf(talk, {.resends = 10}), CauseId::PathOutage);
}

TEST(DiagnosisSettings, AShortClosureCountsWhenTheUserSaysSo)
{
    Conversation talk;
    talk.exchange().sends(Side::Client, 1460).wait(20ms).window(Side::Server, 0).acks(Side::Server);
    for (int probe = 0; probe < 3; ++probe)
        talk.wait(1s).zeroWindowProbe(Side::Client).wait(20ms).acks(Side::Server);
    talk.wait(1s).aborts(Side::Client);
    EXPECT_EQ(causeOf(talk, {}), CauseId::ZeroWindowStarvation);
    EXPECT_NE(causeOf(talk, {.closedWindow = 30s}), CauseId::ZeroWindowStarvation);
}

TEST(DiagnosisSettings, OneReSendOfOtherBytesThanWereLostHasNoInterval)
{
    Conversation talk;
    talk.exchange().lost().sends(Side::Client, 1460).wait(220ms).lost().resends(Side::Client, 301, 700);
    talk.wait(300ms).aborts(Side::Client);
    EXPECT_NE(causeOf(talk, {.resends = 1}), CauseId::PathOutage);
}

TEST(DiagnosisSettings, WhatDiffersIsTold)
{
    DiagnosisSettings settings;
    EXPECT_EQ(changedThresholdsText(settings), "");
    findThreshold("idle")->set(settings, 10);
    findThreshold("re-sends")->set(settings, 5);
    EXPECT_EQ(settings.idle, Duration(10s));
    EXPECT_EQ(changedThresholdsText(settings), "re-sends 5 instead of 3, idle 10 s instead of 30 s");
    EXPECT_EQ(findThreshold("moon"), nullptr);
}

} // namespace whyrst::test
