#include "views/charts/chart_stack.h"

#include "model/charts/packet_order.h"
#include "views/charts/axis_ticks.h"
#include "views/charts/chart_accessibility.h"
#include "views/charts/chart_scene.h"
#include "views/charts/readout.h"
#include "views/charts/stack_gesture.h"
#include "views/charts/time_window.h"

#include <QTimer>

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

constexpr int wheelPauseMs = 400;   ///< turns that follow each other faster are one step of the history
constexpr double sightMargin = 0.1; ///< of the width, between the border and a packet brought into sight

QString spanText(const TimeWindow& window)
{
    return QStringLiteral("Shown: %1 s to %2 s of %3 s.")
        .arg(QString::fromStdString(plainSeconds(std::max(window.begin(), Duration{}), 3)),
            QString::fromStdString(plainSeconds(std::min(window.end(), window.length()), 3)),
            QString::fromStdString(plainSeconds(window.length(), 3)));
}

} // namespace

ChartStack::ChartStack(QWidget* parent, TimeWindow* shared)
    : QWidget(parent)
    , m_window(shared ? shared : new TimeWindow(this))
    , m_scene(std::make_unique<ChartScene>())
    , m_gesture(std::make_unique<StackGesture>())
    , m_wheelPause(new QTimer(this))
{
    describeCharts();
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setContextMenuPolicy(Qt::PreventContextMenu); // the right button zooms
    setAccessibleName(tr("Charts of the connection"));
    m_wheelPause->setSingleShot(true);
    m_wheelPause->setInterval(wheelPauseMs);
    connect(m_wheelPause, &QTimer::timeout, m_window, &TimeWindow::endGesture);
    connect(m_window, &TimeWindow::historyChanged, this, &ChartStack::onHistoryChanged);
    connect(m_window, &TimeWindow::rangeChanged, this, &ChartStack::redraw);
}

ChartStack::~ChartStack() = default;

void ChartStack::setCharts(std::vector<ChartData> charts, TimeSpan story)
{
    *m_gesture = {};
    m_selectedFrame = {};
    m_selectedStep = 0;
    m_readout.clear();
    m_story = story;
    m_valueHistory.clear();
    const Duration length = charts.empty() ? Duration{} : charts.front().length;
    m_scene->setCharts(std::move(charts));
    m_scene->select({}, 0);
    m_window->reset(length);
    fit();
    redraw();
}

void ChartStack::growCharts(std::vector<ChartData> charts, TimeSpan story)
{
    if (charts.size() != this->charts().size()) {
        setCharts(std::move(charts), story);
        return;
    }
    m_story = story;
    m_selectedStep = 0;
    const Duration length = charts.empty() ? Duration{} : charts.front().length;
    m_scene->growCharts(std::move(charts));
    m_scene->select(m_selectedFrame, m_selectedStep);
    m_window->grow(length);
    redraw();
}

const std::vector<ChartData>& ChartStack::charts() const
{
    return m_scene->charts();
}

void ChartStack::clear()
{
    setCharts({}, {});
}

ChartTheme ChartStack::theme() const
{
    return m_scene->theme();
}

PacketNumber ChartStack::selectedPacket() const
{
    return m_selectedFrame;
}

QString ChartStack::accessibleText() const
{
    QStringList parts;
    for (const ChartData& chart : charts())
        parts << QString::fromStdString(chart.title + ": " + chart.description);
    parts << spanText(*m_window);
    return parts.join(QLatin1Char('\n'));
}

PlotArea ChartStack::plotArea(size_t chart)
{
    updatePicture();
    return m_scene->area(chart);
}

std::vector<QRectF> ChartStack::legendBoxes(size_t chart)
{
    updatePicture();
    return m_scene->legendBoxes(chart);
}

void ChartStack::setTimeAxis(TimeAxis axis)
{
    m_scene->setTimeAxis(axis);
    redraw();
}

QSize ChartStack::sizeHint() const
{
    return {960, 640};
}

QSize ChartStack::minimumSizeHint() const
{
    return {360, 240};
}

void ChartStack::setTheme(ChartTheme theme)
{
    m_scene->setTheme(theme);
    redraw();
}

void ChartStack::selectPacket(PacketNumber frame)
{
    m_selectedFrame = frame;
    m_scene->select(frame, m_selectedStep);
    const bool hasPackets = !charts().empty() && charts().front().packets;
    if (const auto time = hasPackets ? charts().front().packets->timeOf(frame) : std::nullopt)
        bringIntoSight(*time);
    redraw();
}

void ChartStack::showCursor(std::optional<Duration> time)
{
    if (m_cursor == time)
        return;
    m_cursor = time;
    update();
}

void ChartStack::selectStep(int number)
{
    m_selectedStep = number;
    m_scene->select(m_selectedFrame, number);
    for (const ChartData& chart : charts()) {
        const auto mark = std::find_if(
            chart.marks.begin(), chart.marks.end(), [number](const ChartMark& one) { return one.number == number; });
        if (mark == chart.marks.end())
            continue;
        bringIntoSight(mark->time);
        break;
    }
    redraw();
}

void ChartStack::bringIntoSight(Duration time)
{
    if (m_window->begin() <= time && time <= m_window->end())
        return;
    const auto margin = Duration(std::llround(static_cast<double>(m_window->width().count()) * sightMargin));
    const bool isBefore = time < m_window->begin();
    const Duration begin = isBefore ? time - margin : time + margin - m_window->width();
    m_window->show(begin, begin + m_window->width());
}

void ChartStack::showSpan(Duration begin, Duration end)
{
    m_window->show(begin, end);
}

void ChartStack::fit()
{
    if (m_story.end <= m_story.begin) {
        showAll();
        return;
    }
    releaseValueAxes();
    const Duration begin = m_window->begin();
    const Duration end = m_window->end();
    m_window->show(m_story.begin, m_story.end);
    if (begin == m_window->begin() && end == m_window->end())
        m_window->showAll();
    redraw();
}

void ChartStack::showAll()
{
    releaseValueAxes();
    m_window->showAll();
    redraw();
}

void ChartStack::back()
{
    m_window->back();
}

void ChartStack::forward()
{
    m_window->forward();
}

void ChartStack::releaseValueAxes()
{
    for (size_t i = 0; i < charts().size(); ++i)
        m_scene->setValueRange(i, std::nullopt);
}

/// Keeps the value axes in step with the history of time: going back also takes a box zoom's values back.
void ChartStack::onHistoryChanged()
{
    std::vector<std::optional<ValueRange>> current;
    for (size_t i = 0; i < charts().size(); ++i)
        current.push_back(m_scene->valueRange(i));
    const size_t depth = m_window->historyDepth();
    if (depth > m_valueHistory.size()) {
        m_valueHistory.resize(depth, current);
    } else if (depth < m_valueHistory.size()) {
        const std::vector<std::optional<ValueRange>> before = m_valueHistory[depth];
        for (size_t i = 0; i < std::min(before.size(), charts().size()); ++i)
            m_scene->setValueRange(i, before[i]);
        m_valueHistory.resize(depth);
        redraw();
    }
}

void ChartStack::redraw()
{
    m_isStale = true;
    setAccessibleDescription(accessibleText());
    update();
    emit redrawn();
}

std::vector<NearPacket> ChartStack::packetsAt(QPointF position) const
{
    constexpr double radius = 5; // pixels
    const std::optional<size_t> chart = m_scene->chartAt(position);
    return chart ? m_scene->packetsNear(*chart, position, radius) : std::vector<NearPacket>{};
}

void ChartStack::stepPacket(PacketNumber frame)
{
    selectPacket(frame);
    emit packetSelected(frame);
}

void ChartStack::goToNeighbour(int direction)
{
    if (charts().empty() || !charts().front().packets)
        return;
    const PacketOrder& order = *charts().front().packets;
    PacketNumber frame = m_selectedFrame;
    if (frame.value == 0 && direction < 0)
        return;
    if (const auto neighbour = direction > 0 ? order.next(frame) : order.previous(frame))
        stepPacket(*neighbour);
}

} // namespace whyrst
