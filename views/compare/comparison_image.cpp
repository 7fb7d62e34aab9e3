#include "views/compare/comparison_image.h"

#include "model/charts/compared_chart.h"
#include "model/charts/twin_lines.h"
#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "model/export/comparison_text.h"
#include "views/charts/chart_caption.h"
#include "views/charts/chart_scene.h"
#include "views/charts/glyphs.h"
#include "views/compare/compare_charts.h"
#include "views/compare/ladder_view.h"
#include "views/compare/twin_painter.h"
#include "views/compare/where_bar.h"
#include "views/palette.h"

#include <QCryptographicHash>
#include <QFile>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace whyrst {
namespace {

constexpr int margin = 12;
constexpr int bodySize = 12;
constexpr int footerSize = 10;
constexpr int footerHeight = 16;
constexpr double chartShare = 0.55; ///< of the width; the ladder has the rest
constexpr int leastPanesHeight = 300;
constexpr int delayHeight = 120;
constexpr size_t mostFindings = 3;
constexpr qint64 largestHashed = 256'000'000; ///< bytes: larger captures are named without a hash

/// "3f9a01bc": tells which file it was, whatever its name.
QString shortHash(const Trace& trace)
{
    QFile file(QFile::decodeName(QByteArray::fromStdString(trace.capture.file)));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || file.isSequential() || file.size() > largestHashed || !hash.addData(&file))
        return {};
    return QString::fromLatin1(hash.result().toHex().left(8));
}

QString captureText(const OpenComparison& open, Side side)
{
    const Trace& trace = open.trace(side);
    const QString hash = shortHash(trace);
    const QString name
        = hash.isEmpty() ? captureName(trace) : QStringLiteral("%1 (SHA-256 %2\u2026)").arg(captureName(trace), hash);
    return side == Side::Client ? QStringLiteral("Client's capture: %1").arg(name)
                                : QStringLiteral("Server's capture: %1").arg(name);
}

bool isMarked(const std::vector<ChartMark>& steps, int number)
{
    return std::ranges::find(steps, number, &ChartMark::number) != steps.end();
}

/// The summary without what a marked finding says in the same words, and findings that stand at no packet.
QString summaryOf(const ConnectionPair& pair, const std::vector<ChartMark>& steps)
{
    QString summary = toQString(pair.summary);
    QStringList sentences;
    int number = 0;
    for (const CompareFinding& finding : pair.findings) {
        const bool isStep = isMarked(steps, ++number);
        const std::string addition = finding.addition.value_or(std::string());
        if (isStep && !addition.empty() && finding.text.find(addition) != std::string::npos)
            summary.remove(QLatin1Char(' ') + toQString(addition));
        if (!isStep && number <= static_cast<int>(mostFindings) && finding.text != pair.summary)
            sentences << toQString(finding.text);
    }
    sentences.prepend(summary);
    sentences.removeAll(QString());
    return sentences.join(QLatin1Char(' '));
}

/// Headline and numbered findings, laid out as the chain of a chart's picture.
ChartImageRequest captionOf(const ComparisonImageRequest& request)
{
    const PairDetails& details = *request.details;
    ChartImageRequest caption;
    caption.title = request.title;
    caption.heading = comparisonHeading(details.pair());
    caption.theme = request.theme;
    const ChartData client = details.chart(Side::Client, request.direction);
    const ChartData server = details.chart(Side::Server, request.direction);
    for (const ChartData* chart : {&client, &server}) {
        for (const ChartMark& mark : chart->marks) {
            const bool isKnown
                = std::ranges::find(caption.steps, mark.number, &ChartMark::number) != caption.steps.end();
            if (!isKnown && !mark.isGhost && mark.number <= static_cast<int>(mostFindings))
                caption.steps.push_back(mark);
        }
    }
    std::ranges::sort(caption.steps, {}, &ChartMark::number);
    for (ChartMark& step : caption.steps)
        step.frame.reset(); // it would not say in which capture
    caption.summary = summaryOf(details.pair(), caption.steps);
    return caption;
}

/// The bar of places, as wide as given and as high as it needs.
std::unique_ptr<WhereBar> makeWhereBar(const ComparisonImageRequest& request, int width)
{
    auto bar = std::make_unique<WhereBar>();
    bar->setPalette(programPalette(request.theme));
    bar->setFont(chartFont(bodySize));
    bar->setDetails(request.details);
    bar->ensurePolished();
    bar->resize(width, bar->sizeHint().height());
    return bar;
}

/// Draws one chart and gives its place in the picture.
PlotArea paintChart(
    QPainter& painter, const ComparisonImageRequest& request, const ChartData& chart, const QRect& box, TimeAxis axis)
{
    ChartScene scene;
    scene.setTheme(request.theme);
    scene.setCharts({chart});
    scene.setTimeRange(request.span.begin, request.span.end);
    scene.setTimeAxis(axis);
    const QImage picture = scene.render(box.size(), request.scale);
    painter.drawImage(QRectF(box), picture);
    PlotArea area = scene.area(0);
    area.pixels.translate(box.topLeft());
    return area;
}

/// Both charts, the delay between them when it is asked for, and the lines from packets to their twins.
void paintCharts(QPainter& painter, const ComparisonImageRequest& request, const QRect& box)
{
    const PairDetails& details = *request.details;
    const int delay = request.hasDelay ? delayHeight : 0;
    const int half = (box.height() - delay) / 2;
    const QRect above(box.left(), box.top(), box.width(), half);
    const QRect below(box.left(), box.top() + half + delay, box.width(), box.height() - delay - half);
    const ChartData client = details.chart(Side::Client, request.direction);
    const ChartData server = details.chart(Side::Server, request.direction);
    const std::vector<uint32_t> told = relationsOfFindings(details.pair(), details.relations());
    TwinRequest twins;
    twins.details = &details;
    twins.direction = request.direction;
    twins.charts = {&client, &server};
    twins.areas = {paintChart(painter, request, client, above, TimeAxis::Bare),
        paintChart(painter, request, server, below, TimeAxis::Labelled)};
    twins.told = &told;
    twins.theme = request.theme;
    if (request.hasDelay)
        paintChart(painter, request, details.delayChart(), QRect(box.left(), box.top() + half, box.width(), delay),
            TimeAxis::Bare);
    painter.save();
    paintTwinLines(painter, twins);
    painter.restore();
}

void paintLadderPane(QPainter& painter, const ComparisonImageRequest& request, const QRect& box)
{
    LadderRequest ladder;
    ladder.ladder = &request.details->ladder();
    ladder.view = request.span;
    ladder.bounds = box;
    ladder.theme = request.theme;
    ladder.captions = {QStringLiteral("Client's capture"), QStringLiteral("Server's capture")};
    ladder.marks = ladderMarks(*request.details);
    paintLadder(painter, ladder);
}

QString footer(const ComparisonImageRequest& request)
{
    const PairDetails& details = *request.details;
    const auto inView = std::ranges::count_if(details.relations(), [&](const PacketRelation& relation) {
        const Duration time = relation.time - details.times().origin;
        return request.span.begin <= time && time <= request.span.end;
    });
    const auto seconds = [](Duration time) { return toQString(plainSeconds(std::max(time, Duration{}), 3)); };
    return QStringLiteral("Whyrst %1 \u00b7 shown: %2 s to %3 s of %4 s, by the client's clock from %5 UTC \u00b7 %6 "
                          "of %7 packets in view \u00b7 data %8")
        .arg(QStringLiteral(WHYRST_VERSION), seconds(request.span.begin),
            seconds(std::min(request.span.end, details.times().length)), seconds(details.times().length),
            toQString(utcDateTime(details.times().origin)), countText(static_cast<uint64_t>(inView)),
            countText(details.relations().size()), flowWords(request.direction));
}

void addTexts(QImage& image, const ComparisonImageRequest& request)
{
    QStringList findings;
    for (const CompareFinding& finding : request.details->pair().findings)
        findings << toQString(finding.text);
    image.setText(QStringLiteral("Title"), request.title.value(0));
    image.setText(QStringLiteral("Description"), headlineWords(request.details->pair()));
    image.setText(QStringLiteral("Findings"), findings.join(QLatin1Char('\n')));
    image.setText(QStringLiteral("Source"), request.title.join(QLatin1Char('\n')));
    image.setText(QStringLiteral("Software"), QStringLiteral("Whyrst " WHYRST_VERSION));
}

} // namespace

QString comparisonHeading(const ConnectionPair& pair)
{
    const CompareFinding* headline = headlineFinding(pair);
    if (!pair.verdict && (!headline || !headline->cause))
        return headlineWords(pair);
    QString heading = toQString(causeTitle(pair.verdict ? pair.verdict->cause : *headline->cause));
    const auto confidence = pair.verdict ? pair.verdict->confidence : std::optional(headline->confidence);
    if (confidence)
        heading = QStringLiteral("%1 (%2)").arg(heading, confidenceWords(*confidence));
    if (headlinePlace(pair) == ComparePlace::Unknown)
        return heading;
    QString place = placeWords(headlinePlace(pair));
    place.replace(0, 1, place.at(0).toUpper());
    return QStringLiteral("%1: %2").arg(place, heading);
}

ComparisonImageRequest describeComparisonImage(const std::shared_ptr<const PairDetails>& details)
{
    ComparisonImageRequest request;
    request.details = details;
    const OpenComparison& open = details->open();
    request.title = {captureText(open, Side::Client) + QStringLiteral("    ") + captureText(open, Side::Server),
        QStringLiteral("Connection %1. The same connection: %2.")
            .arg(pairEndpoints(open, details->pair()), toQString(details->pair().evidence)),
        toQString(clockText(*open.comparison, open.trace(Side::Client).capture))};
    request.direction = tellingDirection(*details);
    request.span = storySpan(*details);
    return request;
}

QImage renderComparisonImage(const ComparisonImageRequest& request)
{
    const ChartImageRequest words = captionOf(request);
    const int width = request.size.width();
    const ChartCaption caption(words, width - 2.0 * margin, bodySize);
    QImage image(static_cast<int>(std::lround(width * request.scale)),
        static_cast<int>(std::lround(request.size.height() * request.scale)), QImage::Format_RGB32);
    image.fill(chartColors(request.theme).background);
    QPainter painter(&image);
    painter.scale(request.scale, request.scale);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    caption.paintTitle(painter, {margin, margin});
    int top = margin + static_cast<int>(std::ceil(caption.titleHeight()));
    const std::unique_ptr<WhereBar> where = makeWhereBar(request, width - margin);
    painter.save();
    painter.translate(margin / 2, top);
    where->render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
    painter.restore();
    top += where->height() + margin / 2;
    const int story = static_cast<int>(std::ceil(caption.storyHeight()));
    const int bottom = std::max(request.size.height() - story - footerHeight - 2 * margin, top + leastPanesHeight);
    const int chartWidth = static_cast<int>(width * chartShare);
    paintCharts(painter, request, QRect(0, top, chartWidth, bottom - top));
    paintLadderPane(painter, request, QRect(chartWidth + 8, top, width - chartWidth - 8 - margin, bottom - top));
    caption.paintStory(painter, {margin, bottom + static_cast<double>(margin) / 2});
    painter.setFont(chartFont(footerSize));
    painter.setPen(chartColors(request.theme).faintText);
    painter.drawText(QRect(margin, request.size.height() - footerHeight - 4, width - 2 * margin, footerHeight),
        Qt::AlignLeft | Qt::AlignVCenter, footer(request));
    painter.end();
    addTexts(image, request);
    return image;
}

} // namespace whyrst
