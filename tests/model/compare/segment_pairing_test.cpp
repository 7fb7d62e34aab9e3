#include "model/compare/packet_relations.h"
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <random>

namespace whyrst::test {

namespace {

using Pairs = std::set<std::pair<uint32_t, uint32_t>>;

Pairs ourPairs(TwoCaptures& path, const Comparison& comparison)
{
    Pairs pairs;
    for (const ConnectionPair& pair : comparison.pairs) {
        for (const PacketRelation& relation : packetRelations(path.traces(), comparison.clock, pair)) {
            if (relation.clientFrame.value != 0 && relation.serverFrame.value != 0)
                pairs.emplace(relation.clientFrame.value, relation.serverFrame.value);
        }
    }
    return pairs;
}

/// A bulk transfer with loss, re-sends, copies and packets that come late.
void troubledUpload(TwoCaptures& path, unsigned seed)
{
    std::mt19937 random(seed);
    const auto chance = [&](int percent) { return static_cast<int>(random() % 100) < percent; };
    path.handshake();
    int64_t sent = 1;
    int64_t acknowledged = 1;
    for (int round = 0; round < 60; ++round) {
        std::vector<int64_t> missing;
        for (int i = 0; i < 10; ++i) {
            if (chance(5)) {
                missing.push_back(sent);
                path.lost();
            } else if (chance(3)) {
                path.duplicated(300us);
            }
            path.data(Side::Client, 1000);
            sent += 1000;
        }
        path.wait(20ms);
        const int64_t ack = missing.empty() ? sent : missing.front();
        for (int i = 0; i < 3; ++i) {
            if (chance(5))
                path.lost();
            path.acknowledge(Side::Server, ack,
                ack < sent ? std::vector{std::pair(ack + 1000, ack + 2000 + i * 1000)}
                           : std::vector<std::pair<int64_t, int64_t>>());
            path.wait(200us);
        }
        path.wait(20ms);
        for (const int64_t offset : missing)
            path.resend(Side::Client, offset, 1000).wait(100us);
        acknowledged = sent;
        path.wait(20ms).acknowledge(Side::Server, acknowledged).wait(15ms);
    }
}

class TroubledPath : public testing::TestWithParam<std::tuple<bool, bool, unsigned>>
{
};

} // namespace

TEST_P(TroubledPath, EveryPacketFindsItsTwin)
{
    TwoCaptures::Path settings;
    std::tie(settings.withIds, settings.withTimestamps, std::ignore) = GetParam();
    settings.clockOffset = -3600s;
    settings.shift = {0x0102'0304, 0};
    TwoCaptures path(settings);
    troubledUpload(path, std::get<2>(GetParam()));
    const Comparison comparison = path.compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    const Pairs ours = ourPairs(path, comparison);
    const Pairs& truth = path.truePairs();
    Pairs wrong;
    std::ranges::set_difference(ours, truth, std::inserter(wrong, wrong.end()));
    Pairs missed;
    std::ranges::set_difference(truth, ours, std::inserter(missed, missed.end()));
    const bool hasMarks = settings.withIds || settings.withTimestamps;
    EXPECT_LE(wrong.size(), hasMarks ? 0 : truth.size() / 1000);
    EXPECT_LE(missed.size(), hasMarks ? 0 : truth.size() / 1000);
}

INSTANTIATE_TEST_SUITE_P(
    MarksAndSeeds, TroubledPath, testing::Combine(testing::Bool(), testing::Bool(), testing::Values(1U, 2U, 3U)));

TEST(SegmentPairing, SuperSegmentIsLinkedToItsPieces)
{
    TwoCaptures path;
    path.handshake().superSegment(Side::Client, 2896, 1448).wait(20ms).acknowledge(Side::Server, 2897);
    const Comparison comparison = path.compare();
    const Way& way = comparison.pairs.at(0).way(Side::Client);
    const auto [begin, end] = way.linksOf(2); // after SYN and ACK
    ASSERT_EQ(end - begin, 2);
    EXPECT_EQ(begin[0].kind, LinkKind::Range);
    EXPECT_EQ(begin[0].begin, StreamOffset{1});
    EXPECT_EQ(begin[0].length, 1448U);
    EXPECT_EQ(begin[1].begin, StreamOffset{1449});
    EXPECT_EQ(way.sent[2], SentVerdict::Delivered);
}

TEST(SegmentPairing, LostPieceLeavesAHole)
{
    TwoCaptures path;
    path.handshake().superSegment(Side::Client, 4344, 1448, {1}).wait(20ms).acknowledge(Side::Server, 1449);
    path.wait(200ms).resend(Side::Client, 1449, 1448).wait(20ms).acknowledge(Side::Server, 4345);
    const Comparison comparison = path.compare();
    const Way& way = comparison.pairs.at(0).way(Side::Client);
    const auto [begin, end] = way.linksOf(2);
    EXPECT_EQ(end - begin, 2);
    EXPECT_EQ(way.sent[2], SentVerdict::PartLost);
    EXPECT_EQ(way.sent[3], SentVerdict::Delivered);
}

TEST(SegmentPairing, CopyThatPassesTheQueueIsNotTheOriginal)
{
    TwoCaptures path;
    path.handshake();
    for (int i = 0; i < 10; ++i)
        path.data(Side::Client, 1000);
    // It arrives 150 us after its copy, in its place in the queue.
    path.late(-100us).duplicated(250us).data(Side::Client, 1000);
    for (int i = 0; i < 10; ++i)
        path.data(Side::Client, 1000);
    path.wait(30ms).acknowledge(Side::Server, 21001);
    const Comparison comparison = path.compare();
    const Way& way = comparison.pairs.at(0).way(Side::Client);
    EXPECT_EQ(std::ranges::count(way.arrived, ArrivedVerdict::Duplicate), 1);
    EXPECT_EQ(std::ranges::count(way.sent, SentVerdict::Delivered), std::ssize(way.sent));
}

TEST(SegmentPairing, RewrittenTimestampOfOneSegmentDoesNotPartIt)
{
    TwoCaptures::Path settings;
    settings.withTimestamps = true;
    TwoCaptures path(settings);
    path.handshake();
    for (int i = 0; i < 20; ++i) {
        if (i == 10)
            path.altered([](SegmentHeader& header) { header.options.timestamps->value -= 100'000; });
        path.data(Side::Client, 1000).wait(1ms);
    }
    path.wait(30ms).acknowledge(Side::Server, 20001);
    const Comparison comparison = path.compare();
    const ConnectionPair& pair = comparison.pairs.at(0);
    EXPECT_EQ(std::ranges::count(pair.way(Side::Client).sent, SentVerdict::Lost), 0);
    ASSERT_EQ(pair.alterations.size(), 1U);
    EXPECT_EQ(pair.alterations[0].fields, std::vector<std::string>{"timestamps"});
}

} // namespace whyrst::test
