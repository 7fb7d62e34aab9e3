#include "views/capture_dialog.h"

#include "views/filter_box.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

TEST(CaptureDialogTest, ListsInterfacesWithAddressesAndStartsOnlyWithAUsableFilter)
{
    const CaptureInterface lan{"lan0", "wired", {"192.0.2.7"}, true, false};
    const CaptureInterface off{"off0", "", {}, false, false};
    const CaptureDialog dialog(std::vector<CaptureInterface>{off, lan});
    EXPECT_EQ(dialog.chosenInterface(), QStringLiteral("lan0"));
    EXPECT_EQ(dialog.list()->topLevelItem(0)->text(1), QStringLiteral("192.0.2.7"));
    EXPECT_TRUE(dialog.startButton()->isEnabled());
    dialog.filterBox()->line()->setText(QStringLiteral("port and"));
    EXPECT_FALSE(dialog.startButton()->isEnabled());
    EXPECT_TRUE(dialog.filterBox()->problem().contains(QStringLiteral("syntax error")));
    dialog.filterBox()->line()->setText(QStringLiteral("port 443"));
    EXPECT_TRUE(dialog.startButton()->isEnabled());
}

TEST(CaptureDialogTest, SaysWhatToDoWhenNothingMayBeCaptured)
{
    const CaptureDialog dialog(std::vector<CaptureInterface>{});
    EXPECT_FALSE(dialog.startButton()->isEnabled());
    EXPECT_TRUE(dialog.problem().contains(QStringLiteral("setcap")));
}

} // namespace
} // namespace whyrst
