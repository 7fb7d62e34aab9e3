#include "model/document/connection_filter_proxy.h"

namespace whyrst {

void ConnectionFilterProxy::setSourceModel(QAbstractItemModel* model)
{
    m_table = qobject_cast<ConnectionTableModel*>(model);
    Q_ASSERT(m_table || !model);
    QSortFilterProxyModel::setSourceModel(model);
}

void ConnectionFilterProxy::setFilterText(const QString& text)
{
    m_filter = ConnectionFilter(text);
    invalidateFilter();
}

std::vector<ConnectionId> ConnectionFilterProxy::connections() const
{
    std::vector<ConnectionId> result;
    result.reserve(static_cast<size_t>(rowCount()));
    for (int row = 0; row < rowCount(); ++row)
        result.emplace_back(static_cast<uint32_t>(mapToSource(index(row, 0)).row()));
    return result;
}

int ConnectionFilterProxy::rowOf(ConnectionId id) const
{
    return mapFromSource(m_table->index(static_cast<int>(id.value), 0)).row();
}

bool ConnectionFilterProxy::filterAcceptsRow(int row, const QModelIndex&) const
{
    return m_filter.isEmpty() || m_filter.matches(m_table->openTrace(), ConnectionId(static_cast<uint32_t>(row)));
}

bool ConnectionFilterProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    return m_table->isBefore(left.column(), left.row(), right.row());
}

} // namespace whyrst
