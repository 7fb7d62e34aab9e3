#include "views/capture_dialog.h"

#include "model/document/document_text.h"
#include "views/filter_box.h"
#include "views/plain_label.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace whyrst {
namespace {

constexpr QSize dialogSize(640, 420);

enum Column
{
    Name,
    Addresses,
    Description,
    ColumnCount
};

QString addressesText(const CaptureInterface& interface)
{
    QStringList addresses;
    for (const std::string& address : interface.addresses)
        addresses << toQString(address);
    return addresses.join(QStringLiteral(", "));
}

} // namespace

CaptureDialog::CaptureDialog(const Result<std::vector<CaptureInterface>>& interfaces, QWidget* parent)
    : QDialog(parent)
    , m_list(new QTreeWidget(this))
    , m_filter(new FilterBox(this))
    , m_problem(new PlainLabel(QString(), PlainLabel::Style::Normal, this))
{
    setWindowTitle(tr("Capture from an interface"));
    resize(dialogSize);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_start = buttons->addButton(tr("Start"), QDialogButtonBox::AcceptRole);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_problem);
    layout->addWidget(m_list, 1);
    layout->addWidget(new PlainLabel(tr("Capture only packets that match:"), PlainLabel::Style::Normal, this));
    layout->addWidget(m_filter);
    layout->addWidget(buttons);
    m_list->setAccessibleName(tr("Interfaces"));
    m_list->setHeaderLabels({tr("Interface"), tr("Addresses"), tr("Description")});
    m_list->setRootIsDecorated(false);
    if (interfaces)
        fill(*interfaces);
    else
        m_problem->setText(toQString(sentenceFor(interfaces.error())));
    if (interfaces && interfaces->empty())
        m_problem->setText(tr("There is no interface that you may capture from. Allow it once with \"sudo setcap "
                              "cap_net_raw,cap_net_admin=ep $(which whyrst)\", or use \"sudo tcpdump -i any -U -w - | "
                              "whyrst -\"."));
    m_problem->setVisible(!m_problem->text().isEmpty());
    updateStart();
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &CaptureDialog::updateStart);
    connect(m_list, &QTreeWidget::itemActivated, m_start, &QAbstractButton::click);
    connect(m_filter, &FilterBox::usableChanged, this, &CaptureDialog::updateStart);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void CaptureDialog::fill(const std::vector<CaptureInterface>& interfaces)
{
    for (const bool isUp : {true, false}) {
        for (const CaptureInterface& interface : interfaces) {
            if (interface.isUp != isUp)
                continue;
            const QString description = toQString(interface.description);
            auto* item = new QTreeWidgetItem(
                m_list, {toQString(interface.name), addressesText(interface), isUp ? description : tr("down")});
            item->setDisabled(!isUp);
        }
    }
    for (int column = 0; column < ColumnCount; ++column)
        m_list->resizeColumnToContents(column);
    m_list->setCurrentItem(m_list->topLevelItem(0));
}

QString CaptureDialog::chosenInterface() const
{
    const QList<QTreeWidgetItem*> chosen = m_list->selectedItems();
    return chosen.isEmpty() ? QString() : chosen.front()->text(Name);
}

QString CaptureDialog::filter() const
{
    return m_filter->filter();
}

QString CaptureDialog::problem() const
{
    return m_problem->text();
}

void CaptureDialog::updateStart()
{
    m_start->setEnabled(!chosenInterface().isEmpty() && m_filter->isUsable());
}

} // namespace whyrst
