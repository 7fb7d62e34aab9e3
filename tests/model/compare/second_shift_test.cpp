// A box that changes the length of data within a connection (comparison.md 3.1).
#include "model/compare/second_shift.h"

#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// A path over which the client's eleventh packet becomes `longer`, or two of them do.
struct LengthChange
{
    int32_t longer = 0;
    Side from = Side::Client;
    bool withIds = true;
    bool withTimestamps = false;
};

TwoCaptures changed(const LengthChange& change)
{
    TwoCaptures::Path settings;
    settings.withIds = change.withIds;
    settings.withTimestamps = change.withTimestamps;
    settings.shift = {0x1234567, 0};
    TwoCaptures path(settings);
    path.handshake();
    int64_t sent = 1;
    for (int i = 0; i < 40; ++i) {
        const uint32_t bytes = 300 + static_cast<uint32_t>(i);
        sent += bytes;
        if (i == 10)
            path.changedData(change.from, bytes, change.longer);
        else
            path.data(change.from, bytes);
        path.wait(12ms).acknowledge(otherSide(change.from), sent).wait(5ms);
    }
    return path;
}

class SecondShift : public testing::TestWithParam<LengthChange>
{
};

} // namespace

TEST_P(SecondShift, PacketsBehindAChangeOfLengthArePairedAllTheSame)
{
    TwoCaptures path = changed(GetParam());
    const Comparison comparison = path.compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    const ConnectionPair& pair = comparison.pairs[0];
    const Way& way = pair.way(GetParam().from);
    ASSERT_EQ(way.laterShifts.size(), 1U);
    EXPECT_EQ(way.laterShifts[0].offset, way.offsetShift - GetParam().longer);
    EXPECT_TRUE(pair.way(otherSide(GetParam().from)).laterShifts.empty());
    for (const Side from : {Side::Client, Side::Server}) {
        EXPECT_EQ(std::ranges::count(pair.way(from).sent, SentVerdict::Delivered), std::ssize(pair.way(from).sent));
        EXPECT_EQ(
            std::ranges::count(pair.way(from).arrived, ArrivedVerdict::Arrived), std::ssize(pair.way(from).arrived));
    }
    const auto rule = std::ranges::find(pair.rules, "length", &RewriteRule::id);
    ASSERT_NE(rule, pair.rules.end());
    EXPECT_NE(rule->text.find(GetParam().longer > 0 ? "bytes longer at the server" : "bytes shorter at the server"),
        std::string::npos)
        << rule->text;
}

INSTANTIATE_TEST_SUITE_P(Changes, SecondShift,
    testing::Values(LengthChange{3}, LengthChange{-2}, LengthChange{120}, LengthChange{5, Side::Server},
        LengthChange{4, Side::Client, false, true}, LengthChange{-6, Side::Server, false, true}));

TEST(SecondShift, ALossIsNoChangeOfLength)
{
    TwoCaptures path;
    path.talk();
    for (int i = 0; i < 30; ++i) {
        if (i > 5 && i < 20)
            path.lost();
        path.data(Side::Client, 400).wait(3ms);
    }
    EXPECT_TRUE(path.compare().pairs.at(0).way(Side::Client).laterShifts.empty());
}

TEST(SecondShift, SuperSegmentsAreNoChangeOfLength)
{
    TwoCaptures path;
    path.talk();
    for (int i = 0; i < 30; ++i)
        path.superSegment(Side::Client, 3000, 1000).wait(3ms);
    EXPECT_TRUE(path.compare().pairs.at(0).way(Side::Client).laterShifts.empty());
}

} // namespace whyrst::test
