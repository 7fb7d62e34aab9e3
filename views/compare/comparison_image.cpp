#include "views/compare/comparison_image.h"

#include "model/charts/twin_lines.h"
#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "model/export/comparison_text.h"
#include "views/charts/chart_caption.h"
#include "views/charts/chart_scene.h"
#include "views/charts/glyphs.h"
#include "views/charts/picture_mask.h"
#include "views/compare/compare_charts.h"
#include "views/compare/comparison_content.h"
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
constexpr int paneGap = 8;
constexpr int delayHeight = 120;
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

/// The bar of places, as wide as given and as high as it needs.
std::unique_ptr<WhereBar> makeWhereBar(const ComparisonImageRequest& request, int width)
{
    auto bar = std::make_unique<WhereBar>();
    bar->setPalette(programPalette(request.theme));
    bar->setFont(chartFont(bodySize));
    bar->setDetails(request.details);
    if (request.mask) {
        AddressMask mask = *request.mask;
        for (PlaceButton* place : bar->findChildren<PlaceButton*>())
            place->setContent(place->level(), masked(mask, place->title()), masked(mask, place->counts()));
    }
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

/// The packets of both captures in one chart, above the delay.
void paintOverlay(
    QPainter& painter, const ComparisonImageRequest& request, const ComparisonContent& content, const QRect& box)
{
    const QRect chart = box.adjusted(0, 0, 0, request.hasDelay ? -delayHeight : 0);
    paintChart(painter, request, content.charts[0], chart, TimeAxis::Labelled);
    if (request.hasDelay)
        paintChart(painter, request, content.delay, QRect(box.left(), chart.bottom() + 1, box.width(), delayHeight),
            TimeAxis::Bare);
}

/// Both charts, the delay between them when it is asked for, and the lines from packets to their twins.
void paintTwoCharts(
    QPainter& painter, const ComparisonImageRequest& request, const ComparisonContent& content, const QRect& box)
{
    const PairDetails& details = *request.details;
    const int delay = request.hasDelay ? delayHeight : 0;
    const int half = (box.height() - delay) / 2;
    const QRect above(box.left(), box.top(), box.width(), half);
    const QRect below(box.left(), box.top() + half + delay, box.width(), box.height() - delay - half);
    const std::vector<uint32_t> told = relationsOfFindings(details.pair(), details.relations());
    TwinRequest twins;
    twins.details = &details;
    twins.direction = request.direction;
    twins.charts = {&content.charts[0], &content.charts[1]};
    twins.areas = {paintChart(painter, request, content.charts[0], above, TimeAxis::Bare),
        paintChart(painter, request, content.charts[1], below, TimeAxis::Labelled)};
    twins.told = &told;
    twins.theme = request.theme;
    if (request.hasDelay)
        paintChart(
            painter, request, content.delay, QRect(box.left(), box.top() + half, box.width(), delay), TimeAxis::Bare);
    painter.save();
    paintTwinLines(painter, twins);
    painter.restore();
}

void paintLadderPane(
    QPainter& painter, const ComparisonImageRequest& request, const ComparisonContent& content, const QRect& box)
{
    LadderRequest ladder;
    ladder.ladder = &request.details->ladder();
    ladder.view = request.span;
    ladder.bounds = box;
    ladder.theme = request.theme;
    ladder.captions = content.captions;
    ladder.marks = content.marks;
    ladder.clock = request.clock;
    ladder.foldsSilence = request.foldsSilence;
    paintLadder(painter, ladder);
}

/// Charts and ladder beside each other, or one of them alone.
void paintPanes(
    QPainter& painter, const ComparisonImageRequest& request, const ComparisonContent& content, const QRect& box)
{
    const bool hasCharts = request.panes != ShownPanes::LadderOnly;
    const bool hasLadder = request.panes != ShownPanes::Charts;
    const int chartWidth = !hasCharts ? margin : hasLadder ? static_cast<int>(box.width() * chartShare) : box.width();
    const QRect charts(box.left(), box.top(), chartWidth, box.height());
    if (hasCharts)
        request.isOverlaid ? paintOverlay(painter, request, content, charts)
                           : paintTwoCharts(painter, request, content, charts);
    if (hasLadder)
        paintLadderPane(painter, request, content, box.adjusted(chartWidth + paneGap, 0, -margin, 0));
}

void addTexts(QImage& image, const ComparisonContent& content)
{
    image.setText(QStringLiteral("Title"), content.words.title.value(0));
    image.setText(QStringLiteral("Description"), content.description);
    image.setText(QStringLiteral("Findings"), content.findings);
    image.setText(QStringLiteral("Source"), content.words.title.join(QLatin1Char('\n')));
    image.setText(QStringLiteral("Software"), QStringLiteral("Whyrst " WHYRST_VERSION));
}

void paintPicture(QPainter& painter, const ComparisonImageRequest& request, const ComparisonContent& content)
{
    const int width = request.size.width();
    const ChartCaption caption(content.words, width - 2.0 * margin, bodySize);
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
    paintPanes(painter, request, content, QRect(0, top, width, bottom - top));
    caption.paintStory(painter, {margin, bottom + static_cast<double>(margin) / 2});
    painter.setFont(chartFont(footerSize));
    painter.setPen(chartColors(request.theme).faintText);
    painter.drawText(QRect(margin, request.size.height() - footerHeight - 4, width - 2 * margin, footerHeight),
        Qt::AlignLeft | Qt::AlignVCenter, content.footer);
}

} // namespace

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

bool showFinding(ComparisonImageRequest& request, int number)
{
    const PairDetails& details = *request.details;
    const std::vector<CompareFinding>& findings = details.pair().findings;
    if (number < 1 || static_cast<size_t>(number) > findings.size())
        return false;
    const CompareFinding& finding = findings[static_cast<size_t>(number) - 1];
    request.finding = number;
    request.span = shownSpan(details, &finding);
    if (finding.flow && finding.cause != CauseId::InjectedReset) // a forged RST may stand in either direction
        request.direction = *finding.flow;
    return true;
}

void maskAddresses(ComparisonImageRequest& request)
{
    request.mask = addressMask(request.details->open().traces(), request.details->pair());
    for (QString& line : request.title)
        line = masked(*request.mask, line);
    request.filter = masked(*request.mask, request.filter);
}

void paintComparisonImage(QPainter& painter, const ComparisonImageRequest& request)
{
    paintPicture(painter, request, describeContent(request));
}

QImage renderComparisonImage(const ComparisonImageRequest& request)
{
    const ComparisonContent content = describeContent(request);
    QImage image(static_cast<int>(std::lround(request.size.width() * request.scale)),
        static_cast<int>(std::lround(request.size.height() * request.scale)), QImage::Format_RGB32);
    image.fill(chartColors(request.theme).background);
    QPainter painter(&image);
    painter.scale(request.scale, request.scale);
    paintPicture(painter, request, content);
    painter.end();
    addTexts(image, content);
    return image;
}

} // namespace whyrst
