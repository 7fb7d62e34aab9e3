// What is said about packets besides their numbers: notes on every chart, remarks of single packets.
#include "model/charts/packet_remarks.h"
#include "model/tcp/icmp_words.h"
#include "tests/support/connection_builder.h"

#include <gmock/gmock.h>

namespace whyrst::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// "Fragmentation needed" as frame 5, about the data of frame 4.
ConnectionBuilder withIcmpError()
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1460);
    IcmpEvent error;
    error.frame = PacketNumber(5);
    error.time = builder.connection().firstTime + 15ms;
    error.sender.bytes = {192, 0, 2, 9};
    error.type = 3;
    error.code = 4;
    error.mtu = 1400;
    error.quotedSide = Side::Client;
    error.quotedSeq = StreamOffset{1};
    builder.trace().connections.front().flow(Side::Client).rare.edit().icmpErrors.push_back(error);
    builder.otherPacket().data(Side::Client, 500ms, 1, 1460);
    return builder;
}

void comment(ConnectionBuilder& builder, uint32_t frame, const std::string& text)
{
    builder.trace().capture.details.comments.push_back({PacketNumber(frame), text});
}

PacketRemarks remarksOf(ConnectionBuilder& builder)
{
    return {builder.trace(), builder.connection(), builder.request(Side::Client, nullptr).analysis};
}

TEST(IcmpWords, NamesTypeAndCode)
{
    IcmpEvent error;
    error.type = 3;
    error.code = 3;
    EXPECT_EQ(icmpWords(error), "port unreachable");
    error.code = 200;
    EXPECT_EQ(icmpWords(error), "ICMP type 3 code 200");
    error.isV6 = true;
    error.type = 2;
    error.code = 0;
    error.mtu = 1280;
    EXPECT_EQ(icmpWords(error), "packet too big, MTU 1280");
}

TEST(ChartNotes, IcmpErrorStandsOnEveryChartAndInItsTextTwin)
{
    ConnectionBuilder builder = withIcmpError();
    for (const ChartData& chart : builder.charts()) {
        ASSERT_THAT(chart.notes, SizeIs(1)) << chart.id;
        EXPECT_EQ(chart.notes[0].what, ChartNote::What::Icmp);
        EXPECT_EQ(chart.notes[0].time, 15ms);
        EXPECT_EQ(chart.notes[0].frame, PacketNumber(5));
        EXPECT_EQ(chart.notes[0].label, "fragmentation needed, MTU 1400");
        EXPECT_THAT(
            chart.description, HasSubstr("At 0.015 s: ICMP error #5 from 192.0.2.9: fragmentation needed, MTU 1400."));
    }
}

TEST(ChartNotes, CommentsStandAtTheirPackets)
{
    ConnectionBuilder builder = withIcmpError();
    comment(builder, 4, "look here\nand there");
    comment(builder, 5, "about the ICMP error");
    comment(builder, 99, "of another connection");
    const ChartData chart = builder.chart("sequence");
    ASSERT_THAT(chart.notes, SizeIs(3));
    EXPECT_EQ(chart.notes[0].what, ChartNote::What::Comment);
    EXPECT_EQ(chart.notes[0].label, "look here");
    EXPECT_EQ(chart.notes[0].text, "comment on #4: look here\nand there");
    EXPECT_EQ(chart.notes[0].time, 10ms);
    EXPECT_EQ(chart.notes[2].time, 15ms);
}

TEST(PacketRemarks, IcmpErrorIsSaidOfTheLastPacketThatItQuotes)
{
    ConnectionBuilder builder = withIcmpError();
    const PacketRemarks remarks = remarksOf(builder);
    EXPECT_THAT(remarks.of(PacketNumber(4)),
        ElementsAre("answered by ICMP error #5 from 192.0.2.9: fragmentation needed, MTU 1400"));
    EXPECT_THAT(remarks.of(PacketNumber(6)), IsEmpty()); // sent after the error
}

TEST(PacketRemarks, CommentsCopiesAndOffloadAreSaid)
{
    ConnectionBuilder builder;
    builder.handshake();
    for (int i = 0; i < 4; ++i)
        builder.data(Side::Client, 10ms + i * 1ms, 1 + 1000 * i, 1000);
    builder.data(Side::Client, 20ms, 4001, 7240);
    builder.segment(Side::Client, 20ms, 4001, 1, {.isCaptureDuplicate = true, .length = 1000});
    comment(builder, 8, "large");
    const PacketRemarks remarks = remarksOf(builder);
    EXPECT_THAT(remarks.of(PacketNumber(7)), IsEmpty());
    EXPECT_THAT(remarks.of(PacketNumber(8)), ElementsAre("comment: large", HasSubstr("larger than the MSS of ")));
    EXPECT_THAT(remarks.of(PacketNumber(9)), ElementsAre(HasSubstr("recorded twice")));
}

TEST(ChartTime, PacketsOutOfOrderOfTimeAreDrawnInOrder)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).data(Side::Client, 11ms, 1001, 1000);
    builder.ack(Side::Server, 30ms, 1001).ack(Side::Server, 29ms, 2001);
    const std::vector<ChartPoint> line = pointsOf(builder.chart("sequence"), "ack");
    for (size_t i = 1; i < line.size(); ++i) {
        EXPECT_LE(line[i - 1].time, line[i].time);
        EXPECT_LE(line[i - 1].high, line[i].high);
    }
    EXPECT_EQ(line.back().high, 2001);
}

TEST(ChartTime, PacketsOf200NanosecondsApartKeepTheirTimes)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).data(Side::Client, 10ms + 200ns, 1001, 1000);
    const std::vector<ChartPoint> bars = pointsOf(builder.chart("sequence"), "new-data");
    ASSERT_THAT(bars, SizeIs(2));
    EXPECT_EQ(bars[1].time - bars[0].time, 200ns);
}

} // namespace
} // namespace whyrst::test
