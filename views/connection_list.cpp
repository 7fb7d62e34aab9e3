#include "views/connection_list.h"

#include "model/document/document_text.h"
#include "views/column_widths.h"
#include "views/row_delegate.h"
#include "views/row_table.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace whyrst {
namespace {

/// Widths of the columns in characters, in their order.
constexpr std::array<int, ConnectionTableModel::ColumnCount> columnCharacters{
    21, 20, 22, 13, 10, 14, 12, 11, 9, 10, 9, 10, 13};

constexpr double leastShare = 0.5; ///< of a column's usual width: less shows nothing

/// Columns that tell which connection it is and what became of it: always in sight.
constexpr std::array firstColumns{
    ConnectionTableModel::Client, ConnectionTableModel::Server, ConnectionTableModel::Cause};

/// Of an address its port is what differs from row to row: it is cut at the front.
class EndpointDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void adorn(QStyleOptionViewItem& option, const QModelIndex& /*index*/) const override
    {
        option.textElideMode = Qt::ElideLeft;
    }
};

} // namespace

ConnectionList::ConnectionList(QWidget* parent)
    : QWidget(parent)
    , m_model(new ConnectionTableModel(this))
    , m_proxy(new ConnectionFilterProxy(this))
    , m_filter(new QLineEdit(this))
    , m_count(new QLabel(this))
    , m_table(new QTableView(this))
{
    m_proxy->setSourceModel(m_model);
    createFilter();
    createTable();
    auto* top = new QHBoxLayout;
    top->setContentsMargins(4, 4, 4, 4);
    top->addWidget(m_filter);
    top->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_table);
}

void ConnectionList::createFilter()
{
    m_filter->setPlaceholderText(tr("Filter connections"));
    m_filter->setAccessibleName(tr("Filter connections"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAcceptDrops(false); // a file dropped here is to be opened, as anywhere
    m_filter->setToolTip(tr("<p>Part of an address or port, or any of<br><b>cause:</b>black-hole &nbsp; "
                            "<b>host:</b>10.0.0.2 &nbsp; <b>port:</b>443 &nbsp; <b>ended:</b>reset<br>"
                            "Several terms must all match. <b>cause:none</b> finds those without trouble.</p>"));
    m_filter->installEventFilter(this);
    connect(m_filter, &QLineEdit::textChanged, this, &ConnectionList::applyFilter);
}

/// Escape takes the filter away, and then goes back to the table.
bool ConnectionList::eventFilter(QObject* watched, QEvent* event)
{
    const bool isEscape = event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
    if (watched != m_filter || !isEscape)
        return QWidget::eventFilter(watched, event);
    if (m_filter->text().isEmpty())
        m_table->setFocus(Qt::OtherFocusReason);
    else
        m_filter->clear();
    return true;
}

void ConnectionList::createTable()
{
    m_table->setModel(m_proxy);
    m_table->setAccessibleName(tr("Connections"));
    makeRowTable(m_table);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ConnectionTableModel::Cause, Qt::AscendingOrder);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_widths = new ColumnWidths(m_table, QStringLiteral("connections"));
    m_widths->setCharacters(columnCharacters);
    connect(m_widths, &ColumnWidths::forgotten, this, [this] {
        m_widths->setCharacters(columnCharacters);
        fitColumns();
    });
    auto* endpoints = new EndpointDelegate(m_table);
    for (const int column : {ConnectionTableModel::Client, ConnectionTableModel::Server})
        m_table->setItemDelegateForColumn(column, endpoints);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ConnectionList::onCurrentRow);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ConnectionList::marksChanged);
    connect(m_proxy, &QAbstractItemModel::layoutChanged, this, &ConnectionList::rowsChanged);
}

/// In a narrow list the first columns share what there is.
void ConnectionList::fitColumns()
{
    int room = width() - m_table->verticalScrollBar()->sizeHint().width(); // it may come with rows
    int wanted = 0;
    for (const int column : firstColumns) {
        if (m_widths->isOwn(column))
            room -= m_table->columnWidth(column);
        else
            wanted += naturalWidth(column);
    }
    const double share = wanted == 0 ? 1 : std::clamp(room / static_cast<double>(wanted), leastShare, 1.0);
    for (const int column : firstColumns)
        m_widths->set(column, static_cast<int>(share * naturalWidth(column)));
}

int ConnectionList::naturalWidth(int column) const
{
    return m_widths->inPixels(columnCharacters[static_cast<size_t>(column)]);
}

void ConnectionList::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

void ConnectionList::setTrace(const OpenTrace& open)
{
    const QScopedValueRollback told(m_isTold, true);
    m_selected.reset();
    m_model->setTrace(open);
    m_filter->clear(); // after the model: who hears of other rows has the new trace
    updateCount();
    emit rowsChanged();
}

void ConnectionList::grow(const OpenTrace& open)
{
    const QScopedValueRollback told(m_isTold, true);
    const int top = m_table->rowAt(0);
    const auto first = top > 0 ? std::optional(shownConnections()[static_cast<size_t>(top)]) : std::nullopt;
    m_model->grow(open);
    if (const int row = first ? m_proxy->rowOf(*first) : -1; row >= 0)
        m_table->verticalScrollBar()->setValue(row);
    updateCount();
}

void ConnectionList::setSelected(std::optional<ConnectionId> id)
{
    const QScopedValueRollback told(m_isTold, true);
    m_selected = id;
    const int row = id ? m_proxy->rowOf(*id) : -1;
    if (row < 0) {
        m_table->clearSelection();
        m_table->setCurrentIndex({});
        return;
    }
    if (m_table->currentIndex().row() == row && m_table->selectionModel()->hasSelection()) {
        m_table->scrollTo(m_table->currentIndex());
        return; // a person clicked it, and others may stay marked beside it
    }
    // Keep the column, or the table would jump to the side.
    const QModelIndex index = m_proxy->index(row, std::max(0, m_table->currentIndex().column()));
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
}

std::vector<ConnectionId> ConnectionList::markedConnections() const
{
    std::vector<ConnectionId> marked;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        marked.emplace_back(index.data(ConnectionTableModel::ConnectionRole).toUInt());
    const auto shown = std::ranges::find_if(marked, [this](ConnectionId id) { return id == m_selected; });
    if (shown != marked.end())
        std::iter_swap(marked.begin(), shown);
    return marked;
}

void ConnectionList::applyFilter()
{
    const QScopedValueRollback told(m_isTold, true);
    m_proxy->setFilterText(m_filter->text());
    setSelected(m_selected);
    updateCount();
}

void ConnectionList::updateCount()
{
    const auto all = static_cast<uint64_t>(m_model->rowCount());
    const auto shown = static_cast<uint64_t>(m_proxy->rowCount());
    m_count->setText(shown == all ? countText(all) : tr("%1 of %2").arg(countText(shown), countText(all)));
    m_count->setAccessibleName(tr("Connections shown"));
}

void ConnectionList::onCurrentRow(const QModelIndex& current)
{
    if (m_isTold || !current.isValid())
        return;
    m_selected = ConnectionId(current.data(ConnectionTableModel::ConnectionRole).toUInt());
    emit connectionSelected(*m_selected);
}

} // namespace whyrst
