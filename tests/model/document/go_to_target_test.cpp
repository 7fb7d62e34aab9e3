#include "model/document/go_to_target.h"

#include "tests/support/open_trace_maker.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

/// The sample, opened on its reset.
class GoToTargetTest : public testing::Test
{
protected:
    GoToTargetTest() { m_session.open(test::openSample()); }

    GoToTarget find(const QString& text) const { return findTarget(m_session, text); }

    Session m_session;
};

TEST_F(GoToTargetTest, FindsAPacketByItsNumber)
{
    const PacketNumber first = m_session.connection()->firstFrame;
    EXPECT_EQ(find(QStringLiteral("#%1").arg(first.value)).frame, first);
    EXPECT_EQ(find(QString::number(first.value)).frame, first);
}

TEST_F(GoToTargetTest, SaysWhenAPacketIsNoSegment)
{
    const GoToTarget target = find(QStringLiteral("#4000000000"));
    EXPECT_FALSE(target.frame.has_value());
    EXPECT_TRUE(target.problem.contains(QStringLiteral("#4000000000")));
}

TEST_F(GoToTargetTest, FindsTheNearestPacketToATime)
{
    EXPECT_EQ(find(QStringLiteral("0.0")).frame, m_session.connection()->firstFrame);
    EXPECT_EQ(find(QStringLiteral("99999.5")).frame, m_session.connection()->lastFrame);
}

TEST_F(GoToTargetTest, FindsASequenceNumberRelativeOrRaw)
{
    const Connection& connection = *m_session.connection();
    const auto relative = find(QStringLiteral("seq 0")).frame;
    EXPECT_EQ(relative, connection.firstFrame);
    const SeqNum raw = connection.flow(Side::Client).rawSeq(StreamOffset{0});
    EXPECT_EQ(find(QStringLiteral("seq %1").arg(raw.value)).frame, connection.firstFrame);
}

TEST_F(GoToTargetTest, FindsTheReset)
{
    EXPECT_EQ(find(QStringLiteral("RST")).frame, m_session.openTrace().trace->resets.front().frame);
}

TEST_F(GoToTargetTest, ExplainsWhatCanBeTyped)
{
    EXPECT_TRUE(find(QStringLiteral("what?")).problem.contains(QStringLiteral("seq 29201")));
    EXPECT_FALSE(find(QStringLiteral("seq x")).problem.isEmpty());
    EXPECT_FALSE(find(QStringLiteral("nan")).frame.has_value());
}

} // namespace
} // namespace whyrst
