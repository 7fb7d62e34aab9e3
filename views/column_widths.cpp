#include "views/column_widths.h"

#include <QHeaderView>
#include <QScopedValueRollback>
#include <QTableView>

namespace whyrst {
namespace {

constexpr int leastWidth = 8; // pixels: a narrower column cannot be taken hold of
constexpr int mostWidth = 10'000;

/// The one that takes what is left: it changes with the window.
bool isStretched(const QHeaderView& header, int column)
{
    if (!header.stretchLastSection())
        return false;
    int last = header.count() - 1;
    while (last > 0 && header.isSectionHidden(header.logicalIndex(last)))
        --last;
    return header.visualIndex(column) == last;
}

} // namespace

ColumnWidths::ColumnWidths(QTableView* table, const QString& name)
    : QObject(table)
    , m_table(table)
{
    setObjectName(name);
    connect(table->horizontalHeader(), &QHeaderView::sectionResized, this, &ColumnWidths::keep);
}

void ColumnWidths::keep(int column, int before, int width)
{
    const bool isHidingOrShowing = before == 0 || width == 0;
    if (!m_isFitting && !isHidingOrShowing && !isStretched(*m_table->horizontalHeader(), column))
        m_own[column] = width;
}

void ColumnWidths::set(int column, int width)
{
    if (isOwn(column))
        return;
    const QScopedValueRollback fitting(m_isFitting, true);
    m_table->setColumnWidth(column, width);
}

int ColumnWidths::inPixels(int characters) const
{
    return characters * m_table->fontMetrics().averageCharWidth();
}

void ColumnWidths::setCharacters(std::span<const int> characters)
{
    int column = 0;
    for (const int count : characters)
        set(column++, inPixels(count));
}

void ColumnWidths::fitToContents(int column, int rows)
{
    if (isOwn(column))
        return;
    const QScopedValueRollback fitting(m_isFitting, true);
    m_table->horizontalHeader()->setResizeContentsPrecision(rows);
    m_table->resizeColumnToContents(column);
}

void ColumnWidths::restore(const QMap<int, int>& own)
{
    for (auto width = own.begin(); width != own.end(); ++width) {
        const bool isColumn = width.key() >= 0 && width.key() < m_table->horizontalHeader()->count();
        if (!isColumn || *width < leastWidth || *width > mostWidth)
            continue;
        set(width.key(), *width);
        m_own[width.key()] = *width;
    }
}

void ColumnWidths::forget()
{
    if (m_own.isEmpty())
        return;
    m_own.clear();
    emit forgotten();
}

} // namespace whyrst
