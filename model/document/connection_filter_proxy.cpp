#include "model/document/connection_filter_proxy.h"

#include <algorithm>

namespace whyrst {
namespace {

constexpr int32_t isHidden = -1;

struct SortedConnection
{
    ConnectionTableModel::SortKey key;
    ConnectionId id;
};

} // namespace

void ConnectionFilterProxy::setSourceModel(QAbstractItemModel* model)
{
    m_table = qobject_cast<ConnectionTableModel*>(model);
    Q_ASSERT(m_table);
    QAbstractProxyModel::setSourceModel(model);
    connect(m_table, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(m_table, &QAbstractItemModel::modelReset, this, &ConnectionFilterProxy::reset);
    connect(m_table, &ConnectionTableModel::grown, this, [this] { changeLayout([this] { sortAll(); }); });
    beginResetModel();
    reset();
}

void ConnectionFilterProxy::reset()
{
    sortAll();
    filterSorted();
    endResetModel();
}

void ConnectionFilterProxy::setFilterText(const QString& text)
{
    m_filter = ConnectionFilter(text);
    changeLayout([] {});
}

void ConnectionFilterProxy::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    changeLayout([this] { sortAll(); });
}

/// Filters after `change`; who holds on to a row holds on to its connection.
template <typename Change> void ConnectionFilterProxy::changeLayout(Change change)
{
    emit layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::vector<ConnectionId> held;
    held.reserve(static_cast<size_t>(before.size()));
    for (const QModelIndex& index : before)
        held.push_back(m_rows[static_cast<size_t>(index.row())]);
    change();
    filterSorted();
    for (qsizetype at = 0; at < before.size(); ++at) {
        const int row = rowOf(held[static_cast<size_t>(at)]);
        changePersistentIndex(before[at], row < 0 ? QModelIndex() : index(row, before[at].column()));
    }
    emit layoutChanged();
}

void ConnectionFilterProxy::sortAll()
{
    const auto count = static_cast<uint32_t>(m_table->rowCount());
    std::vector<SortedConnection> sorted;
    sorted.reserve(count);
    for (uint32_t id = 0; id < count; ++id) {
        const bool isSorted = m_sortColumn >= 0;
        sorted.push_back({isSorted ? m_table->sortKey(m_sortColumn, ConnectionId(id)) : ConnectionTableModel::SortKey(),
            ConnectionId(id)});
    }
    const bool isAscending = m_sortOrder == Qt::AscendingOrder;
    std::ranges::sort(sorted, [isAscending](const SortedConnection& a, const SortedConnection& b) {
        if (a.key != b.key)
            return (a.key < b.key) == isAscending;
        return a.id < b.id;
    });
    m_sorted.clear();
    m_sorted.reserve(count);
    for (const SortedConnection& connection : sorted)
        m_sorted.push_back(connection.id);
}

void ConnectionFilterProxy::filterSorted()
{
    m_rows.clear();
    m_rowOf.assign(m_sorted.size(), isHidden);
    for (const ConnectionId id : m_sorted) {
        if (!m_filter.isEmpty() && !m_filter.matches(m_table->openTrace(), id))
            continue;
        m_rowOf[id.value] = static_cast<int32_t>(m_rows.size());
        m_rows.push_back(id);
    }
}

int ConnectionFilterProxy::rowOf(ConnectionId id) const
{
    return id.value < m_rowOf.size() ? m_rowOf[id.value] : isHidden;
}

QModelIndex ConnectionFilterProxy::mapToSource(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    return m_table->index(static_cast<int>(m_rows[static_cast<size_t>(index.row())].value), index.column());
}

QModelIndex ConnectionFilterProxy::mapFromSource(const QModelIndex& index) const
{
    const int row = index.isValid() ? rowOf(ConnectionId(static_cast<uint32_t>(index.row()))) : isHidden;
    return row < 0 ? QModelIndex() : this->index(row, index.column());
}

QModelIndex ConnectionFilterProxy::index(int row, int column, const QModelIndex& parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex ConnectionFilterProxy::parent(const QModelIndex&) const
{
    return {};
}

int ConnectionFilterProxy::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ConnectionFilterProxy::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ConnectionTableModel::ColumnCount;
}

} // namespace whyrst
