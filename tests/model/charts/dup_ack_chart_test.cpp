#include "model/charts/dup_ack_chart.h"

#include "tests/support/connection_builder.h"

#include <gmock/gmock.h>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// An upload whose second segment is lost: three duplicate ACKs for offset 1001, then a RST.
ConnectionBuilder uploadWithRun()
{
    ConnectionBuilder builder;
    builder.handshake();
    for (int i = 0; i < 5; ++i)
        builder.data(Side::Client, 10ms, 1 + 1000 * i, 1000);
    builder.ack(Side::Server, 20ms, 1001);
    for (const Duration time : {21ms, 22ms, 23ms})
        builder.ack(Side::Server, time, 1001);
    builder.reset(Side::Client, 9s, 5001);
    return builder;
}

std::vector<double> heights(const ChartData& chart)
{
    std::vector<double> values;
    for (const ChartPoint& point : pointsOf(chart, "dup-ack"))
        values.push_back(point.high);
    return values;
}

} // namespace

TEST(DupAckChart, HeightIsTheNumberWithinTheRun)
{
    EXPECT_THAT(heights(uploadWithRun().chart("dup-ack")), ElementsAre(1, 2, 3));
}

TEST(DupAckChart, ThresholdLineIsAtThreeOverTheWholeConnection)
{
    const std::vector<ChartPoint> line = pointsOf(uploadWithRun().chart("dup-ack"), "threshold");
    ASSERT_EQ(line.size(), 2U);
    EXPECT_EQ(line[0].high, 3);
    EXPECT_EQ(line[1].time, 9s);
}

TEST(DupAckChart, DescriptionNamesTheHole)
{
    EXPECT_THAT(
        uploadWithRun().chart("dup-ack").description, HasSubstr("3 duplicate ACKs for the hole at offset 1,001"));
}

TEST(DupAckChart, OtherDirectionSaysThatThereIsNone)
{
    ConnectionBuilder builder = uploadWithRun();
    const ChartData chart = builder.chart("dup-ack", Side::Server);
    EXPECT_THAT(chart.series, IsEmpty());
    EXPECT_THAT(chart.emptyText, HasSubstr("client sent no duplicate ACK"));
}

TEST(DupAckChart, OnlyStepsThatMeanSomethingHereAreMarked)
{
    ConnectionBuilder builder = uploadWithRun();
    Diagnosis diagnosis;
    diagnosis.chain = {stepAt(builder.connection(), 20ms, Role::LastGoodAck),
        stepAt(builder.connection(), 21ms, Role::DupAckRun), stepAt(builder.connection(), 9s, Role::Rst)};
    diagnosis.chain[1].lastTime = diagnosis.chain[1].time + 2ms;
    const ChartData chart = builder.chart("dup-ack", Side::Client, &diagnosis);
    ASSERT_EQ(chart.marks.size(), 2U);
    EXPECT_EQ(chart.marks[0].number, 2);
    EXPECT_EQ(chart.marks[0].value, 3);
    EXPECT_EQ(chart.marks[0].time, 23ms); // the peak of the run
    EXPECT_TRUE(chart.marks[1].isReset);
}

} // namespace whyrst::test
