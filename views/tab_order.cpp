#include "views/tab_order.h"

#include <QWidget>

namespace whyrst {
namespace {

bool isStop(const QWidget& widget)
{
    return (widget.focusPolicy() & Qt::TabFocus) != 0 && !widget.focusProxy();
}

} // namespace

void orderTabs(const QList<QWidget*>& stops)
{
    QWidget* before = nullptr;
    const auto append = [&before](QWidget* widget) {
        if (before)
            QWidget::setTabOrder(before, widget);
        before = widget;
    };
    for (QWidget* stop : stops) {
        if (isStop(*stop)) {
            append(stop);
            continue;
        }
        const QList<QWidget*> inner = stop->findChildren<QWidget*>();
        for (QWidget* widget : inner) {
            if (isStop(*widget) && widget->window() == stop->window()) // lists of combo boxes are windows
                append(widget);
        }
    }
}

} // namespace whyrst
