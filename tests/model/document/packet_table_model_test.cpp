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
        m_model.setConnection(m_session.openTrace(), m_session.details());
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
    m_model.setConnection({}, nullptr);
    EXPECT_EQ(m_model.rowCount(), 0);
}

TEST_F(PacketTableModelTest, HasOneRowAPacketInCaptureOrder)
{
    ASSERT_EQ(m_model.rowCount(), static_cast<int>(m_session.connection()->packetCount()));
    for (int row = 1; row <= lastRow(); ++row)
        ASSERT_GT(text(row, PacketTableModel::Frame).toUInt(), text(row - 1, PacketTableModel::Frame).toUInt());
}

TEST_F(PacketTableModelTest, BeginsWithTheSyn)
{
    EXPECT_EQ(text(0, PacketTableModel::Flags), QStringLiteral("SYN"));
    EXPECT_EQ(text(0, PacketTableModel::Seq), QStringLiteral("0"));
    EXPECT_EQ(text(0, PacketTableModel::Ack), QString());
    EXPECT_EQ(text(0, PacketTableModel::Time), QStringLiteral("0.000000"));
    EXPECT_TRUE(m_model.index(0, 0).data(PacketTableModel::FromClientRole).toBool());
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
