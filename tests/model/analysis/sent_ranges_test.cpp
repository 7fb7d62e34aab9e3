#include "model/analysis/sent_ranges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace whyrst {

namespace {

SentRange rangeFrom(int64_t begin)
{
    SentRange range;
    range.begin = StreamOffset{begin};
    range.end = StreamOffset{begin + 1};
    return range;
}

std::vector<int64_t> beginsOf(const SentRanges& ranges)
{
    std::vector<int64_t> begins;
    for (const SentRange& range : ranges)
        begins.push_back(range.begin.value);
    return begins;
}

/// Ranges from 0 to below `count`, each with a gap behind it.
SentRanges manyRanges(int64_t count)
{
    SentRanges ranges;
    for (int64_t number = 0; number < count; ++number)
        ranges.push_back(rangeFrom(2 * number));
    return ranges;
}

} // namespace

TEST(SentRanges, WithoutAnyThereIsNothingToFind)
{
    const SentRanges ranges;
    EXPECT_TRUE(ranges.empty());
    EXPECT_EQ(ranges.begin(), ranges.end());
    EXPECT_EQ(ranges.at(ranges.firstFrom(StreamOffset{0})), nullptr);
}

TEST(SentRanges, ManyLeaveAtTheFrontInOrder)
{
    SentRanges ranges = manyRanges(2'000);
    for (int64_t number = 0; number < 2'000; ++number) {
        ASSERT_EQ(ranges.front().begin, StreamOffset{2 * number});
        ranges.pop_front();
    }
    EXPECT_TRUE(ranges.empty());
    ranges.push_back(rangeFrom(1));
    EXPECT_EQ(beginsOf(ranges), std::vector<int64_t>{1});
}

TEST(SentRanges, GapsAreFilledWhereverTheyAre)
{
    SentRanges ranges = manyRanges(2'000);
    std::vector<int64_t> expected = beginsOf(ranges);
    std::mt19937 random(1);
    for (int step = 0; step < 3'000; ++step) {
        const auto begin = static_cast<int64_t>(random() % 4'000);
        const auto place = std::lower_bound(expected.begin(), expected.end(), begin);
        if (place != expected.end() && *place == begin)
            continue;
        expected.insert(place, begin);
        const SentRanges::Place behind = ranges.insert(ranges.firstFrom(StreamOffset{begin}), rangeFrom(begin));
        ASSERT_EQ(behind, ranges.firstFrom(StreamOffset{begin + 1}));
    }
    EXPECT_EQ(beginsOf(ranges), expected);
    EXPECT_EQ(ranges.back().begin.value, expected.back());
}

/// From where to where ranges are dropped: inside a block, over some, and all blocks up to the last.
class SentRangesErase : public testing::TestWithParam<std::pair<int64_t, int64_t>>
{
};

TEST_P(SentRangesErase, DropsWhatLiesBetween)
{
    const auto [begin, end] = GetParam();
    SentRanges ranges = manyRanges(2'000);
    std::vector<int64_t> expected = beginsOf(ranges);
    std::erase_if(expected, [&](int64_t each) { return each >= begin && each < end; });
    ranges.erase(ranges.firstFrom(StreamOffset{begin}), StreamOffset{end});
    EXPECT_EQ(beginsOf(ranges), expected);
    ranges.push_back(rangeFrom(10'000));
    EXPECT_EQ(ranges.back().begin, StreamOffset{10'000});
    EXPECT_EQ(ranges.at(ranges.firstFrom(StreamOffset{begin}))->begin.value, end < 4'000 ? end : 10'000);
}

INSTANTIATE_TEST_SUITE_P(Places, SentRangesErase,
    testing::Values(std::pair{100, 200}, std::pair{100, 3'000}, std::pair{1'024, 2'048}, std::pair{0, 3'500},
        std::pair{3'072, 4'000}, std::pair{100, 4'000}, std::pair{0, 4'000}));

} // namespace whyrst
