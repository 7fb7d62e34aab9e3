#include "model/charts/contrast_chart.h"

#include "model/charts/point_sources.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// Connection 0 is answered; the data of connection 1 is never acknowledged, and it is reset.
class ContrastChart : public testing::Test
{
protected:
    ContrastChart()
    {
        m_talk.handshake().wait(5ms).sends(Side::Client, 300).wait(20ms).acks(Side::Server);
        m_talk.closes(Side::Client).closes(Side::Server).acks(Side::Client).wait(100ms);
        m_talk.newConnection().handshake().wait(5ms).lost().sends(Side::Client, 300);
        m_talk.losesResends(Side::Client, 1, 300).wait(3s).aborts(Side::Client);
        for (uint32_t id = 0; id < 2; ++id) {
            m_analyses[id] = m_talk.analysis(id);
            m_diagnoses[id] = m_talk.diagnosis(id);
        }
        divergence = findDivergence({known(Outcome::Good), known(Outcome::Bad)});
    }

    KnownConnection known(Outcome outcome)
    {
        const auto id = static_cast<uint32_t>(outcomeIndex(outcome));
        return {m_talk.trace(), m_talk.connection(id), m_analyses[id], m_diagnoses[id]};
    }

    ChartData chart(Outcome outcome) { return buildContrastChart(known(outcome), divergence, outcome, Side::Client); }

    Divergence divergence;

private:
    Conversation m_talk;
    std::array<Analysis, 2> m_analyses;
    std::array<ConnectionDiagnosis, 2> m_diagnoses;
};

} // namespace

TEST_F(ContrastChart, BothBeginAtTheirSyn)
{
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        const ChartData one = chart(outcome);
        EXPECT_EQ(findSeries(one.series, "syn-fin")->points->at(0).time, Duration());
        EXPECT_EQ(one.origin, known(outcome).connection.firstTime);
    }
}

TEST_F(ContrastChart, TheFirstDivergenceIsMarkedOnBoth)
{
    const int number = static_cast<int>(*divergence.first) + 1;
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        const ChartData one = chart(outcome);
        const auto mark = std::ranges::find(one.marks, number, &ChartMark::number);
        ASSERT_NE(mark, one.marks.end());
        EXPECT_EQ(mark->frame, divergence.firstDifference()->place(outcome).frame);
        EXPECT_EQ(mark->label, "loss");
        EXPECT_EQ(mark->value, 151); // the middle of bytes 1 to 300
    }
}

TEST_F(ContrastChart, WhatIsLaidBehindNamesNoPackets)
{
    ChartData front = chart(Outcome::Bad);
    const size_t own = front.series.size();
    addBackdrop(front, chart(Outcome::Good), "good");
    EXPECT_GT(front.series.size(), own);
    EXPECT_EQ(front.series.front().id, "good-ack");
    const Series* data = findSeries(front.series, "good-new-data");
    ASSERT_NE(data, nullptr);
    EXPECT_EQ(data->style, SeriesStyle::ReferenceData);
    EXPECT_EQ(data->points->at(0).frame, PacketNumber());
    EXPECT_EQ(data->points->at(0).high, 301);
}

} // namespace whyrst::test
