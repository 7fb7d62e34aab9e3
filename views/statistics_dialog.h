// The handshake of a connection, and what both sides sent, in numbers.
#pragma once

#include "model/document/statistics_table_model.h"

#include <QDialog>

class QTableView;
class QTreeWidget;

namespace whyrst {

/// The handshake and a table of statistics to read and to copy. It stays as it is while the window goes on to other
/// connections.
class StatisticsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit StatisticsDialog(const Connection& connection, QWidget* parent = nullptr);

    /// Puts both tables into the clipboard, for a spreadsheet.
    void copy() const;

    QTreeWidget* handshake() const { return m_handshake; }
    QTableView* table() const { return m_table; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createHandshake(const Connection& connection);
    void createTable();

    QTreeWidget* m_handshake;
    StatisticsTableModel* m_model;
    QTableView* m_table;
};

} // namespace whyrst
