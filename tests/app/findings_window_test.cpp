#include "tests/app/main_window_fixture.h"

#include "tests/support/packet_bytes.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/findings_panel.h"
#include "views/time_share_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QImage>
#include <QLabel>
#include <QTableView>

namespace whyrst {
namespace {

using namespace std::chrono_literals;
using test::MainWindowTest;
using test::patience;

/// A window with a capture whose findings are shown.
class FindingsWindow : public MainWindowTest
{
protected:
    FindingsWindow() { openSample(); }

    QTableView* table() const { return panes().findings->table(); }
    int findings() const { return table()->model()->rowCount(); }
    bool areInFront() const { return panes().findings->isSeen(); }
    /// Panels are laid out a moment after the key.
    void toggle()
    {
        const bool wereInFront = areInFront();
        QTest::keyClick(&m_window, Qt::Key_E);
        EXPECT_TRUE(QTest::qWaitFor([&] { return areInFront() != wereInFront; }, patience));
    }

    void click(int row)
    {
        const QRect cell = table()->visualRect(table()->model()->index(row, FindingsTableModel::KindColumn));
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, cell.center());
    }

    /// Row of the first finding with this title; -1 without.
    int rowOf(const QString& title) const
    {
        for (int row = 0; row < findings(); ++row) {
            if (table()->model()->index(row, FindingsTableModel::KindColumn).data().toString() == title)
                return row;
        }
        return -1;
    }
};

TEST_F(FindingsWindow, AreLookedForOnlyWhenTheyAreSeen)
{
    EXPECT_EQ(findings(), 0);
    toggle();
    EXPECT_EQ(findings(), 4);
    EXPECT_TRUE(table()->hasFocus());
}

TEST_F(FindingsWindow, TheSameKeyGoesBackToThePackets)
{
    toggle();
    toggle();
    EXPECT_TRUE(panes().packets->hasFocus());
}

TEST_F(FindingsWindow, OpeningThemMovesNothing)
{
    const Duration end = panes().charts->timeWindow()->end();
    const PacketNumber packet = session().packet();
    toggle();
    EXPECT_EQ(session().packet(), packet);
    EXPECT_EQ(panes().charts->timeWindow()->end(), end);
}

TEST_F(FindingsWindow, AClickShowsTheRangeAndSelectsThePacketEverywhere)
{
    toggle();
    click(rowOf(QStringLiteral("Duplicate ACKs")));
    EXPECT_EQ(session().packet(), PacketNumber(192));
    EXPECT_EQ(panes().charts->selectedPacket(), PacketNumber(192));
    EXPECT_EQ(panes().packets->currentIndex().data(PacketTableModel::FrameRole).toUInt(), 192U);
    const TimeWindow* window = panes().charts->timeWindow();
    EXPECT_LT(window->begin(), std::chrono::milliseconds(286)); // the run lasts from 0.286 s to 0.586 s
    EXPECT_GT(window->end(), std::chrono::milliseconds(586));
    EXPECT_LT(window->width(), std::chrono::milliseconds(600));
}

TEST_F(FindingsWindow, TheFirstArrowKeyChoosesTheFirstFinding)
{
    toggle();
    QTest::keyClick(table(), Qt::Key_Down);
    EXPECT_EQ(table()->currentIndex().row(), 0);
    EXPECT_EQ(session().packet(), PacketNumber(117));
}

TEST_F(FindingsWindow, EnterBringsThePacketsToTheFront)
{
    toggle();
    QTest::keyClick(table(), Qt::Key_Down);
    QTest::keyClick(table(), Qt::Key_Return);
    EXPECT_TRUE(QTest::qWaitFor([&] { return !areInFront(); }, patience));
}

TEST_F(FindingsWindow, ChosenFindingsAreToldInFull)
{
    QSignalSpy told(m_window.workspace(), &Workspace::readoutChanged);
    toggle();
    click(rowOf(QStringLiteral("Timeouts")));
    ASSERT_FALSE(told.isEmpty());
    EXPECT_TRUE(told.last().first().toString().contains(QStringLiteral("exponential backoff")));
}

TEST_F(FindingsWindow, AClickOnAHeadingSortsByTheNumberBehindTheWords)
{
    toggle();
    table()->sortByColumn(FindingsTableModel::Packets, Qt::DescendingOrder);
    EXPECT_EQ(table()->model()->index(0, FindingsTableModel::Packets).data().toString(), QStringLiteral("211"));
    click(0);
    EXPECT_EQ(session().packet(), PacketNumber(192));
}

TEST_F(FindingsWindow, TheDirectionFollowsTheData)
{
    open(test::labPath("zero-window-starvation.server-killed--1/client.pcap"));
    m_window.session()->setDirection(Side::Server);
    toggle();
    click(rowOf(QStringLiteral("Zero window"))); // the server's window, for the client's data
    EXPECT_EQ(session().direction(), Side::Client);
}

TEST_F(FindingsWindow, CopyTakesTheWholeTable)
{
    toggle();
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    const QString copied = QApplication::clipboard()->text();
    EXPECT_EQ(copied.count(QLatin1Char('\n')), findings() + 1);
    EXPECT_TRUE(copied.contains(QStringLiteral("2\tDuplicate ACKs\tserver -> client\t")));
}

TEST_F(FindingsWindow, TheBarSaysWhereTheTimeWentAndWhatTheCaptureCanKnow)
{
    toggle();
    auto* bar = panes().findings->findChild<TimeShareBar*>();
    ASSERT_TRUE(bar);
    EXPECT_TRUE(bar->accessibleDescription().contains(QStringLiteral("loss recovery 98.5 %")));
    EXPECT_TRUE(bar->accessibleDescription().contains(QStringLiteral("Captured at the client")));
    const QImage picture = bar->grab().toImage().scaled(120, 10).convertToFormat(QImage::Format_Indexed8);
    EXPECT_GT(picture.colorCount(), 5); // not blank
}

TEST_F(FindingsWindow, AnotherConnectionHasItsOwnFindings)
{
    toggle();
    open(test::labPath("control.super-segments--1/client.pcapng"));
    EXPECT_EQ(findings(), 0);
    EXPECT_FALSE(table()->isVisible()); // a sentence stands there instead
    open(test::samplePath());
    EXPECT_TRUE(table()->isVisible());
    EXPECT_EQ(findings(), 4);
}

/// An upload of 30,000 segments in which one is sent twice.
test::Bytes largeUpload()
{
    test::PcapFile capture;
    std::chrono::nanoseconds time = 1'700'000'000s;
    for (uint32_t number = 0; number < 30'000; ++number) {
        const uint32_t sent = number == 20'000 ? number - 1 : number;
        test::TcpPacket packet;
        packet.seq = 1000 + sent;
        packet.payload = test::bytesOf({1});
        packet.ipId = static_cast<uint16_t>(number);
        capture.packet(time += 10us, test::ethernetFrame(packet));
    }
    return capture.bytes();
}

TEST_F(FindingsWindow, OfALargeConnectionTheyComeAMomentLater)
{
    toggle();
    const test::TemporaryFile large(largeUpload());
    open(large.path());
    EXPECT_FALSE(table()->isVisible());
    EXPECT_EQ(findings(), 0);
    EXPECT_TRUE(QTest::qWaitFor([&] { return table()->isVisible(); }, patience));
    EXPECT_GE(rowOf(QStringLiteral("Loss repair")), 0);
}

TEST_F(FindingsWindow, OfTheConnectionShownNowNotOfTheOneBefore)
{
    toggle();
    const test::TemporaryFile large(largeUpload());
    open(large.path());
    open(test::samplePath()); // while the thread still looks at the large one
    EXPECT_TRUE(QTest::qWaitFor([&] { return table()->isVisible(); }, patience));
    EXPECT_EQ(findings(), 4);
    EXPECT_GE(rowOf(QStringLiteral("Duplicate ACKs")), 0);
}

TEST_F(FindingsWindow, ClosingTheTraceEmptiesThem)
{
    toggle();
    m_window.closeTrace();
    EXPECT_EQ(panes().findings->findings()->rowCount(), 0);
}

} // namespace
} // namespace whyrst
