#include "views/reset_list.h"

#include "tests/support/open_trace_maker.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

TEST(ResetList, NextSelectsTheRowBelow)
{
    ResetList list;
    list.setTrace(test::makeTrace(12));
    list.setSelected(0);
    QSignalSpy selected(&list, &ResetList::headlineSelected);
    list.selectNext();
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected.front().front().toUInt(), 1U);
    EXPECT_EQ(list.selected(), 1U);
}

TEST(ResetList, NextOpensTheGroupItGoesTo)
{
    ResetList list;
    list.setTrace(test::makeTrace(90));
    list.setSelected(0);
    list.selectNext();
    EXPECT_TRUE(list.isExpanded(list.currentIndex().parent()));
}

TEST(ResetList, SaysWhenThereIsNone)
{
    ResetList list;
    EXPECT_TRUE(list.emptyText().isEmpty());
    list.setTrace(test::makeTrace(1));
    EXPECT_FALSE(list.emptyText().isEmpty());
    list.setTrace(test::makeTrace(12));
    EXPECT_TRUE(list.emptyText().isEmpty());
}

TEST(ResetList, SelectingFromOutsideIsSilent)
{
    ResetList list;
    list.setTrace(test::makeTrace(12));
    QSignalSpy selected(&list, &ResetList::headlineSelected);
    list.setSelected(3);
    EXPECT_EQ(selected.size(), 0);
}

TEST(ResetList, KeepsSelectionAndOpenGroupsWhileTheTraceGrows)
{
    ResetList list;
    const OpenTrace part = test::makeTrace(90);
    list.setTrace(part);
    list.setSelected(3);
    const QString group = list.currentIndex().parent().data(ResetListModel::GroupKeyRole).toString();
    const Headline chosen = part.diagnosis->headlines[3];
    QSignalSpy selected(&list, &ResetList::headlineSelected);
    const OpenTrace whole = test::makeTrace(300);
    list.grow(whole);
    ASSERT_TRUE(list.selected());
    EXPECT_EQ(whole.diagnosis->headlines[*list.selected()], chosen);
    EXPECT_EQ(list.currentIndex().parent().data(ResetListModel::GroupKeyRole).toString(), group);
    EXPECT_TRUE(list.isExpanded(list.currentIndex().parent()));
    EXPECT_EQ(selected.size(), 0);
}

} // namespace
} // namespace whyrst
