// What the chart stack shows: the picture of the scene, and on top of it what follows the pointer.
#include "views/charts/axis_ticks.h"
#include "views/charts/chart_scene.h"
#include "views/charts/chart_stack.h"
#include "views/charts/glyphs.h"
#include "views/charts/stack_gesture.h"
#include "views/charts/time_window.h"

#include <QFontMetricsF>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>

namespace whyrst {

namespace {

constexpr int readoutFont = 11;
constexpr double padding = 6;
constexpr double pointerGap = 14; ///< between the pointer and its readout

/// A box of `size` beside `pointer` that stays inside `bounds`.
QRectF boxBeside(QPointF pointer, QSizeF size, const QRectF& bounds)
{
    double x = pointer.x() + pointerGap;
    if (x + size.width() > bounds.right())
        x = std::max(bounds.left(), pointer.x() - pointerGap - size.width());
    double y = pointer.y() + pointerGap;
    if (y + size.height() > bounds.bottom())
        y = std::max(bounds.top(), pointer.y() - pointerGap - size.height());
    return QRectF(QPointF(x, y), size);
}

void paintTextBox(QPainter& painter, const QRectF& box, const QString& text, const ChartColors& colors)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.frame, 1));
    painter.setBrush(colors.background);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(colors.text);
    painter.drawText(box.adjusted(padding, 0, -padding, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

QSizeF textBoxSize(const QPainter& painter, const QString& text)
{
    const QRectF bounds = QFontMetricsF(painter.font()).boundingRect(QRectF(0, 0, 4000, 4000), Qt::AlignLeft, text);
    return {bounds.width() + 2 * padding, bounds.height() + padding};
}

} // namespace

void ChartStack::updatePicture()
{
    if (!m_isStale && m_picture.size() == size() * devicePixelRatioF())
        return;
    m_scene->setTimeRange(m_window->begin(), m_window->end());
    m_picture = m_scene->render(size(), devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_isStale = false;
}

void ChartStack::paintEvent(QPaintEvent*)
{
    updatePicture();
    QPainter painter(this);
    painter.setCompositionMode(QPainter::CompositionMode_Source);
    painter.drawImage(QPointF(0, 0), m_picture);
    painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
    if (m_overlay) {
        painter.save();
        m_overlay(painter);
        painter.restore();
    }
    painter.setFont(chartFont(readoutFont));
    if (m_gesture->state == StackGesture::State::Box)
        paintBox(painter);
    if (m_hasPointer && m_gesture->state != StackGesture::State::Pan) {
        paintCrosshair(painter);
        paintReadout(painter);
    } else if (m_cursor) {
        paintCursor(painter);
    }
    if (hasFocus()) {
        painter.setPen(QPen(chartColors(theme()).selection, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ChartStack::paintCrosshair(QPainter& painter) const
{
    const ChartColors& colors = chartColors(theme());
    const std::optional<size_t> chart = m_scene->chartAt(m_pointer);
    if (!chart)
        return;
    painter.setPen(QPen(colors.faintText, 1, Qt::DotLine));
    for (size_t i = 0; i < charts().size(); ++i) {
        const QRect pixels = m_scene->area(i).pixels;
        painter.drawLine(QPointF(m_pointer.x(), pixels.top()), QPointF(m_pointer.x(), pixels.bottom()));
    }
    const PlotArea area = m_scene->area(*chart);
    painter.drawLine(QPointF(area.pixels.left(), m_pointer.y()), QPointF(area.pixels.right(), m_pointer.y()));

    const PlotArea last = m_scene->area(charts().size() - 1);
    const double step = toSeconds(m_window->width()) / last.pixels.width();
    const QString time = secondsLabel(toSeconds(area.timeAt(m_pointer.x())), step) + QStringLiteral(" s");
    const QSizeF size = textBoxSize(painter, time);
    const double x = std::clamp(m_pointer.x() - size.width() / 2, 0.0, std::max(0.0, width() - size.width()));
    const double y
        = std::min(last.pixels.bottom() + 2.0, height() - size.height() - 1); // a bare axis has no room below
    paintTextBox(painter, QRectF(QPointF(x, y), size), time, colors);
}

void ChartStack::paintCursor(QPainter& painter) const
{
    painter.setPen(QPen(chartColors(theme()).faintText, 1, Qt::DotLine));
    for (size_t i = 0; i < charts().size(); ++i) {
        const PlotArea area = m_scene->area(i);
        const double x = area.x(*m_cursor);
        if (area.pixels.left() <= x && x <= area.pixels.right())
            painter.drawLine(QPointF(x, area.pixels.top()), QPointF(x, area.pixels.bottom()));
    }
}

void ChartStack::paintReadout(QPainter& painter) const
{
    if (m_readout.isEmpty())
        return;
    const QRectF box = boxBeside(m_pointer, textBoxSize(painter, m_readout), QRectF(rect()));
    paintTextBox(painter, box, m_readout, chartColors(theme()));
}

void ChartStack::paintBox(QPainter& painter) const
{
    const QRectF box = m_gesture->box().intersected(QRectF(m_gesture->area.pixels));
    QColor tint = chartColors(theme()).selection;
    painter.setPen(QPen(tint, 1));
    tint.setAlpha(40);
    painter.setBrush(tint);
    painter.drawRect(box);
}

void ChartStack::resizeEvent(QResizeEvent* event)
{
    m_isStale = true;
    QWidget::resizeEvent(event);
    emit redrawn();
}

} // namespace whyrst
