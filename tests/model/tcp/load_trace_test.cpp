#include "model/tcp/load_trace.h"

#include "model/diagnosis/trace_context.h"
#include "model/export/diagnosis_json.h"
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

namespace whyrst {

namespace {

using namespace std::chrono_literals;
using test::ethernetFrame;
using test::PcapFile;
using test::TcpPacket;
using test::TemporaryFile;

const std::string sample = WHYRST_SOURCE_DIR "/resources/samples/upload-stalls.pcapng";

/// A handshake on each of `count` ports, then an ACK on each, and so on: enough packets for many batches.
PcapFile manyConnections(uint16_t count, uint32_t rounds)
{
    PcapFile file;
    std::chrono::nanoseconds time = 1'000'000'000ns;
    for (uint32_t round = 0; round < rounds; ++round) {
        for (uint16_t port = 1; port <= count; ++port) {
            const auto flags = round == 0 ? test::flagSyn : round + 1 == rounds ? test::flagRst : test::flagAck;
            const uint32_t seq = 1000 + round;
            file.packet(time, ethernetFrame(TcpPacket{.sourcePort = port, .seq = seq, .ack = 0, .flags = flags}));
            time += 1000ns;
        }
    }
    return file;
}

std::string jsonOf(const std::string& path, unsigned threads)
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace(path, {.threads = threads}, progress);
    if (!trace)
        return sentenceFor(trace.error());
    std::ostringstream text;
    JsonWriter json(text);
    writeCaptureJson(json, trace->capture);
    const TraceContext context = buildTraceContext(*trace);
    for (const Connection& connection : trace->connections) {
        const Analysis analysis = analyzeConnection(connection);
        writeConnectionJson(
            json, {connection, analysis, diagnoseConnection(context, connection, analysis)}, {}, {true, true});
    }
    json.flush();
    return text.str();
}

/// Takes a snapshot whenever it is asked.
class Snapshots final : public SnapshotSink
{
public:
    bool wantsSnapshot(size_t) override { return true; }
    void takeSnapshot(Trace trace) override { traces.push_back(std::move(trace)); }

    std::vector<Trace> traces;
};

} // namespace

TEST(LoadTrace, SampleHasOneConnectionWithAReset)
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace(sample, LoadOptions(), progress);
    ASSERT_TRUE(trace.ok());
    EXPECT_EQ(trace->connections.size(), 1U);
    EXPECT_GE(trace->resets.size(), 1U);
    EXPECT_EQ(trace->capture.file, sample);
}

TEST(LoadTrace, MissingFileIsOneSentence)
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace("/no/such/file.pcap", LoadOptions(), progress);
    ASSERT_FALSE(trace.ok());
    EXPECT_EQ(trace.error().code, ErrorCode::CannotOpen);
    EXPECT_EQ(sentenceFor(trace.error()).find('\n'), std::string::npos);
}

TEST(LoadTrace, SeedOfTheHashChangesNothing)
{
    NoProgress progress;
    const Result<Trace> one = loadTrace(sample, LoadOptions{.hashSeed = 1}, progress);
    const Result<Trace> other = loadTrace(sample, LoadOptions{.hashSeed = 2}, progress);
    ASSERT_TRUE(one.ok() && other.ok());
    EXPECT_EQ(one->connections[0].packetCount(), other->connections[0].packetCount());
}

TEST(LoadTrace, TheNumberOfThreadsChangesNothing)
{
    const TemporaryFile large(manyConnections(500, 40).bytes());
    const std::string one = jsonOf(large.path(), 1);
    EXPECT_EQ(one, jsonOf(large.path(), 2));
    EXPECT_EQ(one, jsonOf(large.path(), 4));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(WHYRST_SOURCE_DIR "/tests/traces/lab")) {
        if (entry.path().extension() == ".pcap") {
            EXPECT_EQ(jsonOf(entry.path().string(), 1), jsonOf(entry.path().string(), 4)) << entry.path();
        }
    }
}

TEST(LoadTrace, StopsWhenTheMemoryIsFullAndKeepsWhatWasRead)
{
    const TemporaryFile file(manyConnections(500, 40).bytes());
    NoProgress progress;
    const Result<Trace> trace = loadTrace(file.path(), {.threads = 2, .memoryLimit = 300'000}, progress);
    ASSERT_TRUE(trace.ok());
    EXPECT_GT(trace->capture.packets, 500U);
    EXPECT_LT(trace->capture.packets, 500U * 40U);
    EXPECT_EQ(trace->capture.notes.back().id, NoteId::MemoryFull);
}

TEST(LoadTrace, SnapshotsGrowAndStayAsTheyWere)
{
    const TemporaryFile file(manyConnections(500, 40).bytes());
    NoProgress progress;
    Snapshots snapshots;
    const Result<Trace> trace = loadTrace(file.path(), {.snapshots = &snapshots}, progress);
    ASSERT_TRUE(trace.ok());
    ASSERT_GE(snapshots.traces.size(), 10U);
    for (const Trace& snapshot : snapshots.traces) {
        uint64_t packets = 0;
        for (const Connection& connection : snapshot.connections)
            packets += connection.packetCount();
        EXPECT_EQ(packets, snapshot.capture.packets);
    }
    EXPECT_EQ(snapshots.traces.back().capture.packets, 500U * 40U);
}

TEST(LoadTrace, TimesThatCannotBeTrueCountAsThoseBefore)
{
    test::PcapngFile file;
    const auto frame = [](uint16_t ipId) { return ethernetFrame({.flags = test::flagSyn, .ipId = ipId}); };
    file.interface().packet(1'700'000'000'000'000, frame(1)).packet(UINT64_MAX / 2, frame(2)).packet(0, frame(3));
    const TemporaryFile stored(file.bytes());
    NoProgress progress;
    const Result<Trace> trace = loadTrace(stored.path(), LoadOptions(), progress);
    ASSERT_TRUE(trace.ok());
    EXPECT_EQ(trace->capture.lastTime - trace->capture.firstTime, Duration::zero());
    EXPECT_EQ(trace->capture.notes.back().id, NoteId::ClockStep);
    EXPECT_EQ(trace->capture.notes.back().count, 2U);
}

} // namespace whyrst
