#include "model/compare/arrival_order.h"
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

TEST(ArrivalOrder, QueuesStoredOneAfterTheOtherWithRightTimesAreInOrder)
{
    constexpr uint32_t count = 4;
    constexpr std::array<uint32_t, count> storedAt{0, 2, 1, 3};
    WayPackets packets;
    packets.sent.resize(count);
    packets.arrived.resize(count);
    Way way;
    for (uint32_t index = 0; index < count; ++index) {
        packets.sent[index].time = Timestamp(index * 1ms);
        packets.arrived[storedAt[index]].time = Timestamp(index * 1ms + 10ms);
        PacketLink& link = way.links.emplace_back();
        link.sent = index;
        link.arrived = storedAt[index];
    }
    findOrder(way, packets, true);
    EXPECT_EQ(std::ranges::count(way.links, ArrivalOrder::InOrder, &PacketLink::order), count);
    findOrder(way, packets, false);
    EXPECT_EQ(std::ranges::count(way.links, ArrivalOrder::Reordered, &PacketLink::order), 1)
        << "of a clock that was set the times tell nothing";
}

} // namespace whyrst::test
