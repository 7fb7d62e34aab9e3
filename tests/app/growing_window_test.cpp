#include "tests/app/main_window_fixture.h"

#include "tests/support/growing_pipe.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/connection_list.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/reset_list.h"
#include "views/why_panel.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

namespace whyrst {
namespace {

using test::MainWindowTest;
using test::patience;

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

} // namespace
} // namespace whyrst
