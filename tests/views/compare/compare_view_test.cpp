#include "tests/views/compare/compare_view_fixture.h"

#include "model/charts/compared_chart.h"
#include "model/charts/point_sources.h"
#include "model/document/comparison_words.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/compare/comparison_image.h"
#include "views/compare/difference_pane.h"
#include "views/compare/finding_list.h"
#include "views/compare/ladder_view.h"
#include "views/compare/where_bar.h"
#include "views/step_row.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QListView>
#include <QTableView>
#include <QToolButton>
#include <QWheelEvent>

namespace whyrst {
namespace {

class CompareViewTest : public test::CompareViewFixture
{
protected:
    CompareViewTest()
        : CompareViewFixture(QSize(1600, 900))
    {
    }

    void compareInjected() { compare("injected-reset.client-only--1", "client.pcap", "server.pcap"); }

    const PairDetails& details() { return *m_session.details(); }
    uint32_t firstOf(ArrowClass group) { return details().ladder().arrows(group).front(); }
};

TEST_F(CompareViewTest, SaysWhereAndWhyAtOneGlance)
{
    compareBlackHole();
    EXPECT_EQ(m_view.whereBar()->button(ComparePlace::PathToServer)->level(), PlaceLevel::Headline);
    EXPECT_EQ(m_view.whereBar()->button(ComparePlace::PathToClient)->level(), PlaceLevel::Quiet);
    EXPECT_TRUE(m_view.whereBar()->button(ComparePlace::PathToServer)->counts().startsWith(QStringLiteral("7 of 118")));
    EXPECT_FALSE(m_view.headline().isEmpty());
    EXPECT_TRUE(m_view.clockSentence().contains(QStringLiteral("behind the client's")));
    EXPECT_FALSE(m_view.whereBar()->button(ComparePlace::Box)->isVisible());
}

TEST_F(CompareViewTest, OpensOnTheHeadlinesPacketsAndTheResetBehindThem)
{
    compareBlackHole();
    const ResetOrigin& reset = details().pair().resets.front();
    const auto time = details().timeOf(Side::Client, *reset.clientFrame);
    ASSERT_TRUE(time);
    const PairSpan story = storySpan(details());
    EXPECT_LT(story.begin, *time);
    EXPECT_GT(story.end, *time);
    const PairSpan headline = shownSpan(details(), headlineFinding(details().pair()));
    EXPECT_EQ(story.begin, headline.begin);
    EXPECT_GT(story.end, headline.end);
}

TEST_F(CompareViewTest, ABoxOnThePathIsAPlaceOfItsOwn)
{
    compareInjected();
    EXPECT_EQ(m_view.whereBar()->button(ComparePlace::Box)->level(), PlaceLevel::Headline);
    EXPECT_TRUE(m_view.whereBar()->button(ComparePlace::Box)->isVisible());
}

TEST_F(CompareViewTest, AHostThatEndsTheConnectionItselfIsThePlace)
{
    compare("application-abort.process-exit-cohort--1", "client.pcap", "server.pcap");
    EXPECT_EQ(m_view.whereBar()->button(ComparePlace::ServerHost)->level(), PlaceLevel::Headline);
    EXPECT_EQ(m_view.whereBar()->button(ComparePlace::ClientHost)->level(), PlaceLevel::Quiet);
    EXPECT_EQ(m_view.whereBar()->button(ComparePlace::PathToServer)->level(), PlaceLevel::Quiet);
}

TEST_F(CompareViewTest, ForgedResetsOfBothEndsAreCountedAtTheBox)
{
    compare("idle-timeout.box-cohort--1", "client.pcap", "server.pcap");
    const PlaceButton* box = m_view.whereBar()->button(ComparePlace::Box);
    EXPECT_TRUE(box->isVisible());
    EXPECT_EQ(box->counts().count(QStringLiteral("1 injected")), 2) << box->counts().toStdString();
    EXPECT_EQ(m_view.differences()->chip(Relation::Injected)->text(), QStringLiteral("injected 2"));
}

TEST_F(CompareViewTest, PacketsThatArriveBrokenAreCountedOnThePathAndHaveAChip)
{
    compare("corrupted-segment.upload--2", "client.pcapng", "server.pcap");
    EXPECT_TRUE(
        m_view.whereBar()->button(ComparePlace::PathToServer)->counts().contains(QStringLiteral("arrived broken")));
    EXPECT_TRUE(m_view.differences()->chip(Relation::Broken)->isEnabled());
    EXPECT_FALSE(m_view.differences()->chip(Relation::Altered)->isEnabled());
}

TEST_F(CompareViewTest, RulesStandAboveTheTableWithTheirCounts)
{
    compare("control.nat--1", "client.pcap", "server.pcapng");
    QTableView* rules = m_view.differences()->rules();
    EXPECT_TRUE(rules->isVisible());
    EXPECT_EQ(rules->model()->rowCount(), 3);
    EXPECT_LT(rules->mapTo(&m_view, QPoint()).y(),
        m_view.differences()->rect().bottom() + m_view.differences()->mapTo(&m_view, QPoint()).y());
}

TEST_F(CompareViewTest, TheShownPairCanBePartedFromTheList)
{
    compareInjected();
    QSignalSpy parted(&m_view, &CompareView::partingRequested);
    const QList<QAction*> actions = m_view.pairs()->actions();
    ASSERT_EQ(actions.size(), 2);
    EXPECT_FALSE(actions[0]->isEnabled()); // it is compared already
    ASSERT_TRUE(actions[1]->isEnabled());
    actions[1]->trigger();
    ASSERT_EQ(parted.size(), 1);
    EXPECT_EQ(parted.front().front().toUInt(), 0U);
}

TEST_F(CompareViewTest, ARowOfTheListHasRoomForHowSureThePairIs)
{
    compareInjected();
    const int height = m_view.pairs()->sizeHintForRow(0);
    EXPECT_GE(height, 3 * m_view.pairs()->fontMetrics().height());
}

TEST_F(CompareViewTest, APacketOfOneChartSelectsItsTwinEverywhere)
{
    compareBlackHole();
    const uint32_t row = details().ladder().arrows(ArrowClass::FromClient)[30];
    const PacketRelation& relation = details().relations()[row];
    ChartStack* client = m_view.charts()->chart(Side::Client);
    emit client->packetSelected(relation.clientFrame);
    EXPECT_EQ(client->selectedPacket(), relation.clientFrame);
    EXPECT_EQ(m_view.charts()->chart(Side::Server)->selectedPacket(), relation.serverFrame);
    EXPECT_EQ(m_session.relation(), row);
}

TEST_F(CompareViewTest, BothChartsAndTheLadderShowTheSameTime)
{
    compareBlackHole();
    const Duration middle = details().times().length / 2;
    m_view.charts()->chart(Side::Server)->showSpan(middle, middle + std::chrono::milliseconds(400));
    EXPECT_EQ(m_view.charts()->chart(Side::Client)->timeWindow()->begin(), middle);
    const auto& stretches = m_view.charts()->ladder()->picture().scale.stretches();
    EXPECT_EQ(stretches.front().span.begin, middle);
}

TEST_F(CompareViewTest, AClickOnAnArrowSelectsItsRow)
{
    compareBlackHole();
    LadderView* ladder = m_view.charts()->ladder();
    const uint32_t lost = details().ladder().arrows(ArrowClass::Lost)[3];
    const auto& arrows = ladder->picture().arrows;
    const auto arrow = std::ranges::find(arrows, lost, &PaintedArrow::relation);
    ASSERT_NE(arrow, arrows.end());
    QTest::mouseClick(ladder, Qt::LeftButton, {}, arrow->line.center().toPoint());
    EXPECT_EQ(m_session.relation(), lost);
    EXPECT_EQ(m_view.differences()->table()->currentIndex().data(DifferenceTableModel::RelationRole).toUInt(), lost);
}

TEST_F(CompareViewTest, ARowOfTheTableIsSelectedInTheCharts)
{
    compareBlackHole();
    QTableView* table = m_view.differences()->table();
    table->setCurrentIndex(table->model()->index(2, 0));
    const uint32_t relation = details().ladder().arrows(ArrowClass::Lost)[2];
    EXPECT_EQ(m_session.relation(), relation);
    EXPECT_EQ(m_view.charts()->chart(Side::Client)->selectedPacket(), details().relations()[relation].clientFrame);
    EXPECT_EQ(m_view.charts()->chart(Side::Server)->selectedPacket(), PacketNumber());
}

TEST_F(CompareViewTest, F8StepsThroughTheDifferencesAndBringsThemIntoSight)
{
    compareBlackHole();
    m_view.charts()->timeWindow()->show(Duration(0), std::chrono::milliseconds(1));
    m_view.goToDifference(1);
    EXPECT_EQ(m_session.relation(), firstOf(ArrowClass::Lost));
    const Duration time = details().ladder().arrow(*m_session.relation()).time();
    EXPECT_LE(m_view.charts()->timeWindow()->begin(), time);
    EXPECT_GE(m_view.charts()->timeWindow()->end(), time);
}

TEST_F(CompareViewTest, AFindingShowsItsPackets)
{
    compareBlackHole();
    m_view.charts()->timeWindow()->show(Duration(0), std::chrono::milliseconds(1));
    StepRow* row = m_view.findings()->rows().front();
    QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(3, 3));
    EXPECT_TRUE(row->isSelected());
    EXPECT_EQ(m_session.relation(), firstOf(ArrowClass::Lost));
    const TimeWindow* window = m_view.charts()->timeWindow();
    const Duration last = details().ladder().arrow(details().ladder().arrows(ArrowClass::Lost).back()).time();
    EXPECT_GE(window->end(), last);
}

TEST_F(CompareViewTest, APlaceFiltersTheTable)
{
    compareBlackHole();
    QTest::mouseClick(m_view.whereBar()->button(ComparePlace::PathToClient), Qt::LeftButton);
    EXPECT_EQ(m_view.differences()->model()->rowCount(), 0);
    QTest::mouseClick(m_view.whereBar()->button(ComparePlace::PathToClient), Qt::LeftButton);
    EXPECT_EQ(m_view.differences()->model()->rowCount(), 7);
}

TEST_F(CompareViewTest, ChipsShowAndHideKinds)
{
    compareBlackHole();
    QToolButton* lost = m_view.differences()->chip(Relation::Lost);
    EXPECT_EQ(lost->text(), QStringLiteral("lost 7"));
    QTest::mouseClick(lost, Qt::LeftButton);
    EXPECT_EQ(m_view.differences()->model()->rowCount(), 0);
    QTest::mouseClick(m_view.differences()->chip(Relation::Same), Qt::LeftButton);
    EXPECT_GT(m_view.differences()->model()->rowCount(), 100);
}

TEST_F(CompareViewTest, DifferencesAreCopiedAsText)
{
    compareBlackHole();
    m_view.differences()->copy();
    EXPECT_EQ(QApplication::clipboard()->text().count(QLatin1Char('\n')), 8); // header and seven packets
}

TEST_F(CompareViewTest, SpaceShowsTheClocksOnTheLadder)
{
    compareBlackHole();
    LadderView* ladder = m_view.charts()->ladder();
    EXPECT_FALSE(ladder->clock());
    QTest::keyClick(ladder, Qt::Key_Space);
    EXPECT_EQ(ladder->clock(), Side::Client);
    QTest::keyClick(ladder, Qt::Key_Space);
    EXPECT_EQ(ladder->clock(), Side::Server);
}

TEST_F(CompareViewTest, TheWheelZoomsTheLadderAtThePointer)
{
    compareBlackHole();
    LadderView* ladder = m_view.charts()->ladder();
    const QPointF position = ladder->picture().shaft.center();
    const Duration at = ladder->picture().scale.timeAt(position.y());
    const Duration before = m_view.charts()->timeWindow()->width();
    QWheelEvent turn(
        position, ladder->mapToGlobal(position), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(ladder, &turn);
    const TimeWindow* window = m_view.charts()->timeWindow();
    EXPECT_LT(window->width(), before);
    EXPECT_LE(window->begin(), at);
    EXPECT_GE(window->end(), at);
}

TEST_F(CompareViewTest, HoveringNamesTheInstantOnBothClocks)
{
    compareBlackHole();
    QSignalSpy readout(&m_view, &CompareView::readoutChanged);
    LadderView* ladder = m_view.charts()->ladder();
    QTest::mouseMove(ladder, ladder->picture().shaft.center().toPoint());
    ASSERT_FALSE(readout.isEmpty());
    const QString text = readout.back().front().toString();
    EXPECT_TRUE(text.contains(QStringLiteral("client's clock")));
    EXPECT_TRUE(text.contains(QStringLiteral("server's clock")));
}

TEST_F(CompareViewTest, CtrlLGoesFromViewToView)
{
    m_view.setShown(CompareCharts::Shown::Charts);
    EXPECT_FALSE(m_view.charts()->ladder()->isVisible());
    m_view.toggleLadder();
    EXPECT_EQ(m_view.charts()->shown(), CompareCharts::Shown::LadderOnly);
    EXPECT_FALSE(m_view.charts()->chart(Side::Client)->isVisible());
    m_view.toggleLadder();
    EXPECT_TRUE(m_view.charts()->chart(Side::Client)->isVisible());
}

TEST_F(CompareViewTest, ButtonsOfWhatIsNotShownAreOff)
{
    const auto isOn = [this](const QString& text) {
        const auto buttons = m_view.findChildren<QToolButton*>();
        const auto button = std::ranges::find(buttons, text, &QToolButton::text);
        return button != buttons.end() && (*button)->isEnabled();
    };
    m_view.setShown(CompareCharts::Shown::Charts);
    EXPECT_FALSE(isOn(QStringLiteral("Fold silence")));
    EXPECT_TRUE(isOn(flowWords(Side::Client)));
    m_view.setShown(CompareCharts::Shown::LadderOnly);
    EXPECT_TRUE(isOn(QStringLiteral("Fold silence")));
    EXPECT_FALSE(isOn(flowWords(Side::Client)));
}

TEST_F(CompareViewTest, TheDirectionKeepsTheShownTime)
{
    compareBlackHole();
    m_view.charts()->timeWindow()->show(std::chrono::milliseconds(10), std::chrono::milliseconds(90));
    const std::string before = m_view.charts()->chart(Side::Client)->charts().front().axis.label;
    m_session.setDirection(Side::Server);
    EXPECT_NE(m_view.charts()->chart(Side::Client)->charts().front().axis.label, before);
    EXPECT_EQ(m_view.charts()->timeWindow()->begin(), std::chrono::milliseconds(10));
}

TEST_F(CompareViewTest, WithoutACommonConnectionItSaysWhatToDo)
{
    QSignalSpy compared(&m_session, &ComparisonSession::compared);
    m_session.start(toQString(test::samplePath()), toQString(test::labPath("control.nat--1/client.pcap")));
    ASSERT_TRUE(compared.wait(test::patience));
    EXPECT_TRUE(m_view.headline().contains(QStringLiteral("no connection in common")));
    EXPECT_TRUE(m_view.charts()->chart(Side::Client)->charts().empty());
    EXPECT_EQ(m_view.differences()->model()->rowCount(), 0);
}

TEST_F(CompareViewTest, LostAcknowledgmentsStandOnTheChartOfTheirSender)
{
    compareBlackHole();
    const auto& client = m_view.charts()->chart(Side::Client)->charts().front();
    EXPECT_TRUE(findSeries(client.series, "lost"));
    EXPECT_FALSE(findSeries(m_view.charts()->chart(Side::Server)->charts().front().series, "lost"));
}

TEST_F(CompareViewTest, ThePictureSaysEverythingAndIsAlwaysTheSame)
{
    compareBlackHole();
    ComparisonImageRequest request = describeComparisonImage(m_session.details());
    request.size = {1000, 700};
    request.scale = 1.5;
    const QImage picture = renderComparisonImage(request);
    EXPECT_EQ(picture.size(), QSize(1500, 1050));
    EXPECT_EQ(picture, renderComparisonImage(request));
    EXPECT_TRUE(picture.text(QStringLiteral("Findings")).contains(QStringLiteral("58,313")));
    EXPECT_TRUE(picture.text(QStringLiteral("Source")).contains(QStringLiteral("client.pcapng (SHA-256 ")));
}

TEST_F(CompareViewTest, ThePictureOfAHostsOwnResetNamesHostAndCause)
{
    compare("application-abort.process-exit-cohort--1", "client.pcap", "server.pcap");
    const QString heading = comparisonHeading(details().pair());
    EXPECT_TRUE(heading.startsWith(QStringLiteral("Server host: "))) << heading.toStdString();
    EXPECT_FALSE(heading.contains(toQString(details().pair().summary)));
}

} // namespace
} // namespace whyrst
