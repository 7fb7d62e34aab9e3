// How cells of tables look and speak everywhere.
#pragma once

#include <QStyledItemDelegate>

namespace whyrst {

/// Tells the whole text of a cell that is too narrow for it, above what else the cell has to tell.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
        const QModelIndex& index) override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const final;
    /// Gives a cell its colours, font and text.
    virtual void adorn(QStyleOptionViewItem& option, const QModelIndex& index) const;
};

/// What the pointer over the cell `index` of a view is told: its whole text when `isCut`, and its tool tip.
QString cellToolTip(const QModelIndex& index, bool isCut);

} // namespace whyrst
