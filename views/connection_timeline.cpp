#include "views/connection_timeline.h"

#include "model/document/document_text.h"
#include "views/charts/chart_accessibility.h"
#include "views/timeline_legend.h"

#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace whyrst {
namespace {

constexpr double labelShare = 0.48; // of the width, at most
constexpr double causeShare = 0.34; // of the labels, when there is not enough room
constexpr int labelPadding = 8;
constexpr size_t measuredRows = 300; // enough to know how long addresses are
constexpr double overhang = 0.02;    // so that the last packet does not sit on the border
constexpr int fewestRows = 2;
constexpr int legendFromRows = 2; // with fewer rows in sight, the rows matter more
constexpr int rightMargin = 8;

} // namespace

ConnectionTimeline::ConnectionTimeline(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    describeCharts();
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Connection timeline"));
}

void ConnectionTimeline::setTrace(const OpenTrace& open)
{
    m_open = open;
    m_selected.reset();
    m_chartWindow.reset();
    setRows({});
    showAll();
}

void ConnectionTimeline::grow(const OpenTrace& open)
{
    const TimelineRange before = wholeRange();
    const bool showedAll = m_range.begin <= before.begin && m_range.end >= before.end;
    m_open = open;
    if (showedAll)
        showAll();
}

void ConnectionTimeline::setRows(std::vector<ConnectionId> rows)
{
    const int top = verticalScrollBar()->value();
    const auto first = top > 0 && top < static_cast<int>(m_rows.size())
        ? std::optional(m_rows[static_cast<size_t>(top)])
        : std::nullopt;
    m_rows = std::move(rows);
    m_rowOf.assign(m_open ? m_open.trace->connections.size() : 0, -1);
    for (size_t row = 0; row < m_rows.size(); ++row)
        m_rowOf[m_rows[row].value] = static_cast<int32_t>(row);
    measureLabels();
    updateScrollBar();
    if (const std::optional<int> row = first ? rowOf(*first) : std::nullopt)
        verticalScrollBar()->setValue(*row);
    setAccessibleDescription(m_selected && m_open ? rowText(*m_selected) : QString());
}

void ConnectionTimeline::setSelected(std::optional<ConnectionId> id)
{
    m_selected = id;
    setAccessibleDescription(id && m_open ? rowText(*id) : QString());
    if (const std::optional<int> row = selectedRow()) {
        const int top = verticalScrollBar()->value();
        if (*row < top)
            verticalScrollBar()->setValue(*row);
        else if (*row >= top + visibleRows())
            verticalScrollBar()->setValue(*row - visibleRows() + 1);
    }
    viewport()->update();
}

void ConnectionTimeline::setChartWindow(std::optional<TimelineRange> window)
{
    m_chartWindow = window;
    viewport()->update();
}

TimelineRange ConnectionTimeline::wholeRange() const
{
    if (!m_open)
        return {Timestamp(), Timestamp() + std::chrono::seconds(1)};
    const CaptureInfo& capture = m_open.trace->capture;
    const Duration length = std::max<Duration>(capture.lastTime - capture.firstTime, std::chrono::milliseconds(1));
    const auto room = Duration(std::llround(static_cast<double>(length.count()) * overhang));
    return {capture.firstTime - room, capture.firstTime + length + room};
}

void ConnectionTimeline::showRange(const TimelineRange& range)
{
    if (range.end <= range.begin)
        return;
    m_range = range;
    viewport()->update();
}

void ConnectionTimeline::showAll()
{
    showRange(wholeRange());
}

QRect ConnectionTimeline::rowRect(ConnectionId id) const
{
    const std::optional<int> row = rowOf(id);
    return row ? rectOfRow(*row) & viewport()->rect() : QRect();
}

int ConnectionTimeline::heightForRows(int rows) const
{
    return axisHeight() + std::max(rows, fewestRows) * rowHeight() + fontMetrics().height() + 6;
}

QSize ConnectionTimeline::minimumSizeHint() const
{
    return {300, axisHeight() + 2 * rowHeight()};
}

QSize ConnectionTimeline::sizeHint() const
{
    return {800, heightForRows(6)};
}

int ConnectionTimeline::rowHeight() const
{
    return fontMetrics().height() + 8;
}

int ConnectionTimeline::axisHeight() const
{
    return fontMetrics().height() + 8;
}

int ConnectionTimeline::legendHeight() const
{
    const int legend = fontMetrics().height() + 6;
    return viewport()->height() - axisHeight() - legend >= legendFromRows * rowHeight() ? legend : 0;
}

void ConnectionTimeline::measureLabels()
{
    m_wantedLabels = {};
    constexpr int rounding = 2; // eliding measures finer than whole pixels
    for (size_t row = 0; row < std::min(m_rows.size(), measuredRows); ++row) {
        const Connection& connection = m_open.trace->connection(m_rows[row]);
        const int endpoints = fontMetrics().horizontalAdvance(endpointsText(connection)) + rounding;
        m_wantedLabels.endpoints = std::max(m_wantedLabels.endpoints, endpoints);
        if (const Headline* headline = m_open.headline(m_rows[row])) {
            const int cause = fontMetrics().horizontalAdvance(toQString(causeTitle(headline->cause))) + rounding;
            m_wantedLabels.cause = std::max(m_wantedLabels.cause, cause);
        }
    }
}

TimelineLabels ConnectionTimeline::labels() const
{
    const int room = static_cast<int>(viewport()->width() * labelShare) - 3 * labelPadding;
    if (m_wantedLabels.endpoints + m_wantedLabels.cause <= room)
        return m_wantedLabels;
    const int cause = std::min(m_wantedLabels.cause, static_cast<int>(room * causeShare));
    return {std::min(m_wantedLabels.endpoints, room - cause), cause};
}

int ConnectionTimeline::labelWidth() const
{
    const TimelineLabels columns = labels();
    return columns.endpoints + columns.cause + 3 * labelPadding;
}

int ConnectionTimeline::visibleRows() const
{
    return std::max(1, (viewport()->height() - axisHeight() - legendHeight()) / rowHeight());
}

std::optional<int> ConnectionTimeline::rowAt(int y) const
{
    if (y < axisHeight() || y >= viewport()->height() - legendHeight())
        return std::nullopt;
    const int row = verticalScrollBar()->value() + (y - axisHeight()) / rowHeight();
    return row < static_cast<int>(m_rows.size()) ? std::optional(row) : std::nullopt;
}

QRect ConnectionTimeline::rectOfRow(int row) const
{
    const int top = axisHeight() + (row - verticalScrollBar()->value()) * rowHeight();
    return {0, top, viewport()->width(), rowHeight()};
}

std::optional<int> ConnectionTimeline::selectedRow() const
{
    return m_selected ? rowOf(*m_selected) : std::nullopt;
}

std::optional<int> ConnectionTimeline::rowOf(ConnectionId id) const
{
    const bool isShown = id.value < m_rowOf.size() && m_rowOf[id.value] >= 0;
    return isShown ? std::optional<int>(m_rowOf[id.value]) : std::nullopt;
}

TimelineScale ConnectionTimeline::scale() const
{
    const int left = labelWidth();
    return {m_range.begin, m_range.end, left, std::max(left + 1, viewport()->width() - rightMargin)};
}

QString ConnectionTimeline::rowText(ConnectionId id) const
{
    const Connection& connection = m_open.trace->connection(id);
    QString text = endpointsText(connection);
    if (const ConnectionSummary* ends = m_open.summary(id))
        text += tr("\nOpened: %1. Ended: %2.").arg(openedWords(ends->opened), endedWords(ends->ended));
    if (connection.tunnel() != Tunnel::None)
        text += tr("\nInside %1.").arg(toQString(tunnelName(connection.tunnel())));
    const Timestamp zero = m_open.trace->capture.firstTime;
    text += tr("\nFrom %1 s for %2, %n packet(s).", nullptr, static_cast<int>(connection.packetCount()))
                .arg(sinceText(connection.firstTime, zero), durationText(connection.lastTime - connection.firstTime));
    const QString summary = summaryText(m_open, id);
    return summary.isEmpty() ? text : text + QLatin1Char('\n') + summary;
}

void ConnectionTimeline::updateScrollBar()
{
    const int rows = static_cast<int>(m_rows.size());
    verticalScrollBar()->setRange(0, std::max(0, rows - visibleRows()));
    verticalScrollBar()->setPageStep(visibleRows());
    viewport()->update();
}

void ConnectionTimeline::select(int row)
{
    const ConnectionId id = m_rows[static_cast<size_t>(row)];
    if (m_selected == id)
        return;
    setSelected(id);
    emit connectionSelected(id);
}

void ConnectionTimeline::moveSelection(int by)
{
    if (m_rows.empty())
        return;
    const int last = static_cast<int>(m_rows.size()) - 1;
    select(std::clamp(selectedRow().value_or(0) + by, 0, last));
}

void ConnectionTimeline::zoom(double factor, Timestamp anchor)
{
    showRange(zoomedRange(m_range, factor, anchor, wholeRange()));
}

void ConnectionTimeline::pan(double share)
{
    const TimelineRange whole = wholeRange();
    const auto wanted = Duration(std::llround(static_cast<double>((m_range.end - m_range.begin).count()) * share));
    const Duration by = std::clamp(wanted, whole.begin - m_range.begin, whole.end - m_range.end);
    showRange({m_range.begin + by, m_range.end + by});
}

bool ConnectionTimeline::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || !m_open)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const std::optional<int> row = rowAt(help->pos().y());
    if (row)
        QToolTip::showText(
            help->globalPos(), toolTipText(rowText(m_rows[static_cast<size_t>(*row)])), viewport(), rectOfRow(*row));
    else
        QToolTip::hideText();
    return true;
}

void ConnectionTimeline::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().base());
    if (m_open)
        paintRows(painter);
    paintBrush(painter);
}

void ConnectionTimeline::paintRows(QPainter& painter)
{
    const TimelineScale timeScale = scale();
    const TimelineLabels columns = labels();
    TimelinePainter rows(painter, m_open, timeScale, columns, palette());
    const int bottom = viewport()->height() - legendHeight();
    rows.drawGrid(QRect(0, axisHeight(), viewport()->width(), bottom - axisHeight()));
    const int first = verticalScrollBar()->value();
    const int end = std::min(static_cast<int>(m_rows.size()), first + visibleRows() + 1);
    for (int row = first; row < end; ++row) {
        const ConnectionId id = m_rows[static_cast<size_t>(row)];
        const bool isSelected = m_selected == id;
        rows.drawRow(
            {id, rectOfRow(row), isSelected, isSelected && hasFocus(), isSelected ? m_chartWindow : std::nullopt});
    }
    if (legendHeight() > 0)
        drawTimelineLegend(painter, QRect(0, bottom, viewport()->width(), legendHeight()), rows.signs(), palette());
    rows.drawAxis(QRect(0, 0, viewport()->width(), axisHeight()));
}

void ConnectionTimeline::paintBrush(QPainter& painter)
{
    if (!m_pressed || !m_brush)
        return;
    QColor fill = palette().color(QPalette::Highlight);
    fill.setAlphaF(0.25F);
    const int left = std::max(labelWidth(), std::min(m_pressed->x(), m_brush->x()));
    const int right = std::max(m_pressed->x(), m_brush->x());
    painter.fillRect(QRect(QPoint(left, 0), QPoint(right, viewport()->height())), fill);
}

void ConnectionTimeline::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
    setSelected(m_selected);
}

void ConnectionTimeline::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        measureLabels();
        updateScrollBar();
    }
}

} // namespace whyrst
