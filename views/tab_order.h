// The order in which Tab comes by.
#pragma once

#include <QList>

class QWidget;

namespace whyrst {

/// Lets Tab come by `stops` one after the other. A widget that takes no keyboard stands for those in it that do, in the
/// order of their making.
void orderTabs(const QList<QWidget*>& stops);

} // namespace whyrst
