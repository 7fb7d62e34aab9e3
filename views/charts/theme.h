// Colours and pens of the charts, light and dark. No meaning by colour alone: styles also differ in shape or pattern.
#pragma once

#include "model/charts/chart_data.h"

#include <QColor>
#include <Qt>

namespace whyrst {

enum class ChartTheme : uint8_t
{
    Light,
    Dark
};

/// Colours that are not of a series. Texts have a contrast of at least 4.5:1 on the background.
struct ChartColors
{
    QColor background;
    QColor text;
    QColor faintText; ///< axis numbers, hints
    QColor frame;
    QColor grid;
    QColor selection;
    QColor mark; ///< numbered marks of the chain and the line that joins them
    QColor markText;
    QColor reset;
    QColor legendBackground;
};
const ChartColors& chartColors(ChartTheme theme);

/// Symbol of a point, in the legend too.
enum class SeriesGlyph : uint8_t
{
    None,
    Dot,
    Cross,
    Diamond,
    HollowDiamond,
    TriangleUp,
    Square,
    CappedBar,
    Tick
};

/// How a series looks.
struct SeriesLook
{
    QColor color;
    Qt::PenStyle line = Qt::SolidLine;
    Qt::BrushStyle fill = Qt::SolidPattern; ///< of bands
    SeriesGlyph glyph = SeriesGlyph::None;
    int width = 1; ///< of bars in a view with room, logical pixels
};
SeriesLook seriesLook(SeriesStyle style, ChartTheme theme);

/// Contrast ratio of two colours (WCAG 2.1), 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

} // namespace whyrst
