#include "model/compare/content_comparison.h"

#include "model/compare/compare.h"
#include "tests/support/packet_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr size_t trafficClassAt = 15; ///< of an Ethernet frame with IPv4

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

    /// The next line again and again, without an answer.
    void resend(int copies, const Change& change)
    {
        for (int copy = 0; copy < copies; ++copy)
            fromClient(
                {.seq = m_next, .ack = 5001, .flags = flagAck | flagPsh, .payload = textBytes("a line in vain\n")},
                change);
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
        if (m_isGone)
            std::remove(client.path().c_str());
        compareContents({m_traces[0], m_traces[1]}, m_comparison, progress);
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

    static Bytes frame(const TcpPacket& packet, uint8_t trafficClass)
    {
        return patched(ethernetFrame(packet), trafficClassAt, bytesOf({trafficClass}));
    }

    uint8_t m_sentTrafficClass = 0;
    uint8_t m_arrivedTrafficClass = 0;
    size_t m_snapLength = 2000; ///< of the server's capture
    bool m_isGone = false;
    Comparison m_comparison;

private:
    PcapFile m_client;
    PcapFile m_server;
    std::chrono::nanoseconds m_time = 1'000'000'000s;
    uint32_t m_next = 1001;
    uint16_t m_ipId = 100;
    std::array<Trace, 2> m_traces;
};

/// Flips a bit of the sixth byte.
void flip(TcpPacket& packet)
{
    packet.payload[5] ^= std::byte{0x04};
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
    upload(1, [](TcpPacket& packet) {
        flip(packet);
        packet.checksum = ChecksumFill::Bad;
    });
    upload(5);
    const CompareFinding* finding = find(compare(), "payload-damaged");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->text,
        HasSubstr("1 packet of the client reaches the server with 1 other byte and a wrong checksum: one bit is "));
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
    m_snapLength = 14 + 20 + 20 + 8;
    upload(3);
    upload(1, flip); // within the eight bytes
    upload(1, [](TcpPacket& packet) { packet.payload[20] ^= std::byte{1}; });
    const CompareFinding* finding = find(compare(), "payload-changed");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->text, HasSubstr("1 packet of the client reaches"));
    EXPECT_THAT(finding->text, HasSubstr("the checksum could not be checked"));
}

TEST_F(ContentTest, CopiesThatAllDifferAndAreNeverAcknowledgedWereDamaged)
{
    upload(3);
    m_snapLength = 14 + 20 + 20 + 8;
    resend(4, flip);
    const ConnectionPair& pair = compare();
    const CompareFinding& finding = pair.findings.front();
    EXPECT_EQ(finding.cause, CauseId::CorruptedSegment);
    EXPECT_EQ(finding.confidence, Confidence::Likely);
    EXPECT_THAT(finding.text, HasSubstr("reached the server as other bytes in each of 4 copies, and the server never"));
}

TEST_F(ContentTest, OneGoodCopyClearsThePath)
{
    upload(3);
    m_snapLength = 14 + 20 + 20 + 8;
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

TEST_F(ContentTest, AFileThatIsGoneIsSaid)
{
    m_isGone = true;
    upload(3, flip);
    EXPECT_EQ(find(compare(), "payload-rewritten"), nullptr);
    EXPECT_THAT(m_comparison.contentRemark, HasSubstr("cannot be read again"));
}

} // namespace whyrst::test
