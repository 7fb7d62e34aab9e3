// The episodes of recorded captures: every marked packet is in one of them, and their counts are those of Wireshark,
// but for what is explained here.
#include "model/analysis/episodes.h"
#include "model/analysis/wireshark_view.h"
#include "model/diagnosis/connection_findings.h"
#include "model/diagnosis/trace_context.h"
#include "model/tcp/load_trace.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <numeric>

namespace whyrst::test {
namespace {

class EpisodesOfCapture : public testing::TestWithParam<std::string>
{
protected:
    EpisodesOfCapture()
    {
        NoProgress progress;
        Result<Trace> loaded = loadTrace(GetParam(), {}, progress);
        EXPECT_TRUE(loaded);
        if (loaded)
            m_trace = std::move(*loaded);
    }

    Trace m_trace;
};

uint64_t packetsIn(const Findings& findings, EpisodeKind kind, Side side)
{
    uint64_t packets = 0;
    for (const Episode& episode : findings.episodes)
        packets += episode.kind == kind && episode.side == side ? episode.packets : 0;
    return packets;
}

uint64_t countOf(const Findings& findings, EpisodeKind kind, Side side)
{
    return static_cast<uint64_t>(std::ranges::count_if(
        findings.episodes, [&](const Episode& episode) { return episode.kind == kind && episode.side == side; }));
}

void expectComplete(const Analysis& analysis, const Findings& findings, Side side)
{
    const FlowCounts& counts = analysis.flow(side).counts;
    const auto isNeedless = [](const Resend& resend) { return resend.kind == Kind::Needless; };
    const auto& resends = analysis.flow(side).resends;
    EXPECT_EQ(packetsIn(findings, EpisodeKind::DupAckRun, side), counts.dupAcks);
    EXPECT_EQ(countOf(findings, EpisodeKind::DupAckRun, side), counts.dupAckRuns);
    EXPECT_EQ(countOf(findings, EpisodeKind::ZeroWindow, side), counts.zeroWindows);
    EXPECT_EQ(countOf(findings, EpisodeKind::Backoff, side), analysis.flow(side).backoffs.size());
    EXPECT_EQ(packetsIn(findings, EpisodeKind::KeepAlives, side), counts.keepAlives);
    EXPECT_EQ(packetsIn(findings, EpisodeKind::Reordering, side), counts.outOfOrder);
    EXPECT_EQ(
        packetsIn(findings, EpisodeKind::LossRepair, side) + packetsIn(findings, EpisodeKind::SpuriousResends, side),
        counts.retransmissions);
    EXPECT_GE(packetsIn(findings, EpisodeKind::SpuriousResends, side),
        static_cast<uint64_t>(std::ranges::count_if(resends, isNeedless)));
}

TEST_P(EpisodesOfCapture, EveryMarkedPacketIsInOneEpisode)
{
    const TraceContext context = buildTraceContext(m_trace);
    for (const Connection& connection : m_trace.connections) {
        SCOPED_TRACE(connection.id.value);
        const Analysis analysis = analyzeConnection(connection);
        const Findings findings = findingsOf(connection, analysis, diagnoseConnection(context, connection, analysis));
        expectComplete(analysis, findings, Side::Client);
        expectComplete(analysis, findings, Side::Server);
    }
}

TEST_P(EpisodesOfCapture, TheTimeIsSharedOutCompletely)
{
    for (const Connection& connection : m_trace.connections) {
        const Analysis analysis = analyzeConnection(connection);
        const TimeShare share = findEpisodes(connection, analysis).share;
        const auto parts = share.perMille();
        const int sum = std::accumulate(parts.begin(), parts.end(), 0);
        EXPECT_EQ(sum, share.total() > Duration() ? 1000 : 0);
        EXPECT_EQ(share.total(), std::max(Duration(), connection.lastTime - connection.firstTime));
    }
}

/// Why a packet is a duplicate ACK here and none for Wireshark: it reports new bytes by SACK though the window has
/// changed (RFC 6675), or ACKs that were overtaken came in between.
bool isOursAlone(const Connection& connection, const LocatedSegment& located)
{
    const bool afterOld
        = located.row > 0 && connection.flow(located.side).segments.at(located.row - 1).ack != located.segment.ack;
    return located.segment.sackBlockCount > 0 || afterOld;
}

/// The other way round: it answers something, reports a duplicate, is a copy, or nothing is outstanding (RFC 5681 2
/// (a)).
bool isTheirsAlone(const LocatedSegment& located, Kinds kinds, const ConnectionState& after)
{
    const Kinds others = Kinds(Kind::KeepAliveAck) | Kinds(Kind::ProbeAck) | Kinds(Kind::ChallengeAck)
        | Kinds(Kind::DSack) | Kinds(Kind::NetworkDuplicate) | Kinds(Kind::CaptureDuplicate)
        | Kinds(Kind::ZeroWindowProbe) | Kinds(Kind::KeepAlive);
    return kinds.hasAny(others) || !after.sender(otherSide(located.side)).hasOutstanding();
}

TEST_P(EpisodesOfCapture, DuplicateAcksAreThoseOfWiresharkButForExplainedOnes)
{
    for (const Connection& connection : m_trace.connections) {
        const Analysis analysis = analyzeConnection(connection);
        WiresharkView wireshark(connection);
        ConnectionWalk walk(connection);
        for (LocatedSegment located; walk.next(located);) {
            const bool theirs = wireshark.take(located).has(WiresharkFlag::DuplicateAck);
            const Kinds kinds = analysis.flow(located.side).kinds[located.row];
            const bool ours = kinds.has(Kind::DupAck);
            if (ours == theirs)
                continue;
            const PacketNumber next(located.segment.frame.value + 1);
            const bool isExplained = ours ? isOursAlone(connection, located)
                                          : isTheirsAlone(located, kinds, stateBefore(connection, analysis, next));
            EXPECT_TRUE(isExplained) << "#" << located.segment.frame.value << (ours ? " ours" : " theirs");
        }
    }
}

TEST_P(EpisodesOfCapture, ZeroWindowsAreThoseOfWireshark)
{
    for (const Connection& connection : m_trace.connections) {
        const Analysis analysis = analyzeConnection(connection);
        WiresharkView wireshark(connection);
        ConnectionWalk walk(connection);
        for (LocatedSegment located; walk.next(located);) {
            const bool theirs = wireshark.take(located).has(WiresharkFlag::ZeroWindow);
            const Kinds kinds = analysis.flow(located.side).kinds[located.row];
            const bool isSame = theirs == kinds.has(Kind::ZeroWindow);
            EXPECT_TRUE(isSame || located.segment.isCaptureDuplicate) << "#" << located.segment.frame.value;
        }
    }
}

std::string nameOf(const testing::TestParamInfo<std::string>& info)
{
    std::string name = info.param.substr(info.param.find("/lab/") + 5);
    std::ranges::replace_if(
        name, [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Episodes, EpisodesOfCapture, testing::ValuesIn(smallLabCaptures()), nameOf);

} // namespace
} // namespace whyrst::test
