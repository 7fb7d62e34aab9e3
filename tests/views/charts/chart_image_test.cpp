#include "views/charts/chart_image.h"

#include "tests/support/connection_builder.h"
#include "views/charts/chart_scene.h"
#include "views/charts/picture_mask.h"

#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <set>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;

class ChartImageTest : public testing::Test
{
protected:
    ChartImageTest()
    {
        builder.handshake().data(Side::Client, 100ms, 1, 1000).ack(Side::Server, 140ms, 1001);
        builder.data(Side::Client, 200ms, 1001, 1000).reset(Side::Client, 2s, 2001);
        diagnosis.cause = CauseId::PathOutage;
        diagnosis.summary = "The path died.";
        diagnosis.chain
            = {stepAt(builder.connection(), 140ms, Role::LastGoodAck), stepAt(builder.connection(), 2s, Role::Rst)};
        for (const ChartKind& kind : chartTable())
            m_kinds.push_back(&kind);
        request = describeChartImage(builder.request(Side::Client, &diagnosis), m_kinds);
        request.size = {800, 600};
    }

    static int colorCount(const QImage& image)
    {
        std::set<QRgb> colors;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                colors.insert(image.pixel(x, y));
        }
        return static_cast<int>(colors.size());
    }

    ConnectionBuilder builder;
    Diagnosis diagnosis;
    ChartImageRequest request;

private:
    std::vector<const ChartKind*> m_kinds;
};

/// A SYN that is answered with a RST: only the sequence chart has points. The label of its value axis may be left out.
QImage refusedPicture(int height, const char* label)
{
    ConnectionBuilder builder;
    builder.segment(Side::Client, 0ms, 0, 0, {.flags = 0x02}).reset(Side::Server, 60ms, 0);
    std::vector<ChartData> charts = builder.charts();
    charts.front().axis.label = label;
    ChartScene scene;
    scene.setCharts(std::move(charts));
    scene.setTimeRange(0ms, 60ms);
    return scene.render({660, height}, 1);
}

} // namespace

TEST_F(ChartImageTest, ALabelThatIsLongerThanItsAxisIsLeftOut)
{
    const char* label = "Stream offset of client (bytes)";
    EXPECT_EQ(refusedPicture(330, label), refusedPicture(330, ""));
    EXPECT_NE(refusedPicture(700, label), refusedPicture(700, ""));
}

TEST_F(ChartImageTest, HasTheSizeThatWasAskedFor)
{
    request.scale = 1.5;
    EXPECT_EQ(renderChartImage(request).size(), QSize(1200, 900));
}

TEST_F(ChartImageTest, IsNotBlank)
{
    EXPECT_GT(colorCount(renderChartImage(request)), 20);
}

TEST_F(ChartImageTest, TwoRenderingsAreEqual)
{
    EXPECT_EQ(renderChartImage(request), renderChartImage(request));
}

TEST_F(ChartImageTest, DarkThemeIsDark)
{
    request.theme = ChartTheme::Dark;
    EXPECT_LT(qGray(renderChartImage(request).pixel(1, 1)), 64);
}

TEST_F(ChartImageTest, TitleNamesFileEndpointsAndDirection)
{
    ASSERT_EQ(request.title.size(), 2);
    EXPECT_TRUE(request.title[0].contains(QStringLiteral("built.pcap")));
    EXPECT_TRUE(request.title[0].contains(QStringLiteral(":40000 <-> server")));
    EXPECT_TRUE(request.title[1].contains(QStringLiteral("Data of the client")));
    EXPECT_TRUE(request.title[1].contains(QStringLiteral("2023-11-14 22:13:20")));
}

TEST_F(ChartImageTest, LongTextsLeaveRoomForTheCharts)
{
    for (ChartMark& step : request.steps)
        step.text = std::string(1500, 'x');
    const QImage image = renderChartImage(request);
    EXPECT_EQ(image.size(), QSize(800, 600));
    EXPECT_GT(colorCount(image), 20);
}

TEST_F(ChartImageTest, MaskedPictureHoldsNoAddress)
{
    const std::string server = toString(builder.connection().server.address);
    request.summary = QString::fromStdString("The path to " + server + " died.");
    request.charts.front().notes.push_back({ChartNote::What::Icmp, 1s, PacketNumber(3), server, "from " + server});
    request.steps.front().text = server + " acknowledged.";
    AddressMask mask = addressMask(builder.connection());
    maskAddresses(mask, request);
    const QImage image = QImage::fromData(encodePng(renderChartImage(request), 1));
    QString texts = request.title.join(u' ') + request.heading + request.summary
        + QString::fromStdString(request.steps.front().text + request.charts.front().notes.back().text);
    for (const QString& key : image.textKeys())
        texts += image.text(key);
    for (const Side side : {Side::Client, Side::Server})
        EXPECT_FALSE(texts.contains(QString::fromStdString(toString(builder.connection().endpoint(side).address))));
    EXPECT_TRUE(request.title[0].contains(QStringLiteral("client A:40000 <-> server B:")));
    EXPECT_EQ(request.charts.front().notes.back().text, "from B");
}

TEST_F(ChartImageTest, PictureKeepsFileCauseAndChainAsText)
{
    const QImage image = QImage::fromData(encodePng(renderChartImage(request), 1));
    EXPECT_TRUE(image.text(QStringLiteral("Source")).contains(QStringLiteral("built.pcap")));
    EXPECT_TRUE(image.text(QStringLiteral("Description")).contains(QStringLiteral("Path outage")));
    EXPECT_TRUE(image.text(QStringLiteral("Findings")).contains(QStringLiteral("The path died.")));
}

TEST_F(ChartImageTest, PngKnowsItsResolution)
{
    const QImage image = QImage::fromData(encodePng(renderChartImage(request), 2));
    EXPECT_NEAR(image.dotsPerMeterX() * 0.0254, 192, 0.5);
}

TEST_F(ChartImageTest, FileIsWrittenWhole)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("chart.png"));
    ASSERT_TRUE(writePicture(encodePng(renderChartImage(request), 1), file));
    EXPECT_EQ(QImage(file).size(), QSize(800, 600));
}

TEST_F(ChartImageTest, FailedWriteLeavesNothing)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("absent/chart.png"));
    const Result<qint64> written = writePicture("png", file);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::CannotWrite);
    EXPECT_FALSE(QFile::exists(file));
}

TEST(ChartScene, EmptyChartSaysWhy)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 100ms, 1, 1000);
    ChartScene scene;
    scene.setTimeRange(0ms, 100ms);
    std::vector<ChartData> charts{builder.chart("dup-ack")};
    ASSERT_FALSE(charts[0].emptyText.empty());
    scene.setCharts(charts);
    const QImage withText = scene.render({600, 200}, 1);
    charts[0].emptyText.clear();
    scene.setCharts(charts);
    EXPECT_NE(scene.render({600, 200}, 1), withText);
}

TEST(ChartScene, HiddenSeriesIsNotDrawn)
{
    ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 100ms, 1, 1000);
    ChartScene scene;
    scene.setTimeRange(0ms, 200ms);
    scene.setCharts({builder.chart("sequence")});
    const QImage before = scene.render({600, 300}, 1);
    scene.toggleSeries(0, 0);
    EXPECT_TRUE(scene.isSeriesHidden(0, 0));
    EXPECT_NE(scene.render({600, 300}, 1), before);
}

} // namespace whyrst::test
