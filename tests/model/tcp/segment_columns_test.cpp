#include "model/tcp/segment_columns.h"

#include <gtest/gtest.h>

#include <vector>

namespace whyrst {

namespace {

Segment segmentAt(uint32_t number)
{
    Segment segment;
    segment.frame = PacketNumber(2 * number + 1);
    segment.time = Timestamp(Duration(number));
    segment.seq = StreamOffset{int64_t{number} * 1000};
    segment.payloadLength = number % 1461;
    return segment;
}

SegmentColumns columnsOf(uint32_t rows, Arena& arena)
{
    SegmentColumns columns;
    for (uint32_t row = 0; row < rows; ++row)
        columns.append(segmentAt(row), arena);
    return columns;
}

} // namespace

TEST(SegmentColumns, EveryRowComesBackAcrossChunks)
{
    Arena arena;
    const SegmentColumns columns = columnsOf(10'000, arena);
    ASSERT_EQ(columns.size(), 10'000U);
    for (uint32_t row = 0; row < columns.size(); row += 7)
        ASSERT_EQ(columns.at(row).seq.value, int64_t{row} * 1000);
}

TEST(SegmentColumns, IterationVisitsAllRowsInOrder)
{
    Arena arena;
    const SegmentColumns columns = columnsOf(5000, arena);
    uint32_t row = 0;
    for (const Segment segment : columns)
        ASSERT_EQ(segment.frame, PacketNumber(2 * row++ + 1));
    EXPECT_EQ(row, 5000U);
}

TEST(SegmentColumns, AllFieldsSurvive)
{
    Arena arena;
    Segment segment;
    segment.ack = StreamOffset{-5};
    segment.rawWindow = 65535;
    segment.flags.bits = 0x1ff;
    segment.hasTimestamps = true;
    segment.timestamps = {1, 0xffff'ffff};
    segment.hasIpId = true;
    segment.ipId = 54321;
    segment.headerLength = 52;
    segment.ttl = 255;
    segment.checksumClass = ChecksumClass::Bad;
    segment.direction = HostDirection::Outbound;
    segment.isCaptureDuplicate = true;
    segment.sackBlockCount = 4;
    segment.sackIndex = 1'000'000;
    SegmentColumns columns;
    columns.append(segment, arena);
    const Segment back = columns.at(0);
    EXPECT_EQ(back.ack, segment.ack);
    EXPECT_EQ(back.rawWindow, segment.rawWindow);
    EXPECT_EQ(back.flags, segment.flags);
    EXPECT_EQ(back.timestamps, segment.timestamps);
    EXPECT_TRUE(back.hasTimestamps && back.hasIpId && back.isCaptureDuplicate);
    EXPECT_EQ(back.ipId, segment.ipId);
    EXPECT_EQ(back.headerLength, segment.headerLength);
    EXPECT_EQ(back.ttl, segment.ttl);
    EXPECT_EQ(back.checksumClass, segment.checksumClass);
    EXPECT_EQ(back.direction, segment.direction);
    EXPECT_EQ(back.sackBlockCount, segment.sackBlockCount);
    EXPECT_EQ(back.sackIndex, segment.sackIndex);
}

TEST(SegmentColumns, OffsetsFarApartStartANewChunk)
{
    Arena arena;
    SegmentColumns columns;
    Segment segment;
    columns.append(segment, arena);
    segment.seq = StreamOffset{int64_t{1} << 40};
    columns.append(segment, arena);
    EXPECT_EQ(columns.at(0).seq.value, 0);
    EXPECT_EQ(columns.at(1).seq.value, int64_t{1} << 40);
}

TEST(SegmentColumns, PausesAndTimesThatGoBackSurvive)
{
    Arena arena;
    SegmentColumns columns;
    const std::vector<Timestamp> times = {Timestamp(std::chrono::hours(1)), Timestamp(std::chrono::hours(100)),
        Timestamp(std::chrono::hours(99)), Timestamp(std::chrono::hours(-5))};
    for (const Timestamp time : times) {
        Segment segment;
        segment.time = time;
        columns.append(segment, arena);
    }
    for (uint32_t row = 0; row < times.size(); ++row)
        EXPECT_EQ(columns.at(row).time, times[row]);
}

TEST(SegmentColumns, FindsRowsByFrame)
{
    Arena arena;
    const SegmentColumns columns = columnsOf(5000, arena);
    EXPECT_EQ(columns.lowerBound(PacketNumber(0)), 0U);
    EXPECT_EQ(columns.lowerBound(PacketNumber(2001)), 1000U);
    EXPECT_EQ(columns.lowerBound(PacketNumber(2002)), 1001U);
    EXPECT_EQ(columns.lowerBound(PacketNumber(99'999)), 5000U);
}

TEST(SegmentColumns, RemovingTheLastRowOfAChunkDropsTheChunk)
{
    Arena arena;
    SegmentColumns columns = columnsOf(5, arena);
    columns.removeLast();
    EXPECT_EQ(columns.size(), 4U);
    columns.append(segmentAt(9), arena);
    EXPECT_EQ(columns.at(4).frame, PacketNumber(19));
}

TEST(SegmentColumns, ASegmentCostsAtMost44Bytes)
{
    Arena arena;
    constexpr uint32_t rows = 4'000'000;
    const SegmentColumns columns = columnsOf(rows, arena);
    constexpr size_t lastBlock = size_t{32} * 40 * 4096; ///< reserved, for the most part not touched yet
    EXPECT_LE(arena.reserved(), size_t{44} * rows + lastBlock);
}

} // namespace whyrst
