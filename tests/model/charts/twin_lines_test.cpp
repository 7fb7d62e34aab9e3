#include "model/charts/twin_lines.h"

#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace whyrst::test {

namespace {

/// Lines between two captures of a transfer.
class TwinLines : public testing::Test
{
protected:
    /// Compares what was sent.
    void compare()
    {
        m_comparison = m_path.compare();
        const ConnectionPair& pair = m_comparison.pairs.at(0);
        m_relations = packetRelations(m_path.traces(), m_comparison.clock, pair);
        m_ladder.emplace(Ladder::Source{m_path.traces(), &pair, m_relations,
            pairTimes(m_path.traces(), m_comparison.clock, pair), {&m_analysis, &m_analysis}});
    }

    void sends(uint32_t packets)
    {
        for (uint32_t packet = 0; packet < packets; ++packet)
            m_path.wait(1ms).data(Side::Client, 1000);
    }

    uint32_t relationOf(uint32_t clientFrame) const
    {
        const auto found = std::ranges::find(m_relations, PacketNumber(clientFrame), &PacketRelation::clientFrame);
        return static_cast<uint32_t>(found - m_relations.begin());
    }

    PairSpan whole() const { return {{}, m_ladder->times().length}; }

    TwoCaptures m_path;
    Comparison m_comparison;
    std::vector<PacketRelation> m_relations;
    Analysis m_analysis;
    std::optional<Ladder> m_ladder;
};

TEST_F(TwinLines, AllPacketsOfAShortTransferAreJoined)
{
    m_path.handshake();
    sends(50);
    compare();
    EXPECT_EQ(twinLinesIn(*m_ladder, {}, whole()).size(), m_relations.size());
}

TEST_F(TwinLines, InALongTransferOnlyPacketsOfFindingsAreJoined)
{
    m_path.handshake();
    sends(mostTwinLines + 50);
    compare();
    const std::vector<uint32_t> told{relationOf(20), relationOf(30)};
    EXPECT_EQ(twinLinesIn(*m_ladder, told, whole()), told);
}

TEST_F(TwinLines, ZoomedIntoALongTransferAllPacketsOnTheWayAreJoined)
{
    m_path.handshake();
    sends(mostTwinLines + 50);
    compare();
    const Duration begin = m_relations[100].time - m_ladder->times().origin;
    const std::vector<uint32_t> lines = twinLinesIn(*m_ladder, {}, {begin, begin + 5ms});
    EXPECT_TRUE(std::ranges::find(lines, 100U) != lines.end());
    EXPECT_TRUE(std::ranges::find(lines, 95U) != lines.end()); // sent before the view, arrives in it
    EXPECT_LT(lines.size(), 20U);
}

TEST_F(TwinLines, FindingsAreJoinedNoMoreThanCanBeFollowed)
{
    m_path.handshake();
    sends(mostTwinLines + 50);
    compare();
    std::vector<uint32_t> told(m_relations.size());
    std::iota(told.begin(), told.end(), 0U);
    EXPECT_EQ(twinLinesIn(*m_ladder, told, whole()).size(), mostTwinLines);
}

TEST_F(TwinLines, ALostPacketsLineEndsWhenItShouldHaveArrived)
{
    m_path.handshake();
    sends(5);
    m_path.wait(1ms).lost().data(Side::Client, 1000);
    sends(5);
    m_path.acknowledge(Side::Server, 5001).wait(300ms).resend(Side::Client, 5001, 1000);
    m_path.wait(20ms).acknowledge(Side::Server, 11001);
    compare();
    const auto lost = std::ranges::find(m_relations, Relation::Lost, &PacketRelation::relation);
    ASSERT_NE(lost, m_relations.end());
    const TwinTimes times = twinTimes(*m_ladder, m_ladder->arrow(static_cast<uint32_t>(lost - m_relations.begin())));
    EXPECT_EQ(times.at[1] - times.at[0], m_ladder->usualDelay(Side::Client));
}

TEST_F(TwinLines, PacketsOfFindingsAreFoundInEitherCapture)
{
    m_path.handshake();
    sends(5);
    compare();
    ConnectionPair pair = m_comparison.pairs[0];
    pair.findings.resize(1);
    pair.findings[0].clientFrames = {PacketNumber(4)};
    pair.findings[0].serverFrames = {m_relations[6].serverFrame};
    EXPECT_EQ(relationsOfFindings(pair, m_relations), (std::vector<uint32_t>{relationOf(4), 6U}));
}

} // namespace

} // namespace whyrst::test
