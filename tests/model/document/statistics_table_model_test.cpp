#include "model/document/statistics_table_model.h"

#include "tests/support/open_trace_maker.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

TEST(StatisticsTableModel, IsAWellFormedModel)
{
    StatisticsTableModel model(test::openSample().trace->connections[0]);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_GT(model.rowCount(), 60);
}

TEST(StatisticsTableModel, ShowsNamesValuesAndUnits)
{
    const OpenTrace open = test::openSample();
    const StatisticsTableModel model(open.trace->connections[0]);
    const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
    EXPECT_EQ(text(0, StatisticsTableModel::Name), QStringLiteral("total packets"));
    EXPECT_EQ(text(7, StatisticsTableModel::Unit), QStringLiteral("bytes"));
    EXPECT_EQ(text(0, StatisticsTableModel::Server).toUInt(), open.trace->connections[0].flow(Side::Server).size());
}

} // namespace
} // namespace whyrst
