#include "model/document/reset_list_model.h"

#include "tests/support/open_trace_maker.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::Fatal;

TEST(ResetListModel, AFewResetsAreAFlatList)
{
    ResetListModel model;
    const QAbstractItemModelTester tester(&model, strict);
    model.setTrace(test::makeTrace(12)); // 4 black holes, 4 teardowns
    EXPECT_EQ(model.rowCount(), 8);
    EXPECT_FALSE(model.hasChildren(model.index(0, 0)));
}

TEST(ResetListModel, HarmlessResetsComeLast)
{
    ResetListModel model;
    model.setTrace(test::makeTrace(12));
    EXPECT_EQ(model.index(0, 0).data(ResetListModel::HarmRole).toInt(), static_cast<int>(Harm::DataLost));
    EXPECT_EQ(model.index(7, 0).data(ResetListModel::HarmRole).toInt(), static_cast<int>(Harm::None));
}

TEST(ResetListModel, ManyResetsAreGroupedByCauseAndServer)
{
    ResetListModel model;
    const QAbstractItemModelTester tester(&model, strict);
    model.setTrace(test::makeTrace(90)); // 30 black holes to 4 servers, 30 harmless teardowns
    ASSERT_EQ(model.rowCount(), 5);
    int harmful = 0;
    for (int group = 0; group < 4; ++group)
        harmful += model.rowCount(model.index(group, 0));
    EXPECT_EQ(harmful, 30);
    EXPECT_EQ(model.index(4, 0).data(ResetListModel::GroupSizeRole).toUInt(), 30U);
}

TEST(ResetListModel, FindsTheRowOfAHeadlineInItsGroup)
{
    ResetListModel model;
    model.setTrace(test::makeTrace(90));
    const QModelIndex row = model.indexOf(17);
    ASSERT_TRUE(row.isValid());
    EXPECT_TRUE(row.parent().isValid());
    EXPECT_EQ(row.data(ResetListModel::HeadlineRole).toUInt(), 17U);
}

TEST(ResetListModel, NextGoesDownTheListAndStopsAtItsEnd)
{
    ResetListModel model;
    model.setTrace(test::makeTrace(12));
    EXPECT_EQ(model.neighbour(std::nullopt, 1), 0U);
    EXPECT_EQ(model.neighbour(0U, 1), 1U);
    EXPECT_EQ(model.neighbour(7U, 1), 7U);
    EXPECT_EQ(model.neighbour(0U, -1), 0U);
}

TEST(ResetListModel, AnEmptyTraceHasNoRows)
{
    ResetListModel model;
    const QAbstractItemModelTester tester(&model, strict);
    model.setTrace({});
    EXPECT_EQ(model.rowCount(), 0);
    EXPECT_FALSE(model.neighbour(std::nullopt, 1).has_value());
}

TEST(ResetListModel, ToolTipsTellTheAnswer)
{
    ResetListModel model;
    model.setTrace(test::openSample());
    EXPECT_TRUE(model.index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("never acknowledged")));
}

} // namespace
} // namespace whyrst
