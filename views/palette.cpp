#include "views/palette.h"

#include <array>

namespace whyrst {
namespace {

constexpr QColor rgb(unsigned value)
{
    return QColor(
        static_cast<int>(value >> 16 & 0xff), static_cast<int>(value >> 8 & 0xff), static_cast<int>(value & 0xff));
}

/// One colour in both themes.
struct Pair
{
    unsigned light;
    unsigned dark;

    QColor on(ChartTheme theme) const { return rgb(theme == ChartTheme::Light ? light : dark); }
};

struct PaletteRow
{
    QPalette::ColorRole role;
    Pair color;
};

constexpr std::array<PaletteRow, 19> paletteRows{{
    {QPalette::Window, {0xf3f5f7, 0x1b2026}},
    {QPalette::WindowText, {0x1d2733, 0xe6eaee}},
    {QPalette::Base, {0xffffff, 0x14181d}},
    {QPalette::AlternateBase, {0xf6f8fa, 0x181d23}},
    {QPalette::Text, {0x1d2733, 0xe6eaee}},
    {QPalette::PlaceholderText, {0x68727c, 0x8c97a2}},
    {QPalette::Button, {0xfbfcfd, 0x262c33}},
    {QPalette::ButtonText, {0x1d2733, 0xe6eaee}},
    {QPalette::BrightText, {0xffffff, 0xffffff}},
    {QPalette::ToolTipBase, {0xffffff, 0x262c33}},
    {QPalette::ToolTipText, {0x1d2733, 0xe6eaee}},
    {QPalette::Highlight, {0x0b63a5, 0x2f6fab}},
    {QPalette::HighlightedText, {0xffffff, 0xffffff}},
    {QPalette::Link, {0x0b63a5, 0x7cc0f2}},
    {QPalette::LinkVisited, {0x0b63a5, 0x7cc0f2}},
    {QPalette::Light, {0xffffff, 0x343b44}},
    {QPalette::Midlight, {0xe9edf1, 0x2a3038}},
    {QPalette::Mid, {0xc3cad1, 0x3a424b}},
    {QPalette::Dark, {0x9aa4ae, 0x0e1114}},
}};

constexpr Pair disabledText{0x8f98a1, 0x6b747d};
constexpr Pair bad{0xc4001a, 0xff6b6f};
constexpr Pair quiet{0x5f6973, 0x98a3ad};

struct BarRow
{
    Pair line;
    Pair fill;
    Qt::BrushStyle pattern;
};

/// In the order of BarState.
constexpr std::array<BarRow, 6> barRows{{
    {{0x00679f, 0x56b4e9}, {0x8fc3e3, 0x1f567b}, Qt::SolidPattern},
    {{0xc4001a, 0xff5a5f}, {0xdf6a76, 0xc2484d}, Qt::BDiagPattern},
    {{0x68727c, 0x98a3ad}, {0xa9b2ba, 0x6d7780}, Qt::Dense6Pattern},
    {{0x00815f, 0x2bc79a}, {0xffffff, 0x14181d}, Qt::NoBrush},
    {{0x8f3a6b, 0xdd93be}, {0xb86a97, 0x9c5c82}, Qt::DiagCrossPattern},
    {{0x9aa4ae, 0x4c555e}, {0xffffff, 0x14181d}, Qt::NoBrush},
}};

} // namespace

QPalette programPalette(ChartTheme theme)
{
    QPalette palette;
    for (const PaletteRow& row : paletteRows)
        palette.setColor(row.role, row.color.on(theme));
    palette.setColor(QPalette::Shadow, rgb(0x000000));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabledText.on(theme));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, palette.color(QPalette::Mid));
    return palette;
}

ChartTheme themeOf(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightnessF() < 0.5F ? ChartTheme::Dark : ChartTheme::Light;
}

QColor harmColor(std::optional<Harm> harm, ChartTheme theme)
{
    const bool isBad = harm == Harm::DataLost || harm == Harm::ConnectFailed;
    return isBad ? bad.on(theme) : quiet.on(theme);
}

BarState barState(const ConnectionSummary* summary, const Headline* headline)
{
    if (!summary)
        return BarState::NotAnalysed;
    switch (summary->ended) {
    case Ended::Fin:
        return headline && headline->harm != Harm::None ? BarState::ResetWithHarm : BarState::Closed;
    case Ended::Reset:
        return headline && headline->harm == Harm::None ? BarState::ResetHarmless : BarState::ResetWithHarm;
    case Ended::Open:
        return BarState::StillOpen;
    case Ended::SilentDeath:
        return BarState::SilentDeath;
    }
    return BarState::NotAnalysed;
}

BarLook barLook(BarState state, ChartTheme theme)
{
    const BarRow& row = barRows[static_cast<size_t>(state)];
    return {row.line.on(theme), row.fill.on(theme), row.pattern};
}

} // namespace whyrst
