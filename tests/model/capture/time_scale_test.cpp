// Units of pcapng timestamps.
#include "model/capture/time_scale.h"

#include <gtest/gtest.h>
#include <limits>

using namespace std::chrono_literals;

namespace whyrst {
namespace {

constexpr uint8_t binary = 0x80;

TimeScale withResolution(uint8_t option)
{
    TimeScale scale;
    scale.setResolution(option);
    return scale;
}

TEST(TimeScale, IsMicrosecondsByDefault)
{
    EXPECT_EQ(TimeScale().timestamp(1'500'000), Timestamp(1'500ms));
}

TEST(TimeScale, TakesWholeSeconds)
{
    EXPECT_EQ(withResolution(0).timestamp(17), Timestamp(17s));
}

TEST(TimeScale, TakesNanoseconds)
{
    EXPECT_EQ(withResolution(9).timestamp(1'714'330'875'628'541'670), Timestamp(1'714'330'875'628'541'670ns));
}

TEST(TimeScale, CutsPicosecondsToNanoseconds)
{
    EXPECT_EQ(withResolution(12).timestamp(1'234'567), Timestamp(1'234ns));
}

TEST(TimeScale, TakesPowersOfTwo)
{
    EXPECT_EQ(withResolution(binary | 10).timestamp(1024 + 512), Timestamp(1'500ms));
}

TEST(TimeScale, TakesFinePowersOfTwo)
{
    constexpr uint64_t threeHalves = uint64_t{3} << 39;
    EXPECT_EQ(withResolution(binary | 40).timestamp(threeHalves), Timestamp(1'500ms));
}

TEST(TimeScale, TakesPowersOfTwoBeyondSixtyThreeBitsAsZero)
{
    EXPECT_EQ(withResolution(binary | 127).timestamp(~uint64_t{0}), Timestamp());
}

TEST(TimeScale, TakesPowersOfTenBeyondAllUnitsAsZero)
{
    EXPECT_EQ(withResolution(127).timestamp(~uint64_t{0}), Timestamp());
}

TEST(TimeScale, AddsANegativeOffset)
{
    TimeScale scale;
    scale.setOffset(-100);
    EXPECT_EQ(scale.timestamp(101'000'000), Timestamp(1s));
}

TEST(TimeScale, KeepsDifferencesOfHostileTimesInRange)
{
    TimeScale late = withResolution(0);
    late.setOffset(std::numeric_limits<int64_t>::max());
    TimeScale early;
    early.setOffset(std::numeric_limits<int64_t>::min());

    EXPECT_GT(late.timestamp(~uint64_t{0}) - early.timestamp(0), 0ns);
}

} // namespace
} // namespace whyrst
