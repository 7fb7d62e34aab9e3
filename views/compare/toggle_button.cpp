#include "views/compare/toggle_button.h"

#include <QPainter>

namespace whyrst {

ToggleButton::ToggleButton(const QString& text, QWidget* parent)
    : QToolButton(parent)
{
    setText(text);
    setCheckable(true);
}

void ToggleButton::paintEvent(QPaintEvent* event)
{
    QToolButton::paintEvent(event);
    if (!isChecked() || !isEnabled())
        return;
    constexpr int thickness = 3;
    constexpr int inset = 3;
    QPainter painter(this);
    painter.fillRect(
        QRect(inset, height() - thickness - 1, width() - 2 * inset, thickness), palette().color(QPalette::Link));
}

} // namespace whyrst
