// How two captures come into the window, what a person decides about them, and how they are left.
#include "tests/app/compare_window_fixture.h"

#include "tests/support/packet_bytes.h"
#include "views/compare/pair_dialog.h"
#include "views/compare/where_bar.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/why_panel.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>

namespace whyrst {
namespace {

using test::CompareWindowTest;
using test::patience;

/// Decides about two captures as a person does.
class CompareAskingTest : public CompareWindowTest
{
protected:
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

TEST_F(CompareAskingTest, TwoFilesMayBeTwoSides)
{
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.openAsking({{server(), client()}});
    answer(QStringLiteral("sides"));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.isComparing());
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("client.pcapng \u21c4 server.pcap")));
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
}

TEST_F(CompareAskingTest, TwoFilesMayBeOneTrace)
{
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.openAsking({{server(), client()}});
    answer(QStringLiteral("One trace"));
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("2 files are shown as one trace")));
}

TEST_F(CompareAskingTest, ASecondFileThatIsDroppedCanBeTheOtherEnd)
{
    open(client().toStdString());
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    drop(server());
    answer(QStringLiteral("Compare"));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.isComparing());
    EXPECT_EQ(m_window.comparison()->open().given[0], session().openTrace().trace); // not read again
}

TEST_F(CompareAskingTest, ASecondFileThatIsDroppedCanBeOpenedInstead)
{
    openSample();
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    drop(server());
    answer(QStringLiteral("instead"));
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("server.pcap")));
}

TEST_F(CompareAskingTest, ACaptureThatIsStillReadIsComparedAsAWhole)
{
    constexpr int packets = 200'000;
    const test::Bytes frame = test::ethernetFrame({});
    test::PcapFile capture;
    for (int packet = 0; packet < packets; ++packet)
        capture.packet(packet * std::chrono::microseconds(1), frame);
    const test::TemporaryFile file(capture.bytes());
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    QSignalSpy grown(m_window.loader(), &TraceLoader::grown);
    m_window.openFile(QString::fromStdString(file.path()));
    ASSERT_TRUE(grown.wait(patience));
    m_window.compareWith(server());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("begins when")));
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_EQ(m_window.comparison()->open().given[0]->capture.packets, packets);
    EXPECT_TRUE(m_window.isComparing());
}

TEST_F(CompareAskingTest, WhatIsReadMeanwhileDoesNotTakeThePlaceOfTheComparison)
{
    openSample();
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.openFile(client());
    m_window.compareWith(server());
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_FALSE(m_window.loader()->isLoading());
    QTest::qWait(100);
    EXPECT_TRUE(m_window.isComparing());
}

TEST_F(CompareAskingTest, LeavingGoesBackToTheOpenCapture)
{
    openSample();
    compare();
    m_window.leaveComparison();
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("upload-stalls.pcapng")));
    EXPECT_FALSE(panes().why->steps().empty());
}

TEST_F(CompareAskingTest, OtherThresholdsKeepTheComparisonOnTheScreen)
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

TEST_F(CompareAskingTest, SidesCanBeSwappedAndSwappedBack)
{
    compare();
    chooseAndWait(QStringLiteral("Swap the sides"));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("server.pcap \u21c4")));
    chooseAndWait(QStringLiteral("Swap the sides"));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("client.pcapng \u21c4")));
}

TEST_F(CompareAskingTest, CapturesCanBeSaidToHaveRunOn)
{
    compare();
    chooseAndWait(QStringLiteral("still running"));
    EXPECT_TRUE(m_window.comparison()->options().stillRunning);
}

TEST_F(CompareAskingTest, AFileThatCannotBeReadLeavesTheStart)
{
    QSignalSpy failed(m_window.comparison(), &ComparisonSession::failed);
    m_window.compareFiles(client(), QStringLiteral("/there/is/no/such.pcap"));
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("such.pcap")));
}

TEST_F(CompareAskingTest, CancelStopsTheComparison)
{
    m_window.compareFiles(client(), server());
    EXPECT_TRUE(m_window.loadingBar()->isVisible());
    QTest::mouseClick(m_window.loadingBar()->cancelButton(), Qt::LeftButton);
    EXPECT_FALSE(m_window.comparison()->isBusy());
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
}

TEST_F(CompareAskingTest, AnotherCaptureTakesThePlaceOfTheComparison)
{
    compare();
    openSample();
    EXPECT_FALSE(m_window.isComparing());
    EXPECT_FALSE(m_window.comparison()->isOpen());
}

TEST_F(CompareAskingTest, TwoConnectionsCanBePairedByHand)
{
    compare();
    const PairDialog dialog(m_window.comparison()->open());
    EXPECT_EQ(dialog.box(Side::Client)->count(), 1);
    EXPECT_EQ(dialog.chosen(), std::pair(ConnectionId(0), ConnectionId(0)));
}

TEST_F(CompareAskingTest, AShownPairCanBePartedAndComparedAllTheSame)
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

TEST_F(CompareAskingTest, WhatWasSetIsUsedAgainForTheSameTwoCaptures)
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
    EXPECT_FALSE(m_window.messageBar()->isVisible()) << "nothing is used again any more";
    compare();
    EXPECT_FALSE(m_window.comparison()->options().stillRunning);
}

TEST_F(CompareAskingTest, APairMadeByHandIsKnownInTheOtherOrderOfTheFiles)
{
    compare();
    chooseAndWait(QStringLiteral("Part the two connections"));
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.compareFiles(server(), client());
    ASSERT_TRUE(compared.wait(patience));
    EXPECT_TRUE(m_window.comparison()->open().comparison->pairs.empty());
}

TEST_F(CompareAskingTest, AComparisonThatWasLeftIsAsItWas)
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

TEST_F(CompareAskingTest, FilesOfOneNameAreToldApartByTheirFolders)
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

} // namespace
} // namespace whyrst
