#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

/// The same content, over a path of its own.
void transfer(TwoCaptures& path, int packets)
{
    path.handshake();
    int64_t sent = 1;
    for (int i = 0; i < packets; ++i) {
        const uint32_t bytes = 500 + static_cast<uint32_t>(i);
        sent += bytes;
        path.data(Side::Client, bytes).wait(12ms).acknowledge(Side::Server, sent).wait(2ms);
    }
}

} // namespace

TEST(Terminated, BoxThatEndsTcpMakesACoupleAndNoPair)
{
    TwoCaptures::Path clientSide;
    clientSide.withTimestamps = true;
    TwoCaptures toTheBox(clientSide);
    transfer(toTheBox, 40);
    // The box sends the same bytes on, over a connection of its own with its own clock and numbers.
    TwoCaptures::Path serverSide = clientSide;
    serverSide.shift = {0x1111'1111, 0x2222'2222};
    serverSide.natPort = 900;
    TwoCaptures toTheServer(serverSide);
    toTheServer.wait(7777ms);
    transfer(toTheServer, 40);
    NoProgress progress;
    const Comparison comparison = compareTraces(toTheBox.client(), toTheServer.server(), {}, progress);
    EXPECT_TRUE(comparison.pairs.empty());
    ASSERT_EQ(comparison.terminated.size(), 1U);
    EXPECT_TRUE(comparison.terminated[0].why.starts_with("same content, two connections"));
}

TEST(Terminated, BoxThatOnlyShiftsNumbersDoesNot)
{
    TwoCaptures::Path settings;
    settings.withTimestamps = true;
    settings.shift = {0x1111'1111, 0x2222'2222};
    settings.natPort = 900;
    TwoCaptures path(settings);
    transfer(path, 40);
    const Comparison comparison = path.compare();
    EXPECT_EQ(comparison.pairs.size(), 1U);
    EXPECT_TRUE(comparison.terminated.empty());
}

} // namespace whyrst::test
