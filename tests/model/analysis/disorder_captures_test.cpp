// Recorded segments of which the capture at their sender tells whether they were overtaken or sent again, and what the
// analysis of the other end's capture makes of them: as recorded, and without the fields that tell packets apart.
#include "model/analysis/analysis.h"
#include "model/analysis/wireshark_view.h"
#include "tests/support/capture_variants.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace whyrst::test {
namespace {

using FramePairs = std::set<std::pair<uint32_t, uint32_t>>; ///< frames of the client's and of the server's capture

/// The same connections recorded at both ends, and which packets are the same.
struct Recording
{
    std::string name;
    std::string client;
    std::string server;
    FramePairs pairs;
};

/// Which fields are left in the capture that is judged.
struct Fields
{
    bool ipId;
    bool timestamps;
};

/// How many of the labelled segments were told rightly.
struct Tally
{
    int late = 0;   ///< overtaken
    int resent = 0; ///< sent again after a copy was lost before the capture point
    int ours = 0;
    int wireshark = 0;

    int labelled() const { return late + resent; }
    double share(int right) const { return labelled() == 0 ? 1 : static_cast<double>(right) / labelled(); }
};

std::vector<Recording> labRecordings(const std::string& folder)
{
    std::vector<Recording> recordings;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string run = entry.path().string();
        Recording one{entry.path().filename().string(), captureIn(run, "client"), captureIn(run, "server"), {}};
        if (one.client.empty() || one.server.empty() || !std::filesystem::exists(run + "/pairs.csv"))
            continue;
        one.pairs = truePairs(run);
        recordings.push_back(one);
    }
    std::ranges::sort(recordings, {}, &Recording::name);
    return recordings;
}

/// Raw numbers that no two packets of a short capture share: the port of the sender, sequence number, length, IP ID.
using Label = std::tuple<uint16_t, int64_t, uint32_t, uint16_t, uint32_t>;

/// The data packets of a capture by their numbers; those that share them are left out.
std::map<Label, uint32_t> labelsOf(const Trace& trace)
{
    std::map<Label, uint32_t> frames;
    std::set<Label> twice;
    for (const Connection& connection : trace.connections) {
        ConnectionWalk walk(connection);
        for (LocatedSegment located; walk.next(located);) {
            const Segment& segment = located.segment;
            const uint16_t port = connection.endpoint(located.side).port;
            const Label label{port, segment.seq.value, segment.payloadLength, segment.ipId, segment.timestamps.value};
            if (!frames.emplace(label, segment.frame.value).second)
                twice.insert(label);
        }
    }
    for (const Label& label : twice)
        frames.erase(label);
    return frames;
}

/// Two captures of the same connections that nobody has paired: packets with equal numbers are one.
Recording publicRecording(const std::string& client, const std::string& server)
{
    Recording recording{std::filesystem::path(client).filename().string(), client, server, {}};
    const Trace atClient = CaptureFile(client).load();
    const Trace atServer = CaptureFile(server).load();
    const std::map<Label, uint32_t> serverFrames = labelsOf(atServer);
    for (const auto& [label, frame] : labelsOf(atClient)) {
        if (const auto twin = serverFrames.find(label); twin != serverFrames.end())
            recording.pairs.emplace(frame, twin->second);
    }
    return recording;
}

/// Whether the segment in each frame of the sender's capture carries bytes that it had sent before; nothing where that
/// capture itself misses what came before it.
std::map<uint32_t, bool> resentFrames(const Trace& trace, Side sender)
{
    std::map<uint32_t, bool> resent;
    for (const Connection& connection : trace.connections) {
        ByteRanges sent;
        for (const Segment segment : connection.flow(sender).segments) {
            if (segment.payloadLength == 0 || segment.isCaptureDuplicate)
                continue;
            const bool hasOldBytes = sent.covered(segment.dataBegin(), segment.dataEnd()) > 0;
            const bool isNext = sent.empty() || segment.dataBegin() >= *sent.highest();
            if (hasOldBytes || isNext)
                resent[segment.frame.value] = hasOldBytes;
            sent.add(segment.dataBegin(), segment.dataEnd());
        }
    }
    return resent;
}

/// What the pairs say of frames of the other end: sent again or not; nothing where several senders' packets differ.
std::map<uint32_t, bool> labelsAtReceiver(const Recording& recording, const Trace& atSender, Side sender)
{
    const std::map<uint32_t, bool> resent = resentFrames(atSender, sender);
    std::map<uint32_t, bool> labels;
    std::set<uint32_t> differ;
    for (const auto& [client, server] : recording.pairs) {
        const auto truth = resent.find(sender == Side::Client ? client : server);
        const uint32_t frame = sender == Side::Client ? server : client;
        if (truth != resent.end() && !labels.emplace(frame, truth->second).second && labels[frame] != truth->second)
            differ.insert(frame);
    }
    for (const uint32_t frame : differ)
        labels.erase(frame);
    return labels;
}

/// Judges the segments of `sender` that fill a gap with bytes that were not recorded before.
void judge(const Connection& connection, Side sender, const std::map<uint32_t, bool>& labels, Tally& tally)
{
    const Analysis analysis = analyzeConnection(connection);
    WiresharkView wireshark(connection);
    ByteRanges seen;
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);) {
        const WiresharkFlags flags = wireshark.take(located);
        const Segment& segment = located.segment;
        if (located.side != sender || segment.payloadLength == 0 || segment.isCaptureDuplicate)
            continue;
        const bool fillsGap = seen.highest() && segment.dataEnd() <= *seen.highest()
            && seen.covered(segment.dataBegin(), segment.dataEnd()) == 0;
        seen.add(segment.dataBegin(), segment.dataEnd());
        const auto label = labels.find(segment.frame.value);
        if (!fillsGap || label == labels.end())
            continue;
        const bool isResent = label->second;
        const Kinds kinds = analysis.flow(sender).kinds[located.row];
        ++(isResent ? tally.resent : tally.late);
        tally.ours += kinds.hasAny(resendKinds()) == isResent && kinds.has(Kind::LateOriginal) != isResent ? 1 : 0;
        tally.wireshark += flags.has(WiresharkFlag::OutOfOrder) != isResent ? 1 : 0;
    }
}

Trace loadWith(const std::string& file, Fields fields)
{
    CaptureFile capture(file);
    if (!fields.ipId)
        capture.zeroIds();
    if (!fields.timestamps)
        capture.removeTimestamps();
    return capture.load();
}

void judge(const Recording& recording, Fields fields, Tally& tally)
{
    for (const Side sender : {Side::Client, Side::Server}) {
        const std::string& own = sender == Side::Client ? recording.client : recording.server;
        const std::string& other = sender == Side::Client ? recording.server : recording.client;
        const std::map<uint32_t, bool> labels = labelsAtReceiver(recording, CaptureFile(own).load(), sender);
        const Trace atReceiver = loadWith(other, fields);
        for (const Connection& connection : atReceiver.connections)
            judge(connection, sender, labels, tally);
    }
}

void print(const std::string& what, const Tally& tally)
{
    std::cout << what << ": " << tally.late << " overtaken, " << tally.resent << " sent again; told rightly "
              << 100 * tally.share(tally.ours) << " %, by Wireshark's rule " << 100 * tally.share(tally.wireshark)
              << " %\n";
}

class DisorderOfCaptures : public testing::TestWithParam<Fields>
{
protected:
    /// All runs of `folder` together.
    static Tally tallyOf(const std::string& folder)
    {
        Tally tally;
        for (const Recording& recording : labRecordings(folder)) {
            Tally one;
            judge(recording, GetParam(), one);
            if (one.ours < one.labelled())
                print("  " + recording.name, one);
            tally.late += one.late;
            tally.resent += one.resent;
            tally.ours += one.ours;
            tally.wireshark += one.wireshark;
        }
        return tally;
    }
};

/// With timestamps nearly all; without, IPv6 has no field that tells, and the delay alone is left.
void expectToldApart(const Tally& tally, Fields fields)
{
    EXPECT_GT(tally.labelled(), 0);
    EXPECT_GE(tally.share(tally.ours), fields.timestamps ? 0.99 : 0.92);
    EXPECT_GE(tally.ours, tally.wireshark);
}

TEST_P(DisorderOfCaptures, OfTheLabAreToldApart)
{
    const char* captures = captureFolder();
    const Tally tally
        = tallyOf(captures == nullptr ? WHYRST_SOURCE_DIR "/tests/traces/lab" : std::string(captures) + "/lab");
    print("lab", tally);
    expectToldApart(tally, GetParam());
}

TEST_P(DisorderOfCaptures, OfPublicPairsAreToldApart)
{
    const char* captures = captureFolder();
    if (captures == nullptr)
        GTEST_SKIP() << "WHYRST_CAPTURES names no folder with captures.";
    const std::string folder = std::string(captures) + "/public/teto+pymptcpanalyzer/";
    Tally tally;
    judge(publicRecording(folder + "client_2.pcap", folder + "server_2.pcap"), GetParam(), tally);
    print("public", tally);
    expectToldApart(tally, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Fields, DisorderOfCaptures,
    testing::Values(Fields{true, true}, Fields{true, false}, Fields{false, true}, Fields{false, false}),
    [](const testing::TestParamInfo<Fields>& one) {
        return std::string(one.param.ipId ? "WithIpId" : "NoIpId")
            + (one.param.timestamps ? "WithTimestamps" : "NoTimestamps");
    });

} // namespace
} // namespace whyrst::test
