#include "model/tcp/connection_table.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <span>
#include <string_view>

namespace whyrst::test {

class ConnectionTableAt : public testing::TestWithParam<uint32_t>
{
};
INSTANTIATE_TEST_SUITE_P(
    InitialNumbers, ConnectionTableAt, testing::Values(0U, 1U << 31, 0xffff'ff00U), testing::PrintToStringParamName());

TEST_P(ConnectionTableAt, OffsetsCountFromTheSyn)
{
    Conversation talk({GetParam(), GetParam()});
    talk.handshake().sends(Side::Client, 3000).acks(Side::Server);
    const Flow& client = talk.connection().flow(Side::Client);
    EXPECT_EQ(client.segments.at(0).seq.value, 0);
    EXPECT_EQ(client.segments.at(2).seq.value, 1);
    EXPECT_EQ(talk.connection().flow(Side::Server).segments.at(1).ack.value, 3001);
}

TEST(ConnectionTable, SynSenderIsClient)
{
    Conversation talk;
    talk.handshake();
    EXPECT_FALSE(talk.connection().clientAssumed());
    EXPECT_EQ(talk.connection().client.port, 40000);
}

TEST(ConnectionTable, WithoutSynTheLowPortIsServer)
{
    Conversation talk;
    talk.says(Side::Server, 100, 100, 10, 0x10);
    EXPECT_TRUE(talk.connection().clientAssumed());
    EXPECT_EQ(talk.connection().server.port, 443);
}

TEST(ConnectionTable, SynAfterBothFinsBeginsANewIncarnation)
{
    Conversation talk;
    talk.handshake().closes(Side::Client).closes(Side::Server).acks(Side::Client).wait(1s);
    talk.says(Side::Client, 900'000, 0, 0, 0x02);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    EXPECT_TRUE(talk.connection(1).reusesPort());
    EXPECT_EQ(talk.connection(1).previous, ConnectionId(0));
}

TEST(ConnectionTable, SameSynAgainIsARetransmission)
{
    Conversation talk;
    talk.syn().wait(1s).syn().synAck();
    EXPECT_EQ(talk.trace().connections.size(), 1U);
}

TEST(ConnectionTable, UnansweredSynOnALivingConnectionIsAnEventOfIt)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    talk.says(Side::Client, 900'000, 0, 0, 0x02).sends(Side::Client, 100);
    EXPECT_EQ(talk.trace().connections.size(), 1U);
}

TEST(ConnectionTable, AnsweredSynOnALivingConnectionBeginsANewOne)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    const uint32_t before = talk.frame();
    talk.says(Side::Client, 900'000, 0, 0, 0x02).says(Side::Server, 900'000, 900'001, 0, 0x12);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    EXPECT_EQ(talk.connection(0).flow(Side::Client).segments.at(2).frame.value, before - 1);
    EXPECT_EQ(talk.connection(1).firstFrame, PacketNumber(before + 1));
    EXPECT_EQ(talk.connection(1).flow(Side::Server).segments.at(0).seq.value, 0);
}

TEST(ConnectionTable, ResetOfAPortReuseBelongsToTheNewConnection)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    talk.says(Side::Client, 900'000, 0, 0, 0x02).acks(Side::Server).replies(Side::Client, 101);
    talk.says(Side::Client, 900'000, 0, 0, 0x02).says(Side::Server, 900'000, 900'001, 0, 0x12);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    ASSERT_EQ(talk.trace().resets.size(), 1U);
    EXPECT_EQ(talk.trace().resets[0].connection, ConnectionId(1));
    EXPECT_EQ(talk.connection(1).flow(Side::Client).segments.at(0).seq.value, 0);
}

namespace {

/// The client asks for one name on a connection and for another one behind the SYN of the next, which is answered last.
void talkOnReusedPorts(Conversation& talk)
{
    talk.handshake().asks(Side::Client, "old.example").acks(Side::Server);
    talk.says(Side::Client, 900'000, 0, 0, 0x02).asks(Side::Client, "new.example");
    talk.sendsText(Side::Server, "HTTP/1.1 500 Internal Server Error\r\n");
    talk.says(Side::Server, 900'000, 900'001, 0, 0x12);
}

} // namespace

TEST(ConnectionTable, WhatWasSaidOnTheNewConnectionIsForgottenOnTheOldOne)
{
    Conversation talk;
    talkOnReusedPorts(talk);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    const Connection& old = talk.connection(0);
    EXPECT_FALSE(old.flow(Side::Server).rare->lastWords);
    ASSERT_TRUE(old.flow(Side::Client).rare->request);
    EXPECT_EQ(old.flow(Side::Client).rare->request->name, "old.example");
    EXPECT_FALSE(old.flow(Side::Server).rare->request);
}

TEST(ConnectionTable, WhatCameWithTheSynOfANewConnectionIsKeptThere)
{
    Conversation talk;
    talkOnReusedPorts(talk);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    const RareFacts& client = *talk.connection(1).flow(Side::Client).rare.operator->();
    const RareFacts& server = *talk.connection(1).flow(Side::Server).rare.operator->();
    ASSERT_TRUE(client.request);
    EXPECT_EQ(client.request->name, "new.example");
    ASSERT_TRUE(server.lastWords);
    EXPECT_EQ(server.lastWords->text, "HTTP/1.1 500 Internal Server Error");
}

TEST(ConnectionTable, AnOldConnectionEndsBeforeTheSynOfTheNewOne)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).acks(Side::Server);
    const uint32_t before = talk.frame();
    talk.says(Side::Client, 900'000, 0, 0, 0x02).sends(Side::Client, 500).says(Side::Server, 900'000, 900'001, 0, 0x12);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    EXPECT_EQ(talk.connection(0).lastFrame, PacketNumber(before));
    EXPECT_EQ(talk.connection(0).flow(Side::Client).payloadBytes, 100U);
    EXPECT_EQ(talk.connection(1).flow(Side::Client).payloadBytes, 500U);
}

TEST(ConnectionTable, ALateAnswerToTheFirstSynStaysWithTheOldConnection)
{
    Conversation talk;
    talk.syn().says(Side::Client, 900'000, 0, 0, 0x02).says(Side::Server, 0, 1, 0, 0x12);
    talk.says(Side::Server, 500, 900'001, 0, 0x12);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    ASSERT_EQ(talk.connection(0).flow(Side::Server).size(), 1U);
    EXPECT_EQ(talk.connection(0).flow(Side::Server).segments.at(0).ack.value, 1);
    ASSERT_EQ(talk.connection(1).flow(Side::Server).size(), 1U);
    EXPECT_EQ(talk.connection(1).flow(Side::Server).segments.at(0).seq.value, 0);
    EXPECT_EQ(talk.connection(1).flow(Side::Server).segments.at(0).ack.value, 1);
}

TEST(ConnectionTable, AFlowThatOnlySpokeToTheNewConnectionIsEmptyInTheOldOne)
{
    Conversation talk;
    talk.syn().says(Side::Client, 900'000, 0, 0, 0x02).says(Side::Server, 500, 900'001, 0, 0x12);
    ASSERT_EQ(talk.trace().connections.size(), 2U);
    EXPECT_TRUE(talk.connection(0).flow(Side::Server).empty());
    EXPECT_FALSE(talk.connection(0).flow(Side::Server).synSeen());
    EXPECT_TRUE(talk.connection(0).flow(Side::Server).onlyResets);
}

TEST(ConnectionTable, CopiesThatMoveToANewConnectionCountOnce)
{
    ConnectionTable table{LoadOptions()};
    SegmentHeader header;
    header.source.port = 40'000;
    header.destination.port = 443;
    uint32_t frame = 0;
    const auto add = [&](uint32_t seq, uint16_t flags, Timestamp time) {
        header.seq.value = seq;
        header.flags.bits = flags;
        header.ipId.emplace(static_cast<uint16_t>(100 + seq));
        table.add(header, PacketNumber(++frame), time);
    };
    add(1, 0x10, Timestamp(1s));
    add(900, 0x02, Timestamp(2s));
    add(900, 0x02, Timestamp(2s + 50us)); // the same packet once more
    std::swap(header.source, header.destination);
    header.ack.value = 901;
    add(7000, 0x12, Timestamp(2s + 20ms));
    EXPECT_EQ(table.connectionCount(), 2U);
    EXPECT_EQ(table.captureDuplicates(), 1U);
    EXPECT_EQ(table.segmentCount(), 4U);
}

TEST(ConnectionTable, RefusedPortAndLaterAnswerKeepTheirNumbers)
{
    Conversation talk;
    talk.syn().refuses().wait(1s).syn().synAck();
    const Flow& server = talk.connection().flow(Side::Server);
    EXPECT_EQ(server.segments.at(1).seq.value, 0);
    EXPECT_EQ(server.rawSeq(server.segments.at(0).seq).value, 0U);
}

/// Of a table with one segment that holds `payload`.
size_t memoryWith(std::string_view payload)
{
    ConnectionTable table{LoadOptions()};
    SegmentHeader header;
    header.source.port = 1;
    header.payload = std::as_bytes(std::span(payload));
    header.payloadLength = static_cast<uint32_t>(payload.size());
    table.add(header, PacketNumber(1), Timestamp(1ms));
    return table.memory();
}

TEST(ConnectionTable, MemoryCountsWhatIsKeptBesideTheRows)
{
    EXPECT_EQ(memoryWith("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), memoryWith("nothing") + sizeof(RareFacts));
}

TEST(ConnectionTable, SamePacketWithinAMillisecondIsACaptureDuplicate)
{
    ConnectionTable table{LoadOptions()};
    SegmentHeader header;
    header.source.port = 1;
    header.ipId = 77;
    header.payloadLength = 10;
    table.add(header, PacketNumber(1), Timestamp(1ms));
    table.add(header, PacketNumber(2), Timestamp(1ms + 50us));
    table.add(header, PacketNumber(3), Timestamp(1s));
    const Trace trace = table.takeTrace();
    const Flow& flow
        = trace.connections[0].flow(trace.connections[0].client == header.source ? Side::Client : Side::Server);
    EXPECT_FALSE(flow.segments.at(0).isCaptureDuplicate);
    EXPECT_TRUE(flow.segments.at(1).isCaptureDuplicate);
    EXPECT_FALSE(flow.segments.at(2).isCaptureDuplicate);
}

TEST(ConnectionTable, EqualAcksWithoutIpIdAreNoCaptureDuplicates)
{
    ConnectionTable table{LoadOptions()};
    SegmentHeader header;
    header.source.port = 1;
    header.flags.bits = 0x10;
    header.options.timestamps = Timestamps{5, 6};
    table.add(header, PacketNumber(1), Timestamp(1ms));
    table.add(header, PacketNumber(2), Timestamp(1ms + 50us));
    EXPECT_EQ(table.captureDuplicates(), 0U);
}

namespace {

/// What is kept of the payload of a RST.
std::vector<ResetText> textsOf(std::string_view payload)
{
    ConnectionTable table{LoadOptions()};
    SegmentHeader header;
    header.source.port = 1;
    header.flags.bits = 0x04;
    header.payload = std::as_bytes(std::span(payload));
    header.payloadLength = static_cast<uint32_t>(payload.size());
    table.add(header, PacketNumber(1), Timestamp(1ms));
    const Trace trace = table.takeTrace();
    const Side side = trace.connections[0].client == header.source ? Side::Client : Side::Server;
    return trace.connections[0].flow(side).rare->resetTexts;
}

} // namespace

TEST(ConnectionTable, TextInAResetIsKept)
{
    ASSERT_EQ(textsOf("Connection limit reached").size(), 1U);
    EXPECT_EQ(textsOf("Connection limit reached").front().text, "Connection limit reached");
    EXPECT_EQ(textsOf(std::string(500, 'x')).front().text, std::string(64, 'x') + " ...");
    EXPECT_EQ(textsOf(std::string_view("idle\0\x01\x02", 7)).front().text, "idle");
}

namespace {

/// Two sides that say lines to each other; the one from port 1 begins.
class Lines
{
public:
    Lines& say(bool isFirst, std::string_view payload, uint16_t flags = 0x18)
    {
        SegmentHeader header;
        (isFirst ? header.source : header.destination).port = 1;
        (isFirst ? header.destination : header.source).port = 2;
        header.flags.bits = flags;
        header.seq.value = m_seq[isFirst ? 0 : 1];
        header.payload = std::as_bytes(std::span(payload));
        header.payloadLength = static_cast<uint32_t>(payload.size());
        m_seq[isFirst ? 0 : 1] += header.payloadLength;
        ++m_frame;
        m_table.add(header, PacketNumber(m_frame), Timestamp(m_frame * 1ms));
        return *this;
    }

    /// Last words of the second side.
    std::optional<LastWords> words()
    {
        const Trace trace = m_table.takeTrace();
        const Side side = trace.connections[0].client.port == 2 ? Side::Client : Side::Server;
        return trace.connections[0].flow(side).rare->lastWords;
    }

private:
    ConnectionTable m_table{LoadOptions()};
    std::array<uint32_t, 2> m_seq{1000, 9000};
    uint32_t m_frame = 0;
};

} // namespace

TEST(ConnectionTable, TextInAResetThatTheCaptureCutSaysSo)
{
    const std::string_view text = "idle timeout of the proxy";
    ConnectionTable table{LoadOptions()};
    SegmentHeader header;
    header.source.port = 40'000;
    header.flags.bits = 0x14;
    header.payload = std::as_bytes(std::span(text)).first(12);
    header.payloadLength = static_cast<uint32_t>(text.size());
    table.add(header, PacketNumber(1), Timestamp(1s));
    const Trace trace = table.takeTrace();
    ASSERT_EQ(trace.connections[0].flow(Side::Client).rare->resetTexts.size(), 1U);
    EXPECT_EQ(trace.connections[0].flow(Side::Client).rare->resetTexts[0].text, "idle timeout ...");
}

TEST(ConnectionTable, LastWordsStayWhileTheirTurnGoesOn)
{
    Lines lines;
    lines.say(true, "PUT").say(false, "HTTP/1.1 413 Too Large\r\n").say(false, "<html>").say(true, "more upload");
    const std::optional<LastWords> words = lines.words();
    ASSERT_TRUE(words);
    EXPECT_EQ(words->text, "HTTP/1.1 413 Too Large");
    EXPECT_EQ(words->row, 0U);
}

TEST(ConnectionTable, ALineInsteadOfAnSshIdentificationIsKept)
{
    Lines lines;
    lines.say(true, "SSH-2.0-client\r\n").say(false, "Maintenance until noon\r\n");
    const std::optional<LastWords> words = lines.words();
    ASSERT_TRUE(words);
    EXPECT_EQ(words->text, "Maintenance until noon");
}

TEST(ConnectionTable, ALineThatAnSshIdentificationFollowsIsNoRefusal)
{
    Lines together;
    together.say(true, "SSH-2.0-client\r\n").say(false, "Welcome\r\nSSH-2.0-server\r\n");
    EXPECT_FALSE(together.words());
    Lines apart;
    apart.say(true, "SSH-2.0-client\r\n").say(false, "Welcome\r\n").say(false, "SSH-2.0-server\r\n");
    EXPECT_FALSE(apart.words());
}

TEST(ConnectionTable, LinesToOthersAreNoRefusals)
{
    Lines lines;
    lines.say(true, "EHLO me\r\n").say(false, "Maintenance until noon\r\n");
    EXPECT_FALSE(lines.words());
}

TEST(ConnectionTable, ALineOfSshdNeedNotBeginATurn)
{
    Lines lines;
    lines.say(true, "GET / HTTP/1.0\r\n").say(false, "SSH-2.0-server\r\n");
    lines.say(false, "Invalid SSH identification string.").say(false, "\r\n");
    const std::optional<LastWords> words = lines.words();
    ASSERT_TRUE(words);
    EXPECT_EQ(words->text, "Invalid SSH identification string.");
}

TEST(ConnectionTable, AnSshDisconnectNeedNotBeginATurn)
{
    constexpr std::string_view disconnect("\0\0\0\x1c\x0a\1\0\0\0\x0c\0\0\0\4Full\0\0\0\0padding...", 32);
    Lines lines;
    lines.say(true, "SSH-2.0-client\r\n").say(false, "SSH-2.0-server\r\n").say(false, disconnect);
    const std::optional<LastWords> words = lines.words();
    ASSERT_TRUE(words);
    EXPECT_EQ(words->text, "SSH disconnect, too many connections: Full");
}

TEST(ConnectionTable, AnotherAnswerTakesLastWordsBack)
{
    Lines lines;
    lines.say(true, "GET").say(false, "HTTP/1.1 404 Not Found\r\n").say(true, "GET").say(false, "HTTP/1.1 200 OK\r\n");
    EXPECT_FALSE(lines.words());
}

TEST(ConnectionTable, DataWithinATurnAndAResetsOwnTextAreNoLastWords)
{
    Lines lines;
    lines.say(true, "GET").say(false, "id;name\n").say(false, "512 Miller;Rome\n").say(true, "GET");
    EXPECT_FALSE(lines.say(false, "421 Go away\r\n", 0x04).words());
}

TEST(ConnectionTable, BytesInAResetThatAreNoTextAreKeptInHexadecimal)
{
    ASSERT_EQ(textsOf("\x16\x03\x01 hello").size(), 1U);
    EXPECT_EQ(textsOf("\x16\x03\x01 hello").front().text, "bytes 16 03 01 20 68 65 6c 6c 6f");
    EXPECT_TRUE(textsOf("").empty());
}

} // namespace whyrst::test
