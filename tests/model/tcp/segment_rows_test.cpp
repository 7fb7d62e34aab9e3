#include "model/tcp/segment_rows.h"

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

SegmentRows rowsOf(uint32_t count, Arena& arena)
{
    SegmentRows rows;
    for (uint32_t row = 0; row < count; ++row)
        rows.append(segmentAt(row), arena);
    return rows;
}

} // namespace

TEST(SegmentRows, EveryRowComesBackAcrossChunks)
{
    Arena arena;
    const SegmentRows rows = rowsOf(10'000, arena);
    ASSERT_EQ(rows.size(), 10'000U);
    for (uint32_t row = 0; row < rows.size(); row += 7)
        ASSERT_EQ(rows.at(row).seq.value, int64_t{row} * 1000);
}

TEST(SegmentRows, IterationVisitsAllRowsInOrder)
{
    Arena arena;
    const SegmentRows rows = rowsOf(5000, arena);
    uint32_t row = 0;
    for (const Segment segment : rows)
        ASSERT_EQ(segment.frame, PacketNumber(2 * row++ + 1));
    EXPECT_EQ(row, 5000U);
}

TEST(SegmentRows, AllFieldsSurvive)
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
    segment.isTlsAlert = true;
    segment.isContentCut = true;
    segment.sackBlockCount = 4;
    segment.sackIndex = 1'000'000;
    SegmentRows rows;
    rows.append(segment, arena);
    const Segment back = rows.at(0);
    EXPECT_EQ(back.ack, segment.ack);
    EXPECT_EQ(back.rawWindow, segment.rawWindow);
    EXPECT_EQ(back.flags, segment.flags);
    EXPECT_EQ(back.timestamps, segment.timestamps);
    EXPECT_TRUE(back.hasTimestamps && back.hasIpId && back.isCaptureDuplicate && back.isTlsAlert && back.isContentCut);
    EXPECT_EQ(back.ipId, segment.ipId);
    EXPECT_EQ(back.headerLength, segment.headerLength);
    EXPECT_EQ(back.ttl, segment.ttl);
    EXPECT_EQ(back.checksumClass, segment.checksumClass);
    EXPECT_EQ(back.direction, segment.direction);
    EXPECT_EQ(back.sackBlockCount, segment.sackBlockCount);
    EXPECT_EQ(back.sackIndex, segment.sackIndex);
}

TEST(SegmentRows, OffsetsFarApartStartANewChunk)
{
    Arena arena;
    SegmentRows rows;
    Segment segment;
    rows.append(segment, arena);
    segment.seq = StreamOffset{int64_t{1} << 40};
    rows.append(segment, arena);
    EXPECT_EQ(rows.at(0).seq.value, 0);
    EXPECT_EQ(rows.at(1).seq.value, int64_t{1} << 40);
}

TEST(SegmentRows, PausesAndTimesThatGoBackSurvive)
{
    Arena arena;
    SegmentRows rows;
    const std::vector<Timestamp> times = {Timestamp(std::chrono::hours(1)), Timestamp(std::chrono::hours(100)),
        Timestamp(std::chrono::hours(99)), Timestamp(std::chrono::hours(-5))};
    for (const Timestamp time : times) {
        Segment segment;
        segment.time = time;
        rows.append(segment, arena);
    }
    for (uint32_t row = 0; row < times.size(); ++row)
        EXPECT_EQ(rows.at(row).time, times[row]);
}

TEST(SegmentRows, FindsRowsByFrame)
{
    Arena arena;
    const SegmentRows rows = rowsOf(5000, arena);
    EXPECT_EQ(rows.lowerBound(PacketNumber(0)), 0U);
    EXPECT_EQ(rows.lowerBound(PacketNumber(2001)), 1000U);
    EXPECT_EQ(rows.lowerBound(PacketNumber(2002)), 1001U);
    EXPECT_EQ(rows.lowerBound(PacketNumber(99'999)), 5000U);
}

TEST(SegmentRows, TruncatedRowsGrowAgain)
{
    Arena arena;
    SegmentRows rows = rowsOf(5, arena);
    rows.truncate(4, arena);
    EXPECT_EQ(rows.size(), 4U);
    rows.append(segmentAt(9), arena);
    EXPECT_EQ(rows.at(3).frame, PacketNumber(7));
    EXPECT_EQ(rows.at(4).frame, PacketNumber(19));
}

TEST(SegmentRows, ShiftMovesOffsetsOfAllRows)
{
    Arena arena;
    SegmentRows rows = rowsOf(100, arena);
    rows.shift(-5, 7, arena);
    EXPECT_EQ(rows.at(99).seq.value, 98'995);
    EXPECT_EQ(rows.at(99).ack.value, 7);
}

TEST(SegmentRows, ACopyStaysAsItIsWhileTheOriginalGrows)
{
    Arena arena;
    SegmentRows rows = rowsOf(1001, arena);
    const SegmentRows copy = rows;
    rows.truncate(990, arena);
    for (uint32_t number = 0; number < 3000; ++number)
        rows.append(segmentAt(50'000 + number), arena);
    ASSERT_EQ(copy.size(), 1001U);
    for (uint32_t row = 0; row < copy.size(); ++row)
        ASSERT_EQ(copy.at(row).frame, segmentAt(row).frame);
    EXPECT_EQ(copy.lowerBound(PacketNumber(1'000'000)), 1001U);
}

TEST(SegmentRows, ASegmentOfALongFlowCostsAtMost41Bytes)
{
    Arena arena;
    constexpr uint32_t rows = 4'000'000;
    const SegmentRows all = rowsOf(rows, arena);
    EXPECT_EQ(all.size(), rows);
    EXPECT_LE(arena.used(), size_t{41} * rows);
}

TEST(SegmentRows, AClockThatJumpsLeavesNoLargeChunksEmpty)
{
    constexpr uint32_t rowCount = 20'000;
    constexpr uint32_t rowsBetweenJumps = 50;
    Arena arena;
    SegmentRows rows;
    for (uint32_t row = 0; row < rowCount; ++row) {
        Segment segment = segmentAt(row);
        segment.time += std::chrono::hours(row / rowsBetweenJumps % 2);
        rows.append(segment, arena);
    }
    EXPECT_LT(arena.used(), 100 * rowCount);
    EXPECT_EQ(rows.at(rowCount - 1).frame, segmentAt(rowCount - 1).frame);
}

} // namespace whyrst
