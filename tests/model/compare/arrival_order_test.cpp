#include "model/compare/packet_relations.h"
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// Data of the client of which the fifth packet takes `more` time; `gap` after it.
Comparison lateBy(TwoCaptures& path, Duration more, Duration gap = 1ms)
{
    path.talk();
    for (int i = 0; i < 10; ++i) {
        if (i == 4)
            path.late(more);
        path.data(Side::Client, 500).wait(i == 4 ? gap : 1ms);
    }
    return path.compare();
}

ptrdiff_t linksWith(const Comparison& comparison, ArrivalOrder order)
{
    return std::ranges::count(comparison.pairs.at(0).way(Side::Client).links, order, &PacketLink::order);
}

bool hasFinding(const Comparison& comparison)
{
    return std::ranges::count(comparison.pairs.at(0).findings, "reordered", &CompareFinding::id) == 1;
}

bool hasRule(const Comparison& comparison)
{
    return std::ranges::count(comparison.pairs.at(0).rules, "capture-order", &RewriteRule::id) == 1;
}

} // namespace

TEST(ArrivalOrder, PacketsInOrderAreNothingToSay)
{
    TwoCaptures path;
    const Comparison comparison = lateBy(path, 0ms);
    EXPECT_EQ(linksWith(comparison, ArrivalOrder::InOrder), std::ssize(comparison.pairs.at(0).way(Side::Client).links));
    EXPECT_FALSE(hasFinding(comparison));
    EXPECT_FALSE(hasRule(comparison));
}

TEST(ArrivalOrder, APacketThatLaterOnesOvertakeIsReorderedNotThey)
{
    TwoCaptures path;
    const Comparison comparison = lateBy(path, 3500us);
    EXPECT_EQ(linksWith(comparison, ArrivalOrder::Reordered), 1);
    ASSERT_TRUE(hasFinding(comparison));
    const auto finding = std::ranges::find(comparison.pairs[0].findings, std::string("reordered"), &CompareFinding::id);
    EXPECT_EQ(finding->text, "1 packet of the client reached the server after packets that were sent later.");
    EXPECT_EQ(finding->place, ComparePlace::PathToServer);
    const auto relations = packetRelations(path.traces(), comparison.clock, comparison.pairs[0]);
    EXPECT_EQ(std::ranges::count(relations, true, &PacketRelation::isReordered), 1);
    EXPECT_FALSE(hasRule(comparison));
}

TEST(ArrivalOrder, PacketsOfAMomentThatSwapAreTheCapturesDoing)
{
    TwoCaptures path;
    const Comparison comparison = lateBy(path, 70us, 0ms);
    EXPECT_EQ(linksWith(comparison, ArrivalOrder::Reordered), 0);
    EXPECT_EQ(linksWith(comparison, ArrivalOrder::WithinJitter), 1);
    EXPECT_FALSE(hasFinding(comparison));
    EXPECT_TRUE(hasRule(comparison));
}

TEST(ArrivalOrder, PacketsOfAMomentThatArriveFarApartAreReordered)
{
    TwoCaptures path;
    const Comparison comparison = lateBy(path, 800us, 0ms);
    EXPECT_EQ(linksWith(comparison, ArrivalOrder::Reordered), 1);
}

TEST(ArrivalOrder, AResendAfterALossIsNotLate)
{
    TwoCaptures path;
    path.talk().lost().data(Side::Client, 500).wait(1ms).data(Side::Client, 500).wait(30ms);
    path.resend(Side::Client, 1001, 500).wait(30ms);
    const Comparison comparison = path.compare();
    EXPECT_EQ(linksWith(comparison, ArrivalOrder::Reordered), 0);
}

TEST(ArrivalOrder, PiecesOfASuperSegmentAreInOrder)
{
    TwoCaptures path;
    path.talk();
    for (int i = 0; i < 10; ++i)
        path.superSegment(Side::Client, 1000, 500).wait(1ms);
    EXPECT_EQ(linksWith(path.compare(), ArrivalOrder::Reordered), 0);
}

} // namespace whyrst::test
