// The table of all connections of a trace.
#pragma once

#include "model/document/open_trace.h"

#include <QAbstractTableModel>

namespace whyrst {

/// One row a connection, in order of their ids.
class ConnectionTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        Client,
        Server,
        Cause,
        EndedColumn,
        OpenedColumn,
        Start,
        DurationColumn,
        Packets,
        Bytes,
        Retransmissions,
        DupAcks,
        ZeroWindows,
        ColumnCount
    };
    enum Role
    {
        ConnectionRole = Qt::UserRole, ///< uint: the connection's id
        HarmRole,                      ///< int: a Harm; invalid when nothing is wrong
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setTrace(const OpenTrace& trace);
    const OpenTrace& openTrace() const { return m_open; }

    /// Whether row `a` comes before row `b` when sorted by `column`; connections without trouble come last by cause.
    bool isBefore(int column, int a, int b) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString cellText(ConnectionId id, int column) const;
    QString summaryText(const ConnectionSummary& summary, int column) const;
    QString causeText(ConnectionId id) const;

    OpenTrace m_open;
};

} // namespace whyrst
