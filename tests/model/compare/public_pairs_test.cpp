// Both public recordings of the same connections at both ends: which connections are paired, and that no packet which
// the other capture holds is called lost.
#include "model/compare/compare.h"
#include "tests/support/capture_variants.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace whyrst::test {

namespace {

/// Header fields that a path without boxes leaves alone: ports, IP ID, sequence number, length, flags.
using Label = std::tuple<uint16_t, uint16_t, uint16_t, uint32_t, uint32_t, uint16_t>;
using Connections = std::set<std::pair<uint32_t, uint32_t>>; ///< of the client's and the server's capture

Label labelOf(const Connection& connection, Side from, const Segment& segment)
{
    return {connection.endpoint(from).port, connection.endpoint(otherSide(from)).port, segment.ipId,
        connection.flow(from).rawSeq(segment.seq).value, segment.payloadLength, segment.flags.bits};
}

/// How often a capture holds each packet, whatever connection it is in; those without an IP ID are left out.
std::map<Label, int> labelsOf(const Trace& trace)
{
    std::map<Label, int> labels;
    for (const Connection& connection : trace.connections) {
        for (const Side side : {Side::Client, Side::Server}) {
            for (const Segment& segment : connection.flow(side).segments) {
                if (segment.ipId != 0)
                    ++labels[labelOf(connection, side, segment)];
            }
        }
    }
    return labels;
}

class PublicPairs : public testing::Test
{
protected:
    void SetUp() override
    {
        const char* captures = captureFolder();
        if (captures == nullptr)
            GTEST_SKIP() << "WHYRST_CAPTURES names no folder with captures.";
        m_folder = std::string(captures) + "/public/";
    }

    /// Compares two captures, the server's first: the order must not matter.
    void compare(const std::string& client, const std::string& server)
    {
        m_client = CaptureFile(m_folder + client).load();
        m_server = CaptureFile(m_folder + server).load();
        NoProgress progress;
        m_comparison = compareTraces(m_server, m_client, {}, progress);
        ASSERT_TRUE(m_comparison.isSwapped);
    }

    TracePair traces() const { return {m_client, m_server}; }

    Connections paired() const
    {
        Connections connections;
        for (const ConnectionPair& pair : m_comparison.pairs)
            connections.emplace(pair.client.value, pair.server.value);
        return connections;
    }

    const ConnectionPair& pairOf(uint32_t client) const
    {
        const auto found
            = std::ranges::find(m_comparison.pairs, ConnectionId{client}, [](const auto& pair) { return pair.client; });
        return found == m_comparison.pairs.end() ? m_comparison.pairs.at(0) : *found;
    }

    /// Frames of packets that are called lost although the capture near their receiver has them.
    std::vector<uint32_t> falselyLost() const
    {
        std::vector<uint32_t> frames;
        for (const Side from : {Side::Client, Side::Server}) {
            const std::map<Label, int> there = labelsOf(traces().near(otherSide(from)));
            for (const ConnectionPair& pair : m_comparison.pairs)
                addFalselyLost(frames, there, pair, from);
        }
        return frames;
    }

    Trace m_client;
    Trace m_server;
    Comparison m_comparison;

private:
    void addFalselyLost(
        std::vector<uint32_t>& frames, const std::map<Label, int>& there, const ConnectionPair& pair, Side from) const
    {
        const Connection& near
            = from == Side::Client ? m_client.connection(pair.client) : m_server.connection(pair.server);
        const Flow& flow = near.flow(from);
        for (uint32_t row = 0; row < flow.segments.size(); ++row) {
            const Segment segment = flow.segments.at(row);
            const bool isLost = pair.way(from).sent[row] == SentVerdict::Lost;
            if (isLost && there.contains(labelOf(near, from, segment)))
                frames.push_back(segment.frame.value);
        }
    }

    std::string m_folder;
};

} // namespace

TEST_F(PublicPairs, EachConnectionOfAMultipathTransferIsPairedWithItsOwn)
{
    compare("teto+pymptcpanalyzer/client_2.pcap", "teto+pymptcpanalyzer/server_2.pcap");
    EXPECT_EQ(paired(),
        (Connections{{0, 0}, {1, 5}, {2, 1}, {3, 3}, {4, 4}, {5, 6}, {6, 7}, {8, 8}, {9, 10}, {10, 9}, {11, 11},
            {12, 12}, {13, 14}, {14, 13}, {15, 15}}));
    for (const ConnectionPair& pair : m_comparison.pairs)
        EXPECT_EQ(pair.confidence, Confidence::Certain) << pair.client.value;
    EXPECT_EQ(m_comparison.unpairedClient, std::vector{ConnectionId{7}}) << "its only SYN never arrived";
    EXPECT_TRUE(m_comparison.refused.empty());
    EXPECT_TRUE(m_comparison.terminated.empty());
    EXPECT_EQ(falselyLost(), std::vector<uint32_t>{});
}

// The first SYN was lost: what followed it, and the resets that answered, are a connection of their own at the server.
TEST_F(PublicPairs, AConnectionThatTheServersCaptureSplitsIsPairedWithBothParts)
{
    compare("teto+pymptcpanalyzer/client_2.pcap", "teto+pymptcpanalyzer/server_2.pcap");
    const ConnectionPair& pair = pairOf(1);
    EXPECT_EQ(pair.server, ConnectionId{5});
    EXPECT_EQ(pair.parts[sideIndex(Side::Server)], std::vector{ConnectionId{2}});
    using enum SentVerdict;
    EXPECT_EQ(pair.way(Side::Client).sent, (std::vector{Lost, Elsewhere, Elsewhere, Delivered, Delivered}));
    ASSERT_EQ(pair.resets.size(), 2U);
    for (const ResetOrigin& origin : pair.resets) {
        EXPECT_EQ(origin.arrived, ArrivedVerdict::Elsewhere);
        EXPECT_EQ(origin.sentBy, ResetSender::Endpoint) << "the server's capture has it in the other part";
    }
}

TEST_F(PublicPairs, AddressTranslationOnBothSidesIsSeenThrough)
{
    compare("ferozbaig96+pcaps/windowsize_client.pcap", "ferozbaig96+pcaps/windowsize_server.pcap");
    EXPECT_EQ(paired(), (Connections{{0, 0}}));
    const ConnectionPair& pair = m_comparison.pairs.at(0);
    EXPECT_EQ(pair.confidence, Confidence::Certain);
    EXPECT_TRUE(pair.findings.empty());
    size_t delivered = 0;
    for (const Side from : {Side::Client, Side::Server})
        delivered += static_cast<size_t>(std::ranges::count(pair.way(from).sent, SentVerdict::Delivered));
    EXPECT_EQ(delivered, 52U) << "each packet of the one capture is in the other";
}

} // namespace whyrst::test
