#include "model/analysis/duration_summary.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

TEST(DurationSummary, HasMeanAndDeviationOfASample)
{
    DurationSummary summary;
    for (const Duration value : {2ms, 4ms, 4ms, 6ms})
        summary.add(value);
    EXPECT_EQ(summary.count(), 4U);
    EXPECT_EQ(summary.minimum(), 2ms);
    EXPECT_EQ(summary.maximum(), 6ms);
    EXPECT_EQ(summary.mean(), 4ms);
    EXPECT_NEAR(toMilliseconds(summary.deviation()), 1.633, 0.001);
}

TEST(DurationSummary, TwoValuesTellNoSpread)
{
    DurationSummary summary;
    EXPECT_EQ(summary.mean(), 0ms);
    summary.add(1ms);
    summary.add(9ms);
    EXPECT_EQ(summary.deviation(), 0ms);
}

TEST(DurationSummary, LargeValuesKeepTheirSmallSpread)
{
    DurationSummary summary;
    for (const Duration value : {1h + 1us, 1h + 2us, 1h + 3us})
        summary.add(value);
    EXPECT_NEAR(static_cast<double>(summary.deviation().count()), 1000, 1);
}

} // namespace
} // namespace whyrst
