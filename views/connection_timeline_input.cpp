#include "views/connection_timeline.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace whyrst {

namespace {

constexpr double zoomPerNotch = 0.8;
constexpr double panPerKey = 0.2; // of the visible time

} // namespace

void ConnectionTimeline::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_open)
        m_pressed = event->position().toPoint();
}

void ConnectionTimeline::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_pressed || m_pressed->x() < labelWidth())
        return;
    const QPoint position = event->position().toPoint();
    if (m_brush || std::abs(position.x() - m_pressed->x()) >= QApplication::startDragDistance()) {
        m_brush = position;
        viewport()->update();
    }
}

void ConnectionTimeline::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_pressed)
        return;
    const QPoint pressed = *std::exchange(m_pressed, std::nullopt);
    if (const std::optional<QPoint> end = std::exchange(m_brush, std::nullopt)) {
        const int left = std::min(pressed.x(), end->x());
        const int right = std::max(pressed.x(), end->x());
        showRange({scale().timeAt(std::max(left, labelWidth())), scale().timeAt(right)});
        emit rangeBrushed(m_range);
    } else if (const std::optional<int> row = rowAt(pressed.y())) {
        select(*row);
    }
    viewport()->update();
}

void ConnectionTimeline::mouseDoubleClickEvent(QMouseEvent*)
{
    m_pressed.reset();
    showAll();
}

void ConnectionTimeline::wheelEvent(QWheelEvent* event)
{
    const QPointF position = event->position();
    if (position.x() < labelWidth() || event->modifiers().testFlag(Qt::ShiftModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    const double notches = event->angleDelta().y() / double{QWheelEvent::DefaultDeltasPerStep};
    zoom(std::pow(zoomPerNotch, notches), scale().timeAt(position.x()));
    event->accept();
}

void ConnectionTimeline::keyPressEvent(QKeyEvent* event)
{
    const Timestamp middle = m_range.begin + (m_range.end - m_range.begin) / 2;
    const int all = static_cast<int>(m_rows.size());
    switch (event->key()) {
    case Qt::Key_Up:
        return moveSelection(-1);
    case Qt::Key_Down:
        return moveSelection(1);
    case Qt::Key_PageUp:
        return moveSelection(-visibleRows());
    case Qt::Key_PageDown:
        return moveSelection(visibleRows());
    case Qt::Key_Home:
        return moveSelection(-all);
    case Qt::Key_End:
        return moveSelection(all);
    case Qt::Key_Left:
        return pan(-panPerKey);
    case Qt::Key_Right:
        return pan(panPerKey);
    case Qt::Key_Plus:
        return zoom(zoomPerNotch, middle);
    case Qt::Key_Minus:
        return zoom(1 / zoomPerNotch, middle);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

} // namespace whyrst
