#include "views/rules_dialog.h"

#include <QDoubleSpinBox>
#include <QPushButton>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

constexpr size_t idleBox = 2; // in the order of settableThresholds()

TEST(RulesDialogTest, ShowsTheRulesAndTheThresholdsAsTheyAre)
{
    const RulesDialog dialog({.idle = 10s});
    EXPECT_TRUE(dialog.text().contains(QStringLiteral("[segment-black-hole]")));
    EXPECT_TRUE(dialog.text().contains(QStringLiteral("shortest idle time: 10 s")));
    EXPECT_EQ(dialog.boxes().at(idleBox)->value(), 10);
    EXPECT_FALSE(dialog.applyButton()->isEnabled()) << "nothing differs yet";
}

TEST(RulesDialogTest, AnotherThresholdIsToldAndCanBeApplied)
{
    const RulesDialog dialog({.vantage = VantagePlace::Server});
    dialog.boxes().at(idleBox)->setValue(12.5);
    EXPECT_TRUE(dialog.text().contains(QStringLiteral("shortest idle time: 12.5 s")));
    EXPECT_TRUE(dialog.applyButton()->isEnabled());
    EXPECT_EQ(dialog.settings().idle, Duration(12500ms));
    EXPECT_EQ(dialog.settings().vantage, VantagePlace::Server);
}

} // namespace
} // namespace whyrst
