#include "views/charts/chart_accessibility.h"

#include <QAccessibleWidget>

namespace whyrst {
namespace {

/// Qt asks for each class of a widget, from its own to QWidget.
QAccessibleInterface* chartInterface(const QString& className, QObject* object)
{
    const bool isChart = className == QLatin1String("whyrst::ChartStack")
        || className == QLatin1String("whyrst::LadderView") || className == QLatin1String("whyrst::ConnectionTimeline");
    auto* widget = qobject_cast<QWidget*>(object);
    return isChart && widget ? new QAccessibleWidget(widget, QAccessible::Chart) : nullptr;
}

} // namespace

void describeCharts()
{
    QAccessible::installFactory(chartInterface);
}

} // namespace whyrst
