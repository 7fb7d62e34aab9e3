#include "model/charts/window_chart.h"

#include "tests/support/connection_builder.h"

#include <gmock/gmock.h>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<double> highs(const ChartData& chart, const char* series)
{
    std::vector<double> values;
    for (const ChartPoint& point : pointsOf(chart, series))
        values.push_back(point.high);
    return values;
}

} // namespace

TEST(WindowChart, BytesInFlightRiseWithDataAndFallWithAcks)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).data(Side::Client, 11ms, 1001, 1000);
    builder.ack(Side::Server, 20ms, 1001).ack(Side::Server, 30ms, 2001);
    EXPECT_THAT(highs(builder.chart("window"), "in-flight"), ElementsAre(1, 0, 1000, 2000, 1000, 0)); // first the SYN
}

TEST(WindowChart, ResendsAddNothingInFlight)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).data(Side::Client, 500ms, 1, 1000);
    EXPECT_THAT(highs(builder.chart("window"), "in-flight"), ElementsAre(1, 0, 1000, 1000)); // the last is the end
}

TEST(WindowChart, ResetDoesNotCloseTheWindow)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001, {.window = 700});
    builder.reset(Side::Server, 30ms, 1);
    EXPECT_THAT(highs(builder.chart("window"), "receive-window"), ElementsAre(700, 700));
}

TEST(WindowChart, ClosedWindowIsBand)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001, {.window = 0});
    builder.ack(Side::Server, 5s, 1001, {.window = 60000});
    const std::vector<ChartPoint> bands = pointsOf(builder.chart("window"), "closed");
    ASSERT_THAT(bands, SizeIs(1));
    EXPECT_EQ(bands[0].time, 20ms);
    EXPECT_EQ(bands[0].endTime, 5s);
}

TEST(WindowChart, UnknownScaleIsSaid)
{
    ConnectionBuilder builder;
    builder.data(Side::Client, 0ms, 1, 1000).ack(Side::Server, 20ms, 1001);
    EXPECT_THAT(builder.chart("window").axis.label, testing::HasSubstr("unscaled"));
}

TEST(WindowChart, TheLeastScaleIsSaid)
{
    ConnectionBuilder builder;
    builder.ack(Side::Server, 0ms, 1);
    for (int sent = 0; sent < 8; ++sent)
        builder.data(Side::Client, 1ms, 1 + 1000 * sent, 1000);
    const ChartData chart = builder.chart("window"); // the server's windows are 1000, unscaled
    EXPECT_EQ(chart.axis.label, "Bytes, window at least");
    EXPECT_THAT(chart.description, testing::HasSubstr("by what was in flight it is at least 2"));
}

TEST(WindowChart, StepsOfThePeerStandOnItsWindow)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001, {.window = 700});
    Diagnosis diagnosis;
    diagnosis.chain.push_back(stepAt(builder.connection(), 20ms, Role::LastGoodAck));
    diagnosis.chain[0].flow = Side::Server;
    const ChartData chart = builder.chart("window", Side::Client, &diagnosis);
    ASSERT_THAT(chart.marks, SizeIs(1));
    EXPECT_EQ(chart.marks[0].value, 700);
}

TEST(WindowChart, WithoutPeerItSaysWhyItIsEmpty)
{
    ConnectionBuilder builder;
    builder.segment(Side::Client, 0ms, 0, 0, {.flags = 0x02});
    const ChartData chart = builder.chart("window", Side::Server);
    EXPECT_THAT(chart.series, IsEmpty());
    EXPECT_THAT(chart.emptyText, testing::HasSubstr("no receive window"));
}

} // namespace whyrst::test
