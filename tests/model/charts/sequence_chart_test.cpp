#include "model/charts/sequence_chart.h"

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

TEST(SequenceChart, NewDataIsBarFromFirstToLastByte)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000);
    const std::vector<ChartPoint> bars = pointsOf(builder.chart("sequence"), "new-data");
    ASSERT_THAT(bars, SizeIs(1));
    EXPECT_EQ(bars[0].low, 1);
    EXPECT_EQ(bars[0].high, 1001);
    EXPECT_EQ(bars[0].time, 10ms);
    EXPECT_EQ(bars[0].frame, PacketNumber(4));
}

TEST(SequenceChart, ResendIsItsOwnSeries)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).data(Side::Client, 500ms, 1, 1000);
    const ChartData chart = builder.chart("sequence");
    EXPECT_THAT(pointsOf(chart, "new-data"), SizeIs(1));
    ASSERT_THAT(pointsOf(chart, "resend"), SizeIs(1));
    EXPECT_EQ(pointsOf(chart, "resend")[0].frame, PacketNumber(5));
}

TEST(SequenceChart, CaptureDuplicateIsNotDrawn)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000);
    builder.segment(Side::Client, 10ms, 1, 1, {.isCaptureDuplicate = true, .length = 1000});
    const ChartData chart = builder.chart("sequence");
    EXPECT_THAT(pointsOf(chart, "new-data"), SizeIs(1));
    EXPECT_THAT(pointsOf(chart, "resend"), IsEmpty());
}

TEST(SequenceChart, AckLineNeverFalls)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).data(Side::Client, 11ms, 1001, 1000);
    builder.ack(Side::Server, 20ms, 2001).ack(Side::Server, 21ms, 1001);
    EXPECT_THAT(highs(builder.chart("sequence"), "ack"), ElementsAre(1, 2001, 2001)); // the last holds to the end
}

TEST(SequenceChart, SackShowsOnlyWhatAnAckNewlyReports)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 4000);
    builder.ack(Side::Server, 20ms, 1, {.sack = {{1001, 2001}}});
    builder.ack(Side::Server, 21ms, 1, {.sack = {{1001, 3001}}});
    const std::vector<ChartPoint> blocks = pointsOf(builder.chart("sequence"), "sack");
    ASSERT_THAT(blocks, SizeIs(2));
    EXPECT_EQ(blocks[1].low, 2001);
    EXPECT_EQ(blocks[1].high, 3001);
}

TEST(SequenceChart, WindowEdgeIsAckPlusWindow)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001, {.window = 500});
    EXPECT_EQ(highs(builder.chart("sequence"), "window-edge").front(), 1501);
}

TEST(SequenceChart, WindowOfSynAndResetIsNoEdge)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).reset(Side::Server, 20ms, 1);
    EXPECT_THAT(pointsOf(builder.chart("sequence"), "window-edge"), IsEmpty());
}

TEST(SequenceChart, SilenceGoesOnUntilTheReset)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001);
    builder.data(Side::Client, 30ms, 1001, 1000).reset(Side::Client, 9s, 2001);
    const std::vector<ChartPoint> silence = pointsOf(builder.chart("sequence"), "silent-ack");
    ASSERT_THAT(silence, SizeIs(2));
    EXPECT_EQ(silence[0].time, 20ms);
    EXPECT_EQ(silence[1].time, 9s);
    EXPECT_EQ(silence[1].high, 1001);
}

TEST(SequenceChart, AnsweredDataLeavesNoSilence)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001);
    builder.reset(Side::Client, 9s, 1001);
    EXPECT_THAT(pointsOf(builder.chart("sequence"), "silent-ack"), IsEmpty());
}

TEST(SequenceChart, ResetOfThePeerStandsOnTheAckLine)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001).reset(Side::Server, 30ms, 77);
    EXPECT_THAT(highs(builder.chart("sequence"), "reset"), ElementsAre(1001));
}

TEST(SequenceChart, ResetFarOutsideDoesNotStretchTheChart)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).reset(Side::Client, 30ms, 1'000'000'000);
    EXPECT_THAT(highs(builder.chart("sequence"), "reset"), ElementsAre(1001));
}

TEST(SequenceChart, MarkOfDataStandsInItsMiddle)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000);
    Diagnosis diagnosis;
    diagnosis.chain.push_back(stepAt(builder.connection(), 10ms, Role::FirstSend));
    diagnosis.chain[0].frame = PacketNumber(4);
    diagnosis.chain[0].flow = Side::Client;
    const ChartData chart = builder.chart("sequence", Side::Client, &diagnosis);
    ASSERT_THAT(chart.marks, SizeIs(1));
    EXPECT_EQ(chart.marks[0].value, 501);
    EXPECT_EQ(chart.marks[0].number, 1);
    EXPECT_EQ(chart.marks[0].label, "first send");
}

TEST(SequenceChart, GhostStandsOnTheAckLine)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001);
    Diagnosis diagnosis;
    diagnosis.chain.push_back(stepAt(builder.connection(), 25ms, Role::MissingRtx));
    diagnosis.chain[0].isGhost = true;
    const ChartData chart = builder.chart("sequence", Side::Client, &diagnosis);
    ASSERT_THAT(chart.marks, SizeIs(1));
    EXPECT_TRUE(chart.marks[0].isGhost);
    EXPECT_EQ(chart.marks[0].value, 1001);
}

TEST(SequenceChart, TimesThatRunBackwardsAreSorted)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 50ms, 1, 1000).data(Side::Client, 40ms, 1001, 1000);
    const std::vector<ChartPoint> bars = pointsOf(builder.chart("sequence"), "new-data");
    ASSERT_THAT(bars, SizeIs(2));
    EXPECT_EQ(bars[0].frame, PacketNumber(5));
    EXPECT_LE(bars[0].time, bars[1].time);
}

TEST(SequenceChart, SilentDirectionSaysSo)
{
    ConnectionBuilder builder;
    builder.segment(Side::Client, 0ms, 1, 0, {.length = 10, .flags = 0});
    EXPECT_THAT(builder.chart("sequence", Side::Server).emptyText, testing::HasSubstr("server sent no data"));
}

} // namespace whyrst::test
