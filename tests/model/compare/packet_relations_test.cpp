#include "model/compare/packet_relations.h"

#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

void breakIt(SegmentHeader& header)
{
    header.checksumClass = ChecksumClass::Bad;
}

std::vector<PacketRelation> relationsOf(TwoCaptures& path)
{
    const Comparison comparison = path.compare();
    return packetRelations(path.traces(), comparison.clock, comparison.pairs.at(0));
}

std::vector<PacketRelation> ofKind(const std::vector<PacketRelation>& relations, Relation kind)
{
    std::vector<PacketRelation> found;
    std::ranges::copy_if(relations, std::back_inserter(found),
        [kind](const PacketRelation& relation) { return relation.relation == kind; });
    return found;
}

/// Equal acknowledgments, of which one is lost: nothing tells which.
void sendEqualAcks(TwoCaptures& path, int rounds)
{
    path.talk(rounds);
    for (int i = 0; i < 3; ++i) {
        if (i == 1)
            path.lost();
        path.wait(1ms).acknowledge(Side::Server, 1 + 100 * rounds);
    }
    path.wait(50ms).data(Side::Client, 10).wait(25ms).acknowledge(Side::Server, 11 + 100 * rounds);
}

TwoCaptures::Path withoutMarks()
{
    TwoCaptures::Path settings;
    settings.withIds = false;
    return settings;
}

} // namespace

TEST(PacketRelations, WhatArrivesWithAWrongChecksumIsBrokenAndNotDelivered)
{
    TwoCaptures path;
    path.talk().altered(breakIt).data(Side::Client, 500).wait(200ms).resend(Side::Client, 1001, 500).wait(25ms);
    path.acknowledge(Side::Server, 1501);
    const auto broken = ofKind(relationsOf(path), Relation::Broken);
    ASSERT_EQ(broken.size(), 1U);
    EXPECT_TRUE(broken[0].delay);
    EXPECT_STREQ(relationName(Relation::Broken), "altered");
    EXPECT_EQ(countPair(path.compare().pairs.at(0)).broken[sideIndex(Side::Client)], 1U);
}

TEST(PacketRelations, PiecesOfASuperSegmentAreCheckedToo)
{
    TwoCaptures path;
    int piece = 0;
    const auto breakSecond = [&](SegmentHeader& header) {
        if (piece++ == 1)
            breakIt(header);
    };
    path.talk().altered(breakSecond).superSegment(Side::Client, 4380, 1460).wait(200ms);
    path.resend(Side::Client, 2461, 1460).wait(25ms).acknowledge(Side::Server, 5381);
    const auto broken = ofKind(relationsOf(path), Relation::Broken);
    ASSERT_EQ(broken.size(), 1U);
    EXPECT_EQ(broken[0].begin.value, 2461);
    EXPECT_EQ(broken[0].length, 1460U);
}

TEST(PacketRelations, OfEqualPacketsOnlyTheNumberThatArrivedIsSaid)
{
    TwoCaptures path(withoutMarks());
    sendEqualAcks(path, 30);
    const auto relations = relationsOf(path);
    const auto equal = std::ranges::count_if(relations, [](const PacketRelation& relation) {
        return relation.equalSent == 4 && relation.equalArrived == 3; // the talk's last one is equal, too
    });
    EXPECT_EQ(equal, 4);
    const auto lost = ofKind(relations, Relation::Lost);
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_FALSE(lost[0].isCertain) << "that one was lost is certain, but not which";
}

TEST(PacketRelations, ALostAcknowledgmentIsCertainOnlyWhereTheCaptureIsKnownToBeComplete)
{
    TwoCaptures shortPath;
    shortPath.talk(3).lost().acknowledge(Side::Server, 301).wait(50ms).data(Side::Client, 10).wait(25ms);
    shortPath.acknowledge(Side::Server, 311);
    const auto inShort = ofKind(relationsOf(shortPath), Relation::Lost);
    ASSERT_EQ(inShort.size(), 1U);
    EXPECT_FALSE(inShort[0].isCertain);
    TwoCaptures longPath;
    longPath.talk(30).lost().acknowledge(Side::Server, 3001).wait(50ms).data(Side::Client, 10).wait(25ms);
    longPath.acknowledge(Side::Server, 3011);
    const auto inLong = ofKind(relationsOf(longPath), Relation::Lost);
    ASSERT_EQ(inLong.size(), 1U);
    EXPECT_TRUE(inLong[0].isCertain);
}

TEST(PacketRelations, LostDataIsCertain)
{
    TwoCaptures path;
    path.talk(3).lost().data(Side::Client, 500).wait(200ms).resend(Side::Client, 301, 500).wait(25ms);
    path.acknowledge(Side::Server, 801);
    const auto lost = ofKind(relationsOf(path), Relation::Lost);
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_TRUE(lost[0].isCertain);
}

} // namespace whyrst::test
