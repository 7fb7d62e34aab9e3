#include "model/compare/content_comparison.h"

#include "model/compare/compare.h"
#include "tests/support/packet_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <new>
#include <thread>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr size_t trafficClassAt = 15; ///< of an Ethernet frame with IPv4
constexpr int manyLines = 2100;       ///< so that readers report meanwhile

/// Calls a function instead of reporting.
class CallingProgress final : public Progress
{
public:
    explicit CallingProgress(std::function<void()> call)
        : m_call(std::move(call))
    {
    }

    bool report(double, uint64_t) override
    {
        m_call();
        return true;
    }

private:
    std::function<void()> m_call;
};

/// Two capture files of one upload: as it was sent and as it arrived.
class ContentTest : public testing::Test
{
protected:
    using Change = std::function<void(TcpPacket&)>;

    ContentTest()
    {
        fromClient({.seq = 1000, .ack = 0, .flags = flagSyn, .options = mssOption(1460)});
        fromServer({.seq = 5000, .ack = 1001, .flags = flagSyn | flagAck, .options = mssOption(1460)});
        fromClient({.seq = 1001, .ack = 5001});
    }

    /// From here on the captures hold the headers and eight bytes of data.
    void captureEightBytes() { m_snapLength = 14 + 20 + 20 + 8; }

    /// Data of the client: lines that all differ. `change` is made on the way.
    void upload(int packets, const Change& change = {})
    {
        for (int packet = 0; packet < packets; ++packet) {
            const std::string line = "line " + std::to_string(m_next) + " of a text that is uploaded\n";
            TcpPacket sent{.seq = m_next, .ack = 5001, .flags = flagAck | flagPsh, .payload = textBytes(line)};
            fromClient(sent, change);
            m_next += static_cast<uint32_t>(line.size());
            fromServer({.seq = 5001, .ack = m_next});
        }
    }

    /// Data of the client in two fragments of IP.
    void uploadFragments()
    {
        constexpr size_t firstLength = 32;
        const Bytes segment = tcpSegment(
            {.seq = m_next, .ack = 5001, .flags = flagAck, .payload = textBytes("a line that comes in two pieces\n")});
        const auto half = segment.begin() + firstLength;
        const Bytes first = ipv4Packet({.fragment = 0x2000}, Bytes(segment.begin(), half)); // more of them follow
        const Bytes second = ipv4Packet({.fragment = firstLength / 8}, Bytes(half, segment.end()));
        for (PcapFile* file : {&m_client, &m_server}) {
            m_time += 5ms;
            file->packet(m_time, ethernetHeader(0x0800) + first).packet(m_time, ethernetHeader(0x0800) + second);
        }
        m_next += 32;
    }

    /// A line again and again, without an answer. `ahead`: bytes between it and what was acknowledged.
    void resend(int copies, const Change& change, uint32_t ahead = 0)
    {
        for (int copy = 0; copy < copies; ++copy)
            fromClient({.seq = m_next + ahead,
                           .ack = 5001,
                           .flags = flagAck | flagPsh,
                           .payload = textBytes("a line in vain\n")},
                change);
    }

    /// The server acknowledges what it did, and bytes ahead of that.
    void acknowledgeSelectively(uint32_t begin, uint32_t end)
    {
        fromServer({.seq = 5001, .ack = m_next, .options = sackOption({{m_next + begin, m_next + end}})});
    }

    /// Both captures begin here, and have only the client's packets of a handshake.
    void beginWithoutServer()
    {
        m_client = PcapFile();
        m_server = PcapFile();
        m_hasServerPackets = false;
        fromClient({.seq = 1000, .ack = 0, .flags = flagSyn, .options = mssOption(1460)});
        fromClient({.seq = 1001, .ack = 5001});
    }

    void fromClient(const TcpPacket& packet, const Change& change = {})
    {
        m_time += 1ms;
        TcpPacket arrived = packet;
        arrived.ipId = ++m_ipId;
        TcpPacket sent = arrived;
        if (change)
            change(arrived);
        arrived.ttl = 60;
        m_client.packet(m_time, frame(sent, m_sentTrafficClass));
        m_server.packet(m_time + 5ms, cut(frame(arrived, m_arrivedTrafficClass), m_snapLength));
    }

    void fromServer(TcpPacket packet)
    {
        if (!m_hasServerPackets)
            return;
        std::swap(packet.source, packet.destination);
        std::swap(packet.sourcePort, packet.destinationPort);
        packet.ipId = ++m_ipId;
        m_time += 6ms;
        m_server.packet(m_time, frame(packet, 0));
        packet.ttl = 60;
        m_client.packet(m_time + 5ms, frame(packet, 0));
        m_time += 5ms;
    }

    const ConnectionPair& compare()
    {
        const TemporaryFile client(m_client.bytes());
        const TemporaryFile server(m_server.bytes());
        NoProgress progress;
        m_traces[0] = loadTrace(client.path(), {}, progress).value();
        m_traces[1] = loadTrace(server.path(), {}, progress).value();
        m_comparison = compareTraces(m_traces[0], m_traces[1], {}, progress);
        m_clientPath = client.path();
        if (m_meanwhile)
            m_meanwhile(client.path(), server.path());
        CallingProgress calling(m_whenReporting);
        compareContents({m_traces[0], m_traces[1]}, m_comparison, calling);
        return m_comparison.pairs.at(0);
    }

    static const CompareFinding* find(const ConnectionPair& pair, const std::string& id)
    {
        const auto found = std::ranges::find(pair.findings, id, &CompareFinding::id);
        return found == pair.findings.end() ? nullptr : &*found;
    }
    static std::string ruleOf(const ConnectionPair& pair, const std::string& id)
    {
        const auto found = std::ranges::find(pair.rules, id, &RewriteRule::id);
        return found == pair.rules.end() ? "" : found->text;
    }

    /// What differs is no rule, but tells as finding `id`.
    void expectNoRuleBut(const std::string& id)
    {
        const ConnectionPair& pair = compare();
        EXPECT_EQ(ruleOf(pair, "payload"), "");
        EXPECT_NE(find(pair, id), nullptr);
    }

    static Bytes frame(const TcpPacket& packet, uint8_t trafficClass)
    {
        return patched(ethernetFrame(packet), trafficClassAt, bytesOf({trafficClass}));
    }

    uint8_t m_sentTrafficClass = 0;
    uint8_t m_arrivedTrafficClass = 0;
    size_t m_snapLength = 2000; ///< of the server's capture
    std::function<void(const std::string& client, const std::string& server)> m_meanwhile;
    std::function<void()> m_whenReporting = [] {};
    std::string m_clientPath;
    Comparison m_comparison;
    std::array<Trace, 2> m_traces;

private:
    PcapFile m_client;
    PcapFile m_server;
    std::chrono::nanoseconds m_time = 1'000'000'000s;
    uint32_t m_next = 1001;
    uint16_t m_ipId = 100;
    bool m_hasServerPackets = true;
};

/// Flips a bit of the sixth byte.
void flip(TcpPacket& packet)
{
    packet.payload[5] ^= std::byte{0x04};
}

/// The same, and the receiver notices.
void damage(TcpPacket& packet)
{
    flip(packet);
    packet.checksum = ChecksumFill::Bad;
}

void removeFirst(const std::string& client, const std::string&)
{
    std::remove(client.c_str());
}

} // namespace

TEST_F(ContentTest, EqualBytesAreNothingToSay)
{
    upload(10);
    const ConnectionPair& pair = compare();
    EXPECT_EQ(find(pair, "payload-damaged"), nullptr);
    EXPECT_EQ(find(pair, "payload-rewritten"), nullptr);
    EXPECT_TRUE(pair.alterations.empty());
    EXPECT_EQ(m_comparison.contentRemark, "");
}

TEST_F(ContentTest, BytesWithAWrongChecksumAreDamaged)
{
    upload(5);
    upload(1, damage);
    upload(5);
    const CompareFinding* finding = find(compare(), "payload-damaged");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->text,
        HasSubstr("1 packet of the client reaches the server with 1 byte changed and a wrong checksum: one bit is "));
    EXPECT_EQ(finding->place, ComparePlace::PathToServer);
    EXPECT_EQ(finding->clientFrames, std::vector<PacketNumber>{PacketNumber(14)});
}

TEST_F(ContentTest, BytesWithARightChecksumAreRewritten)
{
    upload(2);
    for (int packet = 0; packet < 3; ++packet)
        upload(1, [](TcpPacket& rewritten) {
            const Bytes other = textBytes("XXXXXXXX");
            std::ranges::copy(other, rewritten.payload.begin() + 10);
        });
    const ConnectionPair& pair = compare();
    const CompareFinding* finding = find(pair, "payload-rewritten");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->text, HasSubstr("3 packets of the client reach the server with"));
    EXPECT_THAT(finding->text, HasSubstr("bytes in a row are replaced in each"));
    ASSERT_EQ(pair.alterations.size(), 3U);
    EXPECT_EQ(pair.alterations[0].fields.back(), "payload");
    EXPECT_THAT(pair.alterations[0].text, HasSubstr("payload changed"));
}

TEST_F(ContentTest, ACutCaptureIsComparedAsFarAsItReaches)
{
    captureEightBytes();
    upload(3);
    upload(1, flip); // within the eight bytes
    upload(1, [](TcpPacket& packet) { packet.payload[20] ^= std::byte{1}; });
    const CompareFinding* finding = find(compare(), "payload-changed");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->text, HasSubstr("1 packet of the client reaches"));
    EXPECT_THAT(finding->text,
        HasSubstr(
            "with 1 byte changed (the checksum could not be checked; only the first 8 bytes could be compared): "));
}

TEST_F(ContentTest, CopiesThatAllDifferAndAreNeverAcknowledgedWereDamaged)
{
    upload(3);
    captureEightBytes();
    resend(4, flip);
    const ConnectionPair& pair = compare();
    const CompareFinding& finding = pair.findings.front();
    EXPECT_EQ(finding.cause, CauseId::CorruptedSegment);
    EXPECT_EQ(finding.confidence, Confidence::Likely);
    EXPECT_THAT(finding.text,
        HasSubstr("reached the server as other bytes in each of 4 copies (the checksum could not be checked; only the "
                  "first 8 bytes of each could be compared), and the server never acknowledged them: the same bit"));
}

TEST_F(ContentTest, BytesBehindAHoleAreNotConvicted)
{
    upload(3);
    captureEightBytes();
    resend(4, flip, 400);
    EXPECT_EQ(find(compare(), "corrupted-segment"), nullptr);
}

TEST_F(ContentTest, BytesThatTheReceiverReportsAreNotConvicted)
{
    upload(3);
    captureEightBytes();
    resend(4, flip);
    acknowledgeSelectively(0, 15);
    EXPECT_EQ(find(compare(), "corrupted-segment"), nullptr);
}

TEST_F(ContentTest, WithoutAnyAcknowledgmentNothingIsConvicted)
{
    beginWithoutServer();
    upload(3);
    captureEightBytes();
    resend(4, flip);
    const ConnectionPair& pair = compare();
    EXPECT_NE(find(pair, "payload-changed"), nullptr);
    EXPECT_EQ(find(pair, "corrupted-segment"), nullptr);
}

TEST_F(ContentTest, ThePatternOfConvictedBytesIsSaidBeforeOthers)
{
    upload(40);
    captureEightBytes();
    for (uint32_t line = 210; line > 0; --line)
        resend(1, flip, 15 * line);
    resend(4, flip);
    EXPECT_THAT(compare().findings.front().text,
        HasSubstr("and the server never acknowledged them: the same bit of the same byte is flipped each time"));
}

TEST_F(ContentTest, OneDamagedSegmentThatIsSentOftenIsNoRule)
{
    upload(1);
    captureEightBytes();
    resend(15, flip);
    expectNoRuleBut("corrupted-segment");
}

TEST_F(ContentTest, DamageIsNoRule)
{
    upload(1);
    upload(15, damage);
    expectNoRuleBut("payload-damaged");
}

TEST_F(ContentTest, DataThatIsNearlyAllRewrittenIsOneRule)
{
    upload(1);
    upload(15, flip);
    const ConnectionPair& pair = compare();
    EXPECT_EQ(ruleOf(pair, "payload"), "payload changed in 15 packets on the way to the server");
    EXPECT_EQ(find(pair, "payload-rewritten"), nullptr);
}

TEST_F(ContentTest, OneGoodCopyClearsThePath)
{
    upload(3);
    captureEightBytes();
    resend(4, flip);
    resend(1, {});
    EXPECT_EQ(find(compare(), "corrupted-segment"), nullptr);
}

TEST_F(ContentTest, DscpThatIsChangedOnAllPacketsIsOneRule)
{
    m_sentTrafficClass = 46 << 2;
    upload(10);
    EXPECT_EQ(ruleOf(compare(), "dscp"), "DSCP 46 -> 0 on the way to the server");
}

TEST_F(ContentTest, CongestionMarksAreCounted)
{
    upload(3);
    m_sentTrafficClass = 2;
    m_arrivedTrafficClass = 3;
    upload(2);
    EXPECT_EQ(ruleOf(compare(), "ecn-marked"), "congestion marked (ECN CE) on 2 packets on the way to the server");
}

TEST_F(ContentTest, AFileThatIsGoneIsSaidAndTheOtherOneNotRead)
{
    m_meanwhile = removeFirst;
    std::atomic<int> reports = 0;
    m_whenReporting = [&reports] { ++reports; };
    upload(manyLines, flip);
    EXPECT_EQ(find(compare(), "payload-rewritten"), nullptr);
    EXPECT_EQ(m_comparison.contentRemark,
        "Payload, DSCP and ECN were not compared: " + m_clientPath + " cannot be read again.");
    EXPECT_EQ(reports, 0);
}

TEST_F(ContentTest, AFileThatGoesMeanwhileLeavesWhatIsKnown)
{
    m_whenReporting = [this] { std::remove(m_clientPath.c_str()); };
    m_sentTrafficClass = 46 << 2;
    upload(manyLines);
    upload(1, flip);
    const ConnectionPair& pair = compare();
    EXPECT_NE(ruleOf(pair, "dscp"), "");
    EXPECT_NE(find(pair, "payload-rewritten"), nullptr);
    EXPECT_EQ(m_comparison.contentRemark,
        "Payload, DSCP and ECN were not compared completely: " + m_clientPath + " cannot be read again.");
}

TEST_F(ContentTest, AFileThatHasChangedIsComparedAsFarAsItIsTheSame)
{
    std::string name;
    m_meanwhile = [&name](const std::string&, const std::string& server) {
        name = server;
        std::filesystem::resize_file(server, std::filesystem::file_size(server) / 2);
    };
    upload(10);
    upload(1, flip);
    upload(20);
    EXPECT_NE(find(compare(), "payload-rewritten"), nullptr);
    EXPECT_EQ(m_comparison.contentRemark,
        "Payload, DSCP and ECN were not compared completely: " + name + " has changed since it was read.");
}

TEST_F(ContentTest, FragmentsAreNoChange)
{
    upload(3);
    uploadFragments();
    upload(1);
    const Way& way = compare().way(Side::Client);
    EXPECT_EQ(way.links.size(), 7U);
    EXPECT_EQ(m_comparison.contentRemark, "");
}

TEST_F(ContentTest, StandardInputHasAName)
{
    m_meanwhile = [this](const std::string&, const std::string&) { m_traces[0].capture.file = "-"; };
    upload(1);
    compare();
    EXPECT_EQ(
        m_comparison.contentRemark, "Payload, DSCP and ECN were not compared: standard input cannot be read again.");
}

TEST_F(ContentTest, WhatTheSecondReaderThrowsReachesTheCaller)
{
    m_whenReporting = [first = std::this_thread::get_id()] {
        if (std::this_thread::get_id() != first)
            throw std::bad_alloc();
    };
    upload(manyLines);
    EXPECT_THROW(compare(), std::bad_alloc);
}

} // namespace whyrst::test
