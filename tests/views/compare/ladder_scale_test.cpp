#include "views/compare/ladder_scale.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

TEST(LadderScale, MapsTimesToRowsAndBack)
{
    const LadderScale scale({1s, 3s}, 100, 300, {}, 20);
    EXPECT_DOUBLE_EQ(scale.y(1s), 100);
    EXPECT_DOUBLE_EQ(scale.y(2s), 200);
    EXPECT_EQ(scale.timeAt(300), 3s);
    EXPECT_EQ(scale.timeAt(scale.y(1500ms)), 1500ms);
}

TEST(LadderScale, AFoldTakesLittleRoomAndTheRestGrows)
{
    const LadderScale scale({0s, 10s}, 0, 220, {{1s, 9s}}, 20);
    EXPECT_DOUBLE_EQ(scale.y(1s), 100);
    EXPECT_DOUBLE_EQ(scale.y(9s), 120);
    EXPECT_DOUBLE_EQ(scale.y(10s), 220);
    EXPECT_EQ(scale.timeAt(110), 5s);
    EXPECT_EQ(scale.stretches().size(), 3U);
}

TEST(LadderScale, AShortSilenceIsNotFolded)
{
    const LadderScale scale({0s, 10s}, 0, 100, {{1s, 2s}}, 20);
    EXPECT_EQ(scale.stretches().size(), 1U);
}

TEST(LadderScale, NeverRunsBackwards)
{
    const LadderScale scale({0s, 60s}, 0, 400, {{1s, 20s}, {21s, 40s}, {40500ms, 59s}}, 24);
    double before = -1;
    for (Duration time = 0s; time <= 60s; time += 100ms) {
        EXPECT_GE(scale.y(time), before);
        before = scale.y(time);
    }
}

TEST(LadderTicks, KeepTheirDistanceAndNameFoldsBeginnings)
{
    const LadderScale scale({0s, 100s}, 0, 400, {{1s, 50s}, {50100ms, 99s}}, 24);
    const std::vector<LadderTick> ticks = ladderTicks(scale, 44);
    ASSERT_GE(ticks.size(), 3U);
    for (size_t index = 1; index < ticks.size(); ++index)
        EXPECT_GE(ticks[index].y - ticks[index - 1].y, 20);
}

} // namespace
} // namespace whyrst
