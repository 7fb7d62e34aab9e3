#include "views/rules_dialog.h"

#include "model/export/rules_text.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace whyrst {

RulesDialog::RulesDialog(QWidget* parent)
    : QDialog(parent)
{
    constexpr int columns = 110; // a hundred of the text, margins and scroll bar
    constexpr int lines = 36;
    setWindowTitle(tr("Rules and thresholds"));
    auto* text = new QPlainTextEdit(QString::fromStdString(rulesText()));
    text->setReadOnly(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setAccessibleName(windowTitle());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(text);
    column->addWidget(buttons);
    const QFontMetrics metrics(text->font());
    resize(columns * metrics.horizontalAdvance(QLatin1Char('m')), lines * metrics.height());
}

} // namespace whyrst
