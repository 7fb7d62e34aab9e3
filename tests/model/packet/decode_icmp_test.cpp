// ICMP errors and the segments that they quote.
#include "tests/support/encapsulation.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

constexpr LinkType raw = 101;

const TcpPacket v6Packet{.source = "2001:db8::1", .destination = "2001:db8::2", .seq = 4711};

Bytes icmpV4(uint8_t type, uint8_t code, uint32_t rest, const Bytes& quote)
{
    const IpFields fields{.source = "203.0.113.9", .destination = "192.0.2.1", .protocol = ipProtocolIcmp};
    return ipv4Packet(fields, icmpMessage(type, code, rest, quote));
}

Bytes icmpV6(uint8_t type, uint8_t code, uint32_t rest, const Bytes& quote)
{
    const IpFields fields{.source = "2001:db8::ff", .destination = "2001:db8::1", .protocol = ipProtocolIcmpV6};
    return ipv6Packet(fields, icmpMessage(type, code, rest, quote));
}

IcmpError errorOf(const Bytes& bytes)
{
    const DecodedPacket decoded = decodePacket(packetOf(bytes, raw));
    EXPECT_TRUE(std::holds_alternative<IcmpError>(decoded));
    const auto* error = std::get_if<IcmpError>(&decoded);
    return error ? *error : IcmpError{};
}

SkipReason reasonOf(const Packet& packet)
{
    const DecodedPacket decoded = decodePacket(packet);
    EXPECT_TRUE(std::holds_alternative<SkipReason>(decoded));
    const auto* reason = std::get_if<SkipReason>(&decoded);
    return reason ? *reason : SkipReason{};
}

TEST(IcmpError, TellsWhoSaysWhatAboutWhichSegment)
{
    const IcmpError error = errorOf(icmpV4(3, 1, 0, ipPacket({.seq = 4711})));

    EXPECT_EQ(toString(error.sender), "203.0.113.9");
    EXPECT_FALSE(error.isV6);
    EXPECT_EQ(error.type, 3);
    EXPECT_EQ(error.code, 1);
    EXPECT_EQ(error.mtu, 0u);
    EXPECT_EQ(toString(error.quotedSource), "192.0.2.1:40000");
    EXPECT_EQ(toString(error.quotedDestination), "198.51.100.7:443");
    EXPECT_EQ(error.quotedSeq, SeqNum{4711});
}

TEST(IcmpError, NeedsOnlyEightBytesOfTheSegment)
{
    EXPECT_EQ(errorOf(icmpV4(11, 0, 0, cut(ipPacket({.seq = 4711}), 28))).quotedSeq, SeqNum{4711});
}

TEST(IcmpError, OfFragmentationNeededHasTheMtu)
{
    EXPECT_EQ(errorOf(icmpV4(3, 4, 1280, ipPacket({}))).mtu, 1280u);
}

TEST(IcmpError, OfAnotherCodeHasNoMtu)
{
    EXPECT_EQ(errorOf(icmpV4(3, 13, 1280, ipPacket({}))).mtu, 0u);
}

TEST(IcmpError, FindsTheSegmentBehindQuotedIpOptions)
{
    const Bytes quote = ipv4Packet({.options = bytesOf({1, 1, 1, 0})}, tcpSegment({.seq = 4711}));

    EXPECT_EQ(errorOf(icmpV4(12, 0, 0, quote)).quotedSeq, SeqNum{4711});
}

TEST(IcmpError, OfIpv6TellsTheSame)
{
    const IcmpError error = errorOf(icmpV6(1, 4, 0, ipPacket(v6Packet)));

    EXPECT_EQ(toString(error.sender), "2001:db8::ff");
    EXPECT_TRUE(error.isV6);
    EXPECT_EQ(error.type, 1);
    EXPECT_EQ(error.code, 4);
    EXPECT_EQ(toString(error.quotedSource), "[2001:db8::1]:40000");
    EXPECT_EQ(error.quotedSeq, SeqNum{4711});
}

TEST(IcmpError, OfPacketTooBigHasTheMtu)
{
    EXPECT_EQ(errorOf(icmpV6(2, 0, 1400, ipPacket(v6Packet))).mtu, 1400u);
}

TEST(IcmpError, FindsTheSegmentBehindQuotedExtensionHeaders)
{
    IpFields fields{.source = "2001:db8::1", .destination = "2001:db8::2", .protocol = 60};
    const Bytes quote = ipv6Packet(fields, bytesOf({6, 0, 1, 4, 0, 0, 0, 0}) + tcpSegment(v6Packet));

    EXPECT_EQ(errorOf(icmpV6(3, 0, 0, quote)).quotedSeq, SeqNum{4711});
}

TEST(IcmpError, AboutUdpIsSkipped)
{
    const Bytes quote = ipv4Packet({.protocol = ipProtocolUdp}, Bytes(8));
    EXPECT_EQ(reasonOf(packetOf(icmpV4(3, 3, 0, quote), raw)), SkipReason::NotTcp);
}

TEST(IcmpError, AboutALaterFragmentIsSkippedForItHasNoPorts)
{
    const Bytes quote = ipv4Packet({.fragment = 0x0010}, Bytes(8));
    EXPECT_EQ(reasonOf(packetOf(icmpV4(11, 1, 0, quote), raw)), SkipReason::NotTcp);
}

TEST(IcmpError, AboutAFirstFragmentTellsTheSegment)
{
    const Bytes quote = ipv4Packet({.fragment = 0x2000}, tcpSegment({.seq = 4711}));
    EXPECT_EQ(errorOf(icmpV4(11, 1, 0, quote)).quotedSeq, SeqNum{4711});
}

TEST(IcmpError, WithExtensionsBehindTheQuoteTellsTheSegment)
{
    Bytes quote = ipPacket({.seq = 4711});
    quote.resize(128);
    const Bytes extension = bytesOf({0x20, 0, 0, 0, 0, 8, 1, 1, 0, 1, 1, 1});
    EXPECT_EQ(errorOf(icmpV4(11, 0, 32u << 16, quote + extension)).quotedSeq, SeqNum{4711});
}

class QuotedTunnel : public testing::TestWithParam<const char*>
{
};

INSTANTIATE_TEST_SUITE_P(
    All, QuotedTunnel, testing::Values("IpInIp", "GreWithAllFields", "Vxlan", "GeneveWithOptions", "TwoTunnels"));

TEST_P(QuotedTunnel, LeadsToTheSegmentInside)
{
    constexpr size_t ethernetHeaderLength = 14;
    const Bytes frame = encapsulationNamed(GetParam()).wrap(ipPacket({.seq = 4711}));
    const Bytes quote(frame.begin() + ethernetHeaderLength, frame.end());
    const IcmpError error = errorOf(icmpV4(3, 4, 1400, quote));

    EXPECT_EQ(toString(error.quotedSource), "192.0.2.1:40000");
    EXPECT_EQ(error.quotedSeq, SeqNum{4711});
    EXPECT_EQ(error.mtu, 1400u);
}

TEST(IcmpMessage, ThatIsNoErrorIsSkipped)
{
    EXPECT_EQ(reasonOf(packetOf(icmpV4(8, 0, 0, Bytes(56)), raw)), SkipReason::NotTcp);
    EXPECT_EQ(reasonOf(packetOf(icmpV6(135, 0, 0, Bytes(56)), raw)), SkipReason::NotTcp);
}

TEST(IcmpError, WithTooShortAQuoteIsMalformed)
{
    EXPECT_EQ(reasonOf(packetOf(icmpV4(3, 1, 0, cut(ipPacket({}), 27)), raw)), SkipReason::Malformed);
}

TEST(IcmpError, CutByTheSnapLengthIsTruncated)
{
    const Bytes whole = icmpV4(3, 1, 0, ipPacket({}));
    EXPECT_EQ(reasonOf(packetOf(cut(whole, 50), raw, static_cast<uint32_t>(whole.size()))), SkipReason::Truncated);
}

} // namespace
} // namespace whyrst::test
