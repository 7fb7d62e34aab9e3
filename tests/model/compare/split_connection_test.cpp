// One connection that a capture took for two: it began behind the SYN, and the client sent that again later.
#include "model/compare/packet_relations.h"
#include "tests/support/lab_captures.h"
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace whyrst::test {

namespace {

constexpr uint16_t syn = 0x02;
constexpr uint16_t rst = 0x04;
constexpr uint16_t ack = 0x10;

/// The first SYN is lost, the client goes on as if it had been answered, the server resets that twice, and then a
/// second SYN gets through.
Comparison splitAtServer()
{
    TwoCaptures path;
    const SeqNum client{1'000'000};
    const SeqNum afterSyn{client.value + 1};
    const SeqNum server{7'000'000};
    path.lost().bare(Side::Client, client, {}, syn).wait(100ms);
    for (int time = 0; time < 2; ++time)
        path.bare(Side::Client, client, {}, ack).wait(100ms).bare(Side::Server, {}, {}, rst).wait(200ms);
    path.bare(Side::Client, client, {}, syn).wait(20ms).bare(Side::Server, server, afterSyn, syn | ack).wait(20ms);
    for (int time = 0; time < 4; ++time) {
        const SeqNum next{afterSyn.value + static_cast<uint32_t>(time)};
        path.bare(Side::Client, next, SeqNum{server.value + 1}, ack).wait(50ms);
        path.bare(Side::Server, SeqNum{server.value + 1}, next, ack).wait(50ms);
    }
    return path.compare();
}

} // namespace

TEST(SplitConnection, PacketsInTheOtherPartAreNotLost)
{
    const Comparison comparison = splitAtServer();
    ASSERT_EQ(comparison.pairs.size(), 1u);
    const ConnectionPair& pair = comparison.pairs.front();
    ASSERT_EQ(comparison.unpairedServer.size(), 1u);
    EXPECT_EQ(comparison.pairWithPart(Side::Server, comparison.unpairedServer.front()), &pair);
    EXPECT_EQ(comparison.pairWithPart(Side::Server, pair.server), nullptr);
    const std::vector<SentVerdict>& sent = pair.way(Side::Client).sent;
    EXPECT_EQ(std::ranges::count(sent, SentVerdict::Elsewhere), 2);
    EXPECT_EQ(std::ranges::count(sent, SentVerdict::Lost), 0) << "the first SYN came before the server's capture";
}

TEST(SplitConnection, ResetInTheOtherPartWasSentByTheHost)
{
    const Comparison comparison = splitAtServer();
    ASSERT_EQ(comparison.pairs.size(), 1u);
    const std::vector<ResetOrigin>& resets = comparison.pairs.front().resets;
    ASSERT_EQ(resets.size(), 2u);
    for (const ResetOrigin& reset : resets) {
        EXPECT_EQ(reset.arrived, ArrivedVerdict::Elsewhere);
        EXPECT_EQ(reset.sentBy, ResetSender::Endpoint);
        EXPECT_EQ(reset.confidence, Confidence::Likely);
    }
}

namespace {

Comparison publicPair(const std::string& first, const std::string& second, std::array<Trace, 2>& traces)
{
    NoProgress progress;
    const std::string folder = std::string(captureFolder()) + "/public/";
    for (size_t index = 0; index < 2; ++index) {
        Result<Trace> trace = loadTrace(folder + (index == 0 ? first : second), {}, progress);
        EXPECT_TRUE(trace.ok());
        traces[index] = std::move(*trace);
    }
    return compareTraces(traces[0], traces[1], {}, progress);
}

} // namespace

TEST(PublicPairs, AllConnectionsOfTheMultipathPairFindTheirs)
{
    if (captureFolder() == nullptr)
        GTEST_SKIP() << "WHYRST_CAPTURES names no folder with captures.";
    std::array<Trace, 2> traces;
    const Comparison comparison
        = publicPair("teto+pymptcpanalyzer/client_2.pcap", "teto+pymptcpanalyzer/server_2.pcap", traces);
    EXPECT_EQ(comparison.pairs.size(), 15u) << "of 16 in each; of one the server's capture has nothing";
    EXPECT_TRUE(comparison.refused.empty());
    EXPECT_TRUE(comparison.terminated.empty());
    size_t parts = 0;
    for (const ConnectionPair& pair : comparison.pairs) {
        EXPECT_EQ(traces[0].connection(pair.client).client, traces[1].connection(pair.server).client);
        parts += pair.parts[sideIndex(Side::Server)].size();
        EXPECT_TRUE(std::ranges::all_of(
            pair.resets, [](const ResetOrigin& origin) { return origin.sentBy == ResetSender::Endpoint; }));
    }
    EXPECT_EQ(parts, 1u) << "a SYN that was sent again splits one connection of the server's capture";
}

TEST(PublicPairs, NatOnBothSidesIsNoHindrance)
{
    if (captureFolder() == nullptr)
        GTEST_SKIP() << "WHYRST_CAPTURES names no folder with captures.";
    std::array<Trace, 2> traces;
    const Comparison comparison
        = publicPair("ferozbaig96+pcaps/windowsize_client.pcap", "ferozbaig96+pcaps/windowsize_server.pcap", traces);
    ASSERT_EQ(comparison.pairs.size(), 1u);
    const ConnectionPair& pair = comparison.pairs.front();
    EXPECT_EQ(countPair(pair).paired, 52u);
    EXPECT_NE(traces[0].connection(pair.client).client, traces[1].connection(pair.server).client);
    EXPECT_FALSE(pair.rules.empty()) << "the addresses";
}

} // namespace whyrst::test
