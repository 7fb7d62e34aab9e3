// Symbols and texts that charts and legend share.
#pragma once

#include "views/charts/theme.h"

#include <QFont>
#include <QPointF>

class QPainter;

namespace whyrst {

/// The charts' font in pixels: the same family on every platform, so that pictures are equal.
enum class FontWeight : uint8_t
{
    Normal,
    Bold
};
QFont chartFont(int pixelSize, FontWeight weight = FontWeight::Normal);

/// Draws `glyph` around `center`. `size` is its width; `background` fills hollow ones.
void paintGlyph(
    QPainter& painter, SeriesGlyph glyph, QPointF center, double size, const QColor& color, const QColor& background);

} // namespace whyrst
