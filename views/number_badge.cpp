#include "views/number_badge.h"

#include "views/palette.h"

#include <QPainter>

namespace whyrst {

void drawNumberBadge(QPainter& painter, const QRectF& circle, int number, BadgeKind kind, ChartTheme theme)
{
    const ChartColors& colors = chartColors(theme);
    const QColor color = kind.isReset ? colors.reset : colors.mark;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5, kind.isGhost ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(kind.isGhost ? colors.background : color);
    painter.drawEllipse(circle.adjusted(0.75, 0.75, -0.75, -0.75));
    QFont font = painter.font();
    font.setBold(true);
    font.setPixelSize(static_cast<int>(circle.height() * (number < 10 ? 0.64 : 0.54)));
    painter.setFont(font);
    painter.setPen(kind.isGhost ? color : colors.markText);
    painter.drawText(circle, Qt::AlignCenter, QString::number(number));
    painter.restore();
}

NumberBadge::NumberBadge(int number, BadgeKind kind, QWidget* parent)
    : QWidget(parent)
    , m_number(number)
    , m_kind(kind)
{
    const int size = fontMetrics().height() + 3;
    setFixedSize(size, size);
}

void NumberBadge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    drawNumberBadge(painter, rect(), m_number, m_kind, themeOf(palette()));
}

} // namespace whyrst
