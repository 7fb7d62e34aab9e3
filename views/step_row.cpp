#include "views/step_row.h"

#include "views/number_badge.h"
#include "views/plain_label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace whyrst {

StepRow::StepRow(const StepText& text, QWidget* parent)
    : QFrame(parent)
    , m_words(new QVBoxLayout)
    , m_number(text.number)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(tr("Step %1: %2").arg(text.number).arg(text.sentence));
    setAccessibleDescription(text.place);
    auto* words = new PlainLabel(text.sentence, PlainLabel::Style::Normal, this);
    words->setFaintEnd(text.place);
    words->installEventFilter(this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->setSpacing(8);
    layout->addWidget(new NumberBadge(text.number, {text.isReset, text.isGhost}, this), 0, Qt::AlignTop);
    m_words->addWidget(words);
    layout->addLayout(m_words, 1);
}

void StepRow::addBelow(QWidget* widget)
{
    m_words->addWidget(widget, 0, Qt::AlignLeft);
}

void StepRow::setSelected(bool isSelected)
{
    m_isSelected = isSelected;
    update();
}

void StepRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    QColor ground = palette().color(QPalette::Highlight);
    ground.setAlphaF(m_isSelected ? 0.20F : underMouse() ? 0.08F : 0.0F);
    painter.fillRect(rect(), ground);
    if (m_isSelected)
        painter.fillRect(QRect(0, 0, 3, height()), palette().color(QPalette::Highlight));
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1, Qt::DotLine));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void StepRow::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit activated(m_number);
}

void StepRow::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        emit activated(m_number);
        break;
    case Qt::Key_Up:
        focusNextPrevChild(false);
        break;
    case Qt::Key_Down:
        focusNextPrevChild(true);
        break;
    default:
        QFrame::keyPressEvent(event);
    }
}

/// A click on a text selects the step too, unless it marked a piece of the text.
bool StepRow::eventFilter(QObject* watched, QEvent* event)
{
    const auto* label = qobject_cast<PlainLabel*>(watched);
    if (label && event->type() == QEvent::MouseButtonRelease && !label->hasSelectedText())
        emit activated(m_number);
    return QFrame::eventFilter(watched, event);
}

} // namespace whyrst
