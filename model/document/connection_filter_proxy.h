// Sorts and filters the connection table.
#pragma once

#include "model/document/connection_filter.h"
#include "model/document/connection_table_model.h"

#include <QSortFilterProxyModel>

#include <vector>

namespace whyrst {

/// Compares values, not texts, and stays stable: equal rows keep the order of the capture.
class ConnectionFilterProxy : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    /// The model must be a ConnectionTableModel.
    void setSourceModel(QAbstractItemModel* model) override;

    void setFilterText(const QString& text);

    /// The connections that pass, in the order of the rows.
    std::vector<ConnectionId> connections() const;
    /// The row of a connection; -1 when the filter hides it.
    int rowOf(ConnectionId id) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    ConnectionTableModel* m_table = nullptr;
    ConnectionFilter m_filter;
};

} // namespace whyrst
