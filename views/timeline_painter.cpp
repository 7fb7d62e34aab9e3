#include "views/timeline_painter.h"

#include "model/document/document_text.h"
#include "views/palette.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>

namespace whyrst {
namespace {

constexpr int labelPadding = 8;
constexpr double barShare = 0.58; // of a row's height
constexpr double shortestBar = 3;
constexpr int tickSpacing = 90; // pixels between labels of the axis

} // namespace

TimelinePainter::TimelinePainter(QPainter& painter, const OpenTrace& open, const TimelineScale& scale,
    const TimelineLabels& labels, const QPalette& palette)
    : m_painter(painter)
    , m_open(open)
    , m_scale(scale)
    , m_labels(labels)
    , m_palette(palette)
    , m_theme(themeOf(palette))
{
}

std::vector<TimelineTick> TimelinePainter::ticks() const
{
    const Timestamp zero = m_open.trace->capture.firstTime;
    const int most = std::max(1, (m_scale.right - m_scale.left) / tickSpacing);
    return timelineTicks(m_scale.begin - zero, m_scale.end - zero, most);
}

double TimelinePainter::pixelOfTick(const TimelineTick& tick) const
{
    return m_scale.pixelOf(m_open.trace->capture.firstTime + tick.time);
}

void TimelinePainter::drawAxis(const QRect& rect)
{
    m_painter.fillRect(rect, m_palette.color(QPalette::Window));
    m_painter.setPen(chartColors(m_theme).faintText);
    for (const TimelineTick& tick : ticks()) {
        const int x = static_cast<int>(pixelOfTick(tick));
        m_painter.drawLine(x, rect.bottom() - 4, x, rect.bottom());
        const int width = m_painter.fontMetrics().horizontalAdvance(tick.label) + 4;
        const int left = std::clamp(x - width / 2, m_scale.left, std::max(m_scale.left, rect.right() - width));
        m_painter.drawText(QRect(left, rect.top(), width, rect.height() - 4), Qt::AlignCenter, tick.label);
    }
    m_painter.setPen(m_palette.color(QPalette::Mid));
    m_painter.drawLine(rect.bottomLeft(), rect.bottomRight());
}

void TimelinePainter::drawGrid(const QRect& rect)
{
    m_painter.setPen(chartColors(m_theme).grid);
    for (const TimelineTick& tick : ticks()) {
        const int x = static_cast<int>(pixelOfTick(tick));
        m_painter.drawLine(x, rect.top(), x, rect.bottom());
    }
}

void TimelinePainter::drawRow(const TimelineRow& row)
{
    const Connection& connection = m_open.trace->connection(row.id);
    if (row.isSelected) {
        QColor selection = m_palette.color(QPalette::Highlight);
        selection.setAlphaF(m_theme == ChartTheme::Light ? 0.14F : 0.32F);
        m_painter.fillRect(row.rect, selection);
        m_painter.fillRect(QRect(row.rect.topLeft(), QSize(3, row.rect.height())), m_palette.highlight());
    }
    drawLabel(row, connection, m_open.headline(row.id));
    m_painter.save();
    m_painter.setClipRect(QRect(m_scale.left, row.rect.top(), m_scale.right - m_scale.left + 1, row.rect.height()));
    drawBar(row, connection);
    drawWindow(row);
    m_painter.restore();
    drawOutside(row, connection);
    if (row.hasFocus) {
        m_painter.setPen(QPen(m_palette.color(QPalette::Highlight), 1, Qt::DotLine));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRect(row.rect.adjusted(0, 0, -1, -1));
    }
}

void TimelinePainter::drawLabel(const TimelineRow& row, const Connection& connection, const Headline* headline)
{
    const QRect endpoints(row.rect.left() + labelPadding, row.rect.top(), m_labels.endpoints, row.rect.height());
    const QRect cause(endpoints.right() + labelPadding, row.rect.top(), m_labels.cause, row.rect.height());
    const QFontMetrics metrics = m_painter.fontMetrics();
    m_painter.setPen(m_palette.color(QPalette::Text));
    m_painter.drawText(endpoints, Qt::AlignVCenter | Qt::AlignLeft,
        metrics.elidedText(endpointsText(connection), Qt::ElideLeft, endpoints.width()));
    if (!headline)
        return;
    m_painter.setPen(harmColor(headline->harm, m_theme));
    m_painter.drawText(cause, Qt::AlignVCenter | Qt::AlignLeft,
        metrics.elidedText(toQString(causeTitle(headline->cause)), Qt::ElideRight, cause.width()));
}

void TimelinePainter::drawBar(const TimelineRow& row, const Connection& connection)
{
    const ConnectionSummary* summary = m_open.summary(row.id);
    const BarState state = barState(summary, m_open.headline(row.id));
    m_signs.states.insert(state);
    const BarLook look = barLook(state, m_theme);
    const double left = m_scale.pixelOf(connection.firstTime);
    const double right = std::max(m_scale.pixelOf(connection.lastTime), left + shortestBar);
    const double height = row.rect.height() * barShare;
    const QRectF bar(left, row.rect.center().y() - height / 2 + 0.5, right - left, height);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_palette.color(QPalette::Base));
    m_painter.drawRect(bar);
    m_painter.setPen(QPen(look.line, 1));
    m_painter.setBrush(QBrush(look.fill, look.pattern));
    m_painter.drawRect(bar);
    if (summary)
        drawEvents(bar, timelineEvents(connection, *summary));
}

void TimelinePainter::drawEvents(const QRectF& bar, const std::vector<TimelineEvent>& events)
{
    for (const TimelineEvent& event : events) {
        if (event.end < m_scale.begin || event.begin > m_scale.end)
            continue;
        addSign(event.what);
        drawEvent(bar, event);
    }
    // Resets above everything else: they are what people look for.
    for (const TimelineEvent& event : events) {
        if (event.what == TimelineEvent::What::Reset)
            drawResetCross(m_painter, {m_scale.pixelOf(event.begin), bar.center().y()}, bar.height() / 2, m_palette);
    }
}

void TimelinePainter::addSign(TimelineEvent::What what)
{
    using What = TimelineEvent::What;
    m_signs.hasReset |= what == What::Reset;
    m_signs.hasClosedWindow |= what == What::WindowClosed;
    m_signs.hasResend |= what == What::Retransmission;
    m_signs.hasDupAcks |= what == What::DupAcks;
    m_signs.hasFinOrIcmp |= what == What::Fin || what == What::Icmp;
}

void TimelinePainter::drawEvent(const QRectF& bar, const TimelineEvent& event)
{
    const double x = m_scale.pixelOf(event.begin);
    const double middle = bar.center().y();
    const auto pen
        = [this](SeriesStyle style) { return QPen(seriesLook(style, m_theme).color, 2, Qt::SolidLine, Qt::FlatCap); };
    switch (event.what) {
    case TimelineEvent::What::Retransmission:
        m_painter.setPen(pen(SeriesStyle::Resend));
        m_painter.drawLine(QPointF(x, bar.top() - 3), QPointF(x, middle));
        break;
    case TimelineEvent::What::DupAcks:
        m_painter.setPen(pen(SeriesStyle::DupAck));
        m_painter.drawLine(QPointF(x, middle), QPointF(x, bar.bottom() + 3));
        break;
    case TimelineEvent::What::WindowClosed:
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(QBrush(m_palette.color(QPalette::Text), Qt::Dense4Pattern));
        m_painter.drawRect(QRectF(x, bar.top() + 2, std::max(2.0, m_scale.pixelOf(event.end) - x), bar.height() - 4));
        break;
    case TimelineEvent::What::Fin:
    case TimelineEvent::What::Icmp:
        m_painter.setPen(pen(SeriesStyle::SynFin));
        m_painter.drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.bottom() + 2));
        break;
    case TimelineEvent::What::Syn:
    case TimelineEvent::What::Reset:
        break;
    }
}

/// A bracket around the part of the selected connection that the charts show.
void TimelinePainter::drawWindow(const TimelineRow& row)
{
    const Connection& connection = m_open.trace->connection(row.id);
    if (!row.window || (row.window->begin <= connection.firstTime && row.window->end >= connection.lastTime))
        return;
    const double left = m_scale.pixelOf(row.window->begin);
    const double right = std::max(m_scale.pixelOf(row.window->end), left + 2);
    m_painter.setPen(QPen(m_palette.color(QPalette::Highlight), 2));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawRect(QRectF(left, row.rect.top() + 1.5, right - left, row.rect.height() - 3));
}

/// A small arrow where a connection lies outside of the visible time.
void TimelinePainter::drawOutside(const TimelineRow& row, const Connection& connection)
{
    const bool isBefore = connection.lastTime < m_scale.begin;
    if (!isBefore && connection.firstTime <= m_scale.end)
        return;
    m_painter.setPen(chartColors(m_theme).faintText);
    const QRect rect(m_scale.left, row.rect.top(), m_scale.right - m_scale.left - 2, row.rect.height());
    m_painter.drawText(rect, Qt::AlignVCenter | (isBefore ? Qt::AlignLeft : Qt::AlignRight),
        isBefore ? QStringLiteral("\u2039") : QStringLiteral("\u203a"));
}

} // namespace whyrst
