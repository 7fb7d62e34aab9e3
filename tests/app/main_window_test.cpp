#include "app/main_window.h"

#include "model/document/document_text.h"
#include "tests/support/growing_pipe.h"
#include "tests/support/open_trace_maker.h"
#include "tests/support/packet_bytes.h"
#include "views/capture_dialog.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/compare/compare_view.h"
#include "views/compare/difference_pane.h"
#include "views/compare/pair_dialog.h"
#include "views/connection_list.h"
#include "views/filter_box.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/packet_table.h"
#include "views/reset_list.h"
#include "views/statistics_dialog.h"
#include "views/step_row.h"
#include "views/why_panel.h"
#include "views/workspace.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

constexpr int patience = 60000; // ms; a busy machine is no failure

/// A window as a person has it after opening a capture.
class MainWindowTest : public testing::Test
{
protected:
    MainWindowTest()
    {
        m_window.resize(1280, 720);
        m_window.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&m_window));
    }

    void open(const std::string& file)
    {
        QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
        m_window.openFile(QString::fromStdString(file));
        ASSERT_TRUE(loaded.wait(patience));
    }

    void openSample() { open(test::samplePath()); }

    const WorkspacePanes& panes() const { return m_window.workspace()->panes(); }
    const Session& session() { return *m_window.session(); }

    /// Packet of the selected row of the packet table; 0 without one.
    uint32_t selectedRowsFrame() const
    {
        return panes().packets->currentIndex().data(PacketTableModel::FrameRole).toUInt();
    }

    MainWindow m_window;
};

TEST_F(MainWindowTest, TheBuiltInSampleOpensOnItsReset)
{
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.openSample();
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(panes().resets->resets()->rowCount(), 1);
    EXPECT_EQ(panes().resets->selected(), 0U);
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("upload-stalls.pcapng")));
}

TEST_F(MainWindowTest, ShowsTheChainOfTheSelectedReset)
{
    openSample();
    EXPECT_GE(panes().why->steps().size(), 6U);
    EXPECT_GE(panes().charts->charts().size(), 3U);
}

TEST_F(MainWindowTest, AClickOnTheFirstStepSelectsTheFirstSendEverywhere)
{
    openSample();
    StepRow* first = panes().why->steps().front();
    QTest::mouseClick(first, Qt::LeftButton, {}, QPoint(3, 3));
    const EvidenceStep& step = session().diagnosis()->chain.front();
    EXPECT_EQ(step.role, Role::FirstSend);
    EXPECT_EQ(session().packet(), *step.frame);
    EXPECT_EQ(selectedRowsFrame(), step.frame->value);
    EXPECT_EQ(panes().charts->selectedPacket(), *step.frame);
    EXPECT_TRUE(first->isSelected());
}

TEST_F(MainWindowTest, APacketOfTheTableIsSelectedOnChartsAndInThePanel)
{
    openSample();
    const PacketNumber frame = *session().diagnosis()->chain[1].frame;
    const int row = panes().packets->packets()->rowOf(frame);
    panes().packets->setCurrentIndex(panes().packets->packets()->index(row, 0));
    EXPECT_EQ(panes().charts->selectedPacket(), frame);
    EXPECT_TRUE(panes().why->steps()[1]->isSelected());
}

TEST_F(MainWindowTest, WhatTheUserKnowsBetterIsReadAgain)
{
    openSample();
    const Endpoint client = session().connection()->client;
    LoadChoices choices;
    choices.vantage = VantagePlace::Server;
    choices.keepDuplicates = true;
    choices.swapped = {ConnectionId(0)};
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.reopen(choices);
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(session().connection()->server, client);
    EXPECT_STREQ(session().details()->diagnosis.vantage.reason, "as you said");
    EXPECT_EQ(m_window.choices(), choices);
    openSample(); // another time without any of it
    EXPECT_EQ(session().connection()->client, client);
    EXPECT_EQ(m_window.choices(), LoadChoices());
}

TEST_F(MainWindowTest, StatisticsOfTheConnectionAreShownAndCopied)
{
    openSample();
    QTest::keyClick(&m_window, Qt::Key_I, Qt::ControlModifier);
    auto* dialog = m_window.findChild<StatisticsDialog*>();
    ASSERT_TRUE(dialog);
    EXPECT_TRUE(dialog->isVisible());
    const QModelIndex packets = dialog->table()->model()->index(0, StatisticsTableModel::Client);
    EXPECT_EQ(packets.data().toUInt(), session().connection()->flow(Side::Client).size());
    QTest::keyClick(dialog->table(), Qt::Key_C, Qt::ControlModifier);
    const QString copied = QApplication::clipboard()->text();
    EXPECT_TRUE(copied.contains(QStringLiteral("total packets\t%1\t").arg(packets.data().toString())));
    EXPECT_TRUE(copied.contains(QStringLiteral("sdv retr time")));
}

TEST_F(MainWindowTest, ExportWritesAPictureOfTheAskedSize)
{
    openSample();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("why.png"));
    ASSERT_TRUE(m_window.saveCharts(file, {QSize(900, 600), 2, ChartTheme::Light}));
    const QImage picture(file);
    EXPECT_EQ(picture.size(), QSize(1800, 1200));
    const QImage small = picture.scaled(60, 40).convertToFormat(QImage::Format_Indexed8);
    EXPECT_GT(small.colorCount(), 5); // not blank
}

TEST_F(MainWindowTest, ExportSaysWhenItCannotWrite)
{
    openSample();
    EXPECT_FALSE(m_window.saveCharts(QStringLiteral("/there/is/no/such/why.png"), {}));
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("why.png")));
}

TEST_F(MainWindowTest, TheFilterBoxHidesConnections)
{
    open(test::labPath("idle-timeout.box-cohort--1/client.pcap"));
    const size_t all = panes().connections->shownConnections().size();
    const uint16_t port = session().connection()->client.port;
    QTest::keyClicks(panes().connections->filterBox(), QStringLiteral("port:%1").arg(port));
    EXPECT_GT(all, 1U);
    EXPECT_EQ(panes().connections->shownConnections().size(), 1U);
}

TEST_F(MainWindowTest, NGoesToTheNextReset)
{
    open(test::labPath("idle-timeout.box-cohort--1/client.pcap"));
    ASSERT_GT(session().openTrace().diagnosis->headlines.size(), 1U);
    const ConnectionId before = session().connection()->id;
    QTest::keyClick(&m_window, Qt::Key_N);
    EXPECT_NE(session().connection()->id, before);
    QTest::keyClick(&m_window, Qt::Key_N, Qt::ShiftModifier);
    EXPECT_EQ(session().connection()->id, before);
}

TEST_F(MainWindowTest, DSwapsTheDirection)
{
    openSample();
    const Side before = session().direction();
    QTest::keyClick(&m_window, Qt::Key_D);
    EXPECT_EQ(session().direction(), otherSide(before));
}

TEST_F(MainWindowTest, ABadFileGivesOneSentenceAndKeepsWhatIsOpen)
{
    openSample();
    const test::TemporaryFile bad(test::textBytes("this is no capture at all"));
    QSignalSpy failed(m_window.loader(), &TraceLoader::failed);
    m_window.openFile(QString::fromStdString(bad.path()));
    ASSERT_TRUE(failed.wait(patience));
    const QString sentence = m_window.messageBar()->message();
    EXPECT_TRUE(sentence.endsWith(QLatin1Char('.')));
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("upload-stalls.pcapng")));
    EXPECT_FALSE(panes().why->steps().empty());
}

TEST_F(MainWindowTest, CancelShowsWhatWasRead)
{
    const test::Bytes frame = test::ethernetFrame({});
    test::PcapFile capture;
    for (int packet = 0; packet < 200'000; ++packet)
        capture.packet(packet * std::chrono::microseconds(1), frame);
    const test::TemporaryFile file(capture.bytes());
    QSignalSpy cancelled(m_window.loader(), &TraceLoader::cancelled);
    m_window.openFile(QString::fromStdString(file.path()));
    QTest::mouseClick(m_window.loadingBar()->cancelButton(), Qt::LeftButton);
    ASSERT_TRUE(cancelled.wait(patience));
    EXPECT_TRUE(session().isOpen());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("cancelled")));
}

TEST_F(MainWindowTest, SeveralFilesOpenAsOneTraceAndSaySo)
{
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    const QString sample = QString::fromStdString(test::samplePath());
    m_window.open({{sample, sample}});
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(session().openTrace().trace->capture.packets, 2 * 587U);
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("2 files are shown as one trace")));
}

/// A window that shows what comes out of a pipe.
class GrowingWindowTest : public MainWindowTest
{
protected:
    GrowingWindowTest()
    {
        QSignalSpy grown(m_window.loader(), &TraceLoader::grown);
        m_window.open({{QString::fromStdString(m_pipe.path())}});
        m_pipe.write(m_capture.begin);
        EXPECT_TRUE(grown.wait(patience));
    }

    void sendRest()
    {
        QSignalSpy grown(m_window.loader(), &TraceLoader::grown);
        m_pipe.write(m_capture.rest);
        ASSERT_TRUE(grown.wait(patience));
    }

    void finish()
    {
        QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
        m_pipe.write(m_capture.rest);
        m_pipe.close();
        ASSERT_TRUE(loaded.wait(patience));
    }

    const test::CutCapture m_capture{test::labPath("idle-timeout.box-cohort--1/client.pcap"), 30};
    test::GrowingPipe m_pipe;
};

TEST_F(GrowingWindowTest, ShowsConnectionsBeforeTheEnd)
{
    EXPECT_GT(panes().connections->shownConnections().size(), 1U);
    EXPECT_GT(panes().packets->packets()->rowCount(), 0);
    EXPECT_TRUE(m_window.loadingBar()->isVisible());
    EXPECT_EQ(m_window.loadingBar()->cancelButton()->text(), QStringLiteral("Stop"));
}

TEST_F(GrowingWindowTest, CountsPacketsAndConnections)
{
    QTest::qWait(100);
    EXPECT_TRUE(m_window.loadingBar()->text().contains(QStringLiteral("30 packets")));
    EXPECT_FALSE(m_window.loadingBar()->text().contains(QStringLiteral(" 0 connections")));
}

TEST_F(GrowingWindowTest, KeepsSelectionFilterSortAndFocus)
{
    ConnectionList* list = panes().connections;
    list->table()->sortByColumn(ConnectionTableModel::Start, Qt::DescendingOrder);
    const QString filter = QStringLiteral("port:%1").arg(session().connection()->server.port);
    list->filterBox()->setText(filter);
    const size_t shown = list->shownConnections().size();
    panes().packets->setFocus();
    m_window.session()->selectConnection(ConnectionId(1));
    m_window.session()->selectPacket(session().connection()->firstFrame);
    const PacketNumber packet = session().packet();
    finish();
    EXPECT_EQ(list->filterBox()->text(), filter);
    EXPECT_EQ(list->shownConnections().size(), shown);
    EXPECT_EQ(list->table()->currentIndex().data(ConnectionTableModel::ConnectionRole).toUInt(), 1U);
    EXPECT_EQ(selectedRowsFrame(), packet.value);
    EXPECT_EQ(panes().charts->selectedPacket(), packet);
    EXPECT_TRUE(panes().packets->hasFocus());
}

TEST_F(GrowingWindowTest, ChartsFollowWhenTheyShowedEverything)
{
    m_window.session()->selectConnection(ConnectionId(1));
    panes().charts->showAll();
    finish();
    const TimeWindow* window = panes().charts->timeWindow();
    EXPECT_GT(window->length(), std::chrono::seconds(100)); // the reset comes so late
    EXPECT_EQ(window->end(), window->highest());
}

TEST_F(GrowingWindowTest, ChartsKeepTheirZoom)
{
    using std::chrono::milliseconds;
    m_window.session()->selectConnection(ConnectionId(1));
    panes().charts->showSpan(milliseconds(0), milliseconds(1));
    const Duration begin = panes().charts->timeWindow()->begin();
    const Duration end = panes().charts->timeWindow()->end();
    finish();
    EXPECT_EQ(panes().charts->timeWindow()->begin(), begin);
    EXPECT_EQ(panes().charts->timeWindow()->end(), end);
}

TEST_F(GrowingWindowTest, TheTitleNamesWhatIsRead)
{
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("capture")));
}

TEST_F(GrowingWindowTest, StopLeavesWhatAFileWouldShow)
{
    sendRest();
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    QTest::mouseClick(m_window.loadingBar()->cancelButton(), Qt::LeftButton);
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
    EXPECT_EQ(panes().resets->selected(), 0U);
    EXPECT_FALSE(panes().why->steps().empty());
}

TEST_F(GrowingWindowTest, CloseForgetsWhatIsComing)
{
    m_window.closeTrace();
    EXPECT_FALSE(m_window.loader()->isLoading());
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
    EXPECT_FALSE(session().isOpen());
}

TEST(CaptureDialogTest, ListsInterfacesWithAddressesAndStartsOnlyWithAUsableFilter)
{
    const CaptureInterface lan{"lan0", "wired", {"192.0.2.7"}, true, false};
    const CaptureInterface off{"off0", "", {}, false, false};
    const CaptureDialog dialog(std::vector<CaptureInterface>{off, lan});
    EXPECT_EQ(dialog.chosenInterface(), QStringLiteral("lan0"));
    EXPECT_EQ(dialog.list()->topLevelItem(0)->text(1), QStringLiteral("192.0.2.7"));
    EXPECT_TRUE(dialog.startButton()->isEnabled());
    dialog.filterBox()->line()->setText(QStringLiteral("port and"));
    EXPECT_FALSE(dialog.startButton()->isEnabled());
    EXPECT_TRUE(dialog.filterBox()->problem().contains(QStringLiteral("syntax error")));
    dialog.filterBox()->line()->setText(QStringLiteral("port 443"));
    EXPECT_TRUE(dialog.startButton()->isEnabled());
}

TEST(CaptureDialogTest, SaysWhatToDoWhenNothingMayBeCaptured)
{
    const CaptureDialog dialog(std::vector<CaptureInterface>{});
    EXPECT_FALSE(dialog.startButton()->isEnabled());
    EXPECT_TRUE(dialog.problem().contains(QStringLiteral("setcap")));
}

TEST_F(MainWindowTest, ADroppedFileOpens)
{
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(test::samplePath()))});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&m_window, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&m_window, &drop);
    EXPECT_TRUE(loaded.wait(patience));
}

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

TEST_F(MainWindowTest, GoToBoxSelectsAPacket)
{
    openSample();
    QTest::keyClicks(m_window.goToBox(), QStringLiteral("#1"));
    QTest::keyClick(m_window.goToBox(), Qt::Key_Return);
    EXPECT_EQ(selectedRowsFrame(), 1U);
}

TEST_F(MainWindowTest, TheAnswerCanBeCopiedAsText)
{
    openSample();
    panes().why->copyReport();
    const QString text = QApplication::clipboard()->text();
    EXPECT_TRUE(text.contains(toQString(causeName(session().diagnosis()->cause))));
}

TEST_F(MainWindowTest, TheAnswerIsReadFromItsBeginning)
{
    openSample();
    QTest::qWait(50);
    const StepRow* first = panes().why->steps().front();
    EXPECT_FALSE(first->visibleRegion().isEmpty());
}

TEST_F(MainWindowTest, ClosingForgetsTheTrace)
{
    openSample();
    m_window.closeTrace();
    EXPECT_TRUE(panes().why->steps().empty());
    EXPECT_EQ(panes().packets->packets()->rowCount(), 0);
    EXPECT_TRUE(panes().charts->charts().empty());
}

TEST_F(MainWindowTest, DarkAndLightDrawTheSamePanes)
{
    openSample();
    m_window.setTheme(ThemeChoice::Dark);
    EXPECT_EQ(panes().charts->theme(), ChartTheme::Dark);
    m_window.setTheme(ThemeChoice::Light);
    EXPECT_EQ(panes().charts->theme(), ChartTheme::Light);
    EXPECT_FALSE(panes().why->steps().empty());
}

} // namespace
} // namespace whyrst
