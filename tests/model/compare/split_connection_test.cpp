// One connection that a capture took for two: it began behind the SYN, and the client sent that again later.
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

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

} // namespace whyrst::test
