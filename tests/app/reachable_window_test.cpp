// Everything by keyboard and with a name, for people who do not use the mouse or do not see the screen.
#include "tests/app/compare_window_fixture.h"

#include "views/charts/chart_stack.h"
#include "views/compare/difference_pane.h"
#include "views/compare/finding_list.h"
#include "views/compare/ladder_view.h"
#include "views/compare/where_bar.h"
#include "views/connection_list.h"
#include "views/connection_timeline.h"
#include "views/message_bar.h"
#include "views/reset_list.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QImage>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QScrollArea>
#include <QTableView>
#include <QToolButton>

#include <set>

namespace whyrst {
namespace {

/// All that is shown, as screen readers see it.
void collect(QAccessibleInterface* from, std::vector<QAccessibleInterface*>& all)
{
    if (!from || from->state().invisible)
        return;
    all.push_back(from);
    if (from->tableInterface()) // its cells are its own business
        return;
    for (int child = 0; child < from->childCount(); ++child)
        collect(from->child(child), all);
}

class ReachableWindowTest : public test::CompareWindowTest
{
protected:
    /// What Tab comes by, from where the keyboard is until it is there again; from link to link a text keeps it.
    std::vector<QWidget*> tabOrder()
    {
        constexpr int most = 200;
        std::vector<QWidget*> widgets;
        for (int tab = 0; tab < most && QApplication::focusWidget(); ++tab) {
            QWidget* at = QApplication::focusWidget();
            const bool isLink = !widgets.empty() && at == widgets.back();
            if (!isLink && std::ranges::find(widgets, at) != widgets.end())
                break;
            if (!isLink)
                widgets.push_back(at);
            if (!m_window.rect().intersects(QRect(at->mapTo(&m_window, QPoint()), at->size())))
                m_unseen += at->accessibleName().toStdString() + "\n";
            QTest::keyClick(at, Qt::Key_Tab);
        }
        return widgets;
    }

    /// Scrolls as Tab does.
    static void bringIntoSight(QWidget* widget)
    {
        for (QWidget* up = widget->parentWidget(); up; up = up->parentWidget()) {
            if (auto* area = qobject_cast<QScrollArea*>(up))
                area->ensureWidgetVisible(widget);
        }
    }

    /// Widgets that look the same with the keyboard and without it.
    std::string withoutSignOfFocus()
    {
        std::string found;
        for (QWidget* widget : tabOrder()) {
            bringIntoSight(widget);
            widget->setFocus(Qt::TabFocusReason);
            const QImage with = m_window.grab().toImage();
            widget->clearFocus();
            if (m_window.grab().toImage() == with)
                found += std::string(widget->metaObject()->className()) + " " + widget->accessibleName().toStdString()
                    + "\n";
        }
        return found;
    }

    /// Roles and places of what has no name, a line each.
    std::string nameless()
    {
        const std::set<QAccessible::Role> named{QAccessible::Button, QAccessible::ButtonMenu, QAccessible::CheckBox,
            QAccessible::ComboBox, QAccessible::EditableText, QAccessible::Table, QAccessible::List, QAccessible::Chart,
            QAccessible::Graphic, QAccessible::ProgressBar, QAccessible::RadioButton};
        std::vector<QAccessibleInterface*> all;
        collect(QAccessible::queryAccessibleInterface(&m_window), all);
        std::string found;
        for (QAccessibleInterface* one : all) {
            if (named.contains(one->role()) && one->text(QAccessible::Name).isEmpty()) {
                const QObject* object = one->object();
                found += std::string(object ? object->metaObject()->className() : "?") + " in "
                    + (object && object->parent() ? object->parent()->metaObject()->className() : "?") + "\n";
            }
        }
        return found;
    }

    std::string m_unseen; ///< what Tab came by that was not in sight

    static void expectChart(QWidget* widget)
    {
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(widget);
        ASSERT_TRUE(chart);
        EXPECT_EQ(chart->role(), QAccessible::Chart);
        EXPECT_FALSE(chart->text(QAccessible::Name).isEmpty());
        EXPECT_FALSE(chart->text(QAccessible::Description).isEmpty()) << widget->metaObject()->className();
    }
};

TEST_F(ReachableWindowTest, TabComesByAllPanesOfTheWindow)
{
    openSample();
    panes().resets->setFocus();
    const std::vector<QWidget*> order = tabOrder();
    for (const QWidget* pane : std::vector<const QWidget*>{
             panes().resets, panes().connections->filterBox(), panes().timeline, panes().charts, panes().packets})
        EXPECT_NE(std::ranges::find(order, pane), order.end()) << pane->accessibleName().toStdString();
}

TEST_F(ReachableWindowTest, TheKeyboardCanBeSeenInTheWindow)
{
    openSample();
    panes().resets->setFocus();
    EXPECT_EQ(withoutSignOfFocus(), "");
}

TEST_F(ReachableWindowTest, TheKeyboardCanBeSeenInTheComparison)
{
    compare();
    charts().chart(Side::Client)->setFocus();
    EXPECT_EQ(withoutSignOfFocus(), "");
}

TEST_F(ReachableWindowTest, EverythingInTheWindowHasAName)
{
    EXPECT_EQ(nameless(), "") << "first page";
    openSample();
    EXPECT_EQ(nameless(), "");
}

TEST_F(ReachableWindowTest, EverythingInTheComparisonHasAName)
{
    compare();
    EXPECT_EQ(nameless(), "");
    QTest::keyClick(&m_window, Qt::Key_P);
    QTest::keyClick(&m_window, Qt::Key_Y);
    EXPECT_EQ(nameless(), "");
}

TEST_F(ReachableWindowTest, ChartsAreChartsWithADescription)
{
    openSample();
    expectChart(panes().charts);
    expectChart(panes().timeline);
    compare();
    m_window.compareView()->setShown(ShownPanes::Both);
    expectChart(charts().chart(Side::Client));
    expectChart(charts().chart(Side::Server));
    expectChart(charts().ladder());
}

TEST_F(ReachableWindowTest, TabNeverGoesToAPanelBehindAnother)
{
    openSample();
    panes().resets->setFocus();
    EXPECT_GT(tabOrder().size(), 10U);
    EXPECT_EQ(m_unseen, "");
}

TEST_F(ReachableWindowTest, TabGoesFromThePlacesToTheDifferences)
{
    compare();
    QWidget* first = m_window.compareView()->whereBar()->button(ComparePlace::ClientHost);
    first->setFocus();
    const std::vector<QWidget*> order = tabOrder();
    const auto placeOf = [&](const QWidget* widget) { return std::ranges::find(order, widget) - order.begin(); };
    const FindingList* findings = m_window.compareView()->findings();
    const std::vector<const QWidget*> expected{first, findings->rows().front(), findings->rows().back(),
        m_window.compareView()->pairs(), charts().chart(Side::Client), charts().chart(Side::Server),
        m_window.compareView()->differences()->chip(Relation::Lost), m_window.compareView()->differences()->table()};
    for (size_t stop = 1; stop < expected.size(); ++stop)
        EXPECT_LT(placeOf(expected[stop - 1]), placeOf(expected[stop])) << stop;
    EXPECT_LT(placeOf(expected.back()), static_cast<std::ptrdiff_t>(order.size()));
}

TEST_F(ReachableWindowTest, TheWindowFitsOnAScreenThatIsScaledTwice)
{
    openSample();
    EXPECT_LE(m_window.minimumSizeHint().width(), 1920 / 2);
    EXPECT_LE(m_window.minimumSizeHint().height(), 1080 / 2);
}

TEST_F(ReachableWindowTest, KeysPanTheCharts)
{
    openSample();
    QTest::keyClick(panes().charts, Qt::Key_Plus);
    const Duration begin = panes().charts->timeWindow()->begin();
    QTest::keyClick(panes().charts, Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_GT(panes().charts->timeWindow()->begin(), begin);
    QTest::keyClick(panes().charts, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_EQ(panes().charts->timeWindow()->begin(), begin);
}

TEST_F(ReachableWindowTest, TheMenuOfTheChartsHasWhatCanBeDoneWithThem)
{
    openSample();
    QTest::mouseClick(panes().charts, Qt::RightButton, {}, panes().charts->rect().center());
    const auto* menu = panes().charts->findChild<QMenu*>();
    ASSERT_TRUE(menu);
    QStringList texts;
    for (const QAction* action : menu->actions())
        texts << action->text().remove(QLatin1Char('&'));
    EXPECT_TRUE(texts.contains(QStringLiteral("Fit the story")));
    EXPECT_TRUE(texts.contains(QStringLiteral("Charts as PNG\u2026")));
    EXPECT_TRUE(texts.contains(QStringLiteral("Copy the charts as a picture")));
}

TEST_F(ReachableWindowTest, TheMenuKeyOpensTheMenuOfTheCharts)
{
    openSample();
    QTest::keyClick(panes().charts, Qt::Key_Menu);
    EXPECT_TRUE(panes().charts->findChild<QMenu*>());
    compare();
    QTest::keyClick(charts().chart(Side::Server), Qt::Key_Menu);
    EXPECT_TRUE(charts().chart(Side::Server)->findChild<QMenu*>());
}

TEST_F(ReachableWindowTest, CopyOnTheChartsCopiesTheirPicture)
{
    openSample();
    panes().charts->setFocus();
    QTest::keyClick(panes().charts, Qt::Key_C, Qt::ControlModifier);
    const QImage picture = QApplication::clipboard()->image();
    EXPECT_GT(picture.width(), 1000);
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("clipboard")));
}

} // namespace
} // namespace whyrst
