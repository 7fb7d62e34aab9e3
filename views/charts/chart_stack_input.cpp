// Mouse and keyboard of the chart stack.
#include "views/charts/chart_scene.h"
#include "views/charts/chart_stack.h"
#include "views/charts/readout.h"
#include "views/charts/stack_gesture.h"
#include "views/charts/time_window.h"

#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QTimer>
#include <QWheelEvent>

#include <cmath>

namespace whyrst {

namespace {

constexpr double wheelStep = 1.25; ///< zoom per notch of 15 degrees
constexpr double keyStep = 1.5;
constexpr int panShare = 4;             ///< a key pans by a quarter of what is shown
constexpr double eighthsPerNotch = 120; // QWheelEvent::angleDelta

double wheelFactor(const QWheelEvent& event)
{
    // With Alt pressed some platforms turn the wheel sideways.
    const int delta = event.angleDelta().y() != 0 ? event.angleDelta().y() : event.angleDelta().x();
    return std::pow(wheelStep, -delta / eighthsPerNotch);
}

} // namespace

void ChartStack::pressAt(const QMouseEvent& event)
{
    const QPointF position = event.position();
    *m_gesture = {};
    m_gesture->state = StackGesture::State::Press;
    m_gesture->wantsBox = event.button() == Qt::RightButton || event.modifiers().testFlag(Qt::ShiftModifier);
    m_gesture->chart = m_scene->chartAt(position);
    m_gesture->start = position;
    m_gesture->current = position;
    if (!m_gesture->chart)
        return;
    m_gesture->area = m_scene->area(*m_gesture->chart);
    m_gesture->values = m_scene->valueRange(*m_gesture->chart);
}

void ChartStack::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::BackButton)
        back();
    else if (event->button() == Qt::ForwardButton)
        forward();
    else
        pressAt(*event);
}

void ChartStack::mouseMoveEvent(QMouseEvent* event)
{
    using State = StackGesture::State;
    m_gesture->current = event->position();
    if (m_gesture->state == State::Press && m_gesture->chart && m_gesture->isDrag()) {
        m_gesture->state = m_gesture->wantsBox ? State::Box : State::Pan;
        if (m_gesture->state == State::Pan)
            m_window->beginGesture();
    }
    if (m_gesture->state == State::Pan)
        panTo(event->position());
    hoverAt(event->position());
}

void ChartStack::mouseReleaseEvent(QMouseEvent* event)
{
    using State = StackGesture::State;
    const State state = m_gesture->state;
    m_gesture->current = event->position();
    m_gesture->state = State::None;
    if (state == State::Pan)
        m_window->endGesture();
    else if (state == State::Box)
        zoomToBox();
    else if (state == State::Press && event->button() == Qt::LeftButton)
        click(event->position());
    else if (state == State::Press && event->button() == Qt::RightButton)
        offerMenu(event->globalPosition().toPoint());
    update();
}

void ChartStack::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_scene->chartAt(event->position()))
        fit();
}

void ChartStack::click(QPointF position)
{
    if (const auto entry = m_scene->legendAt(position)) {
        m_scene->toggleSeries(entry->first, entry->second);
        redraw();
    } else if (const std::optional<int> step = m_scene->stepAt(position)) {
        selectStep(*step);
        emit stepSelected(*step);
    } else {
        clickData(position);
    }
}

void ChartStack::offerMenu(const QPoint& position)
{
    if (actions().isEmpty())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    menu->popup(position);
}

void ChartStack::clickData(QPointF position)
{
    const std::vector<NearPacket> packets = packetsAt(position);
    if (!packets.empty())
        stepPacket(packets.front().frame);
}

void ChartStack::panTo(QPointF position)
{
    const PlotArea& area = m_gesture->area;
    const Duration moved = area.timeAt(m_gesture->start.x()) - area.timeAt(position.x());
    m_window->show(area.begin + moved, area.end + moved);
    if (!m_gesture->values)
        return;
    const double shift = area.valueAt(m_gesture->start.y()) - area.valueAt(position.y());
    m_scene->setValueRange(
        *m_gesture->chart, ValueRange{m_gesture->values->low + shift, m_gesture->values->high + shift});
    redraw();
}

void ChartStack::zoomToBox()
{
    const PlotArea& area = m_gesture->area;
    const QRectF box = m_gesture->box().intersected(QRectF(area.pixels));
    if (box.width() < StackGesture::dragDistance || box.height() < StackGesture::dragDistance)
        return;
    m_window->show(area.timeAt(box.left()), area.timeAt(box.right()));
    m_scene->setValueRange(*m_gesture->chart, ValueRange{area.valueAt(box.bottom()), area.valueAt(box.top())});
    redraw();
}

void ChartStack::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers().testFlag(Qt::ControlModifier))
        zoomValuesAt(wheelFactor(*event), event->position());
    else
        zoomTimeAt(wheelFactor(*event), event->position());
    event->accept();
}

void ChartStack::zoomTimeAt(double factor, QPointF position)
{
    if (charts().empty())
        return;
    m_window->beginGesture();
    m_window->zoom(factor, m_scene->area(0).timeAt(position.x()));
    m_wheelPause->start();
    hoverAt(position);
}

void ChartStack::zoomValuesAt(double factor, QPointF position)
{
    const std::optional<size_t> chart = m_scene->chartAt(position);
    if (!chart)
        return;
    const PlotArea area = m_scene->area(*chart);
    const double anchor = area.valueAt(position.y());
    m_scene->setValueRange(
        *chart, ValueRange{anchor - (anchor - area.low) * factor, anchor + (area.high - anchor) * factor});
    redraw();
}

void ChartStack::keyPressEvent(QKeyEvent* event)
{
    const bool isAlt = event->modifiers().testFlag(Qt::AltModifier);
    const bool isShift = event->modifiers().testFlag(Qt::ShiftModifier);
    const Duration middle = m_window->begin() + m_window->width() / 2;
    switch (event->key()) {
    case Qt::Key_Backspace:
        back();
        break;
    case Qt::Key_Left:
        isAlt ? back() : isShift ? m_window->pan(-m_window->width() / panShare) : goToNeighbour(-1);
        break;
    case Qt::Key_Right:
        isAlt ? forward() : isShift ? m_window->pan(m_window->width() / panShare) : goToNeighbour(1);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_window->zoom(1 / keyStep, middle);
        break;
    case Qt::Key_Minus:
        m_window->zoom(keyStep, middle);
        break;
    case Qt::Key_0:
        fit();
        break;
    case Qt::Key_Menu:
        offerMenu(mapToGlobal(rect().center()));
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void ChartStack::hoverAt(QPointF position)
{
    m_pointer = position;
    m_hasPointer = m_scene->chartAt(position).has_value();
    QString text;
    if (m_hasPointer && m_gesture->state == StackGesture::State::None) {
        const size_t chart = *m_scene->chartAt(position);
        text = readoutText(charts()[chart], packetsAt(position), m_scene->notesAt(chart, position));
    }
    if (text != m_readout) {
        m_readout = text;
        emit readoutChanged(text);
    }
    emit cursorMoved(m_hasPointer ? std::optional(m_scene->area(0).timeAt(position.x())) : std::nullopt);
    update();
}

void ChartStack::leaveEvent(QEvent* event)
{
    m_hasPointer = false;
    m_readout.clear();
    emit cursorMoved(std::nullopt);
    update();
    QWidget::leaveEvent(event);
}

} // namespace whyrst
