#include "tests/app/main_window_fixture.h"

#include "model/charts/point_sources.h"
#include "model/charts/twin_lines.h"
#include "model/document/document_text.h"
#include "tests/support/packet_bytes.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/compare/compare_view.h"
#include "views/compare/comparison_image.h"
#include "views/compare/difference_pane.h"
#include "views/compare/finding_list.h"
#include "views/compare/ladder_view.h"
#include "views/compare/pair_dialog.h"
#include "views/compare/where_bar.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/why_panel.h"

#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>

namespace whyrst {
namespace {

using test::MainWindowTest;
using test::patience;

/// A window that compares the two captures of a run.
class CompareWindowTest : public MainWindowTest
{
protected:
    QString client() const { return toQString(test::labPath("segment-black-hole.upload-sack--2/client.pcapng")); }
    QString server() const { return toQString(test::labPath("segment-black-hole.upload-sack--2/server.pcap")); }

    /// Presses the button of the open question whose text contains `word`.
    void answer(const QString& word)
    {
        auto* box = m_window.findChild<QMessageBox*>();
        ASSERT_TRUE(box);
        for (QAbstractButton* button : box->buttons()) {
            if (button->text().contains(word)) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        }
        FAIL() << "no such answer";
    }

    void compare()
    {
        QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
        m_window.compareFiles(client(), server());
        ASSERT_TRUE(compared.wait(patience));
    }

    /// Chooses an entry of the menu Compare and waits for what it gives.
    void chooseAndWait(const QString& word)
    {
        QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
        for (QAction* action : m_window.findChildren<QAction*>()) {
            if (action->text().remove(QLatin1Char('&')).contains(word))
                action->trigger();
        }
        ASSERT_TRUE(compared.wait(patience));
    }

    CompareCharts& charts() { return *m_window.compareView()->charts(); }

    /// The lines of the selected packet.
    std::vector<TwinLine> selectedLines()
    {
        std::vector<TwinLine> lines = charts().twinLines();
        std::erase_if(lines, [](const TwinLine& line) { return !line.isSelected; });
        return lines;
    }

    /// A relation of that kind, of data of the client.
    uint32_t relationOf(Relation kind)
    {
        const std::vector<PacketRelation>& relations = m_window.comparison()->details()->relations();
        const auto found = std::ranges::find_if(relations, [&](const PacketRelation& relation) {
            return relation.relation == kind && relation.flow == Side::Client && relation.length > 0;
        });
        return static_cast<uint32_t>(found - relations.begin());
    }

    /// Shows 20 ms around a packet in the middle of the transfer.
    void zoomIn()
    {
        const PairDetails& details = *m_window.comparison()->details();
        const Duration time = details.ladder().arrow(static_cast<uint32_t>(details.relations().size() / 2)).time();
        charts().timeWindow()->show(time - std::chrono::milliseconds(10), time + std::chrono::milliseconds(10));
    }

    void drop(const QString& file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&m_window, &enter);
        QDropEvent event(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&m_window, &event);
    }
};

TEST_F(CompareWindowTest, TwoFilesMayBeTwoSides)
{
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.openAsking({{server(), client()}});
    answer(QStringLiteral("sides"));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.isComparing());
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("client.pcapng \u21c4 server.pcap")));
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
}

TEST_F(CompareWindowTest, TwoFilesMayBeOneTrace)
{
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.openAsking({{server(), client()}});
    answer(QStringLiteral("One trace"));
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("2 files are shown as one trace")));
}

TEST_F(CompareWindowTest, ASecondFileThatIsDroppedCanBeTheOtherEnd)
{
    open(client().toStdString());
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    drop(server());
    answer(QStringLiteral("Compare"));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.isComparing());
    EXPECT_EQ(m_window.comparison()->open().given[0], session().openTrace().trace); // not read again
}

TEST_F(CompareWindowTest, ASecondFileThatIsDroppedCanBeOpenedInstead)
{
    openSample();
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    drop(server());
    answer(QStringLiteral("instead"));
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("server.pcap")));
}

TEST_F(CompareWindowTest, LeavingGoesBackToTheOpenCapture)
{
    openSample();
    compare();
    m_window.leaveComparison();
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("upload-stalls.pcapng")));
    EXPECT_FALSE(panes().why->steps().empty());
}

TEST_F(CompareWindowTest, KeysStepThroughDifferencesAndSwapTheDirection)
{
    compare();
    QTest::keyClick(&m_window, Qt::Key_F8);
    const auto first = m_window.comparison()->relation();
    QTest::keyClick(&m_window, Qt::Key_F8);
    EXPECT_TRUE(first);
    EXPECT_GT(m_window.comparison()->relation(), first);
    QTest::keyClick(&m_window, Qt::Key_F8, Qt::ShiftModifier);
    EXPECT_EQ(m_window.comparison()->relation(), first);
    QTest::keyClick(&m_window, Qt::Key_D);
    EXPECT_EQ(m_window.comparison()->direction(), Side::Server);
    QTest::keyClick(&m_window, Qt::Key_L, Qt::ControlModifier);
    EXPECT_EQ(m_window.compareView()->charts()->shown(), CompareCharts::Shown::LadderOnly);
}

TEST_F(CompareWindowTest, ASelectedPacketIsJoinedWithItsTwin)
{
    compare();
    m_window.comparison()->selectRelation(relationOf(Relation::Same));
    const std::vector<TwinLine> lines = selectedLines();
    ASSERT_FALSE(lines.empty());
    const QLineF line = lines.front().line;
    const QRect above = charts().chart(Side::Client)->plotArea(0).pixels;
    EXPECT_TRUE(QRectF(above).contains(line.p1()));
    EXPECT_GT(line.y2(), charts().chart(Side::Client)->height()); // in the other chart
    EXPECT_GT(line.x2(), line.x1());                              // it took its time
}

TEST_F(CompareWindowTest, ALostPacketsLineEndsAtTheBorderOfTheOtherChart)
{
    compare();
    m_window.comparison()->selectRelation(relationOf(Relation::Lost));
    const std::vector<TwinLine> lines = selectedLines();
    ASSERT_FALSE(lines.empty());
    const TwinLine& lost = lines.back();
    EXPECT_EQ(lost.arrow.kind, Relation::Lost);
    const QPoint below
        = charts().chart(Side::Server)->mapTo(&charts(), charts().chart(Side::Server)->plotArea(0).pixels.topLeft());
    const int border = below.y() - charts().chart(Side::Client)->mapTo(&charts(), QPoint()).y();
    EXPECT_NEAR(lost.line.y2(), border, 6);
}

TEST_F(CompareWindowTest, LinesOfAllPacketsComeWithZoomingIn)
{
    compare();
    m_window.comparison()->selectRelation(std::nullopt);
    charts().timeWindow()->showAll();
    const size_t relations = m_window.comparison()->details()->relations().size();
    const size_t all = charts().twinLines().size();
    EXPECT_TRUE(all == relations || all <= mostTwinLines);
    zoomIn();
    const std::vector<TwinLine> few = charts().twinLines();
    EXPECT_FALSE(few.empty());
    EXPECT_LT(few.size(), relations);
}

TEST_F(CompareWindowTest, LinesAreInThePictureOfTheWindow)
{
    compare();
    m_window.comparison()->selectRelation(std::nullopt);
    zoomIn();
    const QImage with = charts().grab().toImage();
    charts().chart(Side::Client)->setOverlay({});
    charts().chart(Side::Server)->setOverlay({});
    EXPECT_NE(charts().grab().toImage(), with);
}

TEST_F(CompareWindowTest, TheDelayOfBothDirectionsStandsBetweenTheCharts)
{
    compare();
    const Duration begin = charts().timeWindow()->begin();
    EXPECT_FALSE(charts().delayChart()->isVisible());
    QTest::keyClick(&m_window, Qt::Key_Y);
    ASSERT_TRUE(charts().delayChart()->isVisible());
    const ChartData& delay = charts().delayChart()->charts().front();
    EXPECT_TRUE(findSeries(delay.series, "delay-to-server"));
    EXPECT_TRUE(findSeries(delay.series, "delay-to-client"));
    EXPECT_TRUE(findSeries(delay.series, "clock-bound"));
    EXPECT_EQ(charts().timeWindow()->begin(), begin); // what was in sight stays
    EXPECT_LT(charts().chart(Side::Client)->y(), charts().delayChart()->y());
    EXPECT_LT(charts().delayChart()->y(), charts().chart(Side::Server)->y());
    EXPECT_LT(charts().delayChart()->height(), charts().chart(Side::Client)->height());
    QTest::keyClick(&m_window, Qt::Key_Y);
    EXPECT_FALSE(charts().delayChart()->isVisible());
}

TEST_F(CompareWindowTest, APacketOfTheDelayChartSelectsItselfEverywhere)
{
    compare();
    QTest::keyClick(&m_window, Qt::Key_Y);
    const ChartData& delay = charts().delayChart()->charts().front();
    const ChartPoint point = findSeries(delay.series, "delay-to-server")->points->at(10);
    charts().timeWindow()->show(point.time - std::chrono::milliseconds(5), point.time + std::chrono::milliseconds(5));
    const PlotArea area = charts().delayChart()->plotArea(0);
    QTest::mouseClick(charts().delayChart(), Qt::LeftButton, {}, area.point(point.time, point.high).toPoint());
    EXPECT_EQ(charts().chart(Side::Client)->selectedPacket(), point.frame);
    EXPECT_EQ(charts().delayChart()->selectedPacket(), point.frame);
}

TEST_F(CompareWindowTest, BothCapturesCanBeLaidUponEachOther)
{
    compare();
    const Duration begin = charts().timeWindow()->begin();
    QTest::keyClick(&m_window, Qt::Key_V);
    EXPECT_FALSE(charts().chart(Side::Server)->isVisible());
    const std::vector<Series>& series = charts().chart(Side::Client)->charts().front().series;
    EXPECT_TRUE(findSeries(series, "server's capture-new-data"));
    EXPECT_TRUE(findSeries(series, "new-data"));
    EXPECT_EQ(charts().timeWindow()->begin(), begin);
    EXPECT_TRUE(charts().twinLines().empty());
    QTest::keyClick(&m_window, Qt::Key_V);
    EXPECT_TRUE(charts().chart(Side::Server)->isVisible());
    EXPECT_FALSE(charts().twinLines().empty());
}

TEST_F(CompareWindowTest, OtherThresholdsKeepTheComparisonOnTheScreen)
{
    open(client().toStdString());
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.compareWith(server());
    ASSERT_TRUE(compared.wait(patience));
    m_window.setThresholds({.idle = std::chrono::hours(2)});
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.isComparing());
    EXPECT_EQ(m_window.comparison()->open().comparison->settings.idle, Duration(std::chrono::hours(2)));
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.leaveComparison();
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(m_window.choices().diagnosis.idle, Duration(std::chrono::hours(2)));
    EXPECT_FALSE(m_window.isComparing());
}

TEST_F(CompareWindowTest, SidesCanBeSwappedAndSwappedBack)
{
    compare();
    chooseAndWait(QStringLiteral("Swap the sides"));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("server.pcap \u21c4")));
    chooseAndWait(QStringLiteral("Swap the sides"));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("client.pcapng \u21c4")));
}

TEST_F(CompareWindowTest, CapturesCanBeSaidToHaveRunOn)
{
    compare();
    chooseAndWait(QStringLiteral("still running"));
    EXPECT_TRUE(m_window.comparison()->options().stillRunning);
}

TEST_F(CompareWindowTest, AFileThatCannotBeReadLeavesTheStart)
{
    QSignalSpy failed(m_window.comparison(), &ComparisonSession::failed);
    m_window.compareFiles(client(), QStringLiteral("/there/is/no/such.pcap"));
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("such.pcap")));
}

TEST_F(CompareWindowTest, CancelStopsTheComparison)
{
    m_window.compareFiles(client(), server());
    EXPECT_TRUE(m_window.loadingBar()->isVisible());
    QTest::mouseClick(m_window.loadingBar()->cancelButton(), Qt::LeftButton);
    EXPECT_FALSE(m_window.comparison()->isBusy());
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
}

TEST_F(CompareWindowTest, AnotherCaptureTakesThePlaceOfTheComparison)
{
    compare();
    openSample();
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_FALSE(m_window.comparison()->isOpen());
}

TEST_F(CompareWindowTest, TheComparisonIsSavedAsAPicture)
{
    compare();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("sides.png"));
    ASSERT_TRUE(m_window.saveComparison(file));
    const QImage picture(file);
    EXPECT_EQ(picture.size(), QSize(3200, 2000));
    EXPECT_TRUE(picture.text(QStringLiteral("Findings")).contains(QStringLiteral("58,313")));
    EXPECT_FALSE(m_window.saveComparison(QStringLiteral("/there/is/no/such/sides.png")));
}

TEST_F(CompareWindowTest, TheSavedPictureShowsWhatIsOnTheScreen)
{
    compare();
    zoomIn();
    m_window.comparison()->setDirection(Side::Server);
    m_window.compareView()->setShown(ShownPanes::Charts);
    charts().showDelay(true);
    charts().overlay(true);
    charts().ladder()->setFoldsSilence(false);
    charts().ladder()->swapClock();
    const ComparisonImageRequest request = charts().imageRequest();
    EXPECT_EQ(request.span.begin, charts().timeWindow()->begin());
    EXPECT_EQ(request.span.end, charts().timeWindow()->end());
    EXPECT_EQ(request.direction, Side::Server);
    EXPECT_EQ(request.panes, ShownPanes::Charts);
    EXPECT_TRUE(request.hasDelay);
    EXPECT_TRUE(request.isOverlaid);
    EXPECT_FALSE(request.foldsSilence);
    EXPECT_EQ(request.clock, charts().ladder()->clock());
    EXPECT_TRUE(request.clock.has_value());
}

TEST_F(CompareWindowTest, TwoRangesOfTimeAreTwoPictures)
{
    compare();
    const QTemporaryDir folder;
    const QString whole = folder.filePath(QStringLiteral("whole.png"));
    const QString zoomed = folder.filePath(QStringLiteral("zoomed.png"));
    ASSERT_TRUE(m_window.saveComparison(whole));
    zoomIn();
    ASSERT_TRUE(m_window.saveComparison(zoomed));
    EXPECT_NE(QImage(whole), QImage(zoomed));
}

TEST_F(CompareWindowTest, TheMenuOfAFindingOffersItsPicture)
{
    compare();
    QSignalSpy requested(m_window.compareView(), &CompareView::findingPictureRequested);
    m_window.compareView()->disconnect(&m_window); // the dialog would wait for an answer
    FindingList* findings = m_window.compareView()->findings();
    const StepRow* row = findings->rows().at(1);
    const QPoint place = row->mapTo(findings, row->rect().center());
    QWidget* under = findings->childAt(place);
    QContextMenuEvent event(QContextMenuEvent::Mouse, under->mapFrom(findings, place), findings->mapToGlobal(place));
    QApplication::sendEvent(under, &event);
    auto* menu = m_window.compareView()->findChild<QMenu*>();
    ASSERT_TRUE(menu);
    for (QAction* action : menu->actions()) {
        if (action->text().contains(QStringLiteral("Picture")))
            action->trigger();
    }
    ASSERT_EQ(requested.size(), 1);
    EXPECT_EQ(requested.front().front().toInt(), 2);
}

TEST_F(CompareWindowTest, OneFindingIsSavedAsAPicture)
{
    compare();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("finding.png"));
    ExportChoice choice;
    choice.finding = 2;
    ASSERT_TRUE(m_window.saveComparison(file, choice));
    const std::string& text = m_window.comparison()->details()->pair().findings[1].text;
    EXPECT_EQ(QImage(file).text(QStringLiteral("Findings")), toQString(text));
    choice.finding = 99;
    EXPECT_FALSE(m_window.saveComparison(file, choice));
}

TEST_F(CompareWindowTest, TheDialogOffersFindings)
{
    ExportDialog dialog(ExportChoice(), &m_window);
    EXPECT_FALSE(dialog.choice().finding);
    dialog.offerFindings({QStringLiteral("lost"), QStringLiteral("forged")}, 2);
    EXPECT_EQ(dialog.choice().finding, 2);
    dialog.offerFindings({QStringLiteral("lost"), QStringLiteral("forged")}, std::nullopt);
    EXPECT_FALSE(dialog.choice().finding);
}

TEST_F(CompareWindowTest, TheSavedPictureCanMaskAddresses)
{
    compare();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("sides.png"));
    ExportChoice choice;
    choice.masksAddresses = true;
    ASSERT_TRUE(m_window.saveComparison(file, choice));
    EXPECT_TRUE(QImage(file).text(QStringLiteral("Source")).contains(QStringLiteral("Connection A:")));
}

TEST_F(CompareWindowTest, EveryTextCanBeReadInTheDark)
{
    m_window.setTheme(ThemeChoice::Dark);
    compare();
    for (const QLabel* label : m_window.compareView()->findChildren<QLabel*>()) {
        if (label->isVisible()) {
            const QPalette& palette = label->palette();
            EXPECT_GE(contrastRatio(palette.color(QPalette::WindowText), palette.color(QPalette::Window)), 4.5)
                << label->text().toStdString();
        }
    }
    m_window.setTheme(ThemeChoice::Light);
}

TEST_F(CompareWindowTest, TheWindowFitsOnASmallScreen)
{
    compare();
    EXPECT_LE(m_window.minimumSizeHint().width(), 1024);
    EXPECT_LE(m_window.minimumSizeHint().height(), 720);
}

TEST_F(CompareWindowTest, TwoConnectionsCanBePairedByHand)
{
    compare();
    const PairDialog dialog(m_window.comparison()->open());
    EXPECT_EQ(dialog.box(Side::Client)->count(), 1);
    EXPECT_EQ(dialog.chosen(), std::pair(ConnectionId(0), ConnectionId(0)));
}

TEST_F(CompareWindowTest, AShownPairCanBePartedAndComparedAllTheSame)
{
    compare();
    chooseAndWait(QStringLiteral("Part the two connections"));
    EXPECT_TRUE(m_window.comparison()->open().comparison->pairs.empty());
    EXPECT_EQ(m_window.compareView()->pairs()->model()->rowCount(), 1);
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.compareView()->pairs()->setCurrentIndex(m_window.compareView()->pairs()->model()->index(0, 0));
    m_window.compareView()->pairs()->actions().front()->trigger();
    ASSERT_TRUE(compared.wait(patience));
    ASSERT_TRUE(m_window.comparison()->details());
    EXPECT_TRUE(m_window.comparison()->details()->pair().isByHand);
}

TEST_F(CompareWindowTest, WhatWasSetIsUsedAgainForTheSameTwoCaptures)
{
    compare();
    chooseAndWait(QStringLiteral("still running"));
    openSample();
    ASSERT_FALSE(m_window.comparison()->isOpen());
    compare();
    EXPECT_TRUE(m_window.comparison()->options().stillRunning);
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("is used again")));
    chooseAndWait(QStringLiteral("Forget what was set"));
    EXPECT_FALSE(m_window.comparison()->options().stillRunning);
    compare();
    EXPECT_FALSE(m_window.comparison()->options().stillRunning);
}

TEST_F(CompareWindowTest, APairMadeByHandIsKnownInTheOtherOrderOfTheFiles)
{
    compare();
    chooseAndWait(QStringLiteral("Part the two connections"));
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.compareFiles(server(), client());
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.comparison()->open().comparison->pairs.empty());
}

TEST_F(CompareWindowTest, AComparisonThatWasLeftIsAsItWas)
{
    openSample();
    compare();
    m_window.comparison()->selectRelation(relationOf(Relation::Lost));
    zoomIn();
    const Duration begin = charts().timeWindow()->begin();
    m_window.leaveComparison();
    ASSERT_FALSE(m_window.isComparing());
    QTest::keyClick(&m_window, Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_TRUE(m_window.isComparing());
    EXPECT_EQ(m_window.comparison()->relation(), relationOf(Relation::Lost));
    EXPECT_EQ(charts().timeWindow()->begin(), begin);
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("client.pcapng \u21c4")));
}

TEST_F(CompareWindowTest, FilesOfOneNameAreToldApartByTheirFolders)
{
    const QTemporaryDir folder;
    for (const auto& [name, file] :
        {std::pair(QStringLiteral("near"), client()), std::pair(QStringLiteral("far"), server())}) {
        QDir(folder.path()).mkdir(name);
        ASSERT_TRUE(QFile::copy(file, folder.filePath(name + QStringLiteral("/same.pcap"))));
    }
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.compareFiles(
        folder.filePath(QStringLiteral("near/same.pcap")), folder.filePath(QStringLiteral("far/same.pcap")));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("near/same.pcap \u21c4 far/same.pcap")));
    const QString counts = m_window.compareView()->whereBar()->button(ComparePlace::ServerHost)->counts();
    EXPECT_TRUE(counts.startsWith(QStringLiteral("far/same.pcap"))) << counts.toStdString();
}

TEST_F(CompareWindowTest, PShowsThePacketsOfBothCaptures)
{
    compare();
    QTest::keyClick(&m_window, Qt::Key_P);
    EXPECT_TRUE(m_window.compareView()->differences()->arePacketsShown());
    QTest::keyClick(&m_window, Qt::Key_P);
    EXPECT_FALSE(m_window.compareView()->differences()->arePacketsShown());
}

} // namespace
} // namespace whyrst
