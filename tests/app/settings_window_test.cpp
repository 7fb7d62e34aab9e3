// What the window keeps from one start to the next.
#include "tests/app/main_window_fixture.h"

#include "views/connection_list.h"

#include <QAction>
#include <QTableView>

namespace whyrst {
namespace {

constexpr int client = ConnectionTableModel::Client;

/// Windows that are closed and opened again.
class SettingsWindowTest : public test::MainWindowTest
{
protected:
    void TearDown() override { Settings().setColumnWidths(QStringLiteral("connections"), {}); }

    static QTableView* connections(const MainWindow& window)
    {
        return window.workspace()->panes().connections->table();
    }

    void resetLayout()
    {
        for (QAction* action : m_window.findChildren<QAction*>()) {
            if (action->text().contains(QStringLiteral("Reset the layout")))
                action->trigger();
        }
    }
};

TEST_F(SettingsWindowTest, WidthsOfColumnsComeBack)
{
    openSample();
    connections(m_window)->setColumnWidth(client, 211); // as a person does
    m_window.close();
    const MainWindow again;
    EXPECT_EQ(connections(again)->columnWidth(client), 211);
}

TEST_F(SettingsWindowTest, ResettingTheLayoutFitsTheColumns)
{
    openSample();
    const int fitted = connections(m_window)->columnWidth(client);
    connections(m_window)->setColumnWidth(client, 211);
    resetLayout();
    EXPECT_EQ(connections(m_window)->columnWidth(client), fitted);
    m_window.close();
    const MainWindow again;
    EXPECT_NE(connections(again)->columnWidth(client), 211);
}

TEST_F(SettingsWindowTest, WiresharksFlagsAreHiddenUntilTheyAreAskedForAndComeBack)
{
    openSample();
    const auto isHidden = [](const MainWindow& window) {
        return window.workspace()->panes().packets->isColumnHidden(PacketTableModel::WiresharkColumn);
    };
    EXPECT_TRUE(isHidden(m_window));
    for (QAction* action : m_window.findChildren<QAction*>()) {
        if (action->text().contains(QStringLiteral("flags in the packet table")))
            action->toggle();
    }
    EXPECT_FALSE(isHidden(m_window));
    m_window.close();
    const MainWindow again;
    EXPECT_FALSE(isHidden(again));
    Settings().setShowsWireshark(false);
}

TEST_F(SettingsWindowTest, AnEntryThatIsNoWidthIsLeftOut)
{
    Settings settings;
    settings.setColumnWidths(QStringLiteral("test"), {{0, 100}, {3, 50}});
    EXPECT_EQ(settings.columnWidths(QStringLiteral("test")), (QMap<int, int>{{0, 100}, {3, 50}}));
    QSettings store(QStringLiteral("whyrst"), QStringLiteral("whyrst"));
    store.setValue(QStringLiteral("columns/test"), QStringList{QStringLiteral("0"), QStringLiteral("a:b")});
    EXPECT_TRUE(settings.columnWidths(QStringLiteral("test")).isEmpty());
}

} // namespace
} // namespace whyrst
