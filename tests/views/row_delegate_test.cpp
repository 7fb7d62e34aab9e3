#include "views/row_delegate.h"

#include "views/row_table.h"

#include <QApplication>
#include <QHelpEvent>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>
#include <QToolTip>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

const QString longText = QStringLiteral("a name that is longer than its column <b>&");

/// A table with one cell.
class RowDelegateTest : public testing::Test
{
protected:
    RowDelegateTest()
    {
        m_model.appendRow(new QStandardItem(longText));
        m_table.setModel(&m_model);
        makeRowTable(&m_table);
        m_table.resize(80, 100);
        m_table.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&m_table));
    }

    /// What the pointer over the cell is told.
    QString toolTip()
    {
        QToolTip::hideText();
        QWidget* viewport = m_table.viewport();
        const QPoint place = m_table.visualRect(m_model.index(0, 0)).center();
        QHelpEvent event(QEvent::ToolTip, place, viewport->mapToGlobal(place));
        QApplication::sendEvent(viewport, &event);
        return QToolTip::isVisible() ? QToolTip::text() : QString();
    }

    QStandardItemModel m_model;
    QTableView m_table;
};

TEST_F(RowDelegateTest, ACutTextIsToldWhole)
{
    EXPECT_TRUE(toolTip().contains(longText.toHtmlEscaped())) << toolTip().toStdString();
}

TEST_F(RowDelegateTest, ATextThatFitsNeedsNoToolTip)
{
    m_table.resize(800, 100);
    QTest::qWait(1);
    EXPECT_TRUE(toolTip().isEmpty());
}

TEST_F(RowDelegateTest, ACutTextStandsAboveWhatTheCellTells)
{
    m_model.item(0)->setToolTip(QStringLiteral("more about it"));
    const QString tip = toolTip();
    EXPECT_LT(tip.indexOf(longText.toHtmlEscaped()), tip.indexOf(QStringLiteral("more about it")));
    EXPECT_TRUE(tip.contains(longText.toHtmlEscaped()));
}

TEST_F(RowDelegateTest, AToolTipThatHasTheTextIsEnough)
{
    m_model.item(0)->setToolTip(longText + QStringLiteral(" and more"));
    EXPECT_EQ(toolTip().count(QStringLiteral("longer than")), 1);
}

} // namespace
} // namespace whyrst
