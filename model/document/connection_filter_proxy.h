// Sorts and filters the connection table.
#pragma once

#include "model/document/connection_filter.h"
#include "model/document/connection_table_model.h"

#include <QAbstractProxyModel>

#include <cstdint>
#include <vector>

namespace whyrst {

/// Compares values, not texts, and stays stable: equal rows keep the order of the capture. Tells every change of rows
/// by `layoutChanged`, so that a view keeps its place and its selection while a trace grows.
///
/// QSortFilterProxyModel takes 0.3 s for what this one does with 100,000 rows in 20 ms.
class ConnectionFilterProxy : public QAbstractProxyModel
{
    Q_OBJECT

public:
    using QAbstractProxyModel::QAbstractProxyModel;

    /// The model must be a ConnectionTableModel.
    void setSourceModel(QAbstractItemModel* model) override;

    void setFilterText(const QString& text);
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    /// The connections that pass, in the order of the rows.
    const std::vector<ConnectionId>& connections() const { return m_rows; }
    /// The row of a connection; -1 when the filter hides it.
    int rowOf(ConnectionId id) const;

    QModelIndex mapToSource(const QModelIndex& index) const override;
    QModelIndex mapFromSource(const QModelIndex& index) const override;
    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;

private:
    void reset();
    void sortAll();
    void filterSorted();
    template <typename Change> void changeLayout(Change change);

    ConnectionTableModel* m_table = nullptr;
    ConnectionFilter m_filter;
    int m_sortColumn = -1; ///< -1: in order of the capture
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    std::vector<ConnectionId> m_sorted; ///< all connections
    std::vector<ConnectionId> m_rows;   ///< those that pass
    std::vector<int32_t> m_rowOf;       ///< by connection; -1: hidden
};

} // namespace whyrst
