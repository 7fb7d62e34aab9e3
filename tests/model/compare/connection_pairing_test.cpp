#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

void upload(TwoCaptures& path, int packets = 30)
{
    path.handshake();
    for (int i = 0; i < packets; ++i)
        path.data(Side::Client, 1000 + static_cast<uint32_t>(i)).wait(1ms);
    path.wait(20ms).acknowledge(Side::Server, 1 + 1000 * packets);
}

} // namespace

TEST(ConnectionPairing, SameNumbersPairWhateverTheOrderOfTheCaptures)
{
    TwoCaptures path;
    upload(path);
    const Comparison comparison = path.compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    EXPECT_TRUE(comparison.isSwapped) << "the server's capture was given first";
    EXPECT_EQ(comparison.nearness, Nearness::Known);
    EXPECT_EQ(comparison.pairs.front().confidence, Confidence::Certain);
}

TEST(ConnectionPairing, TranslatedAddressAndShiftedNumbersPairByWhatFollowsTheSyn)
{
    TwoCaptures::Path settings;
    settings.natPort = 7;
    settings.shift = {0x1234567, 0x55555555};
    settings.withIds = false;
    TwoCaptures path(settings);
    upload(path);
    const Comparison comparison = path.compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    EXPECT_EQ(comparison.pairs[0].way(Side::Client).shift, SeqNum{0x1234567});
    EXPECT_EQ(comparison.pairs[0].way(Side::Server).shift, SeqNum{0x55555555});
    EXPECT_EQ(comparison.pairs[0].way(Side::Client).links.size(), 32U);
}

TEST(ConnectionPairing, ManyConnectionsOfEqualShapeArePairedEachWithItsOwn)
{
    TwoCaptures::Path settings;
    settings.natPort = 1000;
    TwoCaptures path(settings);
    for (int i = 0; i < 20; ++i) {
        upload(path, 5);
        path.newConnection();
    }
    const Comparison comparison = path.compare();
    ASSERT_EQ(comparison.pairs.size(), 20U);
    for (const ConnectionPair& pair : comparison.pairs) {
        const uint16_t port = path.client().connection(pair.client).client.port;
        EXPECT_EQ(path.server().connection(pair.server).client.port, port + 1000);
    }
}

TEST(ConnectionPairing, OnlyEqualAddressesAreRefusedWithTheReason)
{
    TwoCaptures first;
    upload(first);
    // The same ports an hour later, other numbers and other data.
    TwoCaptures::Path settings;
    settings.shift = {77'000'000, 99'000'000};
    TwoCaptures other(settings);
    other.wait(1h).handshake().data(Side::Client, 11).wait(1ms).data(Side::Client, 7).reset(Side::Client, 19);
    NoProgress progress;
    const Comparison comparison = compareTraces(first.client(), other.server(), {}, progress);
    EXPECT_TRUE(comparison.pairs.empty());
    ASSERT_EQ(comparison.refused.size(), 1U);
    EXPECT_EQ(comparison.refused[0].why, "only addresses and ports agree");
}

TEST(ConnectionPairing, CapturesWithoutACommonConnectionPairNothing)
{
    TwoCaptures first;
    upload(first);
    TwoCaptures::Path settings;
    settings.clientPort = 50'000;
    settings.shift = {123'456'789, 987'654'321};
    TwoCaptures other(settings);
    other.handshake().data(Side::Client, 700).data(Side::Client, 13);
    NoProgress progress;
    const Comparison comparison = compareTraces(first.client(), other.server(), {}, progress);
    EXPECT_TRUE(comparison.pairs.empty());
    EXPECT_EQ(comparison.unpairedClient.size(), 1U);
    EXPECT_EQ(comparison.unpairedServer.size(), 1U);
}

TEST(ConnectionPairing, PairByHandIsTakenWithoutAsking)
{
    TwoCaptures path;
    upload(path);
    path.newConnection();
    upload(path);
    CompareOptions options;
    options.pairs = {{ConnectionId{0}, ConnectionId{1}}};
    const Comparison comparison = path.compare(options);
    const auto chosen = std::ranges::find_if(
        comparison.pairs, [](const ConnectionPair& pair) { return pair.client.value != pair.server.value; });
    const bool isTried
        = chosen != comparison.pairs.end() || !comparison.terminated.empty() || !comparison.refused.empty();
    EXPECT_TRUE(isTried);
}

TEST(ConnectionPairing, PairByHandIsMarkedAndSaysSo)
{
    TwoCaptures path;
    upload(path);
    CompareOptions options;
    options.pairs = {{ConnectionId{0}, ConnectionId{0}}};
    const Comparison comparison = path.compare(options);
    ASSERT_EQ(comparison.pairs.size(), 1U);
    EXPECT_TRUE(comparison.pairs[0].isByHand);
    EXPECT_TRUE(comparison.pairs[0].evidence.starts_with("paired by hand"));
    EXPECT_FALSE(path.compare().pairs.at(0).isByHand);
}

TEST(ConnectionPairing, AConnectionIsPairedByHandOnce)
{
    TwoCaptures path;
    upload(path);
    path.newConnection();
    upload(path);
    const ConnectionCouples couples{{ConnectionId{0}, ConnectionId{0}}, {ConnectionId{0}, ConnectionId{1}}};
    NoProgress progress;
    const ConnectionPairing pairing = pairConnections(path.client(), path.server(), couples, {}, progress);
    const auto of0 = std::ranges::count(pairing.matched, ConnectionId{0}, &MatchedConnections::a);
    EXPECT_EQ(of0, 1);
}

TEST(ConnectionPairing, ConnectionsThatAPersonPartedAreNoPairAndListedApart)
{
    TwoCaptures path;
    upload(path);
    CompareOptions options;
    options.apart = {{ConnectionId{0}, ConnectionId{0}}};
    const Comparison comparison = path.compare(options);
    EXPECT_TRUE(comparison.pairs.empty());
    ASSERT_EQ(comparison.refused.size(), 1U);
    EXPECT_EQ(comparison.refused[0].why, "parted by hand");
}

TEST(ConnectionPairing, CaptureAtTheSamePointIsSaid)
{
    TwoCaptures path;
    upload(path);
    NoProgress progress;
    const Comparison comparison = compareTraces(path.client(), path.client(), {}, progress);
    EXPECT_EQ(comparison.nearness, Nearness::SamePoint);
    EXPECT_TRUE(comparison.pairs.at(0).findings.empty()) << "two recordings at one point say nothing about a path";
    ASSERT_EQ(comparison.pairs.size(), 1U);
    for (const SentVerdict verdict : comparison.pairs[0].way(Side::Client).sent)
        EXPECT_EQ(verdict, SentVerdict::Delivered);
    EXPECT_EQ(comparison.clock.boundAt(path.client().capture.firstTime), 2us) << "the clocks' own ticks";
}

} // namespace whyrst::test
