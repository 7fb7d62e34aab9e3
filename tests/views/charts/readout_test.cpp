#include "views/charts/readout.h"

#include "tests/support/connection_builder.h"
#include "views/charts/axis_ticks.h"
#include "views/charts/note_painter.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

using namespace std::chrono_literals;

constexpr QSize sceneSize{900, 600};

ConnectionBuilder twoPacketsOfNanoseconds()
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 10ms, 1, 1000).data(Side::Client, 10ms + 200ns, 1001, 1000);
    builder.ack(Side::Server, 40ms, 2001);
    return builder;
}

TEST(Readout, PacketsOf200NanosecondsApartHaveTwoPlacesAndTwoLines)
{
    ConnectionBuilder builder = twoPacketsOfNanoseconds();
    ChartScene scene;
    scene.setCharts(builder.charts());
    scene.setTimeRange(10ms - 100ns, 10ms + 300ns);
    scene.render(sceneSize, 1);
    const PlotArea area = scene.area(0);
    EXPECT_GT(area.x(10ms + 200ns) - area.x(10ms), 100);
    const auto textAt = [&](Duration time, double value) {
        return readoutText(scene.charts()[0], scene.packetsNear(0, area.point(time, value), 5));
    };
    EXPECT_TRUE(textAt(10ms, 500).startsWith(QStringLiteral("#4  0.010000 s"))) << textAt(10ms, 500).toStdString();
    const QString second = textAt(10ms + 200ns, 1500);
    EXPECT_TRUE(second.startsWith(QStringLiteral("#5  0.010000200 s"))) << second.toStdString();
    EXPECT_FALSE(second.contains(QStringLiteral("#4")));
}

TEST(Readout, PacketsAtOnePixelHaveALineEach)
{
    ConnectionBuilder builder = twoPacketsOfNanoseconds();
    ChartScene scene;
    scene.setCharts(builder.charts());
    scene.setTimeRange(0ms, 50ms);
    scene.render(sceneSize, 1);
    const QString text = readoutText(scene.charts()[0], scene.packetsNear(0, scene.area(0).point(10ms, 1000), 8));
    EXPECT_TRUE(text.contains(QStringLiteral("#4"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("#5")));
}

TEST(Readout, AxisLabelsTellNanosecondsApart)
{
    EXPECT_EQ(secondsLabel(0.0100002, 1e-7), QStringLiteral("0.0100002"));
    EXPECT_EQ(secondsLabel(0.01000025, 5e-8), QStringLiteral("0.01000025"));
}

TEST(Readout, CommentStandsInFullOverItsFlag)
{
    ConnectionBuilder builder = twoPacketsOfNanoseconds();
    builder.trace().capture.details.comments.push_back({PacketNumber(6), "first line\nsecond line"});
    ChartScene scene;
    scene.setCharts(builder.charts());
    scene.setTimeRange(0ms, 50ms);
    scene.render(sceneSize, 1);
    for (size_t chart = 0; chart < scene.charts().size(); ++chart) {
        const PlotArea area = scene.area(chart);
        const QPointF flag(area.x(40ms), area.pixels.top() + 6);
        const QString text = readoutText(scene.charts()[chart], {}, scene.notesAt(chart, flag));
        EXPECT_EQ(text, QStringLiteral("0.040000 s  comment on #6: first line\nsecond line"));
        EXPECT_TRUE(scene.notesAt(chart, flag + QPointF(40, 0)).empty());
    }
}

TEST(Readout, RemarksFollowThePacket)
{
    ConnectionBuilder builder = twoPacketsOfNanoseconds();
    builder.trace().capture.details.comments.push_back({PacketNumber(4), "odd"});
    const ChartData chart = builder.chart("sequence");
    NearPacket packet;
    packet.frame = PacketNumber(4);
    EXPECT_TRUE(readoutText(chart, {packet}).endsWith(QStringLiteral("; comment: odd")));
}

TEST(NotePainter, FlagIsDrawnInBothThemes)
{
    for (const ChartTheme theme : {ChartTheme::Light, ChartTheme::Dark}) {
        ConnectionBuilder plain = twoPacketsOfNanoseconds();
        ConnectionBuilder noted = twoPacketsOfNanoseconds();
        noted.trace().capture.details.comments.push_back({PacketNumber(6), "odd"});
        ChartScene scene;
        scene.setTheme(theme);
        scene.setCharts(plain.charts());
        scene.setTimeRange(0ms, 50ms);
        const QImage before = scene.render(sceneSize, 1);
        scene.setCharts(noted.charts());
        EXPECT_NE(scene.render(sceneSize, 1), before);
    }
}

} // namespace
} // namespace whyrst::test
