#include "model/compare/clock_strip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace whyrst {

namespace {

/// Limits every millisecond: at least 5 ms apart, with up to 2 ms of queue on top.
OffsetLimits someLimits(unsigned seed, size_t count)
{
    std::mt19937 random{seed};
    OffsetLimits limits;
    for (size_t index = 0; index < count; ++index)
        limits.push_back({static_cast<double>(index) * 1e6, 2.5e6 + static_cast<double>(random() % 2'000'000)});
    return limits;
}

/// Every `step`th of some limits, from one of them on.
OffsetLimits everyOf(const OffsetLimits& limits, size_t from, size_t step)
{
    OffsetLimits some;
    for (size_t index = from; index < limits.size(); index += step)
        some.push_back(limits[index]);
    return some;
}

} // namespace

TEST(Strip, LimitsThatAreAddedCountAsTheOthers)
{
    const OffsetLimits upper = someLimits(1, 900);
    const OffsetLimits negatedLower = someLimits(2, 900);
    const Strip whole(upper, negatedLower);
    Strip grown;
    for (size_t part = 0; part < 3; ++part)
        grown.add(everyOf(upper, part, 3), everyOf(negatedLower, part, 3));
    for (const double drift : {-400e-6, -1e-6, 0.0, 30e-6, 500e-6})
        EXPECT_NEAR(grown.height(drift), whole.height(drift), 1e-3) << drift;
    EXPECT_NEAR(grown.height(grown.bestDrift()), whole.height(whole.bestDrift()), 1e-3);
}

TEST(Strip, EdgeIsThatOfTheLowestLimitAlongAnyLine)
{
    const OffsetLimits upper = someLimits(3, 500);
    const Strip strip(upper, someLimits(4, 500));
    for (const double drift : {-500e-6, -20e-6, 0.0, 10e-6, 300e-6}) {
        double least = upper.front().y - drift * upper.front().x;
        for (const OffsetLimit& limit : upper)
            least = std::min(least, limit.y - drift * limit.x);
        EXPECT_NEAR(strip.top(drift), least, 1e-3) << drift;
    }
}

TEST(Strip, IsOpenWithoutLimitsOfOneDirection)
{
    Strip strip;
    EXPECT_TRUE(strip.isOpen(0));
    strip.add({{0, -5e6}}, {});
    EXPECT_TRUE(strip.isOpen(0));
    strip.add({}, {{1e6, 4e6}});
    EXPECT_FALSE(strip.isOpen(0)); // no line passes below -5 ms and above -4 ms at once
    EXPECT_TRUE(strip.isOpen(2e6));
}

} // namespace whyrst
