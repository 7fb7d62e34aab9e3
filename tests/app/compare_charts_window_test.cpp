// Charts, ladder and tables of two captures, driven by keys and pointer.
#include "tests/app/compare_window_fixture.h"

#include "model/charts/point_sources.h"
#include "model/charts/twin_lines.h"
#include "views/charts/chart_stack.h"
#include "views/compare/difference_pane.h"

#include <QImage>
#include <QLabel>

namespace whyrst {
namespace {

class CompareChartsTest : public test::CompareWindowTest
{
protected:
    /// The lines of the selected packet.
    std::vector<TwinLine> selectedLines()
    {
        std::vector<TwinLine> lines = charts().twinLines();
        std::erase_if(lines, [](const TwinLine& line) { return !line.isSelected; });
        return lines;
    }
};

TEST_F(CompareChartsTest, KeysStepThroughDifferencesAndSwapTheDirection)
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

TEST_F(CompareChartsTest, ASelectedPacketIsJoinedWithItsTwin)
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

TEST_F(CompareChartsTest, ALostPacketsLineEndsAtTheBorderOfTheOtherChart)
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

TEST_F(CompareChartsTest, LinesOfAllPacketsComeWithZoomingIn)
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

TEST_F(CompareChartsTest, LinesAreInThePictureOfTheWindow)
{
    compare();
    m_window.comparison()->selectRelation(std::nullopt);
    zoomIn();
    const QImage with = charts().grab().toImage();
    charts().chart(Side::Client)->setOverlay({});
    charts().chart(Side::Server)->setOverlay({});
    EXPECT_NE(charts().grab().toImage(), with);
}

TEST_F(CompareChartsTest, TheDelayOfBothDirectionsStandsBetweenTheCharts)
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

TEST_F(CompareChartsTest, APacketOfTheDelayChartSelectsItselfEverywhere)
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

TEST_F(CompareChartsTest, BothCapturesCanBeLaidUponEachOther)
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

TEST_F(CompareChartsTest, EveryTextCanBeReadInTheDark)
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

TEST_F(CompareChartsTest, TheWindowFitsOnASmallScreen)
{
    compare();
    EXPECT_LE(m_window.minimumSizeHint().width(), 1024);
    EXPECT_LE(m_window.minimumSizeHint().height(), 720);
}

TEST_F(CompareChartsTest, PShowsThePacketsOfBothCaptures)
{
    compare();
    QTest::keyClick(&m_window, Qt::Key_P);
    EXPECT_TRUE(m_window.compareView()->differences()->arePacketsShown());
    QTest::keyClick(&m_window, Qt::Key_P);
    EXPECT_FALSE(m_window.compareView()->differences()->arePacketsShown());
}

} // namespace
} // namespace whyrst
