#include "views/filter_dialog.h"

#include "views/filter_box.h"
#include "views/plain_label.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace whyrst {
namespace {

constexpr int dialogWidth = 520;

} // namespace

FilterDialog::FilterDialog(const QString& name, QWidget* parent)
    : QDialog(parent)
    , m_filter(new FilterBox(this))
{
    setWindowTitle(tr("Open with a filter"));
    setMinimumWidth(dialogWidth);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel, this);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(
        new PlainLabel(tr("Only those packets of %1 are read that match:").arg(name), PlainLabel::Style::Normal, this));
    layout->addWidget(m_filter);
    layout->addStretch();
    layout->addWidget(buttons);
    m_filter->setFocus();
    connect(m_filter, &FilterBox::usableChanged, buttons->button(QDialogButtonBox::Open), &QWidget::setEnabled);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

QString FilterDialog::filter() const
{
    return m_filter->filter();
}

} // namespace whyrst
