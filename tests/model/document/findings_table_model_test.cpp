#include "model/document/findings_table_model.h"

#include "tests/support/open_trace_maker.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

std::shared_ptr<const ConnectionDetails> sampleDetails()
{
    Session session;
    session.open(test::openSample());
    return session.details();
}

TEST(FindingsTableModel, IsAWellFormedModelBeforeAndAfterItHasAConnection)
{
    FindingsTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(model.rowCount(), 0);
    model.setConnection(sampleDetails());
    EXPECT_EQ(model.rowCount(), 4);
    model.setConnection(nullptr);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(FindingsTableModel, ShowsARunOfDuplicateAcksAsOneRow)
{
    FindingsTableModel model;
    model.setConnection(sampleDetails());
    const auto text = [&](int column) { return model.index(1, column).data().toString(); };
    EXPECT_EQ(text(FindingsTableModel::KindColumn), QStringLiteral("Duplicate ACKs"));
    EXPECT_EQ(text(FindingsTableModel::Direction), QStringLiteral("server \u2192 client"));
    EXPECT_EQ(text(FindingsTableModel::Packets), QStringLiteral("211"));
    EXPECT_EQ(text(FindingsTableModel::Frames), QStringLiteral("#192\u2013#581"));
    EXPECT_TRUE(text(FindingsTableModel::Words).contains(QStringLiteral("211 duplicate ACKs")));
}

TEST(FindingsTableModel, DurationsSortByTheirLengthNotByTheirWords)
{
    FindingsTableModel model;
    model.setConnection(sampleDetails());
    const QModelIndex duration = model.index(0, FindingsTableModel::DurationColumn);
    EXPECT_EQ(duration.data().toString(), QStringLiteral("19.1 s"));
    EXPECT_GT(duration.data(FindingsTableModel::SortRole).toLongLong(), 19'000'000'000);
}

} // namespace
} // namespace whyrst
