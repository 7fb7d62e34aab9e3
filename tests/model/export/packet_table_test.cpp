#include "model/export/packet_table.h"
#include "model/tcp/load_trace.h"

#include <gtest/gtest.h>

#include <sstream>

namespace whyrst {

namespace {

/// A capture of five connections that overlap in time.
Trace fiveConnections()
{
    NoProgress progress;
    Result<Trace> trace = loadTrace(
        WHYRST_SOURCE_DIR "/tests/traces/lab/idle-timeout.box-cohort--1/client.pcap", LoadOptions(), progress);
    EXPECT_TRUE(trace.ok());
    return std::move(trace).value();
}

} // namespace

TEST(PacketWalk, GivesEverySegmentInCaptureOrder)
{
    const Trace trace = fiveConnections();
    PacketWalk walk(trace, std::nullopt);
    PacketRow row;
    PacketNumber last;
    uint64_t count = 0;
    while (walk.next(row)) {
        EXPECT_LT(last, row.segment.segment.frame);
        last = row.segment.segment.frame;
        ++count;
    }
    EXPECT_EQ(trace.connections.size(), 5U);
    EXPECT_EQ(count, trace.capture.tcpSegments);
}

TEST(PacketWalk, GivesOneConnectionAlone)
{
    const Trace trace = fiveConnections();
    PacketWalk walk(trace, ConnectionId(2));
    PacketRow row;
    uint32_t count = 0;
    while (walk.next(row)) {
        EXPECT_EQ(row.connection->id, ConnectionId(2));
        ++count;
    }
    EXPECT_EQ(count, trace.connections[2].packetCount());
}

TEST(PacketTable, LeavesTheAckEmptyWithoutAckFlag)
{
    const Trace trace = fiveConnections();
    std::ostringstream out;
    writePacketTable(out, trace, ConnectionId(0), PacketTableFormat::Csv);
    std::istringstream lines(out.str());
    std::string line;
    std::getline(lines, line);
    std::getline(lines, line);
    const std::string seq = std::to_string(trace.connections[0].flow(Side::Client).rawSeq(StreamOffset{0}).value);
    EXPECT_NE(line.find(",0,client," + seq + ",,0,"), std::string::npos) << line;
    EXPECT_NE(line.find(",SYN,"), std::string::npos) << line;
}

} // namespace whyrst
