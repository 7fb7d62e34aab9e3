// What the panes of a comparison do together: places, packets of both captures, addresses, buttons.
#include "tests/views/compare/compare_view_fixture.h"

#include "model/document/comparison_words.h"
#include "views/charts/chart_stack.h"
#include "views/compare/difference_pane.h"
#include "views/compare/finding_list.h"
#include "views/compare/ladder_view.h"
#include "views/compare/packet_pair.h"
#include "views/compare/where_bar.h"
#include "views/packet_table.h"

#include <QApplication>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>

#include <algorithm>

namespace whyrst {

namespace {

class ComparePanesTest : public test::CompareViewFixture
{
protected:
    ComparePanesTest()
        : CompareViewFixture(QSize(1280, 650)) // what a screen of 1280x720 leaves
    {
    }

    void showBoth()
    {
        m_view.setShown(ShownPanes::Both);
        QApplication::processEvents(); // the ladder gets its size
    }
    void click(ComparePlace place) { QTest::mouseClick(m_view.whereBar()->button(place), Qt::LeftButton); }
    const std::vector<PacketRelation>& relations() { return m_session.details()->relations(); }

    uint32_t firstOf(Relation kind)
    {
        const auto found = std::ranges::find(relations(), kind, &PacketRelation::relation);
        return static_cast<uint32_t>(found - relations().begin());
    }

    size_t shownArrows(Side from)
    {
        return static_cast<size_t>(std::ranges::count_if(m_view.charts()->ladder()->picture().arrows,
            [&](const PaintedArrow& arrow) { return relations()[arrow.relation].flow == from; }));
    }

    uint32_t selectedFrame(Side capture)
    {
        const PacketTable* table = m_view.differences()->packets()->table(capture);
        return table->currentIndex().data(PacketTableModel::FrameRole).toUInt();
    }
};

TEST_F(ComparePanesTest, APlaceFiltersTheLadderToo)
{
    compareBlackHole();
    showBoth();
    const size_t before = shownArrows(Side::Client);
    ASSERT_GT(before, 0U);
    click(ComparePlace::PathToClient);
    EXPECT_EQ(shownArrows(Side::Client), 0U);
    EXPECT_GT(shownArrows(Side::Server), 0U);
    click(ComparePlace::PathToClient);
    EXPECT_EQ(shownArrows(Side::Client), before);
}

TEST_F(ComparePanesTest, APlaceTurnsTheChartsToItsDirection)
{
    compareBlackHole();
    ASSERT_EQ(m_session.direction(), Side::Client);
    click(ComparePlace::PathToClient);
    EXPECT_EQ(m_session.direction(), Side::Server);
    for (const TwinLine& line : m_view.charts()->twinLines())
        EXPECT_TRUE(line.arrow.flow == Side::Server || line.isSelected);
}

TEST_F(ComparePanesTest, APlaceSelectsItsFirstDifference)
{
    compareBlackHole();
    click(ComparePlace::PathToServer);
    ASSERT_TRUE(m_session.relation());
    EXPECT_EQ(*m_session.relation(), firstOf(Relation::Lost));
    EXPECT_EQ(m_view.charts()->chart(Side::Client)->selectedPacket(), relations()[*m_session.relation()].clientFrame);
}

TEST_F(ComparePanesTest, StepsFromDifferenceToDifferenceStayAtTheChosenPlace)
{
    compareBlackHole();
    click(ComparePlace::PathToClient); // where nothing was lost
    m_view.goToDifference(1);
    EXPECT_FALSE(m_session.relation());
    click(ComparePlace::PathToClient);
    m_view.goToDifference(1);
    EXPECT_TRUE(m_session.relation());
}

TEST_F(ComparePanesTest, AFindingOfAnotherPlaceShowsAllPackets)
{
    compareBlackHole();
    click(ComparePlace::PathToClient);
    m_view.showFinding(1); // lost towards the server
    EXPECT_FALSE(m_view.whereBar()->button(ComparePlace::PathToClient)->isChecked());
    ASSERT_TRUE(m_session.relation());
    EXPECT_EQ(relations()[*m_session.relation()].flow, Side::Client);
}

TEST_F(ComparePanesTest, AClickOnARowDoesNotScrollIt)
{
    compareBlackHole();
    m_view.differences()->showPackets(true);
    QApplication::processEvents();
    PacketTable* table = m_view.differences()->packets()->table(Side::Client);
    const QRect third = table->visualRect(table->model()->index(2, PacketTableModel::Time));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, third.center());
    EXPECT_EQ(table->currentIndex().row(), 2);
    EXPECT_TRUE(table->selectionModel()->isRowSelected(2));
    EXPECT_EQ(table->visualRect(table->model()->index(2, PacketTableModel::Time)), third);
}

TEST_F(ComparePanesTest, ThePacketIsSelectedInTheTablesOfBothCaptures)
{
    compareBlackHole();
    m_view.differences()->showPackets(true);
    const uint32_t same = firstOf(Relation::Same);
    m_session.selectRelation(same);
    EXPECT_EQ(selectedFrame(Side::Client), relations()[same].clientFrame.value);
    EXPECT_EQ(selectedFrame(Side::Server), relations()[same].serverFrame.value);
}

TEST_F(ComparePanesTest, ARowOfOneTableSelectsItsTwinInTheOther)
{
    compareBlackHole();
    m_view.differences()->showPackets(true);
    PacketTable* server = m_view.differences()->packets()->table(Side::Server);
    server->setCurrentIndex(server->model()->index(20, PacketTableModel::Frame));
    ASSERT_TRUE(m_session.relation());
    const PacketRelation& relation = relations()[*m_session.relation()];
    EXPECT_EQ(selectedFrame(Side::Server), relation.serverFrame.value);
    EXPECT_EQ(selectedFrame(Side::Client), relation.clientFrame.value);
}

TEST_F(ComparePanesTest, TheTableOfTheOtherCaptureSaysThatThePacketIsNotThere)
{
    compareBlackHole();
    m_view.differences()->showPackets(true);
    m_session.selectRelation(firstOf(Relation::Lost));
    EXPECT_TRUE(m_view.differences()->packets()->heading(Side::Server).contains(QStringLiteral("not there")));
    EXPECT_TRUE(m_view.differences()->packets()->heading(Side::Client).contains(QStringLiteral("#61")));
    EXPECT_EQ(selectedFrame(Side::Server), 0U);
}

TEST_F(ComparePanesTest, NumbersOfPacketsAreInSightInBothTables)
{
    compareBlackHole();
    m_view.differences()->showPackets(true);
    for (const Side capture : {Side::Client, Side::Server}) {
        const PacketTable* table = m_view.differences()->packets()->table(capture);
        const int end
            = table->columnViewportPosition(PacketTableModel::Length) + table->columnWidth(PacketTableModel::Length);
        EXPECT_LE(end, table->viewport()->width());
    }
}

TEST_F(ComparePanesTest, NumbersOfFindingsStandOnlyAtShownPackets)
{
    compare("injected-reset.client-only--1", "client.pcap", "server.pcap");
    showBoth();
    const size_t before = m_view.charts()->ladder()->picture().badges.size();
    click(ComparePlace::Box);
    const LadderPicture& picture = m_view.charts()->ladder()->picture();
    EXPECT_LT(picture.badges.size(), before);
    ASSERT_EQ(picture.badges.size(), 1U);
    EXPECT_EQ(picture.badges.front().number, 1);
}

TEST_F(ComparePanesTest, TheEvidenceIsInSightOnASmallScreen)
{
    compareBlackHole();
    const QTableView* table = m_view.differences()->table();
    EXPECT_EQ(table->horizontalScrollBar()->maximum(), 0);
    const int evidence = DifferenceTableModel::Evidence;
    const QString text = table->model()->index(0, evidence).data().toString();
    EXPECT_GE(table->columnWidth(evidence), table->fontMetrics().horizontalAdvance(text));
}

TEST_F(ComparePanesTest, FindingsAreNotCutOnASmallScreen)
{
    compareBlackHole();
    const FindingList* findings = m_view.findings();
    EXPECT_LE(findings->widget()->minimumSizeHint().width(), findings->viewport()->width());
}

TEST_F(ComparePanesTest, OtherAddressesStandOnALineOfTheirOwn)
{
    compare("control.nat--1", "client.pcap", "server.pcapng");
    const QModelIndex pair = m_view.pairs()->model()->index(0, 0);
    const QString client = toQString(toString(m_session.details()->connection(Side::Client).client));
    const QString other = pair.data(PairListModel::OtherAddressesRole).toString();
    EXPECT_TRUE(other.startsWith(QStringLiteral("at the server: client "))) << other.toStdString();
    EXPECT_FALSE(other.contains(client));
    EXPECT_TRUE(pair.data().toString().startsWith(client));
    const int height = m_view.pairs()->sizeHintForIndex(pair).height();
    compareBlackHole();
    EXPECT_LT(m_view.pairs()->sizeHintForIndex(m_view.pairs()->model()->index(0, 0)).height(), height);
}

TEST_F(ComparePanesTest, AFindingThatHangsOnTheEndOfACaptureHasAButton)
{
    compare("path-outage.request--1", "client.pcap", "server.pcapng");
    QSignalSpy requested(&m_view, &CompareView::stillRunningRequested);
    QPushButton* button = m_view.findings()->stillRunningButton(1);
    ASSERT_TRUE(button);
    QTest::mouseClick(button, Qt::LeftButton);
    EXPECT_EQ(requested.size(), 1);
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    CompareOptions options;
    options.stillRunning = true;
    m_session.setOptions(options);
    ASSERT_TRUE(compared.wait(test::patience));
    EXPECT_FALSE(m_view.findings()->stillRunningButton(1));
}

TEST_F(ComparePanesTest, LinesDoNotCrossTheLegend)
{
    compareBlackHole();
    m_view.setShown(ShownPanes::Charts);
    ChartStack* server = m_view.charts()->chart(Side::Server);
    const QRect legend
        = server->legendBoxes(0).front().toAlignedRect().united(server->legendBoxes(0).back().toAlignedRect());
    const QImage with = server->grab(legend).toImage();
    const QImage below = server->grab(server->plotArea(0).pixels).toImage();
    server->setOverlay({});
    EXPECT_NE(server->grab(server->plotArea(0).pixels).toImage(), below); // there are lines
    for (const QRectF& words : server->legendBoxes(0)) {
        const QRect box = words.toAlignedRect().translated(-legend.topLeft());
        EXPECT_EQ(server->grab(legend).toImage().copy(box), with.copy(box));
    }
}

} // namespace

} // namespace whyrst
