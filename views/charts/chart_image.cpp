#include "views/charts/chart_image.h"

#include "views/charts/chart_caption.h"
#include "views/charts/chart_scene.h"
#include "views/charts/png_text.h"

#include <QBuffer>
#include <QPainter>
#include <QSaveFile>

#include <algorithm>
#include <array>
#include <cmath>

namespace whyrst {

namespace {

constexpr int margin = 12;
constexpr double leastChartShare = 0.64;                   ///< of the height: below, texts become smaller
constexpr int leastChartHeight = 160;                      ///< even with the longest story
constexpr std::array<int, 5> bodySizes{13, 12, 11, 10, 9}; ///< pixels of text, the first that fits
constexpr double screenDpi = 96;
constexpr double inchesPerMeter = 1 / 0.0254;

int chartHeight(const ChartImageRequest& request, const ChartCaption& caption)
{
    return request.size.height() - 3 * margin
        - static_cast<int>(std::ceil(caption.titleHeight() + caption.storyHeight()));
}

ChartCaption fittingCaption(const ChartImageRequest& request)
{
    const double width = request.size.width() - 2.0 * margin;
    for (const int size : bodySizes) {
        const ChartCaption caption(request, width, size);
        if (chartHeight(request, caption) >= request.size.height() * leastChartShare)
            return caption;
    }
    return ChartCaption(request, width, bodySizes.back());
}

void addTexts(QImage& image, const ChartImageRequest& request)
{
    QStringList story{request.summary};
    for (const ChartMark& step : request.steps)
        story << QString::fromStdString(step.text);
    story.removeAll(QString());
    image.setText(QStringLiteral("Title"), request.title.value(0));
    image.setText(QStringLiteral("Description"), request.heading);
    image.setText(QStringLiteral("Findings"), story.join(QLatin1Char('\n')));
    image.setText(QStringLiteral("Source"), request.title.join(QLatin1Char('\n')));
    image.setText(QStringLiteral("Software"), QStringLiteral("Whyrst " WHYRST_VERSION));
}

} // namespace

QImage renderChartImage(const ChartImageRequest& request)
{
    const ChartCaption caption = fittingCaption(request);
    const QSize chartSize(request.size.width(), std::max(chartHeight(request, caption), leastChartHeight));
    ChartScene scene;
    scene.setTheme(request.theme);
    scene.setCharts(request.charts);
    scene.setTimeRange(request.span.begin, request.span.end);
    const QImage charts = scene.render(chartSize, request.scale);

    QImage image(static_cast<int>(std::lround(request.size.width() * request.scale)),
        static_cast<int>(std::lround(request.size.height() * request.scale)), QImage::Format_RGB32);
    image.fill(chartColors(request.theme).background);
    QPainter painter(&image);
    const double chartTop = std::ceil(margin + caption.titleHeight());
    painter.drawImage(QPoint(0, static_cast<int>(std::lround(chartTop * request.scale))), charts);
    painter.scale(request.scale, request.scale);
    caption.paintTitle(painter, {margin, margin});
    caption.paintStory(painter, {margin, chartTop + chartSize.height() + margin});
    painter.end();
    addTexts(image, request);
    return image;
}

QByteArray encodePng(const QImage& image, double scale)
{
    // Qt would compress long texts, which no search finds: it gets the pixels alone.
    QImage marked(image.constBits(), image.width(), image.height(), image.bytesPerLine(), image.format());
    const int dotsPerMeter = static_cast<int>(std::lround(screenDpi * scale * inchesPerMeter));
    marked.setDotsPerMeterX(dotsPerMeter);
    marked.setDotsPerMeterY(dotsPerMeter);
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    marked.save(&buffer, "PNG");
    QMap<QString, QString> texts;
    for (const QString& keyword : image.textKeys())
        texts.insert(keyword, image.text(keyword));
    return withTexts(png, texts);
}

Result<qint64> writePicture(const QByteArray& png, const QString& file)
{
    QSaveFile target(file);
    if (target.open(QIODevice::WriteOnly) && target.write(png) == png.size() && target.commit())
        return png.size();
    Error error;
    error.code = ErrorCode::CannotWrite;
    error.file = file.toStdString();
    error.detail = target.errorString().toStdString();
    return error;
}

} // namespace whyrst
