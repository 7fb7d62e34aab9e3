#include "model/tcp/swap_sides.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

/// Data and a RST of the side with port 443, captured from the middle.
Trace midstreamTrace()
{
    Conversation talk;
    talk.says(Side::Client, 1000, 500, 100, 0x10).says(Side::Server, 500, 1100, 0, 0x14);
    return talk.trace();
}

TEST(SwapSides, ServerBecomesClientAndIsNoGuessAnyMore)
{
    Trace trace = midstreamTrace();
    ASSERT_TRUE(trace.connections[0].clientAssumed());
    swapSides(trace, ConnectionId(0));
    const Connection& connection = trace.connections[0];
    EXPECT_EQ(connection.client.port, 443);
    EXPECT_EQ(connection.server.port, 40000);
    EXPECT_FALSE(connection.clientAssumed());
    EXPECT_EQ(connection.flow(Side::Server).payloadBytes, 100U);
    EXPECT_EQ(trace.resets.front().from, Side::Client);
}

TEST(SwapSides, DiagnosisFollows)
{
    Trace trace = midstreamTrace();
    swapSides(trace, ConnectionId(0));
    NoProgress progress;
    const TraceDiagnosis diagnosis = diagnoseTrace(trace, progress);
    ASSERT_EQ(diagnosis.headlines.size(), 1U);
    EXPECT_EQ(diagnosis.headlines[0].from, Side::Client);
}

TEST(SwapSides, IcmpErrorsAndTunnelStay)
{
    Trace trace = midstreamTrace();
    IcmpEvent error;
    error.frame = PacketNumber(3);
    error.quotedSide = Side::Client;
    RareFacts& facts = trace.connections[0].flow(Side::Client).rare.edit();
    facts.icmpErrors.push_back(error);
    facts.tunnel = Tunnel::Geneve;
    swapSides(trace, ConnectionId(0));
    const Connection& connection = trace.connections[0];
    EXPECT_EQ(connection.tunnel(), Tunnel::Geneve);
    ASSERT_EQ(connection.icmpErrors().size(), 1U);
    EXPECT_EQ(connection.icmpErrors()[0].quotedSide, Side::Server);
}

TEST(SwapSides, CopyOfTheTraceStaysAsItIs)
{
    const Trace before = midstreamTrace();
    Trace trace = before;
    swapSides(trace, ConnectionId(0));
    EXPECT_EQ(before.connections[0].client.port, 40000);
    swapSides(trace, ConnectionId(9)); // no such connection
}

} // namespace
} // namespace whyrst::test
