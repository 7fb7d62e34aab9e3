#include "views/compare/side_by_side_view.h"

namespace whyrst {

void SideBySideView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOutOnce();
}

void SideBySideView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    layOutOnce();
}

void SideBySideView::layOutOnce()
{
    constexpr int leastWidth = 400; // pixels; what is narrower has not got its size yet
    if (m_isLaidOut || !isVisible() || width() < leastWidth)
        return;
    m_isLaidOut = true;
    layOut();
}

} // namespace whyrst
