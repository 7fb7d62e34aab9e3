#include "model/packet/pseudo_header.h"

#include "model/capture/byte_order.h"

#include <algorithm>

namespace whyrst {

namespace {

uint16_t loadLittle16(const std::byte* at)
{
    return loadNumber<uint16_t>(at, std::endian::little);
}

uint32_t loadLittle32(const std::byte* at)
{
    return loadNumber<uint32_t>(at, std::endian::little);
}

/// Goes over a header of `length` bytes, which must at least be `shortest`.
std::optional<SkipReason> skipHeader(size_t length, size_t shortest, Layer& layer)
{
    if (length < shortest)
        return SkipReason::Malformed;
    if (const auto reason = layer.lacks(length))
        return reason;
    layer.skip(length);
    return std::nullopt;
}

constexpr LinkType linkTypeEthernet = 1;
constexpr LinkType linkTypeRaw = 101;

/// What a record of ERF holds, by its type (wireshark.org, "ERF"); nothing for what carries no IP that we know.
std::optional<LinkType> linkOfRecord(int type)
{
    switch (type) {
    case 2: // Ethernet, and what cards of other colours and hashes write for it
    case 11:
    case 16:
    case 20:
        return linkTypeEthernet;
    case 1: // HDLC
    case 10:
    case 15:
    case 19:
        return LinkType{104};
    case 22: // IPv4
    case 23: // IPv6
        return linkTypeRaw;
    default:
        return std::nullopt;
    }
}

/// An attribute of NFLOG, its header included. The byte order is that of the capturing machine.
struct Attribute
{
    size_t length = 0;
    uint16_t type = 0;
};

Attribute loadAttribute(const Layer& layer)
{
    constexpr uint16_t largestType = 0x00ff; // larger: the other byte order
    const uint16_t type = loadLittle16(layer.at(2));
    if (type <= largestType)
        return {loadLittle16(layer.at()), type};
    return {loadBig16(layer.at()), loadBig16(layer.at(2))};
}

} // namespace

NetworkProtocol protocolOfFamily(uint32_t family)
{
    switch (family) {
    case 2:
        return NetworkProtocol::Ipv4;
    case 10: // Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 26: // Solaris
    case 28: // FreeBSD
    case 30: // macOS
        return NetworkProtocol::Ipv6;
    default:
        return NetworkProtocol::Other;
    }
}

std::optional<SkipReason> decodePacketInformation(Layer& layer, LinkType& wrapped)
{
    constexpr size_t fixedLength = 8;
    if (const auto reason = layer.lacks(fixedLength))
        return reason;
    const size_t length = loadLittle16(layer.at(2));
    wrapped = static_cast<LinkType>(std::min<uint32_t>(loadLittle32(layer.at(4)), UINT16_MAX));
    return skipHeader(length, fixedLength, layer);
}

std::optional<SkipReason> decodePacketTap(Layer& layer, LinkType& wrapped)
{
    constexpr size_t neededLength = 40; // up to the flags
    constexpr uint32_t packetRecord = 1;
    constexpr size_t linkTypeAt = 8;
    constexpr size_t flagsAt = 36;
    constexpr uint32_t inbound = 0x1;
    constexpr uint32_t outbound = 0x2;
    if (const auto reason = layer.lacks(neededLength))
        return reason;
    const size_t length = loadLittle32(layer.at());
    if (loadLittle32(layer.at(4)) != packetRecord)
        return SkipReason::NotIp;
    wrapped = static_cast<LinkType>(std::min<uint32_t>(loadLittle32(layer.at(linkTypeAt)), UINT16_MAX));
    const uint32_t flags = loadLittle32(layer.at(flagsAt)) & (inbound | outbound);
    if (flags == inbound || flags == outbound)
        layer.direction = flags == inbound ? HostDirection::Inbound : HostDirection::Outbound;
    return skipHeader(length, neededLength, layer);
}

std::optional<SkipReason> decodeExtensibleRecord(Layer& layer, LinkType& wrapped)
{
    constexpr size_t headerLength = 16;
    constexpr size_t typeAt = 8;
    constexpr size_t extensionLength = 8;
    constexpr size_t ethernetPadding = 2;
    constexpr uint8_t more = 0x80;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    const uint8_t type = load8(layer.at(typeAt));
    layer.skip(headerLength);
    for (uint8_t marks = type; marks & more;) {
        if (const auto reason = layer.lacks(extensionLength))
            return reason;
        marks = load8(layer.at());
        layer.skip(extensionLength);
    }
    const std::optional<LinkType> recorded = linkOfRecord(type & ~more);
    if (!recorded)
        return SkipReason::NotIp;
    wrapped = *recorded;
    return wrapped == linkTypeEthernet ? skipHeader(ethernetPadding, 0, layer) : std::nullopt;
}

std::optional<SkipReason> decodeJuniper(Layer& layer, LinkType& wrapped)
{
    constexpr size_t fixedLength = 4;
    constexpr uint32_t magic = 0x4d4743; // "MGC"
    constexpr unsigned bitsOfFlags = 8;
    constexpr uint32_t inbound = 0x01;
    constexpr uint32_t withoutLink = 0x02;
    constexpr uint32_t withExtensions = 0x80;
    constexpr size_t familyLength = 4;
    if (const auto reason = layer.lacks(fixedLength))
        return reason;
    const uint32_t start = loadBig32(layer.at());
    if (start >> bitsOfFlags != magic)
        return SkipReason::NotIp;
    layer.direction = start & inbound ? HostDirection::Inbound : HostDirection::Outbound;
    layer.skip(fixedLength);
    if (start & withExtensions) {
        if (const auto reason = layer.lacks(sizeof(uint16_t)))
            return reason;
        if (const auto reason = skipHeader(sizeof(uint16_t) + loadBig16(layer.at()), 0, layer))
            return reason;
    }
    if (!(start & withoutLink))
        return std::nullopt;
    wrapped = linkTypeRaw;
    return skipHeader(familyLength, 0, layer);
}

std::optional<SkipReason> decodeNetfilterLog(Layer& layer)
{
    constexpr size_t fixedLength = 4;
    constexpr size_t attributeHeaderLength = 4;
    constexpr size_t alignment = 4;
    constexpr uint16_t payload = 9; // NFULA_PAYLOAD
    if (const auto reason = layer.lacks(fixedLength))
        return reason;
    layer.protocol = protocolOfFamily(load8(layer.at()));
    layer.skip(fixedLength);
    while (true) {
        if (const auto reason = layer.lacks(attributeHeaderLength))
            return reason;
        const auto [length, type] = loadAttribute(layer);
        if (length < attributeHeaderLength)
            return SkipReason::Malformed;
        if (type == payload)
            break;
        const size_t padded = (length + alignment - 1) / alignment * alignment;
        if (const auto reason = skipHeader(padded, attributeHeaderLength, layer))
            return reason;
    }
    layer.skip(attributeHeaderLength);
    return std::nullopt;
}

std::optional<SkipReason> decodeIpnet(Layer& layer)
{
    constexpr size_t headerLength = 24;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    layer.protocol = protocolOfFamily(load8(layer.at(1)));
    layer.skip(headerLength);
    return std::nullopt;
}

std::optional<SkipReason> decodePacketFilterLog(Layer& layer)
{
    constexpr size_t shortest = 28; // of OpenBSD's first version
    constexpr size_t alignment = 4;
    if (const auto reason = layer.lacks(2))
        return reason;
    const size_t length = load8(layer.at());
    layer.protocol = protocolOfFamily(load8(layer.at(1)));
    return skipHeader((length + alignment - 1) / alignment * alignment, shortest, layer);
}

} // namespace whyrst
