#include "views/compare/connection_dialog.h"

#include "views/connection_list.h"
#include "views/plain_label.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace whyrst {
namespace {

constexpr QSize firstSize(900, 420);

} // namespace

ConnectionDialog::ConnectionDialog(const OpenTrace& open, const QString& question, QWidget* parent)
    : QDialog(parent)
    , m_connections(new ConnectionList(this))
{
    setWindowTitle(tr("Choose a connection"));
    resize(firstSize);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_accept = buttons->button(QDialogButtonBox::Ok);
    m_accept->setEnabled(false);
    auto* column = new QVBoxLayout(this);
    column->addWidget(new PlainLabel(question, PlainLabel::Style::Normal, this));
    column->addWidget(m_connections, 1);
    column->addWidget(buttons);
    m_connections->table()->setSelectionMode(QAbstractItemView::SingleSelection);
    m_connections->setTrace(open);
    connect(m_connections, &ConnectionList::connectionSelected, this, [this](ConnectionId id) {
        m_chosen = id;
        m_accept->setEnabled(true);
    });
    connect(m_connections->table(), &QTableView::doubleClicked, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

} // namespace whyrst
