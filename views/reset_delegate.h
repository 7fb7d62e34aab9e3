// Draws a row of the list of resets: a sign for the harm, the cause, and below it packet, time and sender.
#pragma once

#include <QStyledItemDelegate>

namespace whyrst {

/// Two lines a row; a group has its number of resets in the first one.
class ResetDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace whyrst
