#include "views/row_delegate.h"

#include "model/document/document_text.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QToolTip>

namespace whyrst {

QString cellToolTip(const QModelIndex& index, bool isCut)
{
    const QString tip = index.data(Qt::ToolTipRole).toString();
    const QString text = index.data(Qt::DisplayRole).toString();
    const QString whole = toolTipText(text);
    if (!isCut || text.isEmpty() || tip.contains(text) || tip.contains(text.toHtmlEscaped()))
        return tip;
    return tip.isEmpty() ? whole : whole + QStringLiteral("<hr>") + (Qt::mightBeRichText(tip) ? tip : toolTipText(tip));
}

bool RowDelegate::helpEvent(
    QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const bool isCut = sizeHint(option, index).width() > view->visualRect(index).width();
    const QString tip = cellToolTip(index, isCut);
    QToolTip::showText(event->globalPos(), tip, view->viewport(), view->visualRect(index));
    return !tip.isEmpty();
}

void RowDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    adorn(*option, index);
}

void RowDelegate::adorn(QStyleOptionViewItem& /*option*/, const QModelIndex& /*index*/) const { }

} // namespace whyrst
