#include "tests/app/main_window_fixture.h"

#include "model/document/document_text.h"
#include "tests/support/packet_bytes.h"
#include "views/charts/chart_stack.h"
#include "views/connection_list.h"
#include "views/connection_timeline.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/plain_label.h"
#include "views/reset_list.h"
#include "views/statistics_dialog.h"
#include "views/step_row.h"
#include "views/why_panel.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeWidget>

namespace whyrst {
namespace {

using test::MainWindowTest;
using test::patience;

TEST_F(MainWindowTest, TheBuiltInSampleOpensOnItsReset)
{
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.openSample();
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(panes().resets->resets()->rowCount(), 1);
    EXPECT_EQ(panes().resets->selected(), 0U);
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("upload-stalls.pcapng")));
}

TEST(MainWindow, LeavesNothingBehindUnlessTheSampleIsOpened)
{
    const QTemporaryDir folder;
    const QByteArray before = qgetenv("TMPDIR");
    qputenv("TMPDIR", folder.path().toLocal8Bit());
    const MainWindow window;
    EXPECT_TRUE(QDir(folder.path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
    before.isEmpty() ? qunsetenv("TMPDIR") : qputenv("TMPDIR", before);
}

TEST_F(MainWindowTest, ShowsTheChainOfTheSelectedReset)
{
    openSample();
    EXPECT_GE(panes().why->steps().size(), 6U);
    EXPECT_GE(panes().charts->charts().size(), 3U);
}

TEST_F(MainWindowTest, StepsHaveTheTimesOfTheChartsAndThePacketTable)
{
    open(test::labPath("idle-timeout.box-cohort--1/client.pcap"));
    m_window.session()->selectHeadline(1);
    const Timestamp zero = session().connection()->firstTime;
    ASSERT_NE(zero, session().openTrace().trace->capture.firstTime);
    const EvidenceStep& step = session().diagnosis()->chain.front();
    const QString text = panes().why->steps().front()->findChild<PlainLabel*>()->plainText();
    const QString time = toQString(plainSeconds(step.time - zero, 3));
    EXPECT_TRUE(text.contains(time + QStringLiteral(" s")) || text.contains(time + QStringLiteral("\u2013")))
        << text.toStdString();
}

TEST_F(MainWindowTest, TabGoesOnInReadingOrder)
{
    openSample();
    panes().connections->table()->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    EXPECT_TRUE(panes().timeline->hasFocus());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    EXPECT_TRUE(panes().charts->hasFocus());
    panes().why->steps().front()->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    EXPECT_TRUE(panes().why->steps()[1]->hasFocus());
    panes().why->steps().back()->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    const auto isInAnswer = [](const QWidget* widget) {
        return qobject_cast<const PlainLabel*>(widget) || qobject_cast<const QToolButton*>(widget);
    };
    int above = panes().why->steps().back()->y();
    while (isInAnswer(QApplication::focusWidget())) { // packet numbers, and the conditions of other causes
        EXPECT_GE(QApplication::focusWidget()->y(), above);
        above = QApplication::focusWidget()->y();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    const auto* button = qobject_cast<QPushButton*>(QApplication::focusWidget());
    ASSERT_NE(button, nullptr);
    EXPECT_EQ(button->text(), QStringLiteral("Copy text"));
}

TEST_F(MainWindowTest, TheAnswerComparesTheResetWithItsHostAndSaysHowToProveTheCause)
{
    openSample();
    QString text;
    for (const QLabel* label : panes().why->findChildren<QLabel*>())
        text += label->text() + QLatin1Char('\n');
    EXPECT_TRUE(text.contains(QStringLiteral("Time to live\nfits: 128; host: 128 in 306 packets")))
        << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("nstat -az TcpExtTCPOFOQueue"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("Exact number, accepted."))) << text.toStdString();
}

TEST_F(MainWindowTest, WhyTheOtherCausesLostIsUnfoldedOnDemand)
{
    const auto shown = [&] {
        QString text;
        for (const QLabel* label : panes().why->findChildren<QLabel*>())
            text += label->isVisibleTo(panes().why) ? label->text() + QLatin1Char('\n') : QString();
        const QString others = text.mid(text.indexOf(QStringLiteral("Other causes")));
        return others.left(others.indexOf(QStringLiteral("Measured")));
    };
    openSample();
    EXPECT_FALSE(shown().contains(QStringLiteral("(not met)"))) << shown().toStdString();
    auto* button = panes().why->findChild<QToolButton*>(QStringLiteral("otherConditions"));
    ASSERT_NE(button, nullptr);
    QTest::mouseClick(button, Qt::LeftButton);
    EXPECT_TRUE(shown().contains(QStringLiteral("(not met)"))) << shown().toStdString();
    panes().why->rebuild();
    EXPECT_TRUE(shown().contains(QStringLiteral("(not met)"))) << "it stays open";
}

TEST_F(MainWindowTest, TheAnswerFitsANarrowPanel)
{
    constexpr int narrow = 330; // pixels: the panel of a window of 1280
    openSample();
    const QScrollArea* area = panes().why->findChild<QScrollArea*>();
    ASSERT_NE(area, nullptr);
    EXPECT_LE(area->widget()->minimumSizeHint().width(), narrow);
}

TEST_F(MainWindowTest, WithoutAResetTheAnswerPointsToTheFindings)
{
    open(test::labPath("control.lossy-recovers--1/client.pcap"));
    QString text;
    for (const QLabel* label : panes().why->findChildren<QLabel*>())
        text += label->text();
    EXPECT_TRUE(text.contains(QStringLiteral("No reset"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("findings (E)"))) << text.toStdString();
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
    choices.diagnosis.vantage = VantagePlace::Server;
    choices.keepDuplicates = true;
    choices.swapped = {ConnectionId(0)};
    choices.windowScales = {{ConnectionId(0), Side::Server, 5}};
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.reopen(choices);
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(session().connection()->server, client);
    EXPECT_EQ(session().connection()->flow(Side::Server).rare->givenWindowScale, 5);
    EXPECT_STREQ(session().details()->diagnosis.vantage.reason, "as you said");
    EXPECT_EQ(m_window.choices(), choices);
    openSample(); // another time without any of it
    EXPECT_EQ(session().connection()->client, client);
    EXPECT_EQ(m_window.choices(), LoadChoices());
}

TEST_F(MainWindowTest, AnotherThresholdDiagnosesAnewAndStaysForTheSession)
{
    const std::string idle = test::labPath("idle-timeout.server-resets--1/client.pcap");
    open(idle);
    ASSERT_TRUE(session().diagnosis());
    EXPECT_EQ(session().diagnosis()->cause, CauseId::IdleTimeout);
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.setThresholds({.idle = std::chrono::hours(2)});
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_NE(session().diagnosis()->cause, CauseId::IdleTimeout);
    open(idle);
    EXPECT_NE(session().diagnosis()->cause, CauseId::IdleTimeout);
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
    EXPECT_EQ(dialog->handshake()->topLevelItem(0)->text(1), QStringLiteral("#1"));
    QTest::keyClick(dialog->table(), Qt::Key_C, Qt::ControlModifier);
    const QString copied = QApplication::clipboard()->text();
    EXPECT_TRUE(copied.contains(QStringLiteral("total packets\t%1\t").arg(packets.data().toString())));
    EXPECT_TRUE(copied.contains(QStringLiteral("sdv retr time")));
    EXPECT_TRUE(copied.startsWith(QStringLiteral("Packet\t#1\t#2\t"))) << copied.toStdString();
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

TEST_F(MainWindowTest, ExportCanMaskAddresses)
{
    openSample();
    ExportChoice choice;
    choice.masksAddresses = true;
    choice.title = QStringLiteral("Ticket 7");
    const QImage picture = savedPicture(&MainWindow::saveCharts, choice);
    EXPECT_EQ(picture.text(QStringLiteral("Title")), choice.title);
    EXPECT_TRUE(picture.text(QStringLiteral("Source")).contains(QStringLiteral("client A:")));
}

TEST_F(MainWindowTest, ExportDialogTakesATitle)
{
    ExportDialog dialog(ExportChoice(), &m_window);
    EXPECT_TRUE(dialog.choice().title.isEmpty());
    QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("title")), QStringLiteral("Ticket 7"));
    EXPECT_EQ(dialog.choice().title, QStringLiteral("Ticket 7"));
}

TEST_F(MainWindowTest, ExportDialogOffersToMaskAddresses)
{
    ExportDialog dialog(ExportChoice(), &m_window);
    EXPECT_FALSE(dialog.choice().masksAddresses);
    auto* box = dialog.findChild<QCheckBox*>();
    ASSERT_TRUE(box);
    box->click();
    EXPECT_TRUE(dialog.choice().masksAddresses);
}

TEST_F(MainWindowTest, ExportSaysWhenItCannotWrite)
{
    openSample();
    EXPECT_FALSE(m_window.saveCharts(QStringLiteral("/there/is/no/such/why.png"), {}));
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("why.png")));
}

TEST_F(MainWindowTest, TheCauseIsInSightInANarrowList)
{
    open(test::labPath("idle-timeout.box-cohort--1/client.pcap"));
    QTableView* table = panes().connections->table();
    const int cause = ConnectionTableModel::Cause;
    const int end = table->columnViewportPosition(cause) + table->columnWidth(cause);
    EXPECT_LE(end, table->viewport()->width());
    table->setColumnWidth(ConnectionTableModel::Client, 200); // as a person does
    m_window.resize(1300, 720);
    QTest::qWait(20);
    EXPECT_EQ(table->columnWidth(ConnectionTableModel::Client), 200);
}

TEST_F(MainWindowTest, WhatAPacketIsIsInSightOnASmallScreen)
{
    openSample();
    const PacketTable* table = panes().packets;
    const int kinds = PacketTableModel::KindsColumn;
    const int text = table->fontMetrics().horizontalAdvance(QStringLiteral("\u2003rto-retransmission"));
    EXPECT_LE(table->columnViewportPosition(kinds) + text, table->viewport()->width());
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

TEST_F(MainWindowTest, EscapeTakesTheFilterAwayAndGoesBackToTheList)
{
    openSample();
    QLineEdit* filter = panes().connections->filterBox();
    filter->setFocus();
    QTest::keyClicks(filter, QStringLiteral("nowhere"));
    EXPECT_TRUE(panes().connections->shownConnections().empty());
    QTest::keyClick(filter, Qt::Key_Escape);
    EXPECT_TRUE(filter->text().isEmpty());
    EXPECT_EQ(panes().connections->shownConnections().size(), 1U);
    QTest::keyClick(filter, Qt::Key_Escape);
    EXPECT_TRUE(panes().connections->table()->hasFocus());
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

TEST_F(MainWindowTest, LargeCountsAreReadable)
{
    LoadingBar bar;
    bar.setState({.packets = 1'234'567, .connections = 4321});
    EXPECT_TRUE(bar.text().contains(QStringLiteral("1,234,567 packets, 4,321 connections")));
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
