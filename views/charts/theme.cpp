#include "views/charts/theme.h"

#include <array>
#include <cmath>

namespace whyrst {

namespace {

constexpr QColor rgb(unsigned value)
{
    return QColor(
        static_cast<int>(value >> 16 & 0xff), static_cast<int>(value >> 8 & 0xff), static_cast<int>(value & 0xff));
}

/// One colour of the palette: the hue of Okabe and Ito, shifted until lines have 3:1 on either background.
struct Hue
{
    unsigned light;
    unsigned dark;

    QColor on(ChartTheme theme) const { return rgb(theme == ChartTheme::Light ? light : dark); }
};

constexpr Hue blue{0x0072b2, 0x56b4e9};
constexpr Hue vermilion{0xc44e00, 0xff8b3d};
constexpr Hue green{0x00815f, 0x2bc79a};
constexpr Hue amber{0xa06a00, 0xe69f00};
constexpr Hue purple{0xa8447f, 0xdd93be};
constexpr Hue red{0xc4001a, 0xff5a5f};
constexpr Hue ink{0x1d2733, 0xf0f3f6};
constexpr Hue grey{0x68727c, 0x98a3ad};

ChartColors lightColors()
{
    return {rgb(0xffffff), rgb(0x1d2733), rgb(0x56606a), rgb(0x8a949e), rgb(0xe8ecf0), rgb(0x7b3fe4), rgb(0x1d2733),
        rgb(0xffffff), red.on(ChartTheme::Light), QColor(255, 255, 255, 225)};
}

ChartColors darkColors()
{
    return {rgb(0x14181d), rgb(0xf0f3f6), rgb(0xaab4be), rgb(0x69737d), rgb(0x262d34), rgb(0xc9a6ff), rgb(0xf0f3f6),
        rgb(0x14181d), red.on(ChartTheme::Dark), QColor(20, 24, 29, 225)};
}

struct StyleRow
{
    Hue hue;
    Qt::PenStyle line = Qt::SolidLine;
    Qt::BrushStyle fill = Qt::SolidPattern;
    SeriesGlyph glyph = SeriesGlyph::None;
    int width = 1;
};

/// In the order of SeriesStyle.
constexpr std::array<StyleRow, 24> styleRows{{
    {blue, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::None, 2},           // NewData
    {vermilion, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::CappedBar, 3}, // Resend
    {green},                                                                 // Acknowledgment
    {amber, Qt::DashLine},                                                   // WindowEdge
    {purple, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::Tick, 1},         // SackBlock
    {purple, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::Dot, 1},          // DupAck
    {blue},                                                                  // BytesInFlight
    {amber, Qt::DashLine},                                                   // ReceiveWindow
    {vermilion, Qt::SolidLine, Qt::BDiagPattern},                            // ClosedWindow
    {red, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::Cross},              // Reset
    {ink, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::TriangleUp},         // SynFin
    {ink, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::HollowDiamond},      // Probe
    {grey, Qt::DotLine, Qt::SolidPattern, SeriesGlyph::Dot},                 // OtherDirection
    {grey, Qt::DashDotLine},                                                 // Threshold
    {green, Qt::DotLine},                                                    // SilentAck
    {red, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::Square},             // Lost
    {red, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::Diamond},            // Injected
    {grey, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::None, 2},           // ReferenceData
    {grey, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::CappedBar, 3},      // ReferenceResend
    {grey, Qt::DashLine},                                                    // ReferenceAcknowledgment
    {blue, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::Dot},               // DelayToServer
    {green, Qt::SolidLine, Qt::SolidPattern, SeriesGlyph::HollowDiamond},    // DelayToClient
    {grey, Qt::SolidLine, Qt::NoBrush},                                      // ClockBound
    {grey, Qt::SolidLine, Qt::BDiagPattern},                                 // ClockUnchecked
}};

double channelLuminance(double channel)
{
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * channelLuminance(color.redF()) + 0.7152 * channelLuminance(color.greenF())
        + 0.0722 * channelLuminance(color.blueF());
}

} // namespace

const ChartColors& chartColors(ChartTheme theme)
{
    static const ChartColors light = lightColors();
    static const ChartColors dark = darkColors();
    return theme == ChartTheme::Light ? light : dark;
}

SeriesLook seriesLook(SeriesStyle style, ChartTheme theme)
{
    const StyleRow& row = styleRows[static_cast<size_t>(style)];
    return {row.hue.on(theme), row.line, row.fill, row.glyph, row.width};
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

} // namespace whyrst
