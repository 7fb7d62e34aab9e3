// Widths of a table's columns: the program's, until a person sets one.
#pragma once

#include <QMap>
#include <QObject>
#include <QString>

#include <span>

class QTableView;

namespace whyrst {

/// Fits the columns of a table, but leaves those alone that a person has set with the mouse.
class ColumnWidths : public QObject
{
    Q_OBJECT

public:
    /// Of `table`, which must have its model. By `name` settings keep them; empty: they do not.
    ColumnWidths(QTableView* table, const QString& name);

    /// In pixels, unless a person has set the column.
    void set(int column, int width);
    /// In average characters of the table's font, from the first column on.
    void setCharacters(std::span<const int> characters);
    int inPixels(int characters) const;
    /// As wide as what stands in it, looking at `rows` rows from the first in sight.
    void fitToContents(int column, int rows);

    bool isOwn(int column) const { return m_own.contains(column); }
    /// Widths that a person has set, by column.
    const QMap<int, int>& own() const { return m_own; }
    /// Sets them as they were; what makes no sense is left out.
    void restore(const QMap<int, int>& own);
    /// The program's widths again.
    void forget();

signals:
    /// No width is a person's any more: all are to be fitted.
    void forgotten();

private:
    void keep(int column, int before, int width);

    QTableView* m_table;
    QMap<int, int> m_own;
    bool m_isFitting = false; ///< the program sets a width
};

} // namespace whyrst
