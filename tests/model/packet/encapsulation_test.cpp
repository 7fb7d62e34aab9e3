// The same connection out of every link type and tunnel; and each of them cut short and damaged.
#include "model/packet/packet_decoder.h"
#include "model/packet/tunnel.h"
#include "model/tcp/load_trace.h"
#include "tests/support/encapsulation.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

using namespace std::chrono_literals;

namespace whyrst::test {
namespace {

constexpr size_t fixedTcpLength = 20;

TcpPacket v6Packet()
{
    return {.source = "2001:db8::1", .destination = "2001:db8::2"};
}

class EncapsulationOf : public testing::TestWithParam<Encapsulation>
{
};

INSTANTIATE_TEST_SUITE_P(
    All, EncapsulationOf, testing::ValuesIn(encapsulations()), [](const auto& test) { return test.param.name; });

/// `tunnel` when it carries IPv6.
Tunnel withIpv6(Tunnel tunnel)
{
    if (tunnel == Tunnel::FourInSix)
        return Tunnel::SixInSix;
    return tunnel == Tunnel::IpInIp ? Tunnel::SixInFour : tunnel;
}

TEST_P(EncapsulationOf, LeadsToTheIpv4Segment)
{
    const Bytes frame = GetParam().wrap(ipPacket({.payload = Bytes(100, std::byte{7}), .ttl = 57, .ipId = 99}));
    const DecodedPacket decoded = decodePacket(packetOf(frame, GetParam().linkType));

    ASSERT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    const auto& segment = std::get<SegmentHeader>(decoded);
    EXPECT_EQ(toString(segment.source), "192.0.2.1:40000");
    EXPECT_EQ(segment.ttl, 57);
    EXPECT_EQ(segment.ipId, 99);
    EXPECT_EQ(segment.payloadLength, 100u);
    EXPECT_EQ(segment.payload.size(), 100u);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
    EXPECT_EQ(segment.tunnel, GetParam().tunnel);
}

TEST(TunnelSource, IsThatOfTheInnerEthernetHeader)
{
    const auto sourceIn = [](const char* name) {
        const DecodedPacket decoded = decodePacket(packetOf(encapsulationNamed(name).wrap(ipPacket({})), 1));
        return std::get<SegmentHeader>(decoded).sourceMac;
    };
    EXPECT_NE(sourceIn("Nvgre"), 0u);
    EXPECT_EQ(sourceIn("Gre"), 0u) << "the outer one is that of the tunnel's end";
    EXPECT_EQ(sourceIn("IpInIp"), 0u);
}

TEST_P(EncapsulationOf, LeadsToTheIpv6Segment)
{
    const Bytes frame = GetParam().wrap(ipPacket(v6Packet()));
    const DecodedPacket decoded = decodePacket(packetOf(frame, GetParam().linkType));

    ASSERT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    const auto& segment = std::get<SegmentHeader>(decoded);
    EXPECT_EQ(toString(segment.source), "[2001:db8::1]:40000");
    EXPECT_EQ(segment.payloadLength, 0u);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
    EXPECT_EQ(segment.tunnel, withIpv6(GetParam().tunnel));
}

TEST_P(EncapsulationOf, LeadsToTheIcmpError)
{
    const IpFields fields{.source = "203.0.113.9", .destination = "192.0.2.1", .protocol = ipProtocolIcmp};
    const Bytes frame = GetParam().wrap(ipv4Packet(fields, icmpMessage(3, 1, 0, ipPacket({.seq = 4711}))));
    const DecodedPacket decoded = decodePacket(packetOf(frame, GetParam().linkType));

    ASSERT_TRUE(std::holds_alternative<IcmpError>(decoded));
    EXPECT_EQ(std::get<IcmpError>(decoded).quotedSeq, SeqNum{4711});
}

// --- The connection

std::vector<Bytes> smallTalk()
{
    const TcpPacket client{};
    const TcpPacket server{
        .source = "198.51.100.7", .destination = "192.0.2.1", .sourcePort = 443, .destinationPort = 40000};
    const auto say = [](TcpPacket packet, uint32_t seq, uint32_t ack, uint16_t flags, size_t bytes = 0) {
        packet.seq = seq;
        packet.ack = ack;
        packet.flags = flags;
        packet.payload = Bytes(bytes, std::byte{7});
        return ipPacket(packet);
    };
    return {say(client, 100, 0, flagSyn), say(server, 900, 101, flagSyn | flagAck), say(client, 101, 901, flagAck),
        say(client, 101, 901, flagPsh | flagAck, 300), say(server, 901, 401, flagAck),
        say(server, 901, 401, flagRst | flagAck)};
}

TEST_P(EncapsulationOf, GivesTheConnection)
{
    PcapFile::Format format;
    format.linkType = GetParam().linkType;
    PcapFile capture(format);
    for (const Bytes& ip : smallTalk())
        capture.packet(1s, GetParam().wrap(ip));
    const TemporaryFile file(capture.bytes());
    NoProgress progress;

    const Result<Trace> trace = loadTrace(file.path(), {}, progress);

    ASSERT_TRUE(trace.ok()) << sentenceFor(trace.error());
    ASSERT_EQ(trace->connections.size(), 1u);
    EXPECT_EQ(toString(trace->connections[0].client), "192.0.2.1:40000");
    EXPECT_EQ(toString(trace->connections[0].server), "198.51.100.7:443");
    EXPECT_EQ(trace->connections[0].packetCount(), 6u);
    EXPECT_EQ(trace->connections[0].flow(Side::Client).payloadBytes, 300u);
    EXPECT_EQ(trace->resets.size(), 1u);
    EXPECT_TRUE(trace->capture.notes.empty()) << trace->capture.notes.front().text;
}

// --- Cut and damaged

/// The first `length` bytes in memory of exactly that size, so that a read behind them is noticed.
Bytes exactly(const Bytes& bytes, size_t length)
{
    return Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
}

/// Where the TCP header is in `frame`.
size_t segmentAt(const Bytes& frame, const Bytes& segment)
{
    const auto found = std::search(frame.begin(), frame.end(), segment.begin(), segment.end());
    return static_cast<size_t>(found - frame.begin());
}

bool carriesUdp(const Encapsulation& encapsulation)
{
    return encapsulation.tunnel >= Tunnel::MplsInUdp;
}

TEST_P(EncapsulationOf, IsTruncatedWhenTheSnapLengthCutsItBeforeTheSegment)
{
    const Bytes frame = GetParam().wrap(ipPacket({}));
    const size_t end = segmentAt(frame, tcpSegment({})) + fixedTcpLength;
    const auto wireLength = static_cast<uint32_t>(frame.size());
    ASSERT_LE(end, frame.size());
    for (size_t length = 0; length < end; ++length) {
        SCOPED_TRACE(length);
        const Bytes captured = exactly(frame, length);
        const DecodedPacket decoded = decodePacket(packetOf(captured, GetParam().linkType, wireLength));
        ASSERT_TRUE(std::holds_alternative<SkipReason>(decoded));
        const SkipReason reason = std::get<SkipReason>(decoded);
        const bool portsAreCut = carriesUdp(GetParam()) && reason == SkipReason::NotTcp;
        EXPECT_TRUE(reason == SkipReason::Truncated || portsAreCut) << static_cast<int>(reason);
    }
}

/// Decodes by both ways; a reason must be one that a capture can have.
void decodeDamaged(const Packet& packet, PacketDecoder& decoder)
{
    const DecodedPacket decoded = decodePacket(packet);
    decoder.decode(packet);
    if (const auto* segment = std::get_if<SegmentHeader>(&decoded)) {
        EXPECT_LE(segment->payload.size(), packet.bytes.size());
        return;
    }
    const auto* reason = std::get_if<SkipReason>(&decoded);
    EXPECT_TRUE(reason == nullptr || *reason <= SkipReason::UnsupportedLink);
}

TEST_P(EncapsulationOf, MayEndAnywhere)
{
    const Bytes frame = GetParam().wrap(ipPacket(v6Packet()));
    PacketDecoder decoder;
    for (size_t length = 0; length < frame.size(); ++length) {
        const Bytes captured = exactly(frame, length);
        decodeDamaged(packetOf(captured, GetParam().linkType), decoder);
    }
}

TEST_P(EncapsulationOf, MayHaveAnyDamagedByte)
{
    const Bytes frame = GetParam().wrap(ipPacket({.options = timestampsOption(1, 2)}));
    PacketDecoder decoder;
    for (size_t at = 0; at < frame.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            Bytes damaged = frame;
            damaged[at] = static_cast<std::byte>(value);
            decodeDamaged(packetOf(damaged, GetParam().linkType), decoder);
        }
    }
}

TEST_P(EncapsulationOf, MayBeNoise)
{
    PacketDecoder decoder;
    uint32_t random = 12345;
    for (int round = 0; round < 300; ++round) {
        Bytes frame = GetParam().wrap(ipPacket({}));
        for (int change = 0; change < 4; ++change) {
            random = random * 1664525 + 1013904223;
            frame[(random >> 8) % frame.size()] = static_cast<std::byte>(random >> 24);
        }
        decodeDamaged(packetOf(exactly(frame, frame.size()), GetParam().linkType), decoder);
    }
}

// --- Nesting

Bytes nested(size_t depth)
{
    Bytes ip = ipPacket({});
    for (size_t i = 0; i < depth; ++i)
        ip = ipv4Packet({.source = "10.0.0.1", .destination = "10.0.0.2", .protocol = 4}, ip);
    return ip;
}

TEST(Tunnels, AreFollowedEightDeep)
{
    const Bytes frame = nested(8);
    EXPECT_TRUE(std::holds_alternative<SegmentHeader>(decodePacket(packetOf(frame, 101))));
}

TEST(Tunnels, OfGreaterDepthAreMalformed)
{
    const Bytes frame = nested(9);
    EXPECT_EQ(std::get<SkipReason>(decodePacket(packetOf(frame, 101))), SkipReason::Malformed);
}

TEST(EthernetHeaders, OfGreatDepthAreMalformed)
{
    Bytes frame = ethernetFrame({});
    for (int i = 0; i < 5000; ++i)
        frame = ethernetHeader(0x6558) + frame;
    EXPECT_EQ(std::get<SkipReason>(decodePacket(packetOf(frame))), SkipReason::Malformed);
}

TEST(Tunnels, EachHaveAName)
{
    std::set<std::string> names;
    for (int tunnel = 0; tunnel <= static_cast<int>(Tunnel::Teredo); ++tunnel)
        names.insert(tunnelName(static_cast<Tunnel>(tunnel)));
    EXPECT_EQ(names.size(), static_cast<size_t>(Tunnel::Teredo) + 1);
}

// --- What carries no IP

SkipReason reasonOf(const Bytes& frame, LinkType linkType = 1)
{
    const DecodedPacket decoded = decodePacket(packetOf(frame, linkType));
    EXPECT_TRUE(std::holds_alternative<SkipReason>(decoded));
    const auto* reason = std::get_if<SkipReason>(&decoded);
    return reason ? *reason : SkipReason{};
}

TEST(WirelessFrame, ThatIsEncryptedIsNoIp)
{
    const auto wireless = encapsulationNamed("Wireless").wrap(ipPacket({}));
    EXPECT_EQ(reasonOf(patched(wireless, 1, bytesOf({0x41})), 105), SkipReason::NotIp);
}

TEST(WirelessFrame, ThatIsABeaconIsNoIp)
{
    EXPECT_EQ(reasonOf(bytesOf({0x80, 0}) + Bytes(60), 105), SkipReason::NotIp);
}

TEST(WirelessFrame, WithoutABodyIsNoIp)
{
    EXPECT_EQ(reasonOf(bytesOf({0x48, 0x11}) + Bytes(22), 105), SkipReason::NotIp);
}

TEST(WirelessFrame, ThatIsALaterFragmentIsNoIp)
{
    const auto wireless = encapsulationNamed("Wireless").wrap(ipPacket({}));
    EXPECT_EQ(reasonOf(patched(wireless, 22, bytesOf({0x11})), 105), SkipReason::NotIp);
}

TEST(MacsecFrame, ThatIsEncryptedIsNoIp)
{
    const auto frame = encapsulationNamed("MacsecUnencrypted").wrap(ipPacket({}));
    EXPECT_EQ(reasonOf(patched(frame, 14, bytesOf({0x2c}))), SkipReason::NotIp);
}

TEST(PppoeFrame, OfDiscoveryIsNoIp)
{
    EXPECT_EQ(reasonOf(ethernetHeader(0x8863) + Bytes(60)), SkipReason::NotIp);
}

TEST(Udp, OfOtherPortsIsNotTcp)
{
    const Bytes dns = big16(50'000) + big16(53) + big16(60) + big16(0) + Bytes(52);
    EXPECT_EQ(reasonOf(ipv4Packet({.protocol = ipProtocolUdp}, dns), 101), SkipReason::NotTcp);
}

TEST(GtpU, WithoutAUsersPacketIsNotTcp)
{
    const Bytes echo = bytesOf({0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0});
    const Bytes udp = big16(2152) + big16(2152) + big16(echo.size() + 8) + big16(0) + echo;
    EXPECT_EQ(reasonOf(ipv4Packet({.protocol = ipProtocolUdp}, udp), 101), SkipReason::NotTcp);
}

class Teredo : public testing::TestWithParam<Bytes>
{
};

const Bytes teredoAuthentication = bytesOf({0, 1, 0, 0}) + Bytes(9);
const Bytes teredoOrigin = Bytes(8);

INSTANTIATE_TEST_SUITE_P(
    All, Teredo, testing::Values(Bytes(), teredoAuthentication, teredoOrigin, teredoAuthentication + teredoOrigin));

Bytes inTeredo(const Bytes& payload)
{
    const Bytes udp = big16(50'000) + big16(3544) + big16(payload.size() + 8) + big16(0) + payload;
    return ipv4Packet({.source = "10.0.0.1", .protocol = ipProtocolUdp}, udp);
}

TEST_P(Teredo, LeadsToTheIpv6Segment)
{
    const Bytes frame = inTeredo(GetParam() + ipPacket(v6Packet()));
    const DecodedPacket decoded = decodePacket(packetOf(frame, 101));

    ASSERT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    EXPECT_EQ(std::get<SegmentHeader>(decoded).tunnel, Tunnel::Teredo);
}

TEST_P(Teredo, CarriesNoIpv4)
{
    EXPECT_EQ(reasonOf(inTeredo(GetParam() + ipPacket({})), 101), SkipReason::NotTcp);
}

// --- What the links say beside

HostDirection directionOf(const Encapsulation& encapsulation)
{
    const Bytes frame = encapsulation.wrap(ipPacket({}));
    const DecodedPacket decoded = decodePacket(packetOf(frame, encapsulation.linkType));
    const auto* segment = std::get_if<SegmentHeader>(&decoded);
    return segment ? segment->direction : HostDirection::Unknown;
}

TEST(PacketTap, TellsTheDirection)
{
    EXPECT_EQ(directionOf(encapsulationNamed("PacketTap")), HostDirection::Outbound);
}

TEST(PppWithDirection, TellsTheDirection)
{
    EXPECT_EQ(directionOf(encapsulationNamed("PppWithDirection")), HostDirection::Outbound);
}

class WirelessSource : public testing::TestWithParam<const char*>
{
};

INSTANTIATE_TEST_SUITE_P(
    All, WirelessSource, testing::Values("Wireless", "WirelessQos", "WirelessBridge", "WirelessAggregate", "Vxlan"));

TEST_P(WirelessSource, IsTheStationThatSentThePacket)
{
    const Encapsulation encapsulation = encapsulationNamed(GetParam());
    const Bytes frame = encapsulation.wrap(ipPacket({}));
    const DecodedPacket decoded = decodePacket(packetOf(frame, encapsulation.linkType));

    ASSERT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    EXPECT_EQ(std::get<SegmentHeader>(decoded).sourceMac, 0x020000000001u);
}

} // namespace
} // namespace whyrst::test
