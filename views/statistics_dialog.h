// What both sides of a connection sent, in numbers.
#pragma once

#include "model/document/statistics_table_model.h"

#include <QDialog>

class QTableView;

namespace whyrst {

/// A table of statistics to read and to copy. It stays as it is while the window goes on to other connections.
class StatisticsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit StatisticsDialog(const Connection& connection, QWidget* parent = nullptr);

    /// Puts the whole table into the clipboard, for a spreadsheet.
    void copy() const;

    QTableView* table() const { return m_table; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createTable();

    StatisticsTableModel* m_model;
    QTableView* m_table;
};

} // namespace whyrst
