#include "views/column_widths.h"

#include <QHeaderView>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>

#include <gtest/gtest.h>

#include <array>

namespace whyrst {
namespace {

/// A table with three columns, of which the last one takes what is left.
class ColumnWidthsTest : public testing::Test
{
protected:
    ColumnWidthsTest()
    {
        m_model.appendRow({new QStandardItem(QStringLiteral("10.0.0.1:40000")), new QStandardItem, new QStandardItem});
        m_table.setModel(&m_model);
        m_table.horizontalHeader()->setStretchLastSection(true);
        m_widths = new ColumnWidths(&m_table, QStringLiteral("table"));
        m_table.resize(600, 200);
        m_table.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&m_table));
    }

    /// Moves the right border of a column as a person does.
    void drag(int column, int by)
    {
        QWidget* header = m_table.horizontalHeader()->viewport();
        const int border = m_table.columnViewportPosition(column) + m_table.columnWidth(column) - 1;
        const int middle = header->height() / 2;
        QTest::mousePress(header, Qt::LeftButton, {}, QPoint(border, middle));
        QTest::mouseMove(header, QPoint(border + by, middle));
        QTest::mouseRelease(header, Qt::LeftButton, {}, QPoint(border + by, middle));
    }

    QStandardItemModel m_model{0, 3};
    QTableView m_table;
    ColumnWidths* m_widths;
};

TEST_F(ColumnWidthsTest, TheProgramSetsThem)
{
    m_widths->setCharacters(std::array{5, 7, 9});
    EXPECT_EQ(m_table.columnWidth(1), m_widths->inPixels(7));
    m_widths->fitToContents(0, 10);
    EXPECT_GE(m_table.columnWidth(0), m_table.fontMetrics().horizontalAdvance(QStringLiteral("10.0.0.1:40000")));
    EXPECT_TRUE(m_widths->own().isEmpty());
}

TEST_F(ColumnWidthsTest, WhatAPersonSetStays)
{
    m_widths->set(0, 100);
    drag(0, 37);
    EXPECT_EQ(m_widths->own().keys(), QList<int>{0}); // not the last one, which gave the room
    const int width = m_table.columnWidth(0);
    EXPECT_NE(width, 100);
    m_widths->set(0, 50);
    m_widths->fitToContents(0, 10);
    EXPECT_EQ(m_table.columnWidth(0), width);
    m_widths->set(1, 60);
    EXPECT_EQ(m_table.columnWidth(1), 60);
}

TEST_F(ColumnWidthsTest, HidingAColumnIsNoWidth)
{
    m_table.setColumnHidden(0, true);
    m_table.setColumnHidden(0, false);
    m_table.resize(700, 200);
    EXPECT_TRUE(m_widths->own().isEmpty());
}

TEST_F(ColumnWidthsTest, TheyComeBackAsTheyWere)
{
    m_widths->restore({{1, 77}});
    EXPECT_EQ(m_table.columnWidth(1), 77);
    m_widths->set(1, 50);
    EXPECT_EQ(m_table.columnWidth(1), 77);
    EXPECT_EQ(m_widths->own(), (QMap<int, int>{{1, 77}}));
}

TEST_F(ColumnWidthsTest, WhatMakesNoSenseIsNotRestored)
{
    m_widths->restore({{-1, 100}, {0, 0}, {1, -5}, {2, 2'000'000'000}, {99, 100}});
    EXPECT_TRUE(m_widths->own().isEmpty());
}

TEST_F(ColumnWidthsTest, ForgettingThemTellsWhoFits)
{
    QSignalSpy forgotten(m_widths, &ColumnWidths::forgotten);
    m_widths->forget();
    EXPECT_EQ(forgotten.size(), 0);
    m_widths->restore({{1, 77}});
    m_widths->forget();
    EXPECT_EQ(forgotten.size(), 1);
    m_widths->set(1, 50);
    EXPECT_EQ(m_table.columnWidth(1), 50);
}

} // namespace
} // namespace whyrst
