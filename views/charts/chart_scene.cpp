#include "views/charts/chart_scene.h"

#include "model/charts/packet_order.h"
#include "views/charts/axis_ticks.h"
#include "views/charts/chart_pane.h"
#include "views/charts/glyphs.h"
#include "views/charts/ink_share.h"
#include "views/charts/note_painter.h"
#include "views/charts/series_painter.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace whyrst {

namespace {

constexpr int tickFont = 11;
constexpr int labelFont = 11;
constexpr int hintFont = 13;
constexpr int outerMargin = 8;
constexpr int leastLeftMargin = 72; ///< of axis and labels, so that charts in different widgets line up
constexpr int legendGap = 5;
constexpr int roomAroundPlot = 40; ///< legend and axis, about
constexpr int leastPlotHeight = 44;
constexpr int roomForTimeAxis = 30; ///< numbers and label below the last chart
constexpr double sequenceStretch = 3;
constexpr double otherStretch = 1.25;
constexpr double emptyStretch = 0.4; ///< a chart without points needs room for one sentence

/// Something of ours in the drawing order of QCustomPlot.
class PaintLayer final : public QCPLayerable
{
public:
    PaintLayer(QCustomPlot* plot, const QString& layer, std::function<void(QPainter&)> paint)
        : QCPLayerable(plot, layer)
        , m_paint(std::move(paint))
    {
    }

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override { }
    void draw(QCPPainter* painter) override
    {
        painter->save();
        m_paint(*painter);
        painter->restore();
    }

private:
    std::function<void(QPainter&)> m_paint;
};

/// Bands lie under all data, and marks may stand upon them.
enum class SeriesLayer : uint8_t
{
    Bands,
    Data
};

SeriesLayer layerOf(const Series& series)
{
    return isShade(series.shape) ? SeriesLayer::Bands : SeriesLayer::Data;
}

void styleAxis(QCPAxis* axis, const ChartColors& colors)
{
    axis->setBasePen(QPen(colors.frame, 0));
    axis->setTickPen(QPen(colors.frame, 0));
    axis->setSubTickPen(QPen(colors.frame, 0));
    axis->setTickLabelColor(colors.faintText);
    axis->setLabelColor(colors.faintText);
    axis->setTickLabelFont(chartFont(tickFont));
    axis->setLabelFont(chartFont(labelFont));
    axis->grid()->setPen(QPen(colors.grid, 0));
    axis->grid()->setZeroLinePen(QPen(colors.grid, 0));
    axis->setSubTicks(false);
    axis->setTickLength(0, 4);
    axis->setTickLabelPadding(4);
    axis->setLabelPadding(4);
}

/// The label, unless it is longer than its axis.
QString fittingLabel(const std::string& label, int height)
{
    const QString text = QString::fromStdString(label);
    return QFontMetricsF(chartFont(labelFont)).horizontalAdvance(text) < height ? text : QString();
}

double stretchOf(const ChartData& chart)
{
    if (chart.series.empty())
        return emptyStretch;
    return chart.id == "sequence" ? sequenceStretch : otherStretch;
}

/// About how high each chart's plot becomes in `height` pixels: by its stretch factor, but not below the least height,
/// which takes from the others.
std::vector<int> plotHeights(const std::vector<ChartData>& charts, double height)
{
    const auto roomAround = [&](size_t index) {
        return static_cast<double>(roomAroundPlot + (index + 1 == charts.size() ? roomForTimeAxis : 0));
    };
    std::vector<int> heights(charts.size(), 0);
    double stretch = 0;
    for (const ChartData& chart : charts)
        stretch += stretchOf(chart);
    for (bool isSettled = false; !isSettled;) {
        isSettled = true;
        for (size_t i = 0; i < charts.size(); ++i) {
            const double share = height * stretchOf(charts[i]) / stretch;
            if (heights[i] == leastPlotHeight || share >= leastPlotHeight + roomAround(i))
                continue;
            heights[i] = leastPlotHeight;
            height -= leastPlotHeight + roomAround(i);
            stretch -= stretchOf(charts[i]);
            isSettled = false;
        }
    }
    for (size_t i = 0; i < charts.size(); ++i) {
        if (heights[i] == 0)
            heights[i] = static_cast<int>(height * stretchOf(charts[i]) / stretch - roomAround(i));
    }
    return heights;
}

} // namespace

/// Owns the plot: QCustomPlot lays out axes, ticks and grid; data, marks and legends are drawn by us.
class ChartScene::Plot
{
public:
    Plot();

    void setCharts(std::vector<ChartData> charts);
    QImage render(QSize size, double scale);

    QCustomPlot plot;
    std::vector<ChartData> charts;
    std::vector<std::unique_ptr<ChartPane>> panes;
    PaintStyle style;
    TimeAxis timeAxis = TimeAxis::Labelled;
    Duration begin{};
    Duration end = std::chrono::milliseconds(1);
    PacketNumber selectedFrame;
    int selectedStep = 0;

private:
    void addPane(size_t index);
    void addLayer(const QString& name, size_t index, void (Plot::*paint)(QPainter&, size_t));
    void prepare(QSize size);
    void preparePane(size_t index, double legendWidth, int height);
    void updateArea(size_t index);
    void paintGround(QPainter& painter, size_t index);
    void paintData(QPainter& painter, size_t index);
    void paintShapes(QPainter& painter, size_t index, SeriesLayer layer);
    void paintOver(QPainter& painter, size_t index);
    void paintEmptyText(QPainter& painter, const ChartPane& pane);
    void paintSelection(QPainter& painter, const ChartPane& pane);
    const ChartColors& colors() const { return chartColors(style.theme); }

    std::vector<QCPAxisRect*> m_rects;
    QCPMarginGroup* m_margins = nullptr;
    std::vector<std::unique_ptr<PaintLayer>> m_layers;
    QImage* m_image = nullptr; ///< being drawn
    QImage m_ground;           ///< the picture before data: grid and bands, over which marks may stand
};

ChartScene::Plot::Plot()
{
    plot.plotLayout()->clear();
    plot.plotLayout()->setRowSpacing(6);
    plot.plotLayout()->setMargins(QMargins(0, 0, 0, 0));
    m_margins = new QCPMarginGroup(&plot);
}

void ChartScene::Plot::setCharts(std::vector<ChartData> newCharts)
{
    m_layers.clear();
    panes.clear();
    m_rects.clear();
    plot.plotLayout()->clear();
    charts = std::move(newCharts);
    for (size_t i = 0; i < charts.size(); ++i)
        addPane(i);
    plot.plotLayout()->simplify();
}

void ChartScene::Plot::addPane(size_t index)
{
    panes.push_back(std::make_unique<ChartPane>(charts[index]));
    auto* rect = new QCPAxisRect(&plot);
    const auto row = static_cast<int>(index);
    plot.plotLayout()->addElement(row, 0, rect);
    plot.plotLayout()->setRowStretchFactor(row, stretchOf(charts[index]));
    rect->setMinimumSize(QSize(50, leastPlotHeight)); // in a low window the stretch factors decide, not equal minima
    rect->setAutoMargins(QCP::msLeft | QCP::msBottom);
    rect->setMarginGroup(QCP::msLeft, m_margins);
    rect->setMinimumMargins(QMargins(leastLeftMargin, 0, 0, 0));
    m_rects.push_back(rect);
    addLayer(QStringLiteral("grid"), index, &Plot::paintGround);
    addLayer(QStringLiteral("main"), index, &Plot::paintData);
    addLayer(QStringLiteral("overlay"), index, &Plot::paintOver);
}

void ChartScene::Plot::addLayer(const QString& name, size_t index, void (Plot::*paint)(QPainter&, size_t))
{
    m_layers.push_back(std::make_unique<PaintLayer>(&plot, name, [this, index, paint](QPainter& painter) {
        if (m_image) // the plot also draws itself now and then, unseen
            (this->*paint)(painter, index);
    }));
}

void ChartScene::Plot::preparePane(size_t index, double legendWidth, int height)
{
    ChartPane& pane = *panes[index];
    QCPAxisRect* rect = m_rects[index];
    pane.legend = layOutLegend(pane.data, legendWidth);
    rect->setMargins(QMargins(0, static_cast<int>(std::ceil(pane.legend.height)) + legendGap, outerMargin + 6, 0));
    QCPAxis* time = rect->axis(QCPAxis::atBottom);
    QCPAxis* value = rect->axis(QCPAxis::atLeft);
    styleAxis(time, colors());
    styleAxis(value, colors());
    const ValueRange range = pane.rangeFor(begin, end, height);
    time->setRange(toSeconds(begin), toSeconds(end));
    value->setRange(range.low, range.high);
    value->setLabel(pane.isEmpty()
            ? QString()
            : fittingLabel(pane.data.axis.label, height - 2 * static_cast<int>(std::ceil(pane.legend.height))));
    value->setTickLabels(!pane.isEmpty());
    value->setTicks(!pane.isEmpty());
    value->grid()->setVisible(!pane.isEmpty());
    const bool isLabelled = index + 1 == panes.size() && timeAxis == TimeAxis::Labelled;
    time->setTickLabels(isLabelled);
    time->setLabel(isLabelled ? QStringLiteral("Seconds since the connection's first packet") : QString());
}

void ChartScene::Plot::prepare(QSize size)
{
    plot.setBackground(QBrush(colors().background));
    const std::vector<int> heights = plotHeights(charts, size.height());
    for (size_t i = 0; i < panes.size(); ++i) {
        const int height = heights[i];
        preparePane(i, size.width() - 2.0 * outerMargin, height);
        m_rects[i]->axis(QCPAxis::atBottom)->setTicker(makeTimeTicker(size.width() - 80));
        m_rects[i]->axis(QCPAxis::atLeft)->setTicker(makeValueTicker(charts[i].axis.unit, height));
    }
}

QImage ChartScene::Plot::render(QSize size, double scale)
{
    const QSize pixels(std::max(1, static_cast<int>(std::lround(size.width() * scale))),
        std::max(1, static_cast<int>(std::lround(size.height() * scale))));
    QImage image(pixels, QImage::Format_RGB32);
    image.fill(colors().background);
    if (panes.empty())
        return image;
    style.scale = scale;
    prepare(size);
    m_image = &image;
    {
        QCPPainter painter(&image);
        painter.scale(scale, scale);
        plot.toPainter(&painter, size.width(), size.height());
    }
    m_image = nullptr;
    return image;
}

void ChartScene::Plot::updateArea(size_t index)
{
    ChartPane& pane = *panes[index];
    const QCPRange values = m_rects[index]->axis(QCPAxis::atLeft)->range();
    pane.area = {m_rects[index]->rect(), begin, end, values.lower, values.upper};
    pane.legendOrigin = {outerMargin, pane.area.pixels.top() - pane.legend.height - legendGap + 1};
}

void ChartScene::Plot::paintGround(QPainter& painter, size_t index)
{
    updateArea(index);
    paintShapes(painter, index, SeriesLayer::Bands);
}

void ChartScene::Plot::paintData(QPainter& painter, size_t index)
{
    if (index == 0)
        m_ground = m_image->copy();
    paintShapes(painter, index, SeriesLayer::Data);
}

void ChartScene::Plot::paintShapes(QPainter& painter, size_t index, SeriesLayer layer)
{
    const ChartPane& pane = *panes[index];
    painter.resetTransform();
    const PlotArea area = pane.area.scaled(style.scale);
    for (size_t i = 0; i < pane.indexes.size(); ++i) {
        if (!pane.hidden[i] && layer == layerOf(pane.data.series[i]))
            paintSeries(painter, pane.data.series[i], *pane.indexes[i], area, style);
    }
}

void ChartScene::Plot::paintOver(QPainter& painter, size_t index)
{
    ChartPane& pane = *panes[index];
    paintLegend(painter, pane.data, pane.legend, pane.legendOrigin, pane.hidden, style.theme);
    if (pane.isEmpty())
        paintEmptyText(painter, pane);
    paintSelection(painter, pane);
    paintNotes(painter, pane.data.notes, pane.area, style.theme);
    const InkProbe inkOf = [this](const QRectF& box) { return inkShare(*m_image, m_ground, box, style.scale); };
    pane.marks = paintMarks(painter, pane.data.marks, pane.area, style.theme, selectedStep, inkOf);
}

void ChartScene::Plot::paintEmptyText(QPainter& painter, const ChartPane& pane)
{
    painter.setFont(chartFont(hintFont));
    painter.setPen(colors().faintText);
    painter.drawText(
        QRectF(pane.area.pixels), Qt::AlignCenter | Qt::TextWordWrap, QString::fromStdString(pane.data.emptyText));
}

void ChartScene::Plot::paintSelection(QPainter& painter, const ChartPane& pane)
{
    if (selectedFrame.value == 0 || !pane.data.packets)
        return;
    const std::optional<Duration> time = pane.data.packets->timeOf(selectedFrame);
    if (!time || *time < begin || *time > end)
        return;
    const double x = std::floor(pane.area.x(*time)) + 0.5;
    painter.setClipRect(pane.area.pixels);
    painter.setPen(QPen(colors().selection, 1));
    painter.drawLine(QPointF(x, pane.area.pixels.top()), QPointF(x, pane.area.pixels.bottom() + 1));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors().selection, 2));
    painter.setBrush(Qt::NoBrush);
    for (const ChartPoint& point : pane.pointsOf(selectedFrame))
        painter.drawEllipse(QPointF(x, pane.area.y(point.high)), 6, 6);
    painter.setClipping(false);
}

ChartScene::ChartScene()
    : m_plot(std::make_unique<Plot>())
{
}

ChartScene::~ChartScene() = default;

void ChartScene::setCharts(std::vector<ChartData> charts)
{
    m_plot->setCharts(std::move(charts));
}

const std::vector<ChartData>& ChartScene::charts() const
{
    return m_plot->charts;
}

void ChartScene::growCharts(std::vector<ChartData> charts)
{
    const std::vector<std::unique_ptr<ChartPane>> before = std::move(m_plot->panes);
    m_plot->setCharts(std::move(charts));
    for (size_t chart = 0; chart < std::min(before.size(), m_plot->panes.size()); ++chart)
        m_plot->panes[chart]->takeView(*before[chart]);
}

void ChartScene::setTheme(ChartTheme theme)
{
    m_plot->style.theme = theme;
}

ChartTheme ChartScene::theme() const
{
    return m_plot->style.theme;
}

void ChartScene::setTimeRange(Duration begin, Duration end)
{
    m_plot->begin = begin;
    m_plot->end = std::max(end, begin + Duration(1));
}

void ChartScene::setTimeAxis(TimeAxis axis)
{
    m_plot->timeAxis = axis;
}

void ChartScene::setValueRange(size_t chart, std::optional<ValueRange> range)
{
    m_plot->panes[chart]->fixedRange = range;
}

std::optional<ValueRange> ChartScene::valueRange(size_t chart) const
{
    return m_plot->panes[chart]->fixedRange;
}

void ChartScene::select(PacketNumber frame, int step)
{
    m_plot->selectedFrame = frame;
    m_plot->selectedStep = step;
}

void ChartScene::toggleSeries(size_t chart, size_t series)
{
    m_plot->panes[chart]->hidden[series] = !m_plot->panes[chart]->hidden[series];
}

bool ChartScene::isSeriesHidden(size_t chart, size_t series) const
{
    return m_plot->panes[chart]->hidden[series];
}

QImage ChartScene::render(QSize size, double scale)
{
    return m_plot->render(size, scale);
}

PlotArea ChartScene::area(size_t chart) const
{
    return m_plot->panes[chart]->area;
}

std::optional<size_t> ChartScene::chartAt(QPointF position) const
{
    for (size_t i = 0; i < m_plot->panes.size(); ++i) {
        if (QRectF(m_plot->panes[i]->area.pixels).contains(position))
            return i;
    }
    return {};
}

std::vector<NearPacket> ChartScene::packetsNear(size_t chart, QPointF position, double radius) const
{
    return m_plot->panes[chart]->packetsNear(position, radius);
}

std::vector<const ChartNote*> ChartScene::notesAt(size_t chart, QPointF position) const
{
    const ChartPane& pane = *m_plot->panes[chart];
    return whyrst::notesAt(pane.data.notes, pane.area, position);
}

std::optional<int> ChartScene::stepAt(QPointF position) const
{
    for (const auto& pane : m_plot->panes) {
        for (const PaintedMark& mark : pane->marks) {
            if (mark.badge.adjusted(-2, -2, 2, 2).contains(position))
                return mark.number;
        }
    }
    return {};
}

std::vector<QRectF> ChartScene::legendBoxes(size_t chart) const
{
    const ChartPane& pane = *m_plot->panes[chart];
    std::vector<QRectF> boxes;
    if (!pane.legend.entries.empty()) { // the title stands before the first one
        const QRectF& first = pane.legend.entries.front().box;
        boxes.emplace_back(0, 0, first.left(), first.height());
    }
    for (const LegendEntry& entry : pane.legend.entries)
        boxes.push_back(entry.box);
    for (QRectF& box : boxes)
        box.translate(pane.legendOrigin);
    return boxes;
}

std::optional<std::pair<size_t, size_t>> ChartScene::legendAt(QPointF position) const
{
    for (size_t i = 0; i < m_plot->panes.size(); ++i) {
        const ChartPane& pane = *m_plot->panes[i];
        for (const LegendEntry& entry : pane.legend.entries) {
            if (entry.box.translated(pane.legendOrigin).contains(position))
                return std::pair(i, entry.series);
        }
    }
    return {};
}

} // namespace whyrst
