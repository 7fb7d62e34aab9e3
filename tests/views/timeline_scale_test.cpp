#include "views/timeline_scale.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

const Timestamp zero{1000s};

TEST(TimelineScale, MapsTimesToPixelsAndBack)
{
    const TimelineScale scale{zero, zero + 10s, 100, 300};
    EXPECT_DOUBLE_EQ(scale.pixelOf(zero + 5s), 200);
    EXPECT_EQ(scale.timeAt(250), zero + 7500ms);
}

TEST(TimelineScale, KeepsPixelsNearTheScreen)
{
    const TimelineScale scale{zero, zero + 1us, 0, 1000};
    EXPECT_LE(scale.pixelOf(zero + 24h), 2000);
    EXPECT_GE(scale.pixelOf(zero - 24h), -1000);
}

TEST(TimelineTicks, AreRoundAndNotTooMany)
{
    const std::vector<TimelineTick> ticks = timelineTicks(300ms, 20s, 5);
    ASSERT_EQ(ticks.size(), 4U);
    EXPECT_EQ(ticks.front().label, QStringLiteral("5 s"));
    EXPECT_EQ(ticks.back().time, Duration(20s));
}

TEST(TimelineTicks, UseMillisecondsWhereTheStepIsSmall)
{
    const std::vector<TimelineTick> ticks = timelineTicks(0ms, 10ms, 5);
    ASSERT_GE(ticks.size(), 2U);
    EXPECT_EQ(ticks[1].label, QStringLiteral("2 ms"));
}

TEST(TimelineTicks, AnEmptyRangeHasNone)
{
    EXPECT_TRUE(timelineTicks(5s, 5s, 5).empty());
}

TEST(ZoomedRange, KeepsTheAnchorInPlace)
{
    const TimelineRange limits{zero, zero + 100s};
    const TimelineRange zoomed = zoomedRange(limits, 0.5, zero + 50s, limits);
    EXPECT_EQ(zoomed.begin, zero + 25s);
    EXPECT_EQ(zoomed.end, zero + 75s);
}

TEST(ZoomedRange, StaysWithinItsLimits)
{
    const TimelineRange limits{zero, zero + 100s};
    const TimelineRange zoomed = zoomedRange({zero + 10s, zero + 20s}, 50, zero + 15s, limits);
    EXPECT_EQ(zoomed.begin, limits.begin);
    EXPECT_EQ(zoomed.end, limits.end);
}

} // namespace
} // namespace whyrst
