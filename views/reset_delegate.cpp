#include "views/reset_delegate.h"

#include "model/document/reset_list_model.h"
#include "views/palette.h"

#include <QApplication>
#include <QPainter>

namespace whyrst {
namespace {

constexpr int padding = 6;
constexpr int lineGap = 2;

/// The sign of a harm: a cross for damage, hollow when only the connect failed; a dash for none; else a question mark.
void drawSign(QPainter& painter, const QRectF& rect, Harm harm, const QPalette& palette)
{
    const QColor color = harmColor(harm, themeOf(palette));
    const QColor ground = palette.color(QPalette::Base);
    const bool isFilled = harm == Harm::DataLost;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.6));
    painter.setBrush(isFilled ? color : ground);
    painter.drawEllipse(rect);
    painter.setPen(QPen(isFilled ? ground : color, 1.8, Qt::SolidLine, Qt::RoundCap));
    const double arm = rect.width() * 0.2;
    const QPointF center = rect.center();
    if (harm == Harm::DataLost || harm == Harm::ConnectFailed) {
        painter.drawLine(center + QPointF(-arm, -arm), center + QPointF(arm, arm));
        painter.drawLine(center + QPointF(-arm, arm), center + QPointF(arm, -arm));
    } else if (harm == Harm::None) {
        painter.drawLine(center - QPointF(arm, 0), center + QPointF(arm, 0));
    } else {
        painter.drawText(rect, Qt::AlignCenter, QStringLiteral("?"));
    }
    painter.restore();
}

} // namespace

void ResetDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item(option);
    initStyleOption(&item, index);
    item.text.clear();
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    const QFontMetrics small(item.font);
    QFont bold(item.font);
    bold.setBold(true);
    const QRect rect = item.rect.adjusted(padding, padding / 2, -padding, -padding / 2);
    const int sign = small.height();
    drawSign(*painter, QRectF(rect.left() + 1, rect.top() + 2, sign - 2, sign - 2),
        static_cast<Harm>(index.data(ResetListModel::HarmRole).toInt()), item.palette);

    const bool isSelected = item.state.testFlag(QStyle::State_Selected);
    const QColor text = item.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text);
    const QColor faint = isSelected ? text : chartColors(themeOf(item.palette)).faintText;
    const QRect first(rect.left() + sign + padding, rect.top(), rect.width() - sign - padding, small.height());
    const QRect second = first.translated(0, small.height() + lineGap);
    painter->save();
    painter->setFont(bold);
    painter->setPen(text);
    painter->drawText(first, Qt::AlignVCenter,
        QFontMetrics(bold).elidedText(index.data(ResetListModel::CauseRole).toString(), Qt::ElideRight, first.width()));
    painter->setFont(item.font);
    painter->setPen(faint);
    painter->drawText(second, Qt::AlignVCenter,
        small.elidedText(index.data(ResetListModel::DetailRole).toString(), Qt::ElideRight, second.width()));
    painter->restore();
}

QSize ResetDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {120, 2 * option.fontMetrics.height() + lineGap + padding};
}

} // namespace whyrst
