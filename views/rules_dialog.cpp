#include "views/rules_dialog.h"

#include "model/export/rules_text.h"

#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

namespace whyrst {

RulesDialog::RulesDialog(const DiagnosisSettings& settings, QWidget* parent)
    : QDialog(parent)
    , m_before(settings)
    , m_text(new QPlainTextEdit)
{
    constexpr int columns = 110; // a hundred of the text, margins and scroll bar
    constexpr int lines = 34;
    setWindowTitle(tr("Rules and thresholds"));
    m_text->setReadOnly(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setAccessibleName(windowTitle());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close | QDialogButtonBox::RestoreDefaults);
    m_apply = buttons->addButton(tr("&Diagnose again"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this,
        [this] { showSettings(DiagnosisSettings()); });
    auto* form = new QFormLayout;
    createBoxes(form);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_text, 1);
    column->addWidget(buttons);
    const QFontMetrics metrics(m_text->font());
    resize(columns * metrics.horizontalAdvance(QLatin1Char('m')), lines * metrics.height());
    showSettings(settings);
}

void RulesDialog::createBoxes(QFormLayout* form)
{
    for (const SettableThreshold& threshold : settableThresholds()) {
        const bool isTime = *threshold.unit != 0;
        auto* box = new QDoubleSpinBox;
        box->setRange(threshold.least, threshold.most);
        box->setDecimals(isTime ? 1 : 0);
        box->setSuffix(isTime ? QStringLiteral(" %1").arg(QLatin1String(threshold.unit)) : QString());
        connect(box, &QDoubleSpinBox::valueChanged, this, &RulesDialog::updateText);
        form->addRow(tr("%1:").arg(QLatin1String(threshold.words)), box);
        m_boxes.push_back(box);
    }
}

DiagnosisSettings RulesDialog::settings() const
{
    DiagnosisSettings settings = m_before;
    for (size_t index = 0; index < m_boxes.size(); ++index)
        settableThresholds()[index].set(settings, m_boxes[index]->value());
    return settings;
}

QString RulesDialog::text() const
{
    return m_text->toPlainText();
}

void RulesDialog::showSettings(const DiagnosisSettings& settings)
{
    for (size_t index = 0; index < m_boxes.size(); ++index)
        m_boxes[index]->setValue(settableThresholds()[index].get(settings));
    updateText();
}

/// The text tells the thresholds as they are set.
void RulesDialog::updateText()
{
    const int top = m_text->verticalScrollBar()->value();
    m_text->setPlainText(QString::fromStdString(rulesText(settings())));
    m_text->verticalScrollBar()->setValue(top);
    m_apply->setEnabled(settings() != m_before);
}

} // namespace whyrst
