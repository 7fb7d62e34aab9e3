#include "model/document/comparison_session.h"

#include "model/charts/packet_order.h"
#include "model/charts/point_sources.h"
#include "model/document/comparison_words.h"
#include "model/document/difference_table_model.h"
#include "model/document/document_text.h"
#include "model/document/pair_list_model.h"
#include "model/document/rule_table_model.h"
#include "tests/support/open_trace_maker.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst {
namespace {

constexpr int patience = 60000; // ms; a busy machine is no failure

/// Both captures of a run in tests/traces/lab, compared.
class ComparisonSessionTest : public testing::Test
{
protected:
    void compare(const std::string& client, const std::string& server)
    {
        QSignalSpy compared(&m_session, &ComparisonSession::compared);
        m_session.start(toQString(test::labPath(client)), toQString(test::labPath(server)));
        ASSERT_TRUE(compared.wait(patience));
    }

    void compareBlackHole()
    {
        compare("segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    }

    void compareInjected()
    {
        compare("injected-reset.client-only--1/client.pcap", "injected-reset.client-only--1/server.pcap");
    }

    void compareCohort()
    {
        compare("application-abort.process-exit-cohort--1/client.pcap",
            "application-abort.process-exit-cohort--1/server.pcap");
    }

    void setOptions(const CompareOptions& options)
    {
        QSignalSpy compared(&m_session, &ComparisonSession::compared);
        m_session.setOptions(options);
        ASSERT_TRUE(compared.wait(patience));
    }

    std::vector<uint32_t> rowsOf(Relation kind) const
    {
        std::vector<uint32_t> rows;
        const auto& relations = m_session.details()->relations();
        for (uint32_t row = 0; row < relations.size(); ++row) {
            if (relations[row].relation == kind)
                rows.push_back(row);
        }
        return rows;
    }

    ComparisonSession m_session;
};

TEST_F(ComparisonSessionTest, ComparesTwoFilesAndSelectsThePair)
{
    compareBlackHole();
    ASSERT_TRUE(m_session.details());
    EXPECT_EQ(m_session.details()->pair().findings.front().cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(m_session.direction(), Side::Client);
    EXPECT_FALSE(m_session.isBusy());
}

TEST_F(ComparisonSessionTest, TheOrderOfTheFilesDoesNotMatter)
{
    compare("segment-black-hole.upload-sack--2/server.pcap", "segment-black-hole.upload-sack--2/client.pcapng");
    EXPECT_TRUE(m_session.open().comparison->isSwapped);
    EXPECT_EQ(captureName(m_session.open().trace(Side::Client)), QStringLiteral("client.pcapng"));
}

TEST_F(ComparisonSessionTest, ComparesWithAnOpenTrace)
{
    const OpenTrace open = test::openCaptureFile(test::labPath("segment-black-hole.upload-sack--2/client.pcapng"));
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    m_session.start(open, toQString(test::labPath("segment-black-hole.upload-sack--2/server.pcap")));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_EQ(m_session.open().given[0], open.trace);
}

TEST_F(ComparisonSessionTest, SaysWhichFileCannotBeRead)
{
    QSignalSpy failed(&m_session, &ComparisonSession::failed);
    m_session.start(toQString(test::samplePath()), QStringLiteral("/there/is/no/such.pcap"));
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_TRUE(failed.front().front().toString().contains(QStringLiteral("such.pcap")));
    EXPECT_FALSE(m_session.isOpen());
}

TEST_F(ComparisonSessionTest, CancelKeepsWhatIsOpen)
{
    compareBlackHole();
    QSignalSpy cancelled(&m_session, &ComparisonSession::cancelled);
    m_session.start(toQString(test::samplePath()), toQString(test::samplePath()));
    m_session.cancel();
    EXPECT_EQ(cancelled.size(), 1);
    EXPECT_FALSE(m_session.isBusy());
    EXPECT_EQ(m_session.details()->pair().findings.front().cause, CauseId::SegmentBlackHole);
}

TEST_F(ComparisonSessionTest, CapturesWithoutCommonConnectionsHaveNoPair)
{
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    m_session.start(toQString(test::samplePath()), toQString(test::labPath("control.nat--1/server.pcapng")));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_session.open().comparison->pairs.empty());
    EXPECT_FALSE(m_session.details());
}

TEST_F(ComparisonSessionTest, OtherThresholdsJudgeTheCausesAnew)
{
    compare("idle-timeout.server-resets--1/client.pcap", "idle-timeout.server-resets--1/server.pcap");
    const ConnectionPair& pair = m_session.open().comparison->pairs.front();
    ASSERT_EQ(pair.resets.front().cause, CauseId::IdleTimeout);
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    m_session.setThresholds({.idle = std::chrono::hours(2)});
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_NE(m_session.open().comparison->pairs.front().resets.front().cause, CauseId::IdleTimeout);
    compare("idle-timeout.server-resets--1/client.pcap", "idle-timeout.server-resets--1/server.pcap");
    EXPECT_NE(m_session.open().comparison->pairs.front().resets.front().cause, CauseId::IdleTimeout);
}

TEST_F(ComparisonSessionTest, SidesChosenByHandSwap)
{
    compareBlackHole();
    CompareOptions options;
    options.nearClient = GivenCapture::Second;
    setOptions(options);
    EXPECT_EQ(captureName(m_session.open().trace(Side::Client)), QStringLiteral("server.pcap"));
    EXPECT_EQ(m_session.options().nearClient, GivenCapture::Second);
}

TEST_F(ComparisonSessionTest, AnOffsetByHandRulesTheClock)
{
    compareBlackHole();
    CompareOptions options;
    options.offset = std::chrono::seconds(-800);
    setOptions(options);
    EXPECT_EQ(m_session.open().comparison->clock.kind, ClockKind::Manual);
}

TEST_F(ComparisonSessionTest, APacketIsSelectedWithItsTwin)
{
    compareBlackHole();
    QSignalSpy changed(&m_session, &ComparisonSession::selectionChanged);
    const uint32_t row = rowsOf(Relation::Same)[40];
    const PacketRelation& wanted = m_session.details()->relations()[row];
    m_session.selectPacket(Side::Server, wanted.serverFrame);
    EXPECT_EQ(m_session.relation(), row);
    m_session.selectPacket(Side::Client, wanted.clientFrame);
    EXPECT_EQ(changed.size(), 1); // it is the same one
}

TEST_F(ComparisonSessionTest, StepsThroughTheDifferences)
{
    compareBlackHole();
    const std::vector<uint32_t> lost = rowsOf(Relation::Lost);
    ASSERT_GE(lost.size(), 2U);
    m_session.selectRelation(m_session.neighbourDifference(1));
    EXPECT_EQ(m_session.relation(), lost[0]);
    m_session.selectRelation(m_session.neighbourDifference(1));
    EXPECT_EQ(m_session.relation(), lost[1]);
    EXPECT_EQ(m_session.neighbourDifference(-1), lost[0]);
}

TEST_F(ComparisonSessionTest, TheTableShowsDifferencesAndCountsAll)
{
    compareBlackHole();
    DifferenceTableModel model;
    model.setPair(m_session.details());
    EXPECT_EQ(model.rowCount(), 7);
    EXPECT_EQ(model.counts()[static_cast<size_t>(Relation::Lost)], 7U);
    EXPECT_EQ(model.index(0, DifferenceTableModel::Verdict).data().toString(), QStringLiteral("lost"));
    EXPECT_EQ(model.index(0, DifferenceTableModel::ServerFrame).data().toString(), QStringLiteral("\u2013"));
    EXPECT_TRUE(
        model.index(0, DifferenceTableModel::What).data().toString().startsWith(QStringLiteral("58,313-59,772")));
}

TEST_F(ComparisonSessionTest, TheTableFollowsItsFilter)
{
    compareBlackHole();
    DifferenceTableModel model;
    model.setPair(m_session.details());
    DifferenceFilter filter;
    filter.shown.set();
    model.setFilter(filter);
    EXPECT_EQ(static_cast<size_t>(model.rowCount()), m_session.details()->relations().size());
    filter.flow = Side::Server;
    filter.shown.reset(static_cast<size_t>(Relation::Same));
    model.setFilter(filter);
    EXPECT_EQ(model.rowCount(), 0);
    EXPECT_EQ(model.counts()[static_cast<size_t>(Relation::Lost)], 0U);
}

TEST_F(ComparisonSessionTest, AnIcmpErrorInBothCapturesIsARowLikeOthers)
{
    compare("icmp-unreachable.connect-rejected--1/client.pcapng", "icmp-unreachable.connect-rejected--1/server.pcapng");
    DifferenceTableModel model;
    model.setPair(m_session.details());
    DifferenceFilter filter;
    filter.shown.set();
    model.setFilter(filter);
    const auto& relations = m_session.details()->relations();
    const auto icmp = std::ranges::find(relations, true, &PacketRelation::isIcmp);
    ASSERT_NE(icmp, relations.end());
    const auto row = static_cast<int>(icmp - relations.begin());
    EXPECT_EQ(model.index(row, DifferenceTableModel::What).data().toString(), QStringLiteral("ICMP"));
    EXPECT_EQ(model.index(row, DifferenceTableModel::Verdict).data().toString(), QStringLiteral("delivered"));
    EXPECT_FALSE(model.index(row, 0).data(DifferenceTableModel::ResetRole).toBool());
}

TEST_F(ComparisonSessionTest, RowsAreCopiedAsText)
{
    compareInjected();
    DifferenceTableModel model;
    model.setPair(m_session.details());
    const QString text = model.text({model.index(0, 0)});
    EXPECT_EQ(text.count(QLatin1Char('\n')), 2);
    EXPECT_TRUE(text.contains(QStringLiteral("injected: the server never sent it")));
    EXPECT_TRUE(text.contains(QStringLiteral("RST")));
}

TEST_F(ComparisonSessionTest, ThePairListNamesConnectionScoreAndFinding)
{
    compareInjected();
    PairListModel model;
    model.setComparison(m_session.open());
    ASSERT_EQ(model.rowCount(), 1);
    EXPECT_TRUE(model.index(0, PairListModel::ConnectionColumn).data().toString().contains(QStringLiteral(":9000")));
    EXPECT_TRUE(model.index(0, PairListModel::Score).data().toString().startsWith(QStringLiteral("certain")));
    EXPECT_TRUE(model.index(0, 0).data(PairListModel::HasCauseRole).toBool());
    EXPECT_EQ(model.rowOf(0), 0);
}

TEST_F(ComparisonSessionTest, AddressesThatABoxChangedAreShownOfBothSides)
{
    compare("control.nat--1/client.pcap", "control.nat--1/server.pcapng");
    ASSERT_TRUE(m_session.details());
    EXPECT_TRUE(pairEndpoints(m_session.open(), m_session.details()->pair()).contains(QStringLiteral("at the server")));
}

/// Time and value of the data segment that begins at client offset `seq`.
std::optional<ChartPoint> dataAt(const ChartData& chart, double seq)
{
    const Series* series = findSeries(chart.series, "new-data");
    for (size_t index = 0; series && index < series->points->size(); ++index) {
        const ChartPoint point = series->points->at(index);
        if (point.low == seq)
            return point;
    }
    return {};
}

TEST_F(ComparisonSessionTest, BothChartsShareClockAndOffsets)
{
    compareBlackHole();
    const ChartData client = m_session.details()->chart(Side::Client, Side::Client);
    const ChartData server = m_session.details()->chart(Side::Server, Side::Client);
    EXPECT_EQ(client.origin, server.origin);
    EXPECT_EQ(client.length, server.length);
    const auto sent = dataAt(client, 1);
    const auto arrived = dataAt(server, 1);
    ASSERT_TRUE(sent && arrived);
    EXPECT_GT(arrived->time, sent->time); // though the server's clock is 13 minutes behind
    EXPECT_LT(arrived->time - sent->time, std::chrono::milliseconds(200));
    EXPECT_EQ(server.packets->timeOf(arrived->frame), arrived->time);
}

TEST_F(ComparisonSessionTest, ALostPacketIsAGhostWhereItShouldHaveCome)
{
    compareBlackHole();
    const ChartData client = m_session.details()->chart(Side::Client, Side::Client);
    const ChartData server = m_session.details()->chart(Side::Server, Side::Client);
    ASSERT_FALSE(client.marks.empty());
    ASSERT_FALSE(server.marks.empty());
    EXPECT_FALSE(client.marks.front().isGhost);
    EXPECT_TRUE(server.marks.front().isGhost);
    EXPECT_EQ(server.marks.front().value, client.marks.front().value);
    EXPECT_EQ(findSeries(client.series, "lost")->points->size(), 7U);
}

TEST_F(ComparisonSessionTest, TheLadderKnowsWhatIsLostAndInjected)
{
    compareInjected();
    const Ladder& ladder = m_session.details()->ladder();
    const auto& resets = ladder.arrows(ArrowClass::Reset);
    ASSERT_GE(resets.size(), 2U);
    const LadderArrow forged = ladder.arrow(resets.front());
    EXPECT_EQ(forged.kind, Relation::Injected);
    EXPECT_FALSE(forged.sent);
    EXPECT_TRUE(forged.arrived);
    EXPECT_EQ(ladder.priority(forged), 0);
    EXPECT_NE(ladder.label(forged.relation, Side::Client).find("RST"), std::string::npos);
    EXPECT_EQ(ladder.label(forged.relation, Side::Server), "");
    const auto& ordinary = ladder.arrows(ArrowClass::FromClient);
    ASSERT_FALSE(ordinary.empty());
    const LadderArrow usual = ladder.arrow(ordinary.front());
    EXPECT_GT(*usual.arrived, *usual.sent);
}

TEST_F(ComparisonSessionTest, LongSilencesAreFoundOneAfterTheOther)
{
    compareBlackHole();
    const PairDetails& details = *m_session.details();
    const std::vector<PairSpan> silences = details.ladder().silences({{}, details.times().length}, 0.25, 8);
    ASSERT_GE(silences.size(), 2U); // the waits of the retransmission timer double
    for (const PairSpan& silence : silences) {
        const auto isInside = [&](const PacketRelation& relation) {
            const Duration time = relation.time - details.times().origin;
            return silence.begin < time && time < silence.end;
        };
        EXPECT_TRUE(std::ranges::none_of(details.relations(), isInside));
    }
}

TEST_F(ComparisonSessionTest, APairThatItsOwnHostEndedIsOfTroubleAndSaysWhy)
{
    compareCohort();
    const Comparison& comparison = *m_session.open().comparison;
    EXPECT_TRUE(std::ranges::all_of(
        comparison.pairs, [](const ConnectionPair& pair) { return weightOf(pair) == PairWeight::Trouble; }));
    EXPECT_EQ(headlinePlace(comparison.pairs.front()), ComparePlace::ServerHost);
    EXPECT_EQ(worstPair(comparison), 0U) << "all ended alike: what was sent twice in one of them is no reason";
    PairListModel model;
    model.setComparison(m_session.open());
    EXPECT_TRUE(model.index(0, 0).data(PairListModel::HasCauseRole).toBool());
    EXPECT_EQ(
        model.index(0, 0).data(PairListModel::DetailRole).toString().toStdString(), comparison.pairs.front().summary);
}

TEST_F(ComparisonSessionTest, ThePairListSaysHowSureAPairIsAndWhy)
{
    compareInjected();
    PairListModel model;
    model.setComparison(m_session.open());
    const ConnectionPair& pair = m_session.details()->pair();
    const QString sure = model.index(0, 0).data(PairListModel::SureRole).toString();
    EXPECT_TRUE(sure.startsWith(scoreWords(pair))) << sure.toStdString();
    EXPECT_TRUE(sure.contains(toQString(pair.evidence))) << sure.toStdString();
    EXPECT_TRUE(sure.contains(QStringLiteral("1 injected \u2190"))) << sure.toStdString();
    EXPECT_EQ(model.index(0, PairListModel::Key).data().toString(), toQString(pair.evidence));
}

TEST_F(ComparisonSessionTest, APairCanBePartedAndPairedAgain)
{
    compareInjected();
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    m_session.part(0);
    ASSERT_TRUE(compared.wait(patience));
    ASSERT_TRUE(m_session.open().comparison->pairs.empty());
    ASSERT_EQ(m_session.open().comparison->refused.size(), 1U);
    PairListModel model;
    model.setComparison(m_session.open());
    EXPECT_TRUE(model.index(0, 0).data(PairListModel::RefusedRole).isValid());
    const RefusedPair parted = m_session.open().comparison->refused.front();
    m_session.pairByHand(parted.client, parted.server);
    ASSERT_TRUE(compared.wait(patience));
    ASSERT_EQ(m_session.open().comparison->pairs.size(), 1U);
    EXPECT_TRUE(m_session.details()->pair().isByHand);
    EXPECT_TRUE(scoreWords(m_session.details()->pair()).startsWith(QStringLiteral("by hand")));
    EXPECT_TRUE(m_session.options().apart.empty());
    m_session.part(0); // takes it back
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_FALSE(m_session.details()->pair().isByHand);
    EXPECT_TRUE(m_session.options().pairs.empty());
}

TEST_F(ComparisonSessionTest, AConnectionIsInOnePairMadeByHandOnly)
{
    compareCohort();
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    m_session.pairByHand(ConnectionId(0), ConnectionId(0));
    ASSERT_TRUE(compared.wait(patience));
    m_session.pairByHand(ConnectionId(0), ConnectionId(1));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_EQ(m_session.options().pairs.size(), 1U);
}

TEST_F(ComparisonSessionTest, ConnectionsOfOneCaptureOnlyStandBelowARule)
{
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    m_session.start(toQString(test::samplePath()), toQString(test::labPath("control.nat--1/server.pcapng")));
    ASSERT_TRUE(compared.wait(patience));
    const Comparison& comparison = *m_session.open().comparison;
    PairListModel model;
    QAbstractItemModelTester tester(&model);
    model.setComparison(m_session.open());
    ASSERT_EQ(static_cast<size_t>(model.rowCount()),
        comparison.refused.size() + comparison.unpairedClient.size() + comparison.unpairedServer.size());
    const auto isOnlyServer = [&](int row) {
        return model.index(row, 0)
            .data(PairListModel::DetailRole)
            .toString()
            .startsWith(QStringLiteral("only in the server's capture"));
    };
    const int last = model.rowCount() - 1;
    EXPECT_TRUE(isOnlyServer(last));
    int first = last;
    while (first > 0 && isOnlyServer(first - 1))
        --first;
    EXPECT_TRUE(model.index(first, 0).data(PairListModel::BeginsSectionRole).toBool());
    EXPECT_FALSE(model.index(last, 0).data(PairListModel::BeginsSectionRole).toBool());
}

TEST_F(ComparisonSessionTest, RulesTellTheirPacketsAndExceptions)
{
    compare("control.nat--1/client.pcap", "control.nat--1/server.pcapng");
    RuleTableModel model;
    QAbstractItemModelTester tester(&model);
    model.setPair(m_session.details());
    const auto& rules = m_session.details()->pair().rules;
    ASSERT_EQ(static_cast<size_t>(model.rowCount()), rules.size());
    const auto ttl = std::ranges::find(rules, "ttl", &RewriteRule::id) - rules.begin();
    const int row = static_cast<int>(ttl);
    EXPECT_TRUE(
        model.index(row, RuleTableModel::Rule).data().toString().contains(QStringLiteral("TTL falls by 7 hops")));
    EXPECT_TRUE(model.index(row, RuleTableModel::Packets).data().toString().endsWith(QStringLiteral(" packets")));
    EXPECT_EQ(model.index(row, RuleTableModel::Exceptions).data().toString(), QStringLiteral("no exception"));
    EXPECT_EQ(model.index(0, RuleTableModel::Packets).data().toString(), QStringLiteral("the connection"));
}

TEST_F(ComparisonSessionTest, PacketsThatArriveBrokenHaveTheirOwnVerdict)
{
    compare("corrupted-segment.upload--2/client.pcapng", "corrupted-segment.upload--2/server.pcap");
    DifferenceTableModel model;
    model.setPair(m_session.details());
    const auto broken = rowsOf(Relation::Broken);
    ASSERT_FALSE(broken.empty());
    EXPECT_EQ(model.counts()[static_cast<size_t>(Relation::Broken)], broken.size());
    const int row = model.rowOf(broken.front());
    ASSERT_GE(row, 0);
    EXPECT_EQ(model.index(row, DifferenceTableModel::Verdict).data().toString(), QStringLiteral("arrived broken"));
    EXPECT_TRUE(
        model.index(row, DifferenceTableModel::Evidence).data().toString().contains(QStringLiteral("drops it")));
    const auto& findings = m_session.details()->pair().findings;
    EXPECT_EQ(std::ranges::count_if(findings,
                  [](const CompareFinding& finding) { return finding.text.find("checksum") != std::string::npos; }),
        1)
        << "the story is told once";
    EXPECT_EQ(std::ranges::find(findings, "needless", &CompareFinding::id), findings.end());
}

} // namespace
} // namespace whyrst
