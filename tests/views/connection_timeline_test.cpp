#include "views/connection_timeline.h"

#include "tests/support/open_trace_maker.h"
#include "views/palette.h"
#include "views/timeline_painter.h"

#include <QElapsedTimer>
#include <QImage>
#include <QPainter>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace whyrst {
namespace {

std::vector<ConnectionId> allOf(const OpenTrace& open)
{
    std::vector<ConnectionId> rows;
    for (const Connection& connection : open.trace->connections)
        rows.push_back(connection.id);
    return rows;
}

/// A timeline of 800 x 300 pixels over `count` connections.
struct Shown
{
    OpenTrace open;
    ConnectionTimeline timeline;

    explicit Shown(uint32_t count)
        : open(test::makeTrace(count))
    {
        timeline.resize(800, 300);
        timeline.setTrace(open);
        timeline.setRows(allOf(open));
        timeline.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&timeline));
    }

    QPoint barOf(uint32_t id) const
    {
        const QRect row = timeline.rowRect(ConnectionId(id));
        return {row.right() - 60, row.center().y()};
    }
};

TEST(ConnectionTimeline, AClickSelects)
{
    Shown shown(12);
    QSignalSpy selected(&shown.timeline, &ConnectionTimeline::connectionSelected);
    QTest::mouseClick(shown.timeline.viewport(), Qt::LeftButton, {}, shown.barOf(3));
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected.front().front().value<ConnectionId>(), ConnectionId(3));
}

TEST(ConnectionTimeline, ADragZoomsToItsTime)
{
    Shown shown(6);
    QSignalSpy brushed(&shown.timeline, &ConnectionTimeline::rangeBrushed);
    const Duration before = shown.timeline.range().end - shown.timeline.range().begin;
    QWidget* viewport = shown.timeline.viewport();
    const QPoint end = shown.barOf(2);
    QTest::mousePress(viewport, Qt::LeftButton, {}, end - QPoint(200, 0));
    QTest::mouseMove(viewport, end - QPoint(100, 0));
    QTest::mouseMove(viewport, end);
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, end);
    EXPECT_EQ(brushed.size(), 1);
    EXPECT_LT(shown.timeline.range().end - shown.timeline.range().begin, before);
}

TEST(ConnectionTimeline, ADoubleClickShowsAllAgain)
{
    Shown shown(6);
    const TimelineRange all = shown.timeline.range();
    shown.timeline.showRange({all.begin + std::chrono::seconds(1), all.begin + std::chrono::seconds(2)});
    QTest::mouseDClick(shown.timeline.viewport(), Qt::LeftButton, {}, shown.barOf(1));
    EXPECT_EQ(shown.timeline.range().begin, all.begin);
    EXPECT_EQ(shown.timeline.range().end, all.end);
}

TEST(ConnectionTimeline, TheWheelZoomsAtThePointer)
{
    Shown shown(6);
    const TimelineRange all = shown.timeline.range();
    QWidget* viewport = shown.timeline.viewport();
    const QPointF position = shown.barOf(1);
    QWheelEvent wheel(position, viewport->mapToGlobal(position), {}, {0, QWheelEvent::DefaultDeltasPerStep},
        Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(viewport, &wheel);
    EXPECT_GT(shown.timeline.range().begin, all.begin);
    EXPECT_LT(shown.timeline.range().end, all.end);
}

TEST(ConnectionTimeline, KeysMoveTheSelection)
{
    Shown shown(12);
    shown.timeline.setSelected(ConnectionId(4));
    QSignalSpy selected(&shown.timeline, &ConnectionTimeline::connectionSelected);
    QTest::keyClick(&shown.timeline, Qt::Key_Down);
    QTest::keyClick(&shown.timeline, Qt::Key_Up);
    QTest::keyClick(&shown.timeline, Qt::Key_End);
    ASSERT_EQ(selected.size(), 3);
    EXPECT_EQ(selected[0].front().value<ConnectionId>(), ConnectionId(5));
    EXPECT_EQ(selected[1].front().value<ConnectionId>(), ConnectionId(4));
    EXPECT_EQ(selected[2].front().value<ConnectionId>(), ConnectionId(11));
}

TEST(ConnectionTimeline, ScrollsToTheSelectedBar)
{
    Shown shown(60'000);
    EXPECT_TRUE(shown.timeline.rowRect(ConnectionId(59'000)).isEmpty());
    shown.timeline.setSelected(ConnectionId(59'000));
    EXPECT_FALSE(shown.timeline.rowRect(ConnectionId(59'000)).isEmpty());
}

TEST(ConnectionTimeline, DrawsAHundredThousandConnectionsAsFastAsAFew)
{
    Shown shown(60'000); // ports are 16 bits
    QElapsedTimer timer;
    timer.start();
    for (int page = 0; page < 20; ++page) {
        shown.timeline.verticalScrollBar()->setValue(page * 2500);
        shown.timeline.viewport()->repaint();
    }
    EXPECT_LT(timer.elapsed(), 4000); // measured: far below; drawing all rows would take minutes
}

TEST(ConnectionTimeline, ExplainsTheSignsThatAreInSight)
{
    const OpenTrace open = test::makeTrace(3);
    QImage image(800, 60, QImage::Format_RGB32);
    QPainter painter(&image);
    const CaptureInfo& capture = open.trace->capture;
    const TimelineScale scale{capture.firstTime, capture.lastTime, 300, 790};
    const TimelineLabels labels{200, 80};
    const QPalette palette = programPalette(ChartTheme::Light);
    TimelinePainter rows(painter, open, scale, labels, palette);
    rows.drawRow({ConnectionId(0), QRect(0, 0, 800, 20), false, false, {}});
    EXPECT_EQ(rows.signs().states, std::set{BarState::Closed});
    rows.drawRow({ConnectionId(1), QRect(0, 20, 800, 20), false, false, {}});
    EXPECT_TRUE(rows.signs().states.contains(BarState::ResetWithHarm));
    EXPECT_FALSE(rows.signs().states.contains(BarState::StillOpen));
    EXPECT_FALSE(rows.signs().hasClosedWindow);
}

TEST(ConnectionTimeline, TellsScreenReadersWhatIsSelected)
{
    Shown shown(6);
    shown.timeline.setSelected(ConnectionId(1));
    EXPECT_TRUE(shown.timeline.accessibleDescription().contains(QStringLiteral("10.0.0.1:1001")));
}

TEST(ConnectionTimeline, FollowsAGrowingTraceThatItShowedAllOf)
{
    Shown shown(12);
    const OpenTrace later = test::makeTrace(500);
    shown.timeline.grow(later);
    shown.timeline.setRows(allOf(later));
    EXPECT_GE(shown.timeline.range().end, later.trace->capture.lastTime);
}

TEST(ConnectionTimeline, KeepsRangeAndPlaceWhileTheTraceGrows)
{
    Shown shown(200);
    const Timestamp begin = shown.open.trace->capture.firstTime;
    const TimelineRange range{begin + std::chrono::seconds(3), begin + std::chrono::seconds(9)};
    shown.timeline.showRange(range);
    shown.timeline.verticalScrollBar()->setValue(50);
    const OpenTrace later = test::makeTrace(500);
    shown.timeline.grow(later);
    std::vector<ConnectionId> rows = allOf(later);
    std::ranges::rotate(rows, rows.end() - 20); // new ones above
    shown.timeline.setRows(rows);
    EXPECT_EQ(shown.timeline.range().begin, range.begin);
    EXPECT_EQ(shown.timeline.range().end, range.end);
    EXPECT_EQ(shown.timeline.verticalScrollBar()->value(), 70);
}

} // namespace
} // namespace whyrst
