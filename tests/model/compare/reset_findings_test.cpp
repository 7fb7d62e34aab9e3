#include "model/compare/reset_findings.h"

#include "model/compare/packet_relations.h"
#include "model/compare/peer_diagnosis.h"
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

constexpr uint8_t hostTtl = 59; ///< of the hosts' packets where they arrive

/// RSTs that look like the hosts' own, and then nothing.
ConnectionPair resetBothEnds(Duration between)
{
    TwoCaptures::Path settings;
    settings.withIds = false;
    TwoCaptures path(settings);
    path.talk().forgeReset(Side::Server, 1, hostTtl).wait(between).forgeReset(Side::Client, 1001, hostTtl);
    path.newConnection();
    path.talk(); // both captures go on
    return path.compare().pairs.at(0);
}

/// The first pair with the answer of both captures.
ConnectionPair diagnosed(TwoCaptures& path)
{
    Comparison comparison = path.compare();
    NoProgress progress;
    diagnosePairs(path.traces(), comparison, {}, progress);
    return comparison.pairs.at(0);
}

const CompareFinding* find(const ConnectionPair& pair, const std::string& id)
{
    const auto found = std::ranges::find(pair.findings, id, &CompareFinding::id);
    return found == pair.findings.end() ? nullptr : &*found;
}

} // namespace

TEST(ResetFindings, ResetsThatBothEndsGotAndNeitherSentAreInjectedEverywhere)
{
    const ConnectionPair pair = resetBothEnds(5ms);
    for (const Side side : {Side::Client, Side::Server}) {
        EXPECT_EQ(pair.way(side).arrived.back(), ArrivedVerdict::InjectedLikely);
        EXPECT_EQ(countPair(pair).injected[sideIndex(side)], 1U);
    }
    ASSERT_EQ(pair.resets.size(), 2U);
    EXPECT_EQ(pair.resets[0].sentBy, ResetSender::Middlebox);
    EXPECT_EQ(pair.resets[1].sentBy, ResetSender::Middlebox);
}

TEST(ResetFindings, BothEndsResetAtOnceIsSaid)
{
    const ConnectionPair pair = resetBothEnds(5ms);
    EXPECT_NE(pair.findings.at(0).text.find("Both ends were reset at once by RSTs that neither of them sent."),
        std::string::npos)
        << pair.findings[0].text;
}

TEST(ResetFindings, ResetsAMinuteApartAreNotCalledAtOnce)
{
    const ConnectionPair pair = resetBothEnds(60s);
    EXPECT_EQ(pair.findings.at(0).text.find("at once"), std::string::npos) << pair.findings[0].text;
}

TEST(ResetFindings, ResetOfUnknownOriginIsAFindingWithoutAPlace)
{
    TwoCaptures::Path settings;
    settings.withIds = false;
    TwoCaptures path(settings);
    path.talk().forgeReset(Side::Server, 1, hostTtl).wait(5ms);
    path.newConnection();
    path.talk();
    const ConnectionPair pair = path.compare().pairs.at(0);
    const CompareFinding* finding = find(pair, "unknown-origin");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->place, ComparePlace::Unknown);
    EXPECT_EQ(finding->clientFrames.size(), 1U);
    EXPECT_EQ(finding->text,
        "Who sent the RST in the client's capture is not known: the server's capture does not hold it, and nothing of "
        "the server follows that would tell.");
}

TEST(ResetFindings, AHostThatClosesWhileThePathDeliversEverythingIsNamed)
{
    TwoCaptures path;
    path.talk().reset(Side::Server, 1).wait(30ms).reset(Side::Server, 1).wait(30ms).reset(Side::Server, 1);
    const ConnectionPair pair = diagnosed(path);
    const CompareFinding* finding = find(pair, "reset-sent");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->place, ComparePlace::ServerHost);
    EXPECT_EQ(finding->text,
        "The path delivered everything; the server closed it: its RST reached the client; 2 more followed.");
    EXPECT_EQ(finding->clientFrames.size(), 1U);
    EXPECT_EQ(finding->serverFrames.size(), 1U);
}

TEST(ResetFindings, APathThatLostSomethingDidNotDeliverEverything)
{
    TwoCaptures path;
    path.talk().lost().data(Side::Client, 500).wait(200ms).resend(Side::Client, 1001, 500).wait(25ms);
    path.acknowledge(Side::Server, 1501).wait(25ms).reset(Side::Server, 1);
    const ConnectionPair pair = diagnosed(path);
    ASSERT_NE(find(pair, "reset-sent"), nullptr);
    EXPECT_EQ(find(pair, "reset-sent")->text, "The server sent a reset itself: its RST reached the client.");
}

TEST(ResetFindings, AServerThatOnlyResetsRefuses)
{
    TwoCaptures path;
    path.refused();
    const ConnectionPair pair = diagnosed(path);
    ASSERT_NE(find(pair, "reset-sent"), nullptr);
    EXPECT_EQ(find(pair, "reset-sent")->text,
        "The path delivered everything; the server refused it: its RST reached the client.");
}

TEST(ResetFindings, AnAnswerOnThePathIsNotCalledAClearPath)
{
    TwoCaptures path;
    path.talk().reset(Side::Server, 1);
    ConnectionPair pair = path.compare().pairs.at(0);
    CompareFinding damaged;
    damaged.id = "payload-damaged";
    pair.findings.push_back(damaged);
    tellClearPath(path.traces(), pair);
    EXPECT_EQ(find(pair, "reset-sent")->text, "The server sent a reset itself: its RST reached the client.");
}

TEST(ResetFindings, WhetherAResetAfterTheOthersEndArrivedIsNotKnown)
{
    TwoCaptures path;
    path.talk().wait(500ms).lost().reset(Side::Client, 1001);
    const ConnectionPair pair = path.compare().pairs.at(0);
    ASSERT_EQ(pair.resets.size(), 1U);
    EXPECT_EQ(pair.resets[0].sent, SentVerdict::AfterEnd);
    EXPECT_FALSE(pair.resets[0].neverArrived);
    EXPECT_EQ(find(pair, "reset-sent"), nullptr);
}

} // namespace whyrst::test
