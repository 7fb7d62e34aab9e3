#include "model/charts/delay_chart.h"

#include "model/charts/packet_order.h"
#include "model/charts/point_sources.h"
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

constexpr double oneMicrosecond = 1;

/// A conversation whose second packet of data takes 30 ms longer than the others; the server's clock is ahead.
class DelayChart : public testing::Test
{
protected:
    DelayChart()
    {
        m_path.handshake().wait(50ms).data(Side::Client, 1000).wait(50ms).late(30ms).data(Side::Client, 1000);
        m_path.wait(100ms).acknowledge(Side::Server, 2001).wait(50ms).data(Side::Client, 1000);
        m_path.wait(50ms).acknowledge(Side::Server, 3001).wait(50ms);
    }

    ChartData chart(const CompareOptions& options = {})
    {
        m_comparison = m_path.compare(options);
        const ConnectionPair& pair = m_comparison.pairs.at(0);
        const std::vector<PacketRelation> relations = packetRelations(m_path.traces(), m_comparison.clock, pair);
        m_times = pairTimes(m_path.traces(), m_comparison.clock, pair);
        return buildDelayChart({m_path.traces(), pair, m_times, relations});
    }

    static TwoCaptures::Path path()
    {
        TwoCaptures::Path path;
        path.clockOffset = 7s;
        return path;
    }

    TwoCaptures m_path{path()};
    Comparison m_comparison;
    PairTimes m_times;
};

TEST_F(DelayChart, ShowsTheQueueingOfOneDirectionWhateverTheClocks)
{
    const ChartData delays = chart();
    const Series* toServer = findSeries(delays.series, "delay-to-server");
    ASSERT_TRUE(toServer);
    ASSERT_EQ(toServer->points->size(), 5U); // SYN, ACK, three of data
    EXPECT_NEAR(toServer->points->at(3).high, 30'000, oneMicrosecond);
    EXPECT_NEAR(toServer->points->at(4).high, 0, oneMicrosecond);
    EXPECT_EQ(delays.axis.unit, AxisUnit::Microseconds);
}

TEST_F(DelayChart, TheOtherDirectionHasASeriesOfItsOwn)
{
    const ChartData delays = chart();
    const Series* toClient = findSeries(delays.series, "delay-to-client");
    ASSERT_TRUE(toClient);
    EXPECT_EQ(toClient->points->size(), 3U); // SYN+ACK, two ACKs
    EXPECT_NEAR(toClient->points->at(1).high, 0, oneMicrosecond);
}

TEST_F(DelayChart, PointsStandWhereTheClientsCaptureHasThePacket)
{
    const ChartData delays = chart();
    for (const char* id : {"delay-to-server", "delay-to-client"}) {
        const ChartPoint point = findSeries(delays.series, id)->points->at(1);
        EXPECT_EQ(delays.packets->timeOf(point.frame), point.time) << id;
    }
}

TEST_F(DelayChart, TheBoundOfTheClockIsABoxAndStandsInWords)
{
    const ChartData delays = chart();
    const Series* bound = findSeries(delays.series, "clock-bound");
    ASSERT_TRUE(bound);
    EXPECT_EQ(bound->shape, SeriesShape::Boxes);
    EXPECT_NEAR(bound->points->at(0).high, 10'000, 3 * oneMicrosecond); // half of 20 ms, and what stamps resolve
    EXPECT_NE(bound->name.find("+- 10 ms"), std::string::npos) << bound->name;
    EXPECT_NE(delays.description.find("their sum is exact"), std::string::npos);
}

TEST_F(DelayChart, WhereNothingChecksTheClockTheBoxIsAnother)
{
    const ChartData delays = chart();
    const Series* checked = findSeries(delays.series, "clock-bound");
    const Series* unchecked = findSeries(delays.series, "clock-unchecked");
    ASSERT_TRUE(checked && unchecked);
    EXPECT_EQ(unchecked->points->at(0).endTime, checked->points->at(0).time);
}

TEST_F(DelayChart, AClockThatWasTypedInHasNoBound)
{
    CompareOptions options;
    options.offset = Duration(7s);
    const ChartData delays = chart(options);
    EXPECT_FALSE(findSeries(delays.series, "clock-bound"));
    EXPECT_NE(delays.description.find("not known"), std::string::npos);
    EXPECT_TRUE(findSeries(delays.series, "delay-to-server"));
}

TEST_F(DelayChart, ASuperSegmentCountsOnce)
{
    m_path.superSegment(Side::Client, 6000, 1000).wait(50ms).acknowledge(Side::Server, 9001);
    EXPECT_EQ(findSeries(chart().series, "delay-to-server")->points->size(), 6U);
}

} // namespace

} // namespace whyrst::test
