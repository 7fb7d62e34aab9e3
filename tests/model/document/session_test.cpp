#include "model/document/session.h"

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

} // namespace
} // namespace whyrst
