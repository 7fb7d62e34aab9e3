// The rules of the diagnosis and their thresholds, of which some can be changed.
#pragma once

#include "model/diagnosis/diagnosis_settings.h"

#include <QDialog>

#include <vector>

class QDoubleSpinBox;
class QFormLayout;
class QPlainTextEdit;
class QPushButton;

namespace whyrst {

/// Shows rulesText() to read, search by eye and copy. Accepted: diagnose again with settings().
class RulesDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RulesDialog(const DiagnosisSettings& settings, QWidget* parent = nullptr);

    DiagnosisSettings settings() const;
    /// In the order of settableThresholds().
    const std::vector<QDoubleSpinBox*>& boxes() const { return m_boxes; }
    QPushButton* applyButton() const { return m_apply; }
    QString text() const;

private:
    void createBoxes(QFormLayout* form);
    void showSettings(const DiagnosisSettings& settings);
    void updateText();

    DiagnosisSettings m_before;
    std::vector<QDoubleSpinBox*> m_boxes;
    QPlainTextEdit* m_text;
    QPushButton* m_apply;
};

} // namespace whyrst
