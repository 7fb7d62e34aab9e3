#include "views/charts/series_raster.h"

#include "model/charts/point_sources.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;
using Pixels = std::set<std::pair<int, int>>;

/// A transfer with losses: bars rise, some far below the others.
std::vector<ChartPoint> randomBars(unsigned seed, int count)
{
    std::mt19937 random(seed);
    std::vector<ChartPoint> points;
    Duration time{};
    double next = 0;
    for (int i = 0; i < count; ++i) {
        time += Duration(random() % 2'000'000);
        const bool isResend = random() % 20 == 0;
        const double low = isResend ? next * static_cast<double>(random() % 100) / 100 : next;
        const double high = low + 200.0 + static_cast<double>(random() % 1300);
        points.push_back({time, time, low, high, PacketNumber(static_cast<uint32_t>(i + 1))});
        next = std::max(next, high + (random() % 10 == 0 ? 5000 : 0));
    }
    return points;
}

PlotArea randomView(unsigned seed, const std::vector<ChartPoint>& points)
{
    std::mt19937 random(seed * 7919);
    const auto share = [&random] { return static_cast<double>(random() % 1000) / 1000; };
    const double width = std::pow(10, -3 * share());
    const auto length = static_cast<double>(points.back().time.count());
    const double begin = length * (1 - width) * share();
    PlotArea area;
    area.pixels = QRect(0, 0, 300, 200);
    area.begin = Duration(static_cast<int64_t>(begin));
    area.end = area.begin + Duration(static_cast<int64_t>(length * width) + 1000);
    const double top = points.back().high;
    area.low = top * 0.9 * share();
    area.high = area.low + top * std::pow(10, -2 * share());
    return area;
}

Pixels pixelsOf(const std::vector<QRect>& runs)
{
    Pixels pixels;
    for (const QRect& run : runs) {
        for (int x = run.left(); x <= run.right(); ++x) {
            for (int y = run.top(); y <= run.bottom(); ++y)
                pixels.insert({x, y});
        }
    }
    return pixels;
}

/// Every bar drawn on its own.
Pixels everyBar(const std::vector<ChartPoint>& points, const PlotArea& area)
{
    Pixels pixels;
    for (int column = 0; column < area.pixels.width(); ++column) {
        for (const ChartPoint& point : points) {
            if (point.time < area.columnBegin(column) || point.time >= area.columnBegin(column + 1))
                continue;
            for (int y = std::max(0, area.row(point.high)); y <= std::min(199, area.row(point.low)); ++y)
                pixels.insert({column, y});
        }
    }
    return pixels;
}

} // namespace

class RasterTest : public testing::TestWithParam<unsigned>
{
};

TEST_P(RasterTest, BarsAreTheSameAsIfEachWereDrawn)
{
    const std::vector<ChartPoint> points = randomBars(GetParam(), 3000);
    const SeriesIndex index(makePointSource(points), SeriesShape::Bars);
    const PlotArea area = randomView(GetParam(), points);
    EXPECT_EQ(pixelsOf(rasterBars(index, area)), everyBar(points, area));
}

TEST_P(RasterTest, StepsCoverEveryValueOfTheirColumn)
{
    const std::vector<ChartPoint> points = randomBars(GetParam(), 3000);
    const SeriesIndex index(makePointSource(points), SeriesShape::Steps);
    const PlotArea area = randomView(GetParam(), points);
    const Pixels pixels = pixelsOf(rasterSteps(index, area).vertical);
    for (const ChartPoint& point : points) {
        const int row = area.row(point.high);
        if (point.time < area.begin || point.time >= area.end || row < 0 || row >= 200)
            continue;
        int column = static_cast<int>(area.x(point.time));
        column += point.time >= area.columnBegin(column + 1) ? 1 : 0;
        EXPECT_TRUE(pixels.contains({column, row})) << point.frame.value;
    }
}

TEST_P(RasterTest, ExtentIsThatOfAllPoints)
{
    const std::vector<ChartPoint> points = randomBars(GetParam(), 3000);
    const SeriesIndex index(makePointSource(points), SeriesShape::Bars);
    const size_t first = GetParam() * 37 % 1000;
    const size_t last = first + 1 + GetParam() * 101 % 1900;
    Extent expected{points[first].low, points[first].high};
    for (size_t i = first; i < last; ++i)
        expected.include({points[i].low, points[i].high});
    ASSERT_TRUE(index.extent(first, last));
    EXPECT_EQ(index.extent(first, last)->low, expected.low);
    EXPECT_EQ(index.extent(first, last)->high, expected.high);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RasterTest, testing::Range(1U, 25U));

TEST(RasterCost, AMillionBarsNeedFewNodes)
{
    std::vector<ChartPoint> points;
    for (uint32_t i = 0; i < 1'000'000; ++i) {
        const Duration time = std::chrono::microseconds(10 * i);
        points.push_back({time, time, 1000.0 * i, 1000.0 * (i + 1), PacketNumber(i + 1)});
    }
    const SeriesIndex index(makePointSource(std::move(points)), SeriesShape::Bars);
    const PlotArea area{QRect(0, 0, 1840, 500), 0s, 10s, 0, 1e9};
    RasterCost cost;
    rasterBars(index, area, &cost);
    EXPECT_LT(cost.nodes + cost.points, 200'000U);
}

TEST(SeriesIndex, FindsThePointOfAPacket)
{
    const SeriesIndex index(makePointSource(randomBars(1, 500)), SeriesShape::Bars);
    EXPECT_EQ(index.find(PacketNumber(321)), 320U);
    EXPECT_EQ(index.find(PacketNumber(501)), std::nullopt);
}

} // namespace whyrst::test
