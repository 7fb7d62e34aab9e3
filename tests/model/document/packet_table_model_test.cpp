#include "model/document/packet_table_model.h"

#include "tests/support/open_trace_maker.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::Fatal;

/// The packets of the sample's worst connection.
class PacketTableModelTest : public testing::Test
{
protected:
    PacketTableModelTest()
    {
        m_session.open(test::openSample());
        m_model.setConnection(m_session.details());
        m_model.setChain(m_session.diagnosis());
    }

    QString text(int row, int column) const { return m_model.index(row, column).data().toString(); }
    int lastRow() const { return m_model.rowCount() - 1; }

    Session m_session;
    PacketTableModel m_model;
};

TEST_F(PacketTableModelTest, IsAWellFormedModel)
{
    const QAbstractItemModelTester tester(&m_model, strict);
    m_model.setConnection(nullptr);
    EXPECT_EQ(m_model.rowCount(), 0);
}

TEST_F(PacketTableModelTest, HasOneRowAPacketInCaptureOrder)
{
    ASSERT_EQ(m_model.rowCount(), static_cast<int>(m_session.connection()->packetCount()));
    for (int row = 1; row <= lastRow(); ++row)
        ASSERT_GT(text(row, PacketTableModel::Frame).toUInt(), text(row - 1, PacketTableModel::Frame).toUInt());
}

TEST_F(PacketTableModelTest, EveryPacketOfAFoldedStepHasItsNumber)
{
    int number = 0;
    for (const EvidenceStep& step : m_session.diagnosis()->chain) {
        ++number;
        uint32_t rows = 0;
        for (int row = 0; row <= lastRow(); ++row)
            rows += text(row, PacketTableModel::Step) == QString::number(number) ? 1 : 0;
        EXPECT_EQ(rows, step.count) << number;
        EXPECT_EQ(m_model.stepOf(step.lastFrame.value_or(*step.frame)), number);
    }
    EXPECT_EQ(m_model.stepOf(PacketNumber(1)), 0);
}

TEST_F(PacketTableModelTest, TheWiresharkColumnHasTheFlagsOfTheWholeConnection)
{
    // tshark -Y tcp.analysis.flags: #582 sends #247's bytes again, #587 is the reset
    const int resend = m_model.rowOf(PacketNumber(582));
    EXPECT_EQ(text(resend, PacketTableModel::WiresharkColumn), QStringLiteral("retransmission"));
    EXPECT_EQ(text(0, PacketTableModel::WiresharkColumn), QString());
    WiresharkView view(*m_session.connection());
    ConnectionWalk walk(*m_session.connection());
    int row = 0;
    for (LocatedSegment located; walk.next(located); ++row) {
        const QString flags = QString::fromStdString(toString(view.take(located)));
        ASSERT_EQ(text(row, PacketTableModel::WiresharkColumn), QString(flags).replace(u'+', QStringLiteral(", ")));
    }
}

TEST_F(PacketTableModelTest, TheWiresharkColumnGrowsWithTheConnection)
{
    const int last = lastRow();
    const QString before = text(last, PacketTableModel::WiresharkColumn);
    m_model.grow(m_session.details());
    EXPECT_EQ(text(last, PacketTableModel::WiresharkColumn), before);
}

TEST_F(PacketTableModelTest, BeginsWithTheSyn)
{
    EXPECT_EQ(text(0, PacketTableModel::Flags), QStringLiteral("SYN"));
    EXPECT_EQ(text(0, PacketTableModel::Seq), QStringLiteral("0"));
    EXPECT_EQ(text(0, PacketTableModel::Ack), QString());
    EXPECT_EQ(text(0, PacketTableModel::Time), QStringLiteral("0.000000"));
    EXPECT_TRUE(m_model.index(0, 0).data(PacketTableModel::FromClientRole).toBool());
}

TEST_F(PacketTableModelTest, CommentsAndIcmpErrorsStandBesideTheKinds)
{
    auto trace = std::make_shared<Trace>(*m_session.openTrace().trace);
    trace->capture.details.comments = {{PacketNumber(1), "first\nsecond"}};
    IcmpEvent error;
    error.frame = PacketNumber(5);
    error.type = 3;
    error.code = 1;
    error.quotedSide = Side::Client;
    trace->connections.front().flow(Side::Client).rare.edit().icmpErrors = {error};
    auto details = std::make_shared<ConnectionDetails>(*m_session.details());
    details->open.trace = trace;
    m_model.setConnection(details);
    const QString shown = text(0, PacketTableModel::KindsColumn);
    EXPECT_TRUE(shown.startsWith(QStringLiteral("new; comment: first second; answered by ICMP error #5")))
        << shown.toStdString();
    EXPECT_TRUE(shown.endsWith(QStringLiteral("host unreachable")));
    EXPECT_TRUE(m_model.index(0, PacketTableModel::KindsColumn)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("first\nsecond")));
}

TEST(PacketTableTimes, NegativeDeltasAreWordsAndNanosecondsAreShown)
{
    auto trace = std::make_shared<Trace>();
    trace->arena = std::make_shared<Arena>();
    Connection& connection = trace->connections.add();
    for (const int64_t time : {1500, 1000, 1200}) {
        Segment segment;
        segment.frame = PacketNumber(connection.flow(Side::Client).size() + 1);
        segment.time = Timestamp(Duration(time));
        connection.flow(Side::Client).segments.append(segment, *trace->arena);
    }
    connection.firstTime = Timestamp(Duration(1000));
    auto details = std::make_shared<ConnectionDetails>();
    details->analysis = analyzeConnection(connection);
    PacketTableModel model;
    details->open.trace = trace;
    model.setConnection(details);
    const auto cell = [&](int row, int column) { return model.index(row, column).data().toString().toStdString(); };
    EXPECT_EQ(cell(0, PacketTableModel::Time), "0.000000500");
    EXPECT_EQ(cell(1, PacketTableModel::Time), "0.000000000");
    EXPECT_EQ(cell(1, PacketTableModel::Delta), "earlier");
    EXPECT_EQ(cell(2, PacketTableModel::Delta), "200 ns");
}

TEST_F(PacketTableModelTest, GivesTheRawNumberInTheToolTip)
{
    const SeqNum raw = m_session.connection()->flow(Side::Client).rawSeq(StreamOffset{0});
    EXPECT_TRUE(
        m_model.index(0, PacketTableModel::Seq).data(Qt::ToolTipRole).toString().contains(QString::number(raw.value)));
}

TEST_F(PacketTableModelTest, FindsTheRowOfAPacket)
{
    const int row = m_model.rowOf(m_session.diagnosis()->frame);
    ASSERT_GE(row, 0);
    EXPECT_TRUE(m_model.index(row, 0).data(PacketTableModel::ResetRole).toBool());
    EXPECT_EQ(m_model.rowOf(PacketNumber(4'000'000'000U)), -1);
}

TEST_F(PacketTableModelTest, NumbersTheStepsOfTheChain)
{
    const auto& chain = m_session.diagnosis()->chain;
    ASSERT_FALSE(chain.empty());
    ASSERT_TRUE(chain.front().frame.has_value());
    const int row = m_model.rowOf(*chain.front().frame);
    EXPECT_EQ(m_model.index(row, 0).data(PacketTableModel::StepRole).toInt(), 1);
}

} // namespace
} // namespace whyrst
