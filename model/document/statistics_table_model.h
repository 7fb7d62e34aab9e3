// The statistics of a connection's two directions as a table.
#pragma once

#include "model/export/statistics_table.h"

#include <QAbstractTableModel>

namespace whyrst {

/// One figure a row: its name, what the client sent, what the server sent, the unit.
class StatisticsTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        Name,
        Client,
        Server,
        Unit,
        ColumnCount
    };

    /// Keeps nothing of `connection`.
    explicit StatisticsTableModel(const Connection& connection, QObject* parent = nullptr);

    /// The whole table with headings, columns apart by tabs.
    QString asTabs() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<StatisticsRow> m_rows;
};

} // namespace whyrst
