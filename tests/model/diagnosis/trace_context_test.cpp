#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/trace_context.h"
#include "model/tcp/load_trace.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

/// So many connections of SYN and SYN-ACK, 20 ms apart.
Conversation& opens(Conversation& talk, uint16_t connections)
{
    for (uint16_t port = 1; port <= connections; ++port)
        talk.newConnection(port).syn().wait(20ms).synAck();
    return talk;
}

/// Says no from the first question on.
class Stopped final : public Progress
{
public:
    bool report(double, uint64_t) override
    {
        ++asked;
        return false;
    }
    int asked = 0;
};

} // namespace

TEST(TraceContext, KnowsTheHostsOfAllConnections)
{
    Conversation talk;
    const Trace& trace = opens(talk, 1'000).trace();
    const TraceContext context = buildTraceContext(trace);
    const HostFacts* client = context.host(trace.connections[0].client.address);
    const HostFacts* server = context.host(trace.connections[0].server.address);
    ASSERT_TRUE(client != nullptr && server != nullptr);
    EXPECT_EQ(client->ttls[0].ttl, 64);
    EXPECT_EQ(client->ttls[0].packets, 1'000U);
    EXPECT_EQ(server->ttls[0].packets, 0U); // a SYN-ACK may be a proxy's
    EXPECT_EQ(std::chrono::floor<std::chrono::milliseconds>(server->handshakeRoundTrip.value()), 20ms);
    EXPECT_FALSE(client->handshakeRoundTrip);
}

TEST(TraceContext, StaysIncompleteWhenItIsStopped)
{
    Conversation talk;
    const Trace& trace = opens(talk, 3).trace();
    Stopped stopped;
    const TraceContext context = buildTraceContext(trace, {}, stopped);
    EXPECT_EQ(stopped.asked, 1);
    EXPECT_EQ(context.host(trace.connections[0].client.address)->ttls[0].packets, 1U);
}

TEST(TraceContext, ADiagnosisThatIsStoppedDuringItHasNoFindings)
{
    Conversation talk;
    const Trace& trace = opens(talk, 3).trace();
    Stopped stopped;
    const TraceDiagnosis diagnosis = diagnoseTrace(trace, stopped);
    EXPECT_LE(diagnosis.connections.size(), 1U);
    EXPECT_TRUE(diagnosis.headlines.empty());
}

} // namespace whyrst::test
