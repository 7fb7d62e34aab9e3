#include "model/analysis/analysis.h"
#include "model/compare/peer_diagnosis.h"
#include "model/diagnosis/authenticity.h"
#include "model/diagnosis/fact_words.h"
#include "model/diagnosis/trace_context.h"
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

ConnectionDiagnosis diagnose(const Trace& trace)
{
    const TraceContext context = buildTraceContext(trace);
    return diagnoseConnection(context, trace.connections[0], analyzeConnection(trace.connections[0]));
}

/// The diagnosis of the capture `own` with the other one.
Diagnosis together(TwoCaptures& path, Side own)
{
    const Comparison comparison = path.compare();
    const ConnectionDiagnosis client = diagnose(path.client());
    const ConnectionDiagnosis server = diagnose(path.server());
    const ConnectionDiagnosis both = combineDiagnoses(comparison.clock, comparison.pairs.at(0), {client, server}, own);
    return both.primary() ? *both.primary() : Diagnosis();
}

/// Full-size data of which 1461 to 2920 is in trouble: `first` tells what becomes of the first send.
void begin(TwoCaptures& path)
{
    path.handshake();
    for (int i = 0; i < 5; ++i)
        path.data(Side::Server, 10).wait(20ms).acknowledge(Side::Client, 11 + 10 * i).wait(20ms);
    path.data(Side::Client, 1460).wait(20ms).acknowledge(Side::Server, 1461);
}

void backOff(TwoCaptures& path, bool arrives, const std::function<void(SegmentHeader&)>& change = {})
{
    for (const Duration timeout : {220ms, 440ms, 880ms, 1760ms}) {
        path.wait(timeout);
        if (!arrives)
            path.lost();
        if (change)
            path.altered(change);
        path.resend(Side::Client, 1461, 1460);
    }
}

void giveUp(TwoCaptures& path)
{
    path.wait(500ms).reset(Side::Client, 1461 + 5 * 1460);
}

void losesResends(TwoCaptures& path, int64_t offset, uint32_t bytes)
{
    for (const Duration timeout : {220ms, 440ms, 880ms, 1760ms})
        path.wait(timeout).lost().resend(Side::Client, offset, bytes);
}

/// The four segments behind the one from offset 1461 on arrive and are reported by SACK.
void laterBytesArrive(TwoCaptures& path)
{
    for (int i = 1; i <= 4; ++i)
        path.data(Side::Client, 1460).wait(20ms).acknowledge(Side::Server, 1461, {{2921, 2921 + 1460 * i}});
}

} // namespace

TEST(PeerDiagnosis, BlackHoleBecomesCertainAndIsPlacedOnThePath)
{
    TwoCaptures path;
    begin(path);
    path.lost().data(Side::Client, 1460);
    laterBytesArrive(path);
    backOff(path, false);
    giveUp(path);
    for (const Side own : {Side::Client, Side::Server}) {
        const Diagnosis diagnosis = together(path, own);
        EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
        EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
        EXPECT_EQ(diagnosis.place, ComparePlace::PathToServer);
        EXPECT_NE(diagnosis.summary.find("reached the server's capture"), std::string::npos);
    }
}

TEST(PeerDiagnosis, BytesThatArriveBrokenAreNoBlackHole)
{
    const auto damage = [](SegmentHeader& header) { header.checksumClass = ChecksumClass::Bad; };
    TwoCaptures path;
    begin(path);
    path.altered(damage).data(Side::Client, 1460);
    laterBytesArrive(path);
    backOff(path, true, damage);
    giveUp(path);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::CorruptedSegment);
    EXPECT_EQ(diagnosis.place, ComparePlace::PathToServer);
    const auto contradicted = std::ranges::find(diagnosis.alternatives, CauseId::SegmentBlackHole, &Alternative::cause);
    ASSERT_NE(contradicted, diagnosis.alternatives.end());
    EXPECT_FALSE(contradicted->excludedBy.empty()) << "the window says why the first answer was wrong";
}

TEST(PeerDiagnosis, BytesThatArriveWholeAreTheReceiversMatter)
{
    TwoCaptures path;
    begin(path);
    path.data(Side::Client, 1460);
    laterBytesArrive(path);
    backOff(path, true);
    giveUp(path);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::ReceiverDiscards);
    EXPECT_EQ(diagnosis.place, ComparePlace::ServerHost);
    const size_t told = diagnosis.summary.find("never acknowledged");
    ASSERT_NE(told, std::string::npos);
    EXPECT_EQ(diagnosis.summary.find("never acknowledged", told + 1), std::string::npos) << "told once";
}

TEST(PeerDiagnosis, LostAcknowledgmentsAreToldFromAnOutage)
{
    TwoCaptures path;
    begin(path);
    path.data(Side::Client, 1460).wait(20ms).lost().acknowledge(Side::Server, 2921);
    for (const Duration timeout : {220ms, 440ms, 880ms, 1760ms}) {
        path.wait(timeout).resend(Side::Client, 1461, 1460).wait(20ms);
        path.lost().acknowledge(Side::Server, 2921);
    }
    path.wait(500ms).reset(Side::Client, 2921);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::AckPathLoss);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.place, ComparePlace::PathToClient);
}

TEST(PeerDiagnosis, ResetThatNeverLeftItsHostIsForged)
{
    TwoCaptures path;
    begin(path);
    path.forgeReset(Side::Server, 51, 59).wait(40ms).data(Side::Server, 200).wait(20ms);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.place, ComparePlace::Box);
    EXPECT_EQ(diagnosis.sender, ResetSender::Middlebox);
    const auto reset = std::ranges::find(diagnosis.chain, Role::Rst, &EvidenceStep::role);
    ASSERT_NE(reset, diagnosis.chain.end());
    EXPECT_NE(reset->text.find("in the name of the server"), std::string::npos) << reset->text;
    EXPECT_FALSE(diagnosis.actions.empty());
    const bool speaksForTheHost = diagnosis.authenticity < forgedScore;
    EXPECT_FALSE(speaksForTheHost && std::ranges::any_of(diagnosis.facts, isAuthenticityFact));
}

TEST(PeerDiagnosis, HostsOwnResetOverACleanPathIsTheHosts)
{
    TwoCaptures path;
    begin(path);
    path.wait(100ms).reset(Side::Server, 51).wait(100ms).lost().acknowledge(Side::Client, 51);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_EQ(diagnosis.place, ComparePlace::ServerHost);
}

TEST(PeerDiagnosis, NothingWrongStaysNothing)
{
    TwoCaptures path;
    begin(path);
    EXPECT_EQ(together(path, Side::Server).cause, CauseId::Unknown);
    Comparison comparison = path.compare();
    NoProgress progress;
    diagnosePairs(path.traces(), comparison, {}, progress);
    EXPECT_TRUE(comparison.pairs.at(0).summary.empty());
}

TEST(PeerDiagnosis, PathThatWasOpenAtTheEndIsNoCertainOutage)
{
    TwoCaptures path;
    path.handshake().data(Side::Client, 400).wait(20ms).acknowledge(Side::Server, 401).wait(20ms);
    path.lost().data(Side::Client, 400);
    losesResends(path, 401, 400);
    path.wait(500ms).reset(Side::Client, 801).wait(30ms).acknowledge(Side::Server, 401);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_NE(diagnosis.confidence, Confidence::Certain) << diagnosis.summary;
    EXPECT_EQ(diagnosis.summary.find("nor did anything after"), std::string::npos) << diagnosis.summary;
}

TEST(PeerDiagnosis, OnlyLargePacketsThatNeverArriveAreALimitWhenTheEndArrives)
{
    TwoCaptures path;
    path.handshake().data(Side::Client, 200).wait(20ms).acknowledge(Side::Server, 201).wait(20ms);
    path.lost().data(Side::Client, 1460).lost().data(Side::Client, 1460);
    losesResends(path, 201, 1460);
    path.wait(500ms).reset(Side::Client, 3121).wait(30ms).acknowledge(Side::Server, 201);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole) << diagnosis.summary;
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(PeerDiagnosis, LaterBytesThatArrivedOnlyAtFirstLeaveAnOutagePossible)
{
    TwoCaptures path;
    begin(path);
    path.lost().data(Side::Client, 1460);
    laterBytesArrive(path);
    backOff(path, false);
    path.wait(500ms).lost().reset(Side::Client, 1461 + 5 * 1460);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(PeerDiagnosis, WhatEndsTheOtherSideLaterExplainsNoForgedReset)
{
    TwoCaptures path;
    begin(path);
    path.lost().data(Side::Client, 100).wait(40ms).forgeReset(Side::Server, 51, 59);
    path.wait(240s).lost().data(Side::Server, 10).wait(10ms).forgeReset(Side::Client, 1461, 59);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(diagnosis.summary.find("follows from it"), std::string::npos) << diagnosis.summary;
}

TEST(PeerDiagnosis, BytesBehindThatArriveNoMoreMakeAnOutageOfTheLoss)
{
    TwoCaptures path;
    begin(path);
    path.lost().data(Side::Client, 1460);
    laterBytesArrive(path);
    for (int count = 0; count < 4; ++count)
        path.lost().data(Side::Client, 1460);
    backOff(path, false);
    path.wait(500ms).lost().reset(Side::Client, 1461 + 9 * 1460);
    const Diagnosis diagnosis = together(path, Side::Client);
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage) << diagnosis.summary;
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(PeerDiagnosis, BoxThatResetsAnIdleConnectionIsNamedFromBothSides)
{
    TwoCaptures path({.withIds = false});
    begin(path);
    path.wait(120s).forgeReset(Side::Server, 51, 59).forgeReset(Side::Client, 1461, 59);
    for (const Side own : {Side::Client, Side::Server}) {
        const Diagnosis diagnosis = together(path, own);
        EXPECT_EQ(diagnosis.cause, CauseId::IdleTimeout);
        EXPECT_EQ(diagnosis.sender, ResetSender::Middlebox);
        EXPECT_EQ(diagnosis.place, ComparePlace::Box);
        const auto reset = std::ranges::find(diagnosis.chain, Role::Rst, &EvidenceStep::role);
        ASSERT_NE(reset, diagnosis.chain.end());
        EXPECT_NE(reset->text.find("in the name of the"), std::string::npos) << reset->text;
        EXPECT_NE(diagnosis.summary.find("a box on the path sent it"), std::string::npos) << diagnosis.summary;
        EXPECT_EQ(diagnosis.summary.find("follows from it"), std::string::npos) << diagnosis.summary;
        EXPECT_NE(authenticityText(diagnosis).find("a box on the path"), std::string::npos);
    }
}

TEST(PeerDiagnosis, ResetThatFollowsFromAForgedOneIsOfItsHost)
{
    TwoCaptures path;
    begin(path);
    path.forgeReset(Side::Server, 51, 250).wait(40ms).data(Side::Server, 200).wait(20ms).reset(Side::Client, 1461);
    const Diagnosis diagnosis = together(path, Side::Server);
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(diagnosis.from, Side::Client);
    EXPECT_EQ(diagnosis.sender, ResetSender::Endpoint);
    EXPECT_NE(diagnosis.summary.find("follows from it: the client itself sent it"), std::string::npos)
        << diagnosis.summary;
    const auto reset = std::ranges::find(diagnosis.chain, Role::Rst, &EvidenceStep::role);
    ASSERT_NE(reset, diagnosis.chain.end());
    EXPECT_NE(reset->text.find("in the name of the server"), std::string::npos) << reset->text;
}

} // namespace whyrst::test
