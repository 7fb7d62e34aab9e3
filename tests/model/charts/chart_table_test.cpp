#include "model/charts/chart_table.h"

#include "model/charts/covered_ranges.h"
#include "model/charts/packet_order.h"
#include "tests/support/connection_builder.h"

#include <gmock/gmock.h>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

ConnectionBuilder download()
{
    ConnectionBuilder builder;
    builder.handshake()
        .data(Side::Client, 10ms, 1, 100)
        .data(Side::Server, 20ms, 1, 5000)
        .reset(Side::Client, 10s, 101);
    return builder;
}

} // namespace

TEST(ChartTable, FindsChartsByName)
{
    ASSERT_NE(findChart("window"), nullptr);
    EXPECT_STREQ(findChart("window")->title, "Window");
    EXPECT_EQ(findChart("nonsense"), nullptr);
}

TEST(StoryDirection, FollowsTheSenderOfTheTrouble)
{
    Diagnosis diagnosis;
    diagnosis.dataSender = Side::Client;
    EXPECT_EQ(storyDirection(download().connection(), &diagnosis), Side::Client);
}

TEST(StoryDirection, IsElseTheSideThatSentMore)
{
    EXPECT_EQ(storyDirection(download().connection(), nullptr), Side::Server);
}

TEST(StorySpan, ShowsTheChainWithRoomAroundIt)
{
    const ConnectionBuilder builder = download();
    Diagnosis diagnosis;
    diagnosis.chain = {stepAt(builder.connection(), 9s, Role::FirstSend), stepAt(builder.connection(), 10s, Role::Rst)};
    const TimeSpan span = storySpan(builder.connection(), &diagnosis);
    EXPECT_EQ(span.begin, 8940ms);
    EXPECT_EQ(span.end, 10060ms);
}

TEST(StorySpan, IsTheWholeConnectionWithoutDiagnosis)
{
    const TimeSpan span = storySpan(download().connection(), nullptr);
    EXPECT_LT(span.begin, 0s);
    EXPECT_GT(span.end, 10s);
}

TEST(StorySpan, IsTheWholeConnectionWhenTheChainIsOneMoment)
{
    const ConnectionBuilder builder = download();
    Diagnosis diagnosis;
    diagnosis.chain = {stepAt(builder.connection(), 10s, Role::Trigger), stepAt(builder.connection(), 10s, Role::Rst)};
    EXPECT_LT(storySpan(builder.connection(), &diagnosis).begin, 0s);
}

TEST(StorySpan, OfOnePacketIsNotEmpty)
{
    ConnectionBuilder builder;
    builder.segment(Side::Client, 0ms, 0, 0, {.flags = 0x02});
    const TimeSpan span = storySpan(builder.connection(), nullptr);
    EXPECT_LT(span.begin, span.end);
}

TEST(PacketOrder, StepsThroughBothDirections)
{
    const ConnectionBuilder builder = download();
    const PacketOrder order(builder.connection());
    EXPECT_EQ(order.next(PacketNumber(4)), PacketNumber(5));
    EXPECT_EQ(order.previous(PacketNumber(4)), PacketNumber(3));
    EXPECT_EQ(order.next(PacketNumber(6)), std::nullopt);
    EXPECT_EQ(order.previous(PacketNumber(1)), std::nullopt);
    EXPECT_EQ(order.timeOf(PacketNumber(5)), 20ms);
}

TEST(CoveredRanges, ReportOnlyTheGapsBetweenKnownRanges)
{
    CoveredRanges ranges;
    std::vector<std::pair<int64_t, int64_t>> added;
    const auto note = [&](int64_t begin, int64_t end) { added.emplace_back(begin, end); };
    ranges.add(10, 20, note);
    ranges.add(30, 40, note);
    added.clear();
    ranges.add(5, 45, note);
    EXPECT_THAT(added, ElementsAre(Pair(5, 10), Pair(20, 30), Pair(40, 45)));
    EXPECT_EQ(ranges.size(), 1U);
}

TEST(CoveredRanges, ForgetWhatIsBelow)
{
    CoveredRanges ranges;
    std::vector<std::pair<int64_t, int64_t>> added;
    const auto note = [&](int64_t begin, int64_t end) { added.emplace_back(begin, end); };
    ranges.add(10, 20, note);
    ranges.forgetBelow(15);
    added.clear();
    ranges.add(10, 20, note);
    EXPECT_THAT(added, ElementsAre(Pair(10, 15)));
}

} // namespace whyrst::test
