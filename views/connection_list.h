// The table of connections with its filter box.
#pragma once

#include "model/document/connection_filter_proxy.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QTableView;

namespace whyrst {

class ColumnWidths;

/// Connections of a trace, sorted by a click on a column, filtered by a text.
class ConnectionList : public QWidget
{
    Q_OBJECT

public:
    explicit ConnectionList(QWidget* parent = nullptr);

    void setTrace(const OpenTrace& open);
    /// Shows a later state of the same trace; selection and filter stay, and the first row in sight, unless it is the
    /// first of all.
    void grow(const OpenTrace& open);
    /// Highlights a connection; no signal.
    void setSelected(std::optional<ConnectionId> id);
    /// The connections that pass the filter, in the order shown.
    const std::vector<ConnectionId>& shownConnections() const { return m_proxy->connections(); }
    /// All marked connections, the one that is shown first.
    std::vector<ConnectionId> markedConnections() const;
    QLineEdit* filterBox() const { return m_filter; }
    QTableView* table() const { return m_table; }

signals:
    void connectionSelected(whyrst::ConnectionId id);
    /// Other connections are marked.
    void marksChanged();
    /// Other connections pass the filter, or their order is another.
    void rowsChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createFilter();
    void createTable();
    void fitColumns();
    int naturalWidth(int column) const;
    void applyFilter();
    void updateCount();
    void onCurrentRow(const QModelIndex& current);

    ConnectionTableModel* m_model;
    ConnectionFilterProxy* m_proxy;
    QLineEdit* m_filter;
    QLabel* m_count;
    QTableView* m_table;
    std::optional<ConnectionId> m_selected;
    ColumnWidths* m_widths = nullptr;
    bool m_isTold = false; ///< the selection is being set from outside
};

} // namespace whyrst
