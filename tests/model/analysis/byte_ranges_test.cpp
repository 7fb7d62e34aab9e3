#include "model/analysis/byte_ranges.h"

#include <gtest/gtest.h>

namespace whyrst {

namespace {

StreamOffset at(int64_t value)
{
    return StreamOffset{value};
}

} // namespace

TEST(ByteRanges, TouchingRangesBecomeOne)
{
    ByteRanges ranges;
    EXPECT_EQ(ranges.add(at(0), at(10)), 10);
    EXPECT_EQ(ranges.add(at(20), at(30)), 10);
    EXPECT_EQ(ranges.add(at(10), at(20)), 10);
    EXPECT_EQ(ranges.contiguousEnd(at(0)), at(30));
    EXPECT_EQ(ranges.total(), 30);
}

TEST(ByteRanges, OverlapCountsOnce)
{
    ByteRanges ranges;
    ranges.add(at(0), at(10));
    EXPECT_EQ(ranges.add(at(5), at(15)), 5);
    EXPECT_EQ(ranges.covered(at(0), at(100)), 15);
}

TEST(ByteRanges, EmptyRangeAddsNothing)
{
    ByteRanges ranges;
    EXPECT_EQ(ranges.add(at(5), at(5)), 0);
    EXPECT_TRUE(ranges.empty());
}

TEST(ByteRanges, RemovingBelowCutsARange)
{
    ByteRanges ranges;
    ranges.add(at(0), at(10));
    ranges.removeBelow(at(4));
    EXPECT_EQ(ranges.lowest(), at(4));
    EXPECT_EQ(ranges.total(), 6);
}

TEST(ByteRanges, NextCoveredSkipsTheHole)
{
    ByteRanges ranges;
    ranges.add(at(0), at(10));
    ranges.add(at(20), at(30));
    EXPECT_EQ(ranges.nextCovered(at(5)), at(5));
    EXPECT_EQ(ranges.nextCovered(at(10)), at(20));
    EXPECT_EQ(ranges.nextCovered(at(30)), std::nullopt);
}

} // namespace whyrst
