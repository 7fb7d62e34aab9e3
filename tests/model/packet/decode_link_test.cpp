// Link layers, from the frame to the IP packet.
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

constexpr uint16_t etherTypeIpv4 = 0x0800;
constexpr uint16_t etherTypeIpv6 = 0x86dd;
constexpr uint16_t etherTypeArp = 0x0806;

TcpPacket v6Packet()
{
    return {.source = "2001:db8::1", .destination = "2001:db8::2"};
}

Bytes cookedHeader(uint16_t packetType, uint16_t protocol)
{
    return big16(packetType) + big16(1) + big16(6) + bytesOf({2, 0, 0, 0, 0, 9, 0, 0}) + big16(protocol);
}

Bytes cooked2Header(uint8_t packetType, uint16_t protocol)
{
    const Bytes interface = big32(3);
    return big16(protocol) + big16(0) + interface + big16(1) + bytesOf({packetType, 6})
        + bytesOf({2, 0, 0, 0, 0, 9, 0, 0});
}

// --- Links that carry IP

struct Link
{
    const char* name;
    LinkType linkType;
    Bytes frame; ///< holds TcpPacket{} or v6Packet()
};

void PrintTo(const Link& link, std::ostream* stream)
{
    *stream << link.name;
}

class LinkOf : public testing::TestWithParam<Link>
{
};

INSTANTIATE_TEST_SUITE_P(All, LinkOf,
    testing::Values(Link{"Ethernet", 1, ethernetFrame({})}, Link{"EthernetIpv6", 1, ethernetFrame(v6Packet())},
        Link{"Vlan", 1, ethernetHeader(0x8100) + big16(5) + big16(etherTypeIpv4) + ipPacket({})},
        Link{"QinQ", 1,
            ethernetHeader(0x88a8) + big16(5) + big16(0x8100) + big16(6) + big16(etherTypeIpv6) + ipPacket(v6Packet())},
        Link{"Raw", 101, ipPacket({})}, Link{"RawIpv6", 101, ipPacket(v6Packet())}, Link{"OldRaw", 12, ipPacket({})},
        Link{"OpenBsdRaw", 14, ipPacket({})}, Link{"Ipv4", 228, ipPacket({})}, Link{"Ipv6", 229, ipPacket(v6Packet())},
        Link{"NullLittleEndian", 0, bytesOf({2, 0, 0, 0}) + ipPacket({})},
        Link{"NullBigEndian", 0, bytesOf({0, 0, 0, 2}) + ipPacket({})},
        Link{"NullIpv6OfMacos", 0, bytesOf({30, 0, 0, 0}) + ipPacket(v6Packet())},
        Link{"NullIpv6OfWindows", 0, bytesOf({23, 0, 0, 0}) + ipPacket(v6Packet())},
        Link{"Loop", 108, bytesOf({0, 0, 0, 2}) + ipPacket({})},
        Link{"LoopIpv6OfOpenBsd", 108, bytesOf({0, 0, 0, 24}) + ipPacket(v6Packet())},
        Link{"Cooked", 113, cookedHeader(0, etherTypeIpv4) + ipPacket({})},
        Link{"CookedIpv6", 113, cookedHeader(0, etherTypeIpv6) + ipPacket(v6Packet())},
        Link{"CookedVlan", 113, cookedHeader(0, 0x8100) + big16(5) + big16(etherTypeIpv4) + ipPacket({})},
        Link{"Cooked2", 276, cooked2Header(0, etherTypeIpv4) + ipPacket({})},
        Link{"Cooked2Ipv6", 276, cooked2Header(0, etherTypeIpv6) + ipPacket(v6Packet())}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(LinkOf, LeadsToTheSegment)
{
    const DecodedPacket decoded = decodePacket(packetOf(GetParam().frame, GetParam().linkType));

    ASSERT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    EXPECT_EQ(std::get<SegmentHeader>(decoded).seq, SeqNum{1000});
    EXPECT_EQ(std::get<SegmentHeader>(decoded).checksumClass, ChecksumClass::Valid);
}

TEST_P(LinkOf, IsTruncatedWhenCutBeforeTheSegment)
{
    const Bytes frame = GetParam().frame;
    const size_t tcpLength = tcpSegment({}).size();
    for (size_t length = 0; length < frame.size() - tcpLength + 20; ++length) {
        SCOPED_TRACE(length);
        const Bytes captured = cut(frame, length);
        const DecodedPacket decoded
            = decodePacket(packetOf(captured, GetParam().linkType, static_cast<uint32_t>(frame.size())));
        ASSERT_TRUE(std::holds_alternative<SkipReason>(decoded));
        EXPECT_EQ(std::get<SkipReason>(decoded), SkipReason::Truncated);
    }
}

// --- What the link says beside

SegmentHeader segmentOf(const Packet& packet)
{
    const DecodedPacket decoded = decodePacket(packet);
    EXPECT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    const auto* segment = std::get_if<SegmentHeader>(&decoded);
    return segment ? *segment : SegmentHeader{};
}

TEST(EthernetHeader, GivesTheSourceAddress)
{
    EXPECT_EQ(segmentOf(packetOf(ethernetFrame({}))).sourceMac, 0x020000000001u);
}

TEST(EthernetHeader, GivesTheInnermostVlan)
{
    EXPECT_EQ(segmentOf(packetOf(ethernetFrame({}))).vlan, 0u);
    const Bytes one = ethernetHeader(0x8100) + big16(0xe005) + big16(etherTypeIpv4) + ipPacket({});
    EXPECT_EQ(segmentOf(packetOf(one)).vlan, 5u) << "without the priority";
    const Bytes two
        = ethernetHeader(0x88a8) + big16(5) + big16(0x8100) + big16(6) + big16(etherTypeIpv4) + ipPacket({});
    EXPECT_EQ(segmentOf(packetOf(two)).vlan, 6u);
}

TEST(RawLink, HasNoSourceAddress)
{
    EXPECT_EQ(segmentOf(packetOf(ipPacket({}), 101)).sourceMac, 0u);
}

struct CookedType
{
    uint8_t packetType;
    HostDirection direction;
};

class CookedDirection : public testing::TestWithParam<CookedType>
{
};

INSTANTIATE_TEST_SUITE_P(All, CookedDirection,
    testing::Values(CookedType{0, HostDirection::Inbound}, CookedType{3, HostDirection::Unknown},
        CookedType{4, HostDirection::Outbound}));

TEST_P(CookedDirection, FollowsFromThePacketType)
{
    const Bytes frame = cookedHeader(GetParam().packetType, etherTypeIpv4) + ipPacket({});
    const SegmentHeader segment = segmentOf(packetOf(frame, 113));

    EXPECT_EQ(segment.direction, GetParam().direction);
    EXPECT_EQ(segment.sourceMac, 0x020000000009u);
}

TEST_P(CookedDirection, FollowsFromThePacketTypeOfVersionTwo)
{
    const Bytes frame = cooked2Header(GetParam().packetType, etherTypeIpv4) + ipPacket({});
    const SegmentHeader segment = segmentOf(packetOf(frame, 276));

    EXPECT_EQ(segment.direction, GetParam().direction);
    EXPECT_EQ(segment.sourceMac, 0x020000000009u);
}

TEST(PacketDirection, IsThatOfTheCaptureWhenTheLinkHasNone)
{
    const Bytes frame = ethernetFrame({});
    Packet packet = packetOf(frame);
    packet.direction = HostDirection::Outbound;

    EXPECT_EQ(segmentOf(packet).direction, HostDirection::Outbound);
}

TEST(PacketDirection, IsThatOfTheCookedHeaderFirst)
{
    const Bytes frame = cookedHeader(0, etherTypeIpv4) + ipPacket({});
    Packet packet = packetOf(frame, 113);
    packet.direction = HostDirection::Outbound;

    EXPECT_EQ(segmentOf(packet).direction, HostDirection::Inbound);
}

// --- Links without IP

SkipReason reasonOf(const Packet& packet)
{
    const DecodedPacket decoded = decodePacket(packet);
    EXPECT_TRUE(std::holds_alternative<SkipReason>(decoded));
    const auto* reason = std::get_if<SkipReason>(&decoded);
    return reason ? *reason : SkipReason{};
}

TEST(EthernetHeader, OfArpIsNoIp)
{
    EXPECT_EQ(reasonOf(packetOf(ethernetHeader(etherTypeArp) + Bytes(28))), SkipReason::NotIp);
}

TEST(EthernetHeader, WithALengthInsteadOfATypeIsNoIp)
{
    EXPECT_EQ(reasonOf(packetOf(ethernetHeader(38) + Bytes(38))), SkipReason::NotIp);
}

TEST(LoopbackHeader, OfAnotherFamilyIsNoIp)
{
    EXPECT_EQ(reasonOf(packetOf(bytesOf({7, 0, 0, 0}) + Bytes(40), 0)), SkipReason::NotIp);
}

TEST(RawLink, OfAnotherVersionIsNoIp)
{
    EXPECT_EQ(reasonOf(packetOf(Bytes(40), 101)), SkipReason::NotIp);
}

TEST(UnknownLink, IsUnsupported)
{
    EXPECT_EQ(reasonOf(packetOf(Bytes(40), 147)), SkipReason::UnsupportedLink);
}

} // namespace
} // namespace whyrst::test
