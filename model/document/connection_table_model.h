// The table of all connections of a trace.
#pragma once

#include "model/document/open_trace.h"

#include <QAbstractTableModel>

#include <array>
#include <cstdint>

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
        State,
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

    /// What a row is sorted by: less comes first. Connections without trouble come last by cause.
    using SortKey = std::array<uint64_t, 3>;

    void setTrace(const OpenTrace& trace);
    /// Adds rows for what a later state of the same trace has more.
    void grow(const OpenTrace& trace);
    const OpenTrace& openTrace() const { return m_open; }

    SortKey sortKey(int column, ConnectionId id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    /// All rows may be others, and there may be more.
    void grown();

private:
    QString cellText(ConnectionId id, int column) const;
    static QString countsText(const ConnectionSummary& summary, int column);
    QString causeText(ConnectionId id) const;
    QString stateToolTip(ConnectionId id) const;

    OpenTrace m_open;
};

} // namespace whyrst
