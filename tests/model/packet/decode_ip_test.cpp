// IP headers: lengths, fragments, extension headers.
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

constexpr LinkType raw = 101;
constexpr size_t ipv4TotalLengthAt = 2;
constexpr size_t ipv6PayloadLengthAt = 4;

const IpFields v6Fields{.source = "2001:db8::1", .destination = "2001:db8::2"};

SegmentHeader segmentOf(const Packet& packet)
{
    const DecodedPacket decoded = decodePacket(packet);
    EXPECT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    const auto* segment = std::get_if<SegmentHeader>(&decoded);
    return segment ? *segment : SegmentHeader{};
}

SkipReason reasonOf(const Packet& packet)
{
    const DecodedPacket decoded = decodePacket(packet);
    EXPECT_TRUE(std::holds_alternative<SkipReason>(decoded));
    const auto* reason = std::get_if<SkipReason>(&decoded);
    return reason ? *reason : SkipReason{};
}

Bytes v6SegmentBytes(const Bytes& payload = {})
{
    return tcpSegment({.source = "2001:db8::1", .destination = "2001:db8::2", .payload = payload});
}

/// An IPv6 packet whose TCP segment stands behind `extensions`, the first of type `first`.
Bytes withExtensions(uint8_t first, const Bytes& extensions)
{
    IpFields fields = v6Fields;
    fields.protocol = first;
    return ipv6Packet(fields, extensions + v6SegmentBytes());
}

// --- IPv4

TEST(Ipv4Header, GivesItsFields)
{
    const Bytes bytes = ipv4Packet({.ttl = 57, .ipId = 0xbeef, .fragment = 0x4000}, tcpSegment({}));
    const SegmentHeader segment = segmentOf(packetOf(patched(bytes, 1, bytesOf({0xb8})), raw));

    EXPECT_EQ(toString(segment.source), "192.0.2.1:40000");
    EXPECT_EQ(toString(segment.destination), "198.51.100.7:443");
    EXPECT_EQ(segment.ttl, 57);
    EXPECT_EQ(segment.ipId, 0xbeef);
    EXPECT_TRUE(segment.dontFragment);
    EXPECT_EQ(segment.trafficClass, 0xb8);
    EXPECT_EQ(segment.headerLength, 40);
}

TEST(Ipv4Header, MayAllowFragments)
{
    EXPECT_FALSE(segmentOf(packetOf(ipv4Packet({.fragment = 0}, tcpSegment({})), raw)).dontFragment);
}

TEST(Ipv4Header, MayHaveOptions)
{
    const Bytes options = bytesOf({1, 1, 1, 0, 1, 1, 1, 0});
    const SegmentHeader segment = segmentOf(packetOf(ipv4Packet({.options = options}, tcpSegment({})), raw));

    EXPECT_EQ(segment.headerLength, 48);
    EXPECT_EQ(segment.seq, SeqNum{1000});
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST(Ipv4Header, LengthLeavesOutThePaddingOfTheFrame)
{
    const Bytes frame = ethernetFrame({}) + Bytes(6, std::byte{0xff});
    const SegmentHeader segment = segmentOf(packetOf(frame));

    EXPECT_EQ(segment.payloadLength, 0u);
    EXPECT_TRUE(segment.payload.empty());
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST(Ipv4Header, TotalLengthOfZeroMeansTheWholeFrame)
{
    const Bytes frame = ipPacket({.payload = Bytes(70'000, std::byte{3})});
    const SegmentHeader segment = segmentOf(packetOf(patched(frame, ipv4TotalLengthAt, big16(0)), raw));

    EXPECT_EQ(segment.payloadLength, 70'000u);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST(Ipv4Header, TotalLengthOfZeroCountsWhatTheSnapLengthCut)
{
    const Bytes captured = patched(cut(ipPacket({.payload = Bytes(500)}), 60), ipv4TotalLengthAt, big16(0));
    const SegmentHeader segment = segmentOf(packetOf(captured, raw, 540));

    EXPECT_EQ(segment.payloadLength, 500u);
    EXPECT_EQ(segment.payload.size(), 20u);
}

TEST(Ipv4Header, LengthBeyondTheFrameCountsBecauseMirrorPortsCutFrames)
{
    const SegmentHeader segment = segmentOf(packetOf(cut(ipPacket({.payload = Bytes(500)}), 60), raw));

    EXPECT_EQ(segment.payloadLength, 500u);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::NotChecked);
}

TEST(Ipv4Header, LengthBelowItsHeaderIsMalformed)
{
    EXPECT_EQ(reasonOf(packetOf(patched(ipPacket({}), ipv4TotalLengthAt, big16(19)), raw)), SkipReason::Malformed);
}

TEST(Ipv4Header, OfFewerThanFiveWordsIsMalformed)
{
    EXPECT_EQ(reasonOf(packetOf(patched(ipPacket({}), 0, bytesOf({0x44})), raw)), SkipReason::Malformed);
}

TEST(Ipv4Header, OfAnotherVersionIsMalformed)
{
    EXPECT_EQ(reasonOf(packetOf(patched(ipPacket({}), 0, bytesOf({0x65})), 228)), SkipReason::Malformed);
}

TEST(Ipv4Header, OfUdpIsNotTcp)
{
    EXPECT_EQ(reasonOf(packetOf(ipv4Packet({.protocol = ipProtocolUdp}, Bytes(8)), raw)), SkipReason::NotTcp);
}

TEST(Ipv4Fragment, ThatIsTheFirstIsAFragment)
{
    EXPECT_EQ(reasonOf(packetOf(ipv4Packet({.fragment = 0x2000}, tcpSegment({})), raw)), SkipReason::Fragment);
}

TEST(Ipv4Fragment, ThatIsTheLastIsAFragment)
{
    EXPECT_EQ(reasonOf(packetOf(ipv4Packet({.fragment = 0x0010}, Bytes(40)), raw)), SkipReason::Fragment);
}

// --- IPv6

TEST(Ipv6Header, GivesItsFields)
{
    Bytes bytes = ipPacket({.source = "2001:db8::1", .destination = "2001:db8::2", .ttl = 61});
    bytes = patched(bytes, 0, bytesOf({0x6b, 0x8f}));
    const SegmentHeader segment = segmentOf(packetOf(bytes, raw));

    EXPECT_EQ(toString(segment.source), "[2001:db8::1]:40000");
    EXPECT_EQ(toString(segment.destination), "[2001:db8::2]:443");
    EXPECT_EQ(segment.ttl, 61);
    EXPECT_EQ(segment.ipId, std::nullopt);
    EXPECT_EQ(segment.trafficClass, 0xb8);
    EXPECT_EQ(segment.headerLength, 60);
}

struct Extension
{
    const char* name;
    uint8_t type;
    Bytes bytes; ///< TCP follows
};

void PrintTo(const Extension& extension, std::ostream* stream)
{
    *stream << extension.name;
}

class Ipv6Extension : public testing::TestWithParam<Extension>
{
};

INSTANTIATE_TEST_SUITE_P(All, Ipv6Extension,
    testing::Values(Extension{"HopByHop", 0, bytesOf({6, 0, 1, 4, 0, 0, 0, 0})},
        Extension{"Routing", 43, bytesOf({6, 2}) + Bytes(22)},
        Extension{"DestinationOptions", 60, bytesOf({6, 1}) + Bytes(14)},
        Extension{"Authentication", 51, bytesOf({6, 4}) + Bytes(22)},
        Extension{"AtomicFragment", 44, bytesOf({6, 0, 0, 6, 1, 2, 3, 4})},
        Extension{"TwoInARow", 0, bytesOf({60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0})}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(Ipv6Extension, LeadsToTheSegment)
{
    const SegmentHeader segment = segmentOf(packetOf(withExtensions(GetParam().type, GetParam().bytes), raw));

    EXPECT_EQ(segment.seq, SeqNum{1000});
    EXPECT_EQ(segment.headerLength, 60 + GetParam().bytes.size());
    EXPECT_EQ(segment.payloadLength, 0u);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST(Ipv6Fragment, IsAFragment)
{
    const Bytes moreFollow = bytesOf({6, 0, 0, 1, 1, 2, 3, 4});
    EXPECT_EQ(reasonOf(packetOf(withExtensions(44, moreFollow), raw)), SkipReason::Fragment);
}

TEST(Ipv6Header, WithoutNextHeaderIsNotTcp)
{
    EXPECT_EQ(reasonOf(packetOf(withExtensions(59, {}), raw)), SkipReason::NotTcp);
}

TEST(Ipv6Extension, BeyondThePacketIsMalformed)
{
    IpFields fields = v6Fields;
    fields.protocol = 60;
    EXPECT_EQ(reasonOf(packetOf(ipv6Packet(fields, bytesOf({6, 255, 0, 0, 0, 0, 0, 0})), raw)), SkipReason::Malformed);
}

TEST(Ipv6Jumbogram, TakesItsLengthFromTheOption)
{
    const Bytes segmentBytes = v6SegmentBytes(Bytes(80'000, std::byte{1}));
    const Bytes hopByHop = bytesOf({6, 0, 0xc2, 4}) + big32(8 + segmentBytes.size());
    IpFields fields = v6Fields;
    fields.protocol = 0;
    const Bytes bytes = patched(ipv6Packet(fields, hopByHop + segmentBytes), ipv6PayloadLengthAt, big16(0));

    const SegmentHeader segment = segmentOf(packetOf(bytes, raw));

    EXPECT_EQ(segment.payloadLength, 80'000u);
    EXPECT_EQ(segment.headerLength, 68);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST(Ipv6Header, PayloadLengthOfZeroMeansTheWholeFrame)
{
    const Bytes bytes = ipv6Packet(v6Fields, v6SegmentBytes(Bytes(70'000)));
    const SegmentHeader segment = segmentOf(packetOf(patched(bytes, ipv6PayloadLengthAt, big16(0)), raw));

    EXPECT_EQ(segment.payloadLength, 70'000u);
}

} // namespace
} // namespace whyrst::test
