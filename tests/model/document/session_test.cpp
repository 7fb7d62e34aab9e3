#include "model/document/session.h"

#include "tests/support/growing_pipe.h"
#include "tests/support/open_trace_maker.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

TEST(Session, OpensOnTheWorstReset)
{
    Session session;
    session.open(test::openSample());
    ASSERT_NE(session.diagnosis(), nullptr);
    const Headline& worst = session.openTrace().diagnosis->headlines.front();
    EXPECT_EQ(session.connection()->id, worst.connection);
    EXPECT_EQ(session.diagnosis()->frame, worst.frame);
    EXPECT_EQ(session.packet(), worst.frame);
}

TEST(Session, SelectsAPacketAndSaysSoOnce)
{
    Session session;
    session.open(test::openSample());
    QSignalSpy changed(&session, &Session::packetChanged);
    const PacketNumber first = session.connection()->firstFrame;
    EXPECT_TRUE(session.selectPacket(first));
    EXPECT_TRUE(session.selectPacket(first));
    EXPECT_EQ(session.packet(), first);
    EXPECT_EQ(changed.size(), 1);
}

TEST(Session, APacketOfAnotherConnectionSelectsThatConnection)
{
    Session session;
    session.open(test::openCaptureFile(test::labPath("idle-timeout.box-cohort--1/client.pcap")));
    const ConnectionId before = session.connection()->id;
    const ConnectionId other(before.value == 0 ? 1 : 0);
    const PacketNumber frame = session.openTrace().trace->connection(other).firstFrame;
    EXPECT_TRUE(session.selectPacket(frame));
    EXPECT_EQ(session.connection()->id, other);
    EXPECT_EQ(session.packet(), frame);
}

TEST(Session, RefusesAPacketThatIsNoSegment)
{
    Session session;
    session.open(test::openSample());
    const PacketNumber before = session.packet();
    EXPECT_FALSE(session.selectPacket(PacketNumber(4'000'000'000U)));
    EXPECT_EQ(session.packet(), before);
}

TEST(Session, SwapsTheDirection)
{
    Session session;
    session.open(test::openSample());
    QSignalSpy changed(&session, &Session::directionChanged);
    session.setDirection(otherSide(session.direction()));
    EXPECT_EQ(changed.size(), 1);
}

TEST(Session, ClosesToNothing)
{
    Session session;
    session.open(test::openSample());
    session.close();
    EXPECT_FALSE(session.isOpen());
    EXPECT_EQ(session.connection(), nullptr);
    EXPECT_EQ(session.diagnosis(), nullptr);
}

/// A capture of a cohort of idle connections, in the state after 30 packets and at its end.
class GrowingSession : public testing::Test
{
protected:
    GrowingSession()
    {
        const std::string file = test::labPath("idle-timeout.box-cohort--1/client.pcap");
        const test::TemporaryFile begin(test::CutCapture(file, 30).begin);
        m_part = test::openCaptureFile(begin.path());
        m_whole = test::openCaptureFile(file);
        m_session.open(m_part);
    }

    uint32_t packets() const { return m_session.connection()->packetCount(); }

    OpenTrace m_part;
    OpenTrace m_whole;
    Session m_session;
};

TEST_F(GrowingSession, KeepsWhatWasSelected)
{
    m_session.selectConnection(ConnectionId(1));
    const PacketNumber packet = m_session.connection()->firstFrame;
    m_session.selectPacket(packet);
    m_session.setDirection(Side::Server);
    QSignalSpy other(&m_session, &Session::connectionChanged);
    m_session.grow(m_whole, Session::Growth::Complete);
    EXPECT_EQ(m_session.connection()->id, ConnectionId(1));
    EXPECT_EQ(m_session.packet(), packet);
    EXPECT_EQ(m_session.direction(), Side::Server);
    EXPECT_EQ(other.size(), 0);
}

TEST_F(GrowingSession, HasAllOfTheSelectedConnectionAtTheEnd)
{
    m_session.selectConnection(ConnectionId(1));
    QSignalSpy grown(&m_session, &Session::connectionGrown);
    m_session.grow(m_whole, Session::Growth::Complete);
    EXPECT_EQ(packets(), m_whole.trace->connection(ConnectionId(1)).packetCount());
    EXPECT_EQ(grown.size(), 1);
    EXPECT_NE(m_session.diagnosis(), nullptr);
}

TEST_F(GrowingSession, EndsOnTheWorstResetWhenNobodySelectedAnything)
{
    m_session.grow(m_whole, Session::Growth::Complete);
    const Headline& worst = m_whole.diagnosis->headlines.front();
    EXPECT_EQ(m_session.connection()->id, worst.connection);
    EXPECT_EQ(m_session.packet(), worst.frame);
}

TEST_F(GrowingSession, AHeadlineOfALaterStateIsSelectedWithItsReset)
{
    m_session.selectConnection(ConnectionId(1));
    m_session.grow(m_whole, Session::Growth::GoesOn);
    const uint32_t headline = *m_whole.summary(ConnectionId(1))->primary;
    m_session.selectHeadline(headline);
    EXPECT_EQ(m_session.packet(), m_whole.diagnosis->headlines[headline].frame);
    EXPECT_EQ(m_session.diagnosis()->frame, m_session.packet());
}

} // namespace
} // namespace whyrst
