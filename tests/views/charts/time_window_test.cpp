#include "views/charts/time_window.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;

} // namespace

class TimeWindowTest : public testing::Test
{
protected:
    TimeWindowTest() { window.reset(100s); }

    TimeWindow window;
};

TEST_F(TimeWindowTest, BeginsWithEverythingAndSomeRoom)
{
    EXPECT_EQ(window.begin(), -6s);
    EXPECT_EQ(window.end(), 106s);
    EXPECT_FALSE(window.canGoBack());
}

TEST_F(TimeWindowTest, StaysWithinTheConnection)
{
    window.show(90s, 130s);
    EXPECT_EQ(window.end(), 106s);
    EXPECT_EQ(window.width(), 40s);
}

TEST_F(TimeWindowTest, NeverGetsNarrowerThanItsMinimum)
{
    window.show(50s, 50s);
    EXPECT_EQ(window.width(), TimeWindow::minimumWidth);
}

TEST_F(TimeWindowTest, BackReturnsTheRangeBefore)
{
    window.show(10s, 20s);
    window.show(12s, 14s);
    window.back();
    EXPECT_EQ(window.begin(), 10s);
    EXPECT_EQ(window.end(), 20s);
}

TEST_F(TimeWindowTest, ForwardUndoesBack)
{
    window.show(10s, 20s);
    window.back();
    window.forward();
    EXPECT_EQ(window.begin(), 10s);
    EXPECT_FALSE(window.canGoForward());
}

TEST_F(TimeWindowTest, RemembersFiftySteps)
{
    for (int i = 0; i < 60; ++i)
        window.show(std::chrono::seconds(i), std::chrono::seconds(i + 10));
    for (int i = 0; i < 50; ++i)
        window.back();
    EXPECT_EQ(window.begin(), 9s);
}

TEST_F(TimeWindowTest, GestureIsOneStep)
{
    window.beginGesture();
    window.zoom(0.5, 50s);
    window.zoom(0.5, 50s);
    window.endGesture();
    window.back();
    EXPECT_EQ(window.begin(), -6s);
}

TEST_F(TimeWindowTest, ZoomKeepsTheTimeAtThePointer)
{
    window.show(0s, 100s);
    window.zoom(0.5, 20s);
    EXPECT_EQ(window.begin(), 10s);
    EXPECT_EQ(window.end(), 60s);
}

TEST_F(TimeWindowTest, SameRangeIsNoStep)
{
    window.show(10s, 20s);
    QSignalSpy changes(&window, &TimeWindow::rangeChanged);
    window.show(10s, 20s);
    EXPECT_EQ(changes.size(), 0);
    window.back();
    EXPECT_EQ(window.begin(), -6s);
}

TEST_F(TimeWindowTest, OnePacketStillHasAnAxis)
{
    window.reset(0s);
    EXPECT_LT(window.begin(), 0s);
    EXPECT_GT(window.end(), 0s);
}

} // namespace whyrst::test
