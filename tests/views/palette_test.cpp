#include "views/palette.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

constexpr double readable = 4.5; // WCAG 2.1 AA for normal text

class PaletteTest : public testing::TestWithParam<ChartTheme>
{
};

TEST_P(PaletteTest, TextsAreReadable)
{
    const QPalette palette = programPalette(GetParam());
    EXPECT_GE(contrastRatio(palette.color(QPalette::Text), palette.color(QPalette::Base)), readable);
    EXPECT_GE(contrastRatio(palette.color(QPalette::WindowText), palette.color(QPalette::Window)), readable);
    EXPECT_GE(contrastRatio(palette.color(QPalette::ButtonText), palette.color(QPalette::Button)), readable);
    EXPECT_GE(contrastRatio(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)), readable);
    EXPECT_GE(contrastRatio(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)), readable);
}

TEST_P(PaletteTest, SignsOfHarmAreReadable)
{
    const QColor ground = programPalette(GetParam()).color(QPalette::Window);
    EXPECT_GE(contrastRatio(harmColor(Harm::DataLost, GetParam()), ground), readable);
    EXPECT_GE(contrastRatio(harmColor(Harm::None, GetParam()), ground), readable);
}

TEST_P(PaletteTest, TellsItsOwnTheme)
{
    EXPECT_EQ(themeOf(programPalette(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Themes, PaletteTest, testing::Values(ChartTheme::Light, ChartTheme::Dark));

TEST(BarState, HarmlessResetsAreNoFaults)
{
    ConnectionSummary summary;
    summary.ended = Ended::Reset;
    Headline headline;
    headline.harm = Harm::None;
    EXPECT_EQ(barState(&summary, &headline), BarState::ResetHarmless);
    headline.harm = Harm::DataLost;
    EXPECT_EQ(barState(&summary, &headline), BarState::ResetWithHarm);
    EXPECT_EQ(barState(nullptr, nullptr), BarState::NotAnalysed);
}

} // namespace
} // namespace whyrst
