// Conversations made to be expensive. The tests end within seconds when the work is about linear in the packets, and
// run into the time limit when it is quadratic.
#include "tests/support/conversation.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace whyrst::test {
namespace {

constexpr uint16_t rst = 0x04;
constexpr uint16_t pshAck = 0x18;
constexpr uint32_t many = 40'000;

TEST(HostileCost, ResetsOfBothSidesThatAreIgnored)
{
    constexpr int64_t outOfWindow = 1 << 30;
    Conversation talk;
    talk.handshake();
    for (uint32_t i = 0; i < many; ++i)
        talk.says(i % 2 == 0 ? Side::Client : Side::Server, outOfWindow + i * 3, 5, 0, rst);
    EXPECT_EQ(talk.diagnosis().resets.size(), many);
}

TEST(HostileCost, ResetsBetweenData)
{
    constexpr int64_t outOfWindow = 1 << 30;
    Conversation talk;
    talk.handshake();
    for (uint32_t i = 0; i < many / 2; ++i) {
        talk.says(Side::Client, 1 + i * 10, 1, 10, pshAck);
        talk.says(Side::Server, outOfWindow + i, 1, 0, rst);
    }
    EXPECT_EQ(talk.diagnosis().resets.size(), many / 2);
}

TEST(HostileCost, SegmentsInRandomOrder)
{
    std::vector<uint32_t> order(many);
    std::iota(order.begin(), order.end(), 0U);
    std::shuffle(order.begin(), order.end(), std::mt19937(1));
    Conversation talk;
    talk.handshake();
    uint32_t behindHighest = 0;
    uint32_t highest = 0;
    for (const uint32_t i : order) {
        talk.says(Side::Client, 1 + int64_t{i} * 200, 1, 100, pshAck);
        behindHighest += i < highest ? 1 : 0;
        highest = std::max(highest, i);
    }
    const Analysis analysis = talk.analysis();
    EXPECT_EQ(
        analysis.flow(Side::Client).resends.size() + analysis.flow(Side::Client).counts.outOfOrder, behindHighest);
}

TEST(HostileCost, HolesFilledFromTheTop)
{
    Conversation talk;
    talk.handshake();
    for (uint32_t i = 0; i < many / 2; ++i)
        talk.says(Side::Client, 1 + int64_t{i} * 200, 1, 100, pshAck);
    for (uint32_t i = many / 2; i-- > 0;)
        talk.says(Side::Client, 101 + int64_t{i} * 200, 1, 100, pshAck);
    EXPECT_EQ(talk.analysis().flow(Side::Client).resends.size() + talk.analysis().flow(Side::Client).counts.outOfOrder,
        many / 2 - 1);
}

TEST(HostileCost, SmallPiecesSentAgainAsAWhole)
{
    Conversation talk;
    talk.handshake();
    for (uint32_t i = 0; i < many; ++i)
        talk.says(Side::Client, 1 + i, 1, 1, pshAck);
    for (uint32_t i = 0; i < many; ++i)
        talk.says(Side::Client, 1, 1, many, pshAck);
    EXPECT_EQ(talk.analysis().flow(Side::Client).resends.size(), many);
}

} // namespace
} // namespace whyrst::test
