// The keys and mouse gestures of the window.
#pragma once

#include <QDialog>

#include <vector>

class QAction;

namespace whyrst {

/// A list of shortcuts: those of `actions`, then the fixed ones of charts and timeline.
class ShortcutsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ShortcutsDialog(const std::vector<QAction*>& actions, QWidget* parent = nullptr);
};

} // namespace whyrst
