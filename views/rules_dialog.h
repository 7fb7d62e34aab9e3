// The rules of the diagnosis and their thresholds.
#pragma once

#include <QDialog>

namespace whyrst {

/// Shows rulesText() to read, search by eye and copy.
class RulesDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RulesDialog(QWidget* parent = nullptr);
};

} // namespace whyrst
