#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace whyrst::test {

namespace {

/// Text of the remark `id`; empty without it.
std::string remarkOf(const Diagnosis& diagnosis, const std::string& id)
{
    const auto found = std::ranges::find(diagnosis.remarks, id, &Remark::id);
    return found == diagnosis.remarks.end() ? "" : found->text;
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// 1460 bytes that get lost again and again; after the second send `meanwhile` may happen.
template <typename Meanwhile> Conversation& getStuck(Conversation& talk, size_t number, const Meanwhile& meanwhile)
{
    talk.exchange().lost().sends(Side::Client, 1460).wait(220ms).losesResends(Side::Client, 301, 1460);
    meanwhile();
    return talk.backTo(number).lost().resends(Side::Client, 301, 1460).wait(3520ms).aborts(Side::Client);
}

void nothing() { }

} // namespace

TEST(Remarks, LostBytesAreNamed)
{
    Conversation talk;
    getStuck(talk, 0, nothing);
    const std::string text = remarkOf(talk.primary(), "bytes-at-risk");
    EXPECT_TRUE(contains(text, "At most bytes 301 to 1,760 from the client are lost")) << text;
}

TEST(Remarks, AcknowledgedBytesAreNotLost)
{
    Conversation talk;
    talk.exchange().wait(200ms).aborts(Side::Client);
    EXPECT_TRUE(contains(remarkOf(talk.primary(), "bytes-at-risk"), "none of it is missing at the other host"));
}

TEST(Remarks, AResetThatWasIgnoredCostsNothing)
{
    Conversation talk;
    talk.exchange().replies(Side::Server, 1300).wait(10us).acks(Side::Client).wait(1s); // challenge ACK
    talk.sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 50).acks(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::IgnoredReset);
    EXPECT_EQ(remarkOf(talk.primary(), "bytes-at-risk"), "");
}

TEST(Remarks, ARefusedOptionIsNamedWhereItHurt)
{
    Conversation talk;
    talk.withoutSackAtServer();
    getStuck(talk, 0, nothing);
    const std::string text = remarkOf(talk.primary(), "handshake");
    EXPECT_TRUE(contains(text, "The server did not agree to SACK")) << text;
}

TEST(Remarks, AgreedOptionsAreNotNamed)
{
    Conversation talk;
    getStuck(talk, 0, nothing);
    EXPECT_EQ(remarkOf(talk.primary(), "handshake"), "");
}

TEST(Remarks, HostThatAnswersElsewhereIsUp)
{
    Conversation talk;
    talk.exchange().newConnection();
    talk.exchange().newConnection();
    getStuck(talk, 2, [&] {
        for (const size_t other : {0U, 1U})
            talk.backTo(other).sends(Side::Client, 100).wait(20ms).acks(Side::Server);
    });
    const std::string text = remarkOf(talk.primary(2), "meanwhile");
    EXPECT_TRUE(contains(text, "192.0.2.2 answered on 2 other connections: the host was up")) << text;
}

TEST(Remarks, HostThatIsSilentElsewhereIsDown)
{
    Conversation talk;
    talk.exchange().newConnection();
    getStuck(talk, 1, [&] { talk.backTo(0).lost().sends(Side::Client, 100); });
    const std::string text = remarkOf(talk.primary(1), "meanwhile");
    EXPECT_TRUE(contains(text, "1 other connection with 192.0.2.2 got no answer at that time either")) << text;
}

TEST(Remarks, ConnectionsThatAreQuietTellNothing)
{
    Conversation talk;
    talk.exchange().newConnection();
    getStuck(talk, 1, nothing);
    EXPECT_EQ(remarkOf(talk.primary(1), "meanwhile"), "");
}

TEST(Remarks, NextSignOfLifeTellsHowMuchPatienceWasMissing)
{
    Conversation talk;
    talk.exchange().newConnection();
    getStuck(talk, 1, nothing);
    talk.wait(2s).backTo(0).sends(Side::Server, 50);
    const Diagnosis diagnosis = talk.primary(1);
    ASSERT_EQ(diagnosis.cause, CauseId::PathOutage);
    const std::string text = remarkOf(diagnosis, "would-have-helped");
    EXPECT_TRUE(contains(text, "192.0.2.2 was heard again 2 s after the end")) << text;
    EXPECT_TRUE(contains(text, "on another connection")) << text;
}

TEST(Remarks, InAnOutageThePlaceSaysNothing)
{
    Conversation talk;
    for (size_t number = 0; number < 3; ++number) {
        getStuck(talk, number, nothing);
        talk.newConnection();
    }
    ASSERT_EQ(talk.primary(2).cause, CauseId::PathOutage);
    EXPECT_EQ(remarkOf(talk.primary(2), "same-bytes"), "");
}

TEST(Remarks, RefusedServiceTellsWhenItWasUp)
{
    Conversation talk;
    talk.exchange().closes(Side::Client).newConnection();
    talk.wait(5s).syn().refuses().newConnection();
    talk.wait(1s).syn().refuses().newConnection();
    talk.wait(1s).exchange();
    const std::string text = remarkOf(talk.primary(1), "restart");
    EXPECT_TRUE(contains(text, "The service had accepted a connection 5.0")) << text;
    EXPECT_TRUE(contains(text, "the service refused 1 other connection")) << text;
    EXPECT_TRUE(contains(text, "It accepted one again 2 s later")) << text;
}

TEST(Remarks, OtherPortsAreOtherServices)
{
    Conversation talk;
    talk.exchange().newConnection(8080);
    talk.wait(1s).syn().refuses();
    EXPECT_EQ(talk.primary(1).cause, CauseId::ConnectionRefused);
    EXPECT_EQ(remarkOf(talk.primary(1), "restart"), "");
}

TEST(Remarks, ManyResetsOfAHostAtOnceAreCounted)
{
    Conversation talk;
    for (const uint16_t port :
        std::initializer_list<uint16_t>{443, 8080, 25}) { // several services: no end of one process
        talk.newConnection(port).exchange();
    }
    for (const size_t number : {1U, 2U, 3U})
        talk.backTo(number).wait(50ms).aborts(Side::Server);
    const std::string text = remarkOf(talk.primary(0), "mass-reset");
    EXPECT_TRUE(contains(text, "2 other connections of 192.0.2.2 were reset from its side within a second")) << text;
}

TEST(Remarks, OneWindowUpdateWouldHaveHelped)
{
    Conversation talk;
    talk.exchange().sends(Side::Client, 1460).wait(20ms).window(Side::Server, 0).acks(Side::Server);
    for (int probe = 0; probe < 5; ++probe)
        talk.wait(2s).zeroWindowProbe(Side::Client).wait(20ms).acks(Side::Server);
    talk.wait(4s).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::ZeroWindowStarvation);
    const std::string text = remarkOf(diagnosis, "would-have-helped");
    EXPECT_TRUE(contains(text, "One window update from the server within these 14")) << text;
}

TEST(Remarks, AWindowUpdateHelpsNoReceiverThatCloses)
{
    Conversation talk;
    talk.window(Side::Server, 100).exchange().sends(Side::Client, 12'800).wait(20ms);
    talk.window(Side::Server, 0).acks(Side::Server);
    for (int probe = 0; probe < 5; ++probe)
        talk.wait(2s).zeroWindowProbe(Side::Client).wait(20ms).acks(Side::Server);
    const Diagnosis diagnosis = talk.wait(2s).window(Side::Server, 97).aborts(Side::Server).primary();
    ASSERT_EQ(diagnosis.mechanism, Mechanism::ReceiverClosed);
    EXPECT_EQ(remarkOf(diagnosis, "would-have-helped"), "");
}

TEST(Remarks, DataThatCameAfterTheResetIsLostToo)
{
    Conversation talk;
    talk.exchange().closes(Side::Server).wait(1ms).acks(Side::Client).wait(100ms);
    talk.sends(Side::Client, 200).sends(Side::Client, 200).wait(20ms);
    const int64_t end = 701; // after the 300 bytes of the exchange
    talk.replies(Side::Server, 802);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::DataAfterClose);
    const std::string text = remarkOf(diagnosis, "bytes-at-risk");
    EXPECT_TRUE(contains(text, "bytes 301 to " + std::to_string(end - 1))) << text;
}

TEST(Remarks, ASurvivedSilenceNarrowsTheLimit)
{
    Conversation talk;
    talk.exchange().wait(280s).sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 100);
    talk.acks(Side::Client).wait(300s).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::IdleTimeout);
    const std::string text = remarkOf(diagnosis, "would-have-helped");
    EXPECT_TRUE(contains(text, "had survived a silence of 4 min 40 s before")) << text;
}

namespace {

/// `count` connections; each is reset in the server's name from another distance, and the server goes on.
Diagnosis forgedResets(int count)
{
    Conversation talk;
    for (int made = 0; made < count; ++made) {
        for (int turn = 0; turn < 6; ++turn)
            turn == 0 ? talk.exchange()
                      : talk.sends(Side::Client, 100).wait(20ms).sends(Side::Server, 200).acks(Side::Client);
        talk.wait(1s).ttl(Side::Server, 200).aborts(Side::Server).ttl(Side::Server, 55).wait(200ms);
        talk.sends(Side::Server, 300).wait(1s);
        if (made + 1 < count)
            talk.newConnection();
    }
    return talk.primary(0);
}

} // namespace

TEST(Remarks, ResetsFromTheSameDistanceInTheNameOfOthersAreOfOneBox)
{
    const Diagnosis diagnosis = forgedResets(3);
    ASSERT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(remarkOf(diagnosis, "same-box"),
        "2 other connections got resets with the same time to live (200), in the name of 1 host whose own packets have "
        "another: probably the same box.");
    EXPECT_EQ(remarkOf(forgedResets(2), "same-box"), "") << "one other may be chance";
}

} // namespace whyrst::test
