#include "tests/support/packet_bytes.h"

#include <algorithm>
#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

constexpr uint16_t etherTypeIpv4 = 0x0800;
constexpr uint16_t etherTypeIpv6 = 0x86dd;
constexpr size_t tcpHeaderLength = 20;
constexpr size_t ipv4HeaderLength = 20;
constexpr size_t wordLength = 4;

bool isV6(const std::string& text)
{
    return text.find(':') != std::string::npos;
}

/// RFC 1071, written as its text says, so that tests do not check the program with its own sum.
uint16_t plainSum(const Bytes& bytes)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes.size(); ++i)
        sum += static_cast<uint32_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

uint16_t checksumField(const TcpPacket& packet, const Bytes& segment)
{
    const Bytes addresses = addressBytes(packet.source) + addressBytes(packet.destination);
    const Bytes pseudoHeader = addresses + big32(segment.size()) + big32(ipProtocolTcp);
    const uint16_t valid = static_cast<uint16_t>(~plainSum(pseudoHeader + segment));
    switch (packet.checksum) {
    case ChecksumFill::Zero:
        return 0;
    case ChecksumFill::Partial:
        return plainSum(pseudoHeader);
    case ChecksumFill::PartialWithoutLength:
        return plainSum(addresses + big32(ipProtocolTcp));
    case ChecksumFill::Bad:
        return static_cast<uint16_t>(valid + 1);
    default:
        return valid;
    }
}

Bytes paddedToWords(Bytes bytes)
{
    bytes.resize((bytes.size() + wordLength - 1) / wordLength * wordLength);
    return bytes;
}

} // namespace

// --- Packets

Bytes mssOption(uint16_t size)
{
    return bytesOf({2, 4}) + big16(size);
}

Bytes timestampsOption(uint32_t value, uint32_t echo)
{
    return bytesOf({1, 1, 8, 10}) + big32(value) + big32(echo);
}

Bytes sackOption(const std::vector<std::pair<uint32_t, uint32_t>>& blocks)
{
    Bytes option = bytesOf({5, static_cast<int>(2 + 8 * blocks.size())});
    for (const auto& [left, right] : blocks)
        option = option + big32(left) + big32(right);
    return option;
}

Bytes tcpSegment(const TcpPacket& packet)
{
    constexpr size_t checksumAt = 16;
    const Bytes options = paddedToWords(packet.options);
    const size_t dataOffset = (tcpHeaderLength + options.size()) / wordLength;
    const Bytes segment = big16(packet.sourcePort) + big16(packet.destinationPort) + big32(packet.seq)
        + big32(packet.ack) + big16((dataOffset << 12) | packet.flags) + big16(packet.window) + big32(0) + options
        + packet.payload;
    return patched(segment, checksumAt, big16(checksumField(packet, segment)));
}

Bytes ipPacket(const TcpPacket& packet)
{
    const IpFields fields{
        .source = packet.source, .destination = packet.destination, .ttl = packet.ttl, .ipId = packet.ipId};
    return isV6(packet.source) ? ipv6Packet(fields, tcpSegment(packet)) : ipv4Packet(fields, tcpSegment(packet));
}

Bytes ethernetFrame(const TcpPacket& packet)
{
    return ethernetHeader(isV6(packet.source) ? etherTypeIpv6 : etherTypeIpv4) + ipPacket(packet);
}

Bytes ipv4Packet(const IpFields& fields, const Bytes& payload)
{
    constexpr size_t checksumAt = 10;
    const size_t headerLength = ipv4HeaderLength + fields.options.size();
    const Bytes header = big16(((0x40 | headerLength / wordLength) << 8)) + big16(headerLength + payload.size())
        + big16(fields.ipId) + big16(fields.fragment) + bytesOf({fields.ttl, fields.protocol}) + big16(0)
        + addressBytes(fields.source) + addressBytes(fields.destination) + fields.options;
    return patched(header, checksumAt, big16(static_cast<uint16_t>(~plainSum(header)))) + payload;
}

Bytes ipv6Packet(const IpFields& fields, const Bytes& payload)
{
    constexpr uint32_t version = 0x60000000;
    return big32(version) + big16(payload.size()) + bytesOf({fields.protocol, fields.ttl}) + addressBytes(fields.source)
        + addressBytes(fields.destination) + payload;
}

Bytes ethernetHeader(uint16_t etherType)
{
    const Bytes destination = bytesOf({0x02, 0, 0, 0, 0, 0x02});
    const Bytes source = bytesOf({0x02, 0, 0, 0, 0, 0x01});
    return destination + source + big16(etherType);
}

Bytes icmpMessage(uint8_t type, uint8_t code, uint32_t rest, const Bytes& quote)
{
    return bytesOf({type, code, 0, 0}) + big32(rest) + quote;
}

Bytes addressBytes(const std::string& address)
{
    Bytes bytes(isV6(address) ? sizeof(in6_addr) : sizeof(in_addr));
    const int family = isV6(address) ? AF_INET6 : AF_INET;
    EXPECT_EQ(inet_pton(family, address.c_str(), bytes.data()), 1) << address;
    return bytes;
}

IpAddress address(const std::string& text)
{
    IpAddress result;
    result.isV6 = isV6(text);
    const Bytes bytes = addressBytes(text);
    std::transform(
        bytes.begin(), bytes.end(), result.bytes.begin(), [](std::byte byte) { return static_cast<uint8_t>(byte); });
    return result;
}

Packet packetOf(const Bytes& bytes, LinkType linkType, uint32_t originalLength)
{
    Packet packet;
    packet.number = PacketNumber(1);
    packet.bytes = bytes;
    packet.originalLength = std::max(originalLength, static_cast<uint32_t>(bytes.size()));
    packet.linkType = linkType;
    return packet;
}

} // namespace whyrst::test
