#include "model/packet/link_header.h"

#include "model/capture/byte_order.h"

namespace whyrst {

namespace {

// LINKTYPE_ numbers (https://www.tcpdump.org/linktypes.html). 12 and 14 are DLT_RAW of some systems, found in old
// files.
constexpr LinkType linkNull = 0;
constexpr LinkType linkEthernet = 1;
constexpr LinkType linkRawOld = 12;
constexpr LinkType linkRawOpenBsd = 14;
constexpr LinkType linkRaw = 101;
constexpr LinkType linkLoop = 108;
constexpr LinkType linkCooked = 113;
constexpr LinkType linkIpv4 = 228;
constexpr LinkType linkIpv6 = 229;
constexpr LinkType linkCooked2 = 276;

constexpr uint16_t etherTypeIpv4 = 0x0800;
constexpr uint16_t etherTypeIpv6 = 0x86dd;

using Bytes = std::span<const std::byte>;

NetworkProtocol protocolOf(uint16_t etherType)
{
    switch (etherType) {
    case etherTypeIpv4:
        return NetworkProtocol::Ipv4;
    case etherTypeIpv6:
        return NetworkProtocol::Ipv6;
    default:
        return NetworkProtocol::Other;
    }
}

bool isVlanTag(uint16_t etherType)
{
    constexpr uint16_t customerTag = 0x8100;   // 802.1Q
    constexpr uint16_t serviceTag = 0x88a8;    // 802.1ad
    constexpr uint16_t oldServiceTag = 0x9100; // before 802.1ad
    return etherType == customerTag || etherType == serviceTag || etherType == oldServiceTag;
}

uint64_t loadMac(const std::byte* at)
{
    return (uint64_t{loadBig16(at)} << 32) | loadBig32(at + sizeof(uint16_t));
}

/// Goes through VLAN tags from `etherType` on, which ends the header of `link.length` bytes.
std::optional<SkipReason> finishWithEtherType(Bytes bytes, uint16_t etherType, LinkHeader& link)
{
    constexpr size_t tagLength = 4; // tag control information, then the next EtherType
    while (isVlanTag(etherType)) {
        if (bytes.size() < link.length + tagLength)
            return SkipReason::Truncated;
        etherType = loadBig16(bytes.data() + link.length + sizeof(uint16_t));
        link.length += tagLength;
    }
    link.protocol = protocolOf(etherType);
    return std::nullopt;
}

std::optional<SkipReason> decodeEthernet(Bytes bytes, LinkHeader& link)
{
    constexpr size_t headerLength = 14;
    constexpr size_t sourceAt = 6;
    constexpr size_t etherTypeAt = 12;
    if (bytes.size() < headerLength)
        return SkipReason::Truncated;
    link.length = headerLength;
    link.sourceMac = loadMac(bytes.data() + sourceAt);
    return finishWithEtherType(bytes, loadBig16(bytes.data() + etherTypeAt), link);
}

/// Packet type of the Linux cooked headers: 0 to us, 4 from us; others were on their way to or from third hosts.
HostDirection directionOf(uint16_t packetType)
{
    constexpr uint16_t toUs = 0;
    constexpr uint16_t fromUs = 4;
    if (packetType == toUs)
        return HostDirection::Inbound;
    return packetType == fromUs ? HostDirection::Outbound : HostDirection::Unknown;
}

constexpr uint16_t macLength = 6;

std::optional<SkipReason> decodeCooked(Bytes bytes, LinkHeader& link)
{
    constexpr size_t headerLength = 16;
    constexpr size_t addressLengthAt = 4;
    constexpr size_t addressAt = 6;
    constexpr size_t protocolAt = 14;
    if (bytes.size() < headerLength)
        return SkipReason::Truncated;
    link.length = headerLength;
    link.direction = directionOf(loadBig16(bytes.data()));
    if (loadBig16(bytes.data() + addressLengthAt) == macLength)
        link.sourceMac = loadMac(bytes.data() + addressAt);
    return finishWithEtherType(bytes, loadBig16(bytes.data() + protocolAt), link);
}

std::optional<SkipReason> decodeCooked2(Bytes bytes, LinkHeader& link)
{
    constexpr size_t headerLength = 20;
    constexpr size_t packetTypeAt = 10;
    constexpr size_t addressLengthAt = 11;
    constexpr size_t addressAt = 12;
    if (bytes.size() < headerLength)
        return SkipReason::Truncated;
    link.length = headerLength;
    link.direction = directionOf(load8(bytes.data() + packetTypeAt));
    if (load8(bytes.data() + addressLengthAt) == macLength)
        link.sourceMac = loadMac(bytes.data() + addressAt);
    return finishWithEtherType(bytes, loadBig16(bytes.data()), link);
}

/// The address family before the packet, in the byte order of the capturing machine (NULL) or the network (LOOP).
std::optional<SkipReason> decodeLoopback(Bytes bytes, LinkHeader& link)
{
    constexpr uint32_t largestFamily = 0xffff; // larger: the other byte order
    if (bytes.size() < sizeof(uint32_t))
        return SkipReason::Truncated;
    link.length = sizeof(uint32_t);
    const uint32_t number = loadBig32(bytes.data());
    switch (number <= largestFamily ? number : byteSwapped(number)) {
    case 2: // AF_INET everywhere
        link.protocol = NetworkProtocol::Ipv4;
        break;
    case 10: // AF_INET6: Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
        link.protocol = NetworkProtocol::Ipv6;
        break;
    default:
        break;
    }
    return std::nullopt;
}

std::optional<SkipReason> decodeRaw(Bytes bytes, LinkHeader& link)
{
    if (bytes.empty())
        return SkipReason::Truncated;
    switch (load8(bytes.data()) >> 4) {
    case 4:
        link.protocol = NetworkProtocol::Ipv4;
        break;
    case 6:
        link.protocol = NetworkProtocol::Ipv6;
        break;
    default:
        break;
    }
    return std::nullopt;
}

std::optional<SkipReason> withoutHeader(NetworkProtocol protocol, LinkHeader& link)
{
    link.protocol = protocol;
    return std::nullopt;
}

} // namespace

std::optional<SkipReason> decodeLinkHeader(const Packet& packet, LinkHeader& link)
{
    switch (packet.linkType) {
    case linkEthernet:
        return decodeEthernet(packet.bytes, link);
    case linkCooked:
        return decodeCooked(packet.bytes, link);
    case linkCooked2:
        return decodeCooked2(packet.bytes, link);
    case linkRaw:
    case linkRawOld:
    case linkRawOpenBsd:
        return decodeRaw(packet.bytes, link);
    case linkIpv4:
        return withoutHeader(NetworkProtocol::Ipv4, link);
    case linkIpv6:
        return withoutHeader(NetworkProtocol::Ipv6, link);
    case linkNull:
    case linkLoop:
        return decodeLoopback(packet.bytes, link);
    default:
        return SkipReason::UnsupportedLink;
    }
}

} // namespace whyrst
