// Colours of everything but the charts, light and dark; the charts' own are in views/charts/theme.h.
#pragma once

#include "model/diagnosis/diagnosis.h"
#include "views/charts/theme.h"

#include <QColor>
#include <QPalette>

#include <optional>

namespace whyrst {

/// Palette of the whole program for the Fusion style.
QPalette programPalette(ChartTheme theme);

/// The theme whose background is as light or dark as that of `palette`.
ChartTheme themeOf(const QPalette& palette);

/// Colour of the sign for a harm; also carried by a shape wherever it is used.
QColor harmColor(std::optional<Harm> harm, ChartTheme theme);

/// State of a connection on the timeline.
enum class BarState : uint8_t
{
    Closed,
    ResetWithHarm,
    ResetHarmless,
    StillOpen,
    SilentDeath,
    NotAnalysed
};

BarState barState(const ConnectionSummary* summary, const Headline* headline);

/// Colour and pattern of a bar: either of them alone tells the state.
struct BarLook
{
    QColor line;
    QColor fill;
    Qt::BrushStyle pattern = Qt::SolidPattern;
};
BarLook barLook(BarState state, ChartTheme theme);

} // namespace whyrst
