#include "views/charts/chart_stack.h"

#include "tests/support/connection_builder.h"
#include "views/charts/chart_scene.h"
#include "views/charts/time_window.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;

constexpr QSize stackSize{900, 600};

/// Ten segments of data, 100 ms apart, each acknowledged; then a RST.
ConnectionBuilder transfer()
{
    ConnectionBuilder builder;
    builder.handshake();
    for (int i = 1; i <= 10; ++i) {
        builder.data(Side::Client, i * 100ms, 1 + 1000 * (i - 1), 1000);
        builder.ack(Side::Server, i * 100ms + 40ms, 1 + 1000 * i);
    }
    builder.reset(Side::Server, 1100ms, 1);
    return builder;
}

} // namespace

class ChartStackTest : public testing::Test
{
protected:
    ChartStackTest()
    {
        diagnosis.chain
            = {stepAt(builder.connection(), 500ms, Role::FirstSend), stepAt(builder.connection(), 1100ms, Role::Rst)};
        diagnosis.chain[0].frame = PacketNumber(12);
        diagnosis.chain[0].flow = Side::Client;
        stack.resize(stackSize);
        stack.setCharts(builder.charts(Side::Client, &diagnosis), {0ms, 1150ms});
        stack.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&stack));
        stack.grab();
    }

    /// Where a point of the sequence chart is drawn. The stack draws what a scene of its size and range does.
    QPoint pixelOf(Duration time, double value)
    {
        ChartScene scene;
        scene.setCharts(builder.charts(Side::Client, &diagnosis));
        scene.setTimeRange(stack.timeWindow()->begin(), stack.timeWindow()->end());
        scene.render(stackSize, 1);
        return scene.area(0).point(time, value).toPoint();
    }

    QPoint badgeOf(int step)
    {
        ChartScene scene;
        scene.setCharts(builder.charts(Side::Client, &diagnosis));
        scene.setTimeRange(stack.timeWindow()->begin(), stack.timeWindow()->end());
        scene.render(stackSize, 1);
        for (int y = 0; y < stackSize.height(); y += 4) {
            for (int x = 0; x < stackSize.width(); x += 4) {
                if (scene.stepAt(QPointF(x, y)) == step)
                    return {x, y};
            }
        }
        return {};
    }

    void wheel(QPoint position, int delta, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QWheelEvent event(
            position, stack.mapToGlobal(position), {}, {0, delta}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&stack, &event);
        stack.grab();
    }

    ConnectionBuilder builder = transfer();
    Diagnosis diagnosis;
    ChartStack stack;
};

TEST_F(ChartStackTest, ClickOnASegmentSelectsItsPacket)
{
    QSignalSpy selected(&stack, &ChartStack::packetSelected);
    QTest::mouseClick(&stack, Qt::LeftButton, {}, pixelOf(300ms, 2500)); // the third segment of data
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].value<PacketNumber>(), PacketNumber(8));
    EXPECT_EQ(stack.selectedPacket(), PacketNumber(8));
}

TEST_F(ChartStackTest, ClickBesideEverythingSelectsNothing)
{
    QSignalSpy selected(&stack, &ChartStack::packetSelected);
    QTest::mouseClick(&stack, Qt::LeftButton, {}, pixelOf(50ms, 9000));
    EXPECT_EQ(selected.size(), 0);
}

TEST_F(ChartStackTest, ClickOnABadgeSelectsItsStep)
{
    QSignalSpy selected(&stack, &ChartStack::stepSelected);
    QTest::mouseClick(&stack, Qt::LeftButton, {}, badgeOf(1));
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].toInt(), 1);
}

TEST_F(ChartStackTest, WheelZoomsAtThePointerAndBackRestores)
{
    const Duration begin = stack.timeWindow()->begin();
    const Duration end = stack.timeWindow()->end();
    wheel(pixelOf(300ms, 2500), 120);
    EXPECT_LT(stack.timeWindow()->width(), end - begin);
    EXPECT_LT(stack.timeWindow()->begin(), 300ms);
    EXPECT_GT(stack.timeWindow()->end(), 300ms);
    QTest::keyClick(&stack, Qt::Key_Backspace);
    EXPECT_EQ(stack.timeWindow()->begin(), begin);
    EXPECT_EQ(stack.timeWindow()->end(), end);
}

TEST_F(ChartStackTest, DragPansTime)
{
    stack.showSpan(300ms, 700ms);
    stack.grab();
    const QPoint from = pixelOf(500ms, 5000);
    QTest::mousePress(&stack, Qt::LeftButton, {}, from);
    QTest::mouseMove(&stack, from + QPoint(50, 0));
    QTest::mouseMove(&stack, from + QPoint(100, 0));
    QTest::mouseRelease(&stack, Qt::LeftButton, {}, from + QPoint(100, 0));
    EXPECT_LT(stack.timeWindow()->begin(), 300ms);
    EXPECT_EQ(stack.timeWindow()->width(), 400ms);
}

TEST_F(ChartStackTest, ShiftDragZoomsToTheBox)
{
    const QPoint from = pixelOf(400ms, 6000);
    const QPoint to = pixelOf(800ms, 3000);
    QTest::mousePress(&stack, Qt::LeftButton, Qt::ShiftModifier, from);
    QTest::mouseMove(&stack, to);
    QTest::mouseRelease(&stack, Qt::LeftButton, Qt::ShiftModifier, to);
    EXPECT_NEAR(toSeconds(stack.timeWindow()->begin()), 0.4, 0.01);
    EXPECT_NEAR(toSeconds(stack.timeWindow()->end()), 0.8, 0.01);
}

TEST_F(ChartStackTest, DoubleClickTogglesBetweenStoryAndAll)
{
    stack.showSpan(300ms, 700ms);
    stack.grab();
    QTest::mouseDClick(&stack, Qt::LeftButton, {}, pixelOf(350ms, 6000));
    EXPECT_EQ(stack.timeWindow()->end(), 1150ms);
    EXPECT_EQ(stack.timeWindow()->begin(), 0ms);
    stack.grab();
    QTest::mouseDClick(&stack, Qt::LeftButton, {}, pixelOf(350ms, 6000));
    EXPECT_EQ(stack.timeWindow()->begin(), stack.timeWindow()->lowest());
}

TEST_F(ChartStackTest, ArrowsStepThroughPackets)
{
    QSignalSpy selected(&stack, &ChartStack::packetSelected);
    stack.selectPacket(PacketNumber(5));
    QTest::keyClick(&stack, Qt::Key_Right);
    QTest::keyClick(&stack, Qt::Key_Left);
    ASSERT_EQ(selected.size(), 2);
    EXPECT_EQ(selected[0][0].value<PacketNumber>(), PacketNumber(6));
    EXPECT_EQ(selected[1][0].value<PacketNumber>(), PacketNumber(5));
}

TEST_F(ChartStackTest, SelectedPacketComesIntoSight)
{
    stack.showSpan(900ms, 1000ms);
    stack.selectPacket(PacketNumber(4)); // at 100 ms
    EXPECT_LE(stack.timeWindow()->begin(), 100ms);
    EXPECT_GE(stack.timeWindow()->end(), 100ms);
    EXPECT_EQ(stack.timeWindow()->width(), 100ms);
}

TEST_F(ChartStackTest, SelectionIsSeen)
{
    const QImage before = stack.grab().toImage();
    stack.selectPacket(PacketNumber(8));
    EXPECT_NE(stack.grab().toImage(), before);
}

TEST_F(ChartStackTest, PointerTellsWhatIsThere)
{
    QSignalSpy readout(&stack, &ChartStack::readoutChanged);
    QTest::mouseMove(&stack, pixelOf(300ms, 2500));
    ASSERT_GE(readout.size(), 1);
    EXPECT_EQ(readout.back()[0].toString().toStdString(), "#8  0.300000 s  new data  2,001 to 3,001 (1,000 bytes)");
}

TEST_F(ChartStackTest, AccessibleTextTellsTheCharts)
{
    EXPECT_TRUE(stack.accessibleText().contains(QStringLiteral("Client sent 10 segments of new data")));
    EXPECT_TRUE(stack.accessibleDescription().contains(QStringLiteral("Shown:")));
}

TEST_F(ChartStackTest, WithoutChartsItStaysUsable)
{
    stack.clear();
    stack.grab();
    QTest::mouseClick(&stack, Qt::LeftButton, {}, QPoint(100, 100));
    QTest::keyClick(&stack, Qt::Key_Right);
    wheel(QPoint(100, 100), 120);
    EXPECT_TRUE(stack.charts().empty());
}

} // namespace whyrst::test
