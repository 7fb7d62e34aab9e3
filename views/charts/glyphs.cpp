#include "views/charts/glyphs.h"

#include <QPainter>
#include <QPolygonF>

namespace whyrst {

namespace {

void paintCross(QPainter& painter, QPointF center, double half, const QColor& color, const QColor& background)
{
    const QPointF diagonal(half, half);
    const QPointF other(half, -half);
    for (const auto& [stroke, width] : {std::pair(background, half * 0.9), std::pair(color, half * 0.5)}) {
        painter.setPen(QPen(stroke, width, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(center - diagonal, center + diagonal);
        painter.drawLine(center - other, center + other);
    }
}

QPolygonF diamond(QPointF center, double half)
{
    return QPolygonF(
        {center - QPointF(0, half), center + QPointF(half, 0), center + QPointF(0, half), center - QPointF(half, 0)});
}

QPolygonF triangle(QPointF center, double half)
{
    return QPolygonF({center + QPointF(0, -half), center + QPointF(half, half), center + QPointF(-half, half)});
}

/// A bar with caps, as in the chart: for the legend.
void paintCappedBar(QPainter& painter, QPointF center, double half, const QColor& color)
{
    painter.fillRect(QRectF(center.x() - half * 0.25, center.y() - half, half * 0.5, half * 2), color);
    painter.fillRect(QRectF(center.x() - half * 0.7, center.y() - half, half * 1.4, half * 0.35), color);
    painter.fillRect(QRectF(center.x() - half * 0.7, center.y() + half * 0.65, half * 1.4, half * 0.35), color);
}

} // namespace

QFont chartFont(int pixelSize, FontWeight weight)
{
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setStyleHint(QFont::SansSerif, QFont::NoSubpixelAntialias);
    font.setHintingPreference(QFont::PreferNoHinting); // pictures of other scale keep the same line breaks
    font.setPixelSize(pixelSize);
    font.setBold(weight == FontWeight::Bold);
    return font;
}

void paintGlyph(
    QPainter& painter, SeriesGlyph glyph, QPointF center, double size, const QColor& color, const QColor& background)
{
    const double half = size / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    switch (glyph) {
    case SeriesGlyph::None:
        break;
    case SeriesGlyph::Dot:
        painter.drawEllipse(center, half * 0.6, half * 0.6);
        break;
    case SeriesGlyph::Cross:
        paintCross(painter, center, half, color, background);
        break;
    case SeriesGlyph::Diamond:
        painter.drawPolygon(diamond(center, half));
        break;
    case SeriesGlyph::HollowDiamond:
        painter.setPen(QPen(color, size * 0.16));
        painter.setBrush(background);
        painter.drawPolygon(diamond(center, half * 0.9));
        break;
    case SeriesGlyph::TriangleUp:
        painter.drawPolygon(triangle(center, half * 0.85));
        break;
    case SeriesGlyph::Square:
        painter.drawRect(QRectF(center.x() - half * 0.8, center.y() - half * 0.8, half * 1.6, half * 1.6));
        break;
    case SeriesGlyph::CappedBar:
        paintCappedBar(painter, center, half, color);
        break;
    case SeriesGlyph::Tick:
        painter.fillRect(QRectF(center.x() - half * 0.2, center.y() - half, half * 0.4, half * 2), color);
        painter.fillRect(QRectF(center.x() - half * 0.2, center.y() - half * 0.15, half * 0.9, half * 0.3), color);
        break;
    }
    painter.restore();
}

} // namespace whyrst
