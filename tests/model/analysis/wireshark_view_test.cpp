#include "model/analysis/wireshark_view.h"

#include "tests/support/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

using testing::ElementsAre;

constexpr uint16_t syn = 0x02;
constexpr uint16_t ack = 0x10;

/// The flags of the last `count` segments, as text.
std::vector<std::string> lastFlags(Conversation& talk, size_t count, uint32_t id = 0)
{
    const Connection& connection = talk.connection(id);
    WiresharkView view(connection);
    std::vector<std::string> flags;
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);)
        flags.push_back(toString(view.take(located)));
    flags.erase(flags.begin(), flags.end() - static_cast<std::ptrdiff_t>(std::min(count, flags.size())));
    return flags;
}

TEST(WiresharkView, OrdinaryTrafficHasNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 5000).acks(Side::Server).closes(Side::Client).acks(Side::Server);
    for (const std::string& flags : lastFlags(talk, 100))
        EXPECT_EQ(flags, "");
}

TEST(WiresharkView, ThirdDupAckBringsAFastRetransmission)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(20ms);
    talk.acks(Side::Server).acks(Side::Server).acks(Side::Server).wait(1ms).resends(Side::Client, 101, 1460);
    EXPECT_THAT(lastFlags(talk, 4),
        ElementsAre("duplicate_ack", "duplicate_ack", "duplicate_ack", "retransmission+fast_retransmission"));
}

TEST(WiresharkView, ResendAfterTwentyMillisecondsIsAPlainRetransmission)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(300ms).resends(Side::Client, 1, 1460);
    EXPECT_THAT(lastFlags(talk, 1), ElementsAre("retransmission"));
}

TEST(WiresharkView, AcknowledgedBytesSentAgainAreSpurious)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).acks(Side::Server).wait(300ms).resends(Side::Client, 1, 1460);
    EXPECT_THAT(lastFlags(talk, 1), ElementsAre("retransmission+spurious_retransmission"));
}

TEST(WiresharkView, GapAndItsAcknowledgmentAreSaidOnce)
{
    Conversation talk;
    talk.handshake().says(Side::Client, 1001, 1, 100, ack).says(Side::Server, 1, 1101, 0, ack);
    talk.says(Side::Server, 1, 1101, 0, ack);
    EXPECT_THAT(lastFlags(talk, 3), ElementsAre("lost_segment", "ack_lost_segment", "duplicate_ack"));
}

TEST(WiresharkView, ClosedWindowItsProbeAndTheAnswer)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1000).window(Side::Server, 0).acks(Side::Server).wait(1s);
    talk.zeroWindowProbe(Side::Client);
    talk.acks(Side::Server);
    EXPECT_THAT(lastFlags(talk, 3), ElementsAre("zero_window", "keep_alive", "zero_window"));
}

TEST(WiresharkView, KeepAliveAndItsAnswer)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server).wait(60s).keepAlive(Side::Client).acks(Side::Server);
    EXPECT_THAT(lastFlags(talk, 2), ElementsAre("keep_alive", "keep_alive_ack"));
}

TEST(WiresharkView, RepeatWithAnotherWindowIsAnUpdate)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server).window(Side::Server, 700).acks(Side::Server);
    EXPECT_THAT(lastFlags(talk, 1), ElementsAre("window_update"));
}

TEST(WiresharkView, SynWithAnotherNumberReusesThePorts)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server).says(Side::Client, 9'000'000, 0, 0, syn);
    EXPECT_THAT(lastFlags(talk, 1), ElementsAre("reused_ports"));
}

} // namespace
} // namespace whyrst::test
