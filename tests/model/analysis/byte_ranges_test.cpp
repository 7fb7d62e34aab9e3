#include "model/analysis/byte_ranges.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>

namespace whyrst {

namespace {

StreamOffset at(int64_t value)
{
    return StreamOffset{value};
}

/// Asks `ranges` at every offset what `bytes` knows.
template <size_t Size> void expectSame(const ByteRanges& ranges, const std::bitset<Size>& bytes)
{
    std::optional<StreamOffset> next; // from the last offset down to the first
    StreamOffset runEnd = at(Size);
    std::optional<StreamOffset> highest;
    for (auto offset = static_cast<int64_t>(Size) - 1; offset >= 0; --offset) {
        const bool isSet = bytes[static_cast<size_t>(offset)];
        if (isSet)
            next = at(offset);
        else
            runEnd = at(offset);
        if (isSet && !highest)
            highest = at(offset + 1);
        ASSERT_EQ(ranges.nextCovered(at(offset)), next) << offset;
        ASSERT_EQ(ranges.covered(at(offset), at(offset + 1)), isSet ? 1 : 0) << offset;
        ASSERT_EQ(ranges.contiguousEnd(at(offset)), isSet ? runEnd : at(offset)) << offset;
    }
    ASSERT_EQ(ranges.lowest(), next);
    ASSERT_EQ(ranges.highest(), highest);
}

} // namespace

TEST(ByteRanges, AnythingGoesInAnyOrderAsInASetOfBytes)
{
    constexpr int64_t most = 64;
    std::mt19937 random(1);
    const auto below
        = [&random](int64_t limit) { return static_cast<int64_t>(random() % static_cast<uint64_t>(limit)); };
    ByteRanges ranges;
    std::bitset<most> bytes;
    for (int step = 0; step < 20'000; ++step) {
        const int64_t begin = below(most);
        const int64_t end = std::min(most, begin + below(9));
        const auto before = static_cast<int64_t>(bytes.count());
        for (int64_t offset = 0; offset < most; ++offset) {
            if (step % 8 == 0 ? offset < begin : offset >= begin && offset < end)
                bytes[static_cast<size_t>(offset)] = step % 8 != 0;
        }
        if (step % 8 == 0)
            ranges.removeBelow(at(begin));
        else
            ASSERT_EQ(ranges.add(at(begin), at(end)), static_cast<int64_t>(bytes.count()) - before);
        ASSERT_EQ(ranges.total(), static_cast<int64_t>(bytes.count()));
        expectSame(ranges, bytes);
    }
}

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
