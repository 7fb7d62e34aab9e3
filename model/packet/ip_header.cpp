#include "model/packet/ip_header.h"

#include "model/capture/byte_order.h"

#include <algorithm>

namespace whyrst {

namespace {

using Bytes = std::span<const std::byte>;

constexpr size_t ipv4AddressLength = 4;
constexpr size_t ipv6AddressLength = 16;
constexpr uint32_t wordLength = 4;

/// Why `needed` bytes of header are not there: cut by the snap length, or by a packet that is too short for them.
SkipReason missing(size_t needed, size_t wireLength)
{
    return needed <= wireLength ? SkipReason::Truncated : SkipReason::Malformed;
}

/// Sets the payload from what lies behind the header.
void setPayload(Bytes bytes, IpHeader& ip)
{
    const Bytes rest = bytes.subspan(ip.headerLength);
    ip.payload = rest.first(std::min<size_t>(rest.size(), ip.payloadLength));
}

// Headers between IP and transport (IANA protocol numbers); of these IPv4 has the authentication header only.
constexpr uint8_t hopByHop = 0;
constexpr uint8_t routing = 43;
constexpr uint8_t fragmentHeader = 44;
constexpr uint8_t authentication = 51;
constexpr uint8_t destinationOptions = 60;
constexpr uint8_t mobility = 135;
constexpr uint8_t hostIdentity = 139;
constexpr uint8_t shim6 = 140;

constexpr size_t shortestExtension = 8;

/// Length of the extension header at `at` (RFC 8200 4; RFC 4302 2.2 counts the authentication header in words).
uint32_t extensionLength(uint8_t type, const std::byte* at)
{
    const uint32_t field = load8(at + 1);
    switch (type) {
    case fragmentHeader:
        return shortestExtension;
    case authentication:
        return (field + 2) * wordLength;
    default:
        return (field + 1) * 2 * wordLength;
    }
}

// --- IPv4 (RFC 791 3.1)

void setIpv4Fragment(uint16_t field, IpHeader& ip)
{
    constexpr uint16_t moreFragmentsBit = 0x2000;
    constexpr uint16_t offsetMask = 0x1fff;
    constexpr uint16_t unit = 8;
    ip.isFragment = true;
    ip.moreFragments = field & moreFragmentsBit;
    ip.fragmentOffset = static_cast<uint16_t>((field & offsetMask) * unit);
    ip.fragmentId = ip.ipId.value_or(0);
}

/// Goes over an authentication header (RFC 4302 2).
std::optional<SkipReason> skipIpv4Authentication(IpHeader& ip)
{
    constexpr size_t neededLength = 2; // next header and length
    if (ip.payload.size() < neededLength)
        return missing(neededLength, ip.payloadLength);
    const uint32_t length = extensionLength(authentication, ip.payload.data());
    if (ip.payload.size() < length)
        return missing(length, ip.payloadLength);
    ip.protocol = load8(ip.payload.data());
    ip.headerLength += length;
    ip.payloadLength -= length;
    ip.payload = ip.payload.subspan(length);
    return std::nullopt;
}

std::optional<SkipReason> decodeIpv4(Bytes bytes, size_t wireLength, IpHeader& ip)
{
    constexpr size_t fixedLength = 20;
    constexpr size_t addressesAt = 12;
    constexpr uint16_t dontFragmentBit = 0x4000;
    constexpr uint16_t fragmentBits = 0x3fff; // more fragments, and the offset
    if (bytes.size() < fixedLength)
        return missing(fixedLength, wireLength);
    const std::byte* at = bytes.data();
    ip.headerLength = (load8(at) & 0x0fu) * wordLength;
    const uint16_t totalLength = loadBig16(at + 2);
    const uint32_t length = totalLength ? totalLength : static_cast<uint32_t>(wireLength);
    if (load8(at) >> 4 != 4 || ip.headerLength < fixedLength || length < ip.headerLength)
        return SkipReason::Malformed;
    if (bytes.size() < ip.headerLength)
        return missing(ip.headerLength, std::max<size_t>(wireLength, length));
    const uint16_t fragment = loadBig16(at + 6);
    ip.trafficClass = load8(at + 1);
    ip.ipId = loadBig16(at + 4);
    ip.dontFragment = fragment & dontFragmentBit;
    ip.ttl = load8(at + 8);
    ip.protocol = load8(at + 9);
    ip.addresses = bytes.subspan(addressesAt, 2 * ipv4AddressLength);
    ip.payloadLength = length - ip.headerLength;
    setPayload(bytes, ip);
    if (fragment & fragmentBits)
        setIpv4Fragment(fragment, ip);
    else if (ip.protocol == authentication)
        return skipIpv4Authentication(ip);
    return std::nullopt;
}

// --- IPv6 (RFC 8200)

bool isExtension(uint8_t nextHeader)
{
    switch (nextHeader) {
    case hopByHop:
    case routing:
    case fragmentHeader:
    case authentication:
    case destinationOptions:
    case mobility:
    case hostIdentity:
    case shim6:
        return true;
    default:
        return false;
    }
}

/// The jumbo payload length (RFC 2675 2) among the options of a hop-by-hop header; 0 without.
uint32_t jumboLength(Bytes options)
{
    constexpr uint8_t padOne = 0;
    constexpr uint8_t jumboPayload = 0xc2;
    constexpr size_t optionHeaderLength = 2;
    while (options.size() >= optionHeaderLength) {
        const uint8_t type = load8(options.data());
        const size_t length = type == padOne ? 1 : optionHeaderLength + load8(options.data() + 1);
        if (length > options.size())
            return 0;
        if (type == jumboPayload && length == optionHeaderLength + sizeof(uint32_t))
            return loadBig32(options.data() + optionHeaderLength);
        options = options.subspan(length);
    }
    return 0;
}

/// The fragment header at `at` (RFC 8200 4.5). An atomic fragment (RFC 6946) is none.
void setIpv6Fragment(const std::byte* at, IpHeader& ip)
{
    constexpr uint16_t moreFragmentsBit = 0x0001;
    constexpr uint16_t offsetMask = 0xfff8;
    const uint16_t field = loadBig16(at + 2);
    ip.isFragment = field & (offsetMask | moreFragmentsBit);
    ip.moreFragments = field & moreFragmentsBit;
    ip.fragmentOffset = field & offsetMask;
    ip.fragmentId = loadBig32(at + 4);
}

/// Goes through the extension headers: `ip.protocol` and `ip.headerLength` move behind them, `jumbo` becomes the length
/// of a jumbogram.
std::optional<SkipReason> walkExtensions(Bytes bytes, size_t wireLength, IpHeader& ip, uint32_t& jumbo)
{
    constexpr size_t optionsAt = 2;
    while (isExtension(ip.protocol) && !ip.isFragment) {
        if (bytes.size() < ip.headerLength + shortestExtension)
            return missing(ip.headerLength + shortestExtension, wireLength);
        const std::byte* at = bytes.data() + ip.headerLength;
        const uint32_t length = extensionLength(ip.protocol, at);
        if (bytes.size() < ip.headerLength + length)
            return missing(ip.headerLength + length, wireLength);
        if (ip.protocol == hopByHop)
            jumbo = jumboLength(bytes.subspan(ip.headerLength + optionsAt, length - optionsAt));
        else if (ip.protocol == fragmentHeader)
            setIpv6Fragment(at, ip);
        ip.protocol = load8(at);
        ip.headerLength += length;
    }
    return std::nullopt;
}

std::optional<SkipReason> decodeIpv6(Bytes bytes, size_t wireLength, IpHeader& ip)
{
    constexpr uint32_t fixedLength = 40;
    constexpr size_t addressesAt = 8;
    if (bytes.size() < fixedLength)
        return missing(fixedLength, wireLength);
    const std::byte* at = bytes.data();
    const uint32_t firstWord = loadBig32(at);
    if (firstWord >> 28 != 6)
        return SkipReason::Malformed;
    const uint16_t payloadField = loadBig16(at + 4);
    ip.isV6 = true;
    ip.trafficClass = static_cast<uint8_t>(firstWord >> 20);
    ip.protocol = load8(at + 6);
    ip.ttl = load8(at + 7);
    ip.dontFragment = true; // routers never fragment IPv6
    ip.addresses = bytes.subspan(addressesAt, 2 * ipv6AddressLength);
    ip.headerLength = fixedLength;
    uint32_t jumbo = 0;
    if (const auto reason = walkExtensions(bytes, std::max<size_t>(wireLength, fixedLength + payloadField), ip, jumbo))
        return reason;
    const uint64_t said = payloadField ? payloadField : jumbo;
    const uint64_t length = said ? fixedLength + said : wireLength;
    if (length < ip.headerLength || length > UINT32_MAX)
        return SkipReason::Malformed;
    ip.payloadLength = static_cast<uint32_t>(length - ip.headerLength);
    setPayload(bytes, ip);
    return std::nullopt;
}

} // namespace

std::optional<SkipReason> decodeIpHeader(NetworkProtocol protocol, Bytes bytes, size_t wireLength, IpHeader& ip)
{
    if (protocol == NetworkProtocol::Ipv4)
        return decodeIpv4(bytes, wireLength, ip);
    if (protocol == NetworkProtocol::Ipv6)
        return decodeIpv6(bytes, wireLength, ip);
    return SkipReason::NotIp;
}

} // namespace whyrst
