#include "views/charts/theme.h"

#include <gtest/gtest.h>

#include <set>

namespace whyrst::test {

namespace {

constexpr double textContrast = 4.5;   // WCAG 2.1, 1.4.3
constexpr double graphicsContrast = 3; // 1.4.11
constexpr int styleCount = static_cast<int>(SeriesStyle::ClockUnchecked) + 1;

} // namespace

class ThemeTest : public testing::TestWithParam<ChartTheme>
{
protected:
    const ChartColors& colors = chartColors(GetParam());
};

TEST_P(ThemeTest, TextsAreReadable)
{
    EXPECT_GE(contrastRatio(colors.text, colors.background), textContrast);
    EXPECT_GE(contrastRatio(colors.faintText, colors.background), textContrast);
    EXPECT_GE(contrastRatio(colors.reset, colors.background), textContrast);
    EXPECT_GE(contrastRatio(colors.markText, colors.mark), textContrast);
    EXPECT_GE(contrastRatio(colors.markText, colors.reset), textContrast);
}

TEST_P(ThemeTest, EverySeriesStandsOutFromTheBackground)
{
    for (int style = 0; style < styleCount; ++style) {
        const SeriesLook look = seriesLook(static_cast<SeriesStyle>(style), GetParam());
        EXPECT_GE(contrastRatio(look.color, colors.background), graphicsContrast) << style;
    }
}

TEST_P(ThemeTest, BarsOfTheSequenceChartDifferInShape)
{
    const auto shapeOf = [](SeriesStyle style) {
        const SeriesLook look = seriesLook(style, GetParam());
        return std::pair(look.glyph, look.width);
    };
    const std::set shapes{shapeOf(SeriesStyle::NewData), shapeOf(SeriesStyle::Resend), shapeOf(SeriesStyle::SackBlock)};
    EXPECT_EQ(shapes.size(), 3U);
}

TEST_P(ThemeTest, LinesDifferInPattern)
{
    const auto lineOf = [](SeriesStyle style) { return seriesLook(style, GetParam()).line; };
    EXPECT_NE(lineOf(SeriesStyle::Acknowledgment), lineOf(SeriesStyle::WindowEdge));
    EXPECT_NE(lineOf(SeriesStyle::Acknowledgment), lineOf(SeriesStyle::SilentAck));
    EXPECT_NE(lineOf(SeriesStyle::BytesInFlight), lineOf(SeriesStyle::ReceiveWindow));
}

INSTANTIATE_TEST_SUITE_P(Themes, ThemeTest, testing::Values(ChartTheme::Light, ChartTheme::Dark),
    [](const auto& theme) { return theme.param == ChartTheme::Light ? "Light" : "Dark"; });

} // namespace whyrst::test
