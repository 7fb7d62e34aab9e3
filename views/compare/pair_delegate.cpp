#include "views/compare/pair_delegate.h"

#include "model/document/pair_list_model.h"
#include "views/palette.h"

#include <QApplication>
#include <QPainter>

namespace whyrst {
namespace {

constexpr int padding = 6;
constexpr int lineGap = 2;
constexpr int lines = 3;     ///< one more with the addresses that the server's capture has
constexpr int ruleWidth = 2; ///< between pairs and what is not compared

} // namespace

void PairDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item(option);
    initStyleOption(&item, index);
    const QString title = item.text;
    item.text.clear();
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    const bool isPair = index.data(PairListModel::PairRole).isValid();
    const bool isSelected = item.state.testFlag(QStyle::State_Selected);
    const ChartColors& colors = chartColors(themeOf(item.palette));
    const QColor text = item.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text);
    const QColor faint = isSelected ? text : colors.faintText;
    const bool hasCause = index.data(PairListModel::HasCauseRole).toBool();
    const QRect rect = item.rect.adjusted(padding, padding / 2, -padding, -padding / 2);
    const QFontMetrics metrics(item.font);
    QFont bold(item.font);
    bold.setBold(isPair);
    const QRect first(rect.left(), rect.top(), rect.width(), metrics.height());
    QRect second = first.translated(0, metrics.height() + lineGap);
    painter->save();
    painter->setFont(bold);
    painter->setPen(isPair ? text : faint);
    painter->drawText(first, Qt::AlignVCenter, QFontMetrics(bold).elidedText(title, Qt::ElideMiddle, first.width()));
    painter->setFont(item.font);
    const QString other = index.data(PairListModel::OtherAddressesRole).toString();
    if (!other.isEmpty()) {
        painter->setPen(faint);
        painter->drawText(second, Qt::AlignVCenter, metrics.elidedText(other, Qt::ElideMiddle, second.width()));
        second.translate(0, metrics.height() + lineGap);
    }
    painter->setPen(hasCause && !isSelected ? colors.reset : faint);
    const QString sign = hasCause ? QStringLiteral("\u2716 ") : QString();
    painter->drawText(second, Qt::AlignVCenter,
        metrics.elidedText(sign + index.data(PairListModel::DetailRole).toString(), Qt::ElideRight, second.width()));
    const QRect third = second.translated(0, metrics.height() + lineGap);
    painter->setPen(faint);
    painter->drawText(third, Qt::AlignVCenter,
        metrics.elidedText(index.data(PairListModel::SureRole).toString(), Qt::ElideRight, third.width()));
    if (index.data(PairListModel::BeginsSectionRole).toBool()) {
        painter->setPen(QPen(colors.faintText, ruleWidth));
        painter->drawLine(item.rect.topLeft(), item.rect.topRight());
    }
    painter->restore();
}

QSize PairDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const bool hasOther = !index.data(PairListModel::OtherAddressesRole).toString().isEmpty();
    const int shown = hasOther ? lines + 1 : lines;
    return {120, shown * option.fontMetrics.height() + (shown - 1) * lineGap + padding};
}

} // namespace whyrst
