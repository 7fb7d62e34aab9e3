#include "views/charts/axis_ticks.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(SecondsLabel, HasTheDigitsThatTellTicksApart)
{
    EXPECT_EQ(secondsLabel(12, 2).toStdString(), "12");
    EXPECT_EQ(secondsLabel(12.5, 0.5).toStdString(), "12.5");
    EXPECT_EQ(secondsLabel(12.7731, 0.0001).toStdString(), "12.7731");
    EXPECT_EQ(secondsLabel(1000.000000002, 2e-9).toStdString(), "1000.000000002");
}

TEST(SecondsLabel, KeepsTheSecondDigitOfQuarterSteps)
{
    EXPECT_EQ(secondsLabel(0.25, 0.25).toStdString(), "0.25");
}

TEST(SecondsLabel, HasNoNegativeZero)
{
    EXPECT_EQ(secondsLabel(-1e-17, 0.5).toStdString(), "0.0");
}

TEST(BytesLabel, UsesUnits)
{
    EXPECT_EQ(bytesLabel(0, 500).toStdString(), "0");
    EXPECT_EQ(bytesLabel(500, 500).toStdString(), "500");
    EXPECT_EQ(bytesLabel(81'200, 200).toStdString(), "81.2 kB");
    EXPECT_EQ(bytesLabel(1'500'000, 500'000).toStdString(), "1.5 MB");
    EXPECT_EQ(bytesLabel(6e9, 1e9).toStdString(), "6 GB");
}

TEST(BytesLabel, ShowsAllDigitsWhereUnitsWouldNeedMany)
{
    EXPECT_EQ(bytesLabel(81'201'448, 100).toStdString(), "81,201,448");
}

TEST(CountLabel, LeavesFractionsOut)
{
    EXPECT_EQ(countLabel(3).toStdString(), "3");
    EXPECT_EQ(countLabel(2.5).toStdString(), "");
    EXPECT_EQ(countLabel(12'000).toStdString(), "12,000");
}

} // namespace whyrst::test
