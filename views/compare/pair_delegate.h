// Draws a row of the list of pairs: the connection in bold, its finding or the reason
// below, then how sure the pair is.
#pragma once

#include <QStyledItemDelegate>

namespace whyrst {

class PairDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace whyrst
