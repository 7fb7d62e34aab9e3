#include "model/document/connection_filter_proxy.h"

#include "tests/support/open_trace_maker.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::Fatal;

/// The table with its proxy over 12 connections.
struct Table
{
    ConnectionTableModel model;
    ConnectionFilterProxy proxy;

    Table()
    {
        proxy.setSourceModel(&model);
        model.setTrace(test::makeTrace(12));
    }
};

TEST(ConnectionTableModel, IsAWellFormedModel)
{
    Table table;
    const QAbstractItemModelTester tester(&table.model, strict);
    table.model.setTrace(test::openSample());
    table.model.setTrace({});
    EXPECT_EQ(table.model.rowCount(), 0);
}

TEST(ConnectionTableModel, StateIsZeeksWithWordsInTheToolTip)
{
    Table table;
    table.model.setTrace(test::openSample());
    const QModelIndex cell = table.model.index(0, ConnectionTableModel::State);
    EXPECT_EQ(cell.data().toString(), QStringLiteral("RSTO"));
    const QString toolTip = cell.data(Qt::ToolTipRole).toString();
    EXPECT_TRUE(toolTip.contains(QStringLiteral("RSTO: established, reset by the client"))) << toolTip.toStdString();
    EXPECT_TRUE(toolTip.contains(QStringLiteral("client SYN, server SYN-ACK, client ACK")));
}

TEST(ConnectionTableModel, ShowsEndpointsAndCause)
{
    const Table table;
    EXPECT_EQ(table.model.index(1, ConnectionTableModel::Client).data().toString(), QStringLiteral("10.0.0.1:1001"));
    EXPECT_EQ(table.model.index(1, ConnectionTableModel::Server).data().toString(), QStringLiteral("10.0.1.1:443"));
    EXPECT_EQ(table.model.index(1, ConnectionTableModel::Cause).data().toString(),
        QString::fromUtf8(causeTitle(CauseId::SegmentBlackHole)));
}

TEST(ConnectionTableModel, SaysWhenAConnectionWasNotAnalysed)
{
    Table table;
    OpenTrace open = test::makeTrace(2);
    open.diagnosis = std::make_shared<const TraceDiagnosis>();
    table.model.setTrace(open);
    EXPECT_EQ(
        table.model.index(0, ConnectionTableModel::EndedColumn).data().toString(), QStringLiteral("not analysed"));
}

TEST(ConnectionFilterProxy, SortsByCauseWithTheWorstFirst)
{
    Table table;
    table.proxy.sort(ConnectionTableModel::Cause);
    const std::vector<ConnectionId> order = table.proxy.connections();
    EXPECT_EQ(order.front(), ConnectionId(1));
    EXPECT_EQ(order.back(), ConnectionId(9));
}

TEST(ConnectionFilterProxy, SortsNumbersAsNumbers)
{
    Table table;
    table.proxy.sort(ConnectionTableModel::Bytes, Qt::DescendingOrder);
    EXPECT_EQ(table.proxy.connections().front(), ConnectionId(11));
}

TEST(ConnectionFilterProxy, HidesWhatDoesNotMatch)
{
    Table table;
    table.proxy.setFilterText(QStringLiteral("ended:fin"));
    EXPECT_EQ(table.proxy.rowCount(), 4);
    EXPECT_EQ(table.proxy.rowOf(ConnectionId(1)), -1);
    EXPECT_EQ(table.proxy.rowOf(ConnectionId(3)), 1);
}

TEST(ConnectionFilterProxy, IsAWellFormedModel)
{
    Table table;
    const QAbstractItemModelTester tester(&table.proxy, strict);
    table.proxy.sort(ConnectionTableModel::Server);
    table.proxy.setFilterText(QStringLiteral("port:1004"));
    table.proxy.setFilterText({});
    EXPECT_EQ(table.proxy.rowCount(), 12);
}

TEST(ConnectionFilterProxy, KeepsHoldOfConnectionsWhileTheTraceGrows)
{
    Table table;
    const QAbstractItemModelTester tester(&table.proxy, strict);
    table.proxy.sort(ConnectionTableModel::Cause);
    table.proxy.setFilterText(QStringLiteral("cause:segment"));
    const QPersistentModelIndex held = table.proxy.index(2, ConnectionTableModel::Server);
    const QVariant connection = held.data(ConnectionTableModel::ConnectionRole);
    table.model.grow(test::makeTrace(600));
    EXPECT_EQ(table.proxy.rowCount(), 200);
    EXPECT_EQ(held.data(ConnectionTableModel::ConnectionRole), connection);
    EXPECT_EQ(held.column(), ConnectionTableModel::Server);
}

TEST(ConnectionFilterProxy, KeepsTheOrderOfTheCaptureAmongEqualsInBothDirections)
{
    Table table;
    table.proxy.sort(ConnectionTableModel::EndedColumn, Qt::DescendingOrder);
    const std::vector<ConnectionId> order = table.proxy.connections();
    EXPECT_EQ(order[0], ConnectionId(1));
    EXPECT_EQ(order[1], ConnectionId(2));
}

TEST(ConnectionTableModel, ToolTipsTellTheAnswerAsPlainText)
{
    Table table;
    table.model.setTrace(test::openSample());
    const QString toolTip = table.model.index(0, 0).data(Qt::ToolTipRole).toString();
    EXPECT_TRUE(toolTip.contains(QStringLiteral("never acknowledged")));
}

} // namespace
} // namespace whyrst
