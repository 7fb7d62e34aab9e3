#include "model/packet/ether_type.h"

#include "model/capture/byte_order.h"

namespace whyrst {

namespace {

constexpr uint16_t etherTypeIpv4 = 0x0800;
constexpr uint16_t etherTypeIpv6 = 0x86dd;
constexpr uint16_t etherTypeBridging = 0x6558; // RFC 1701; of GRE, Geneve and NSH
constexpr uint16_t etherTypeMpls = 0x8847;
constexpr uint16_t etherTypeMplsMulticast = 0x8848;
constexpr uint16_t etherTypePppoeSession = 0x8864;
constexpr uint16_t etherTypePpp = 0x880b;
constexpr uint16_t etherTypeBackbone = 0x88e7; // 802.1ah I-TAG
constexpr uint16_t etherTypeMacsec = 0x88e5;
constexpr uint16_t etherTypeNsh = 0x894f;

constexpr size_t etherTypeLength = 2;

constexpr size_t vlanTagLength = 4;   // IEEE 802.1Q 9.3, with the EtherType behind it
constexpr uint16_t vlanMask = 0x0fff; // IEEE 802.1Q 9.6: the rest of the two bytes is priority

/// Bytes of a tag of this type, with the EtherType that ends it; 0 when it is none.
size_t tagLength(uint16_t etherType)
{
    switch (etherType) {
    case 0x8100: // 802.1Q
    case 0x88a8: // 802.1ad
    case 0x9100: // before 802.1ad
    case 0x9200:
    case 0x9300:
        return vlanTagLength;
    case 0x8926: // VN-Tag
        return 6;
    case 0x893f: // 802.1BR E-TAG
        return 8;
    default:
        return 0;
    }
}

/// Unencrypted MACsec (802.1AE 9.3): the security tag, then the EtherType of the user.
std::optional<SkipReason> decodeMacsec(Layer& layer)
{
    constexpr size_t shortest = 6;
    constexpr size_t channelLength = 8;
    constexpr uint8_t channelPresent = 0x20;
    constexpr uint8_t encryptedOrChanged = 0x0c;
    if (const auto reason = layer.lacks(shortest))
        return reason;
    const uint8_t control = load8(layer.at());
    if (control & encryptedOrChanged)
        return SkipReason::NotIp;
    if (++layer.nesting > deepestNesting)
        return SkipReason::Malformed;
    const size_t length = shortest + (control & channelPresent ? channelLength : 0);
    if (const auto reason = layer.lacks(length + etherTypeLength))
        return reason;
    const uint16_t etherType = loadBig16(layer.at(length));
    layer.skip(length + etherTypeLength);
    return decodeEtherType(etherType, layer);
}

/// The network service header (RFC 8300 2.2).
std::optional<SkipReason> decodeNsh(Layer& layer)
{
    constexpr size_t baseLength = 4;
    constexpr size_t wordLength = 4;
    constexpr uint8_t lengthMask = 0x3f;
    constexpr uint8_t ethernet = 3;
    constexpr uint8_t mpls = 5;
    if (const auto reason = layer.lacks(baseLength))
        return reason;
    const size_t length = (load8(layer.at(1)) & lengthMask) * wordLength;
    const uint8_t next = load8(layer.at(3));
    if (length < baseLength)
        return SkipReason::Malformed;
    if (const auto reason = layer.lacks(length))
        return reason;
    layer.skip(length);
    if (next == ethernet)
        return decodeEthernet(layer);
    return next == mpls ? decodeMpls(layer) : decodeRawIp(layer);
}

/// 802.1ah: the service instance, then the user's Ethernet header.
std::optional<SkipReason> decodeBackboneTag(Layer& layer)
{
    constexpr size_t serviceLength = 4;
    if (const auto reason = layer.lacks(serviceLength))
        return reason;
    layer.skip(serviceLength);
    return decodeEthernet(layer);
}

/// An Ethernet pseudowire (RFC 4448), with or without the control word: where a known EtherType is tells.
std::optional<SkipReason> decodePseudowire(Layer& layer)
{
    constexpr size_t controlWordLength = 4;
    constexpr size_t etherTypeAt = 12;
    if (const auto reason = layer.lacks(controlWordLength + etherTypeAt + etherTypeLength))
        return reason;
    const uint16_t etherType = loadBig16(layer.at(controlWordLength + etherTypeAt));
    const bool hasControlWord = load8(layer.at()) >> 4 == 0
        && (etherType == etherTypeIpv4 || etherType == etherTypeIpv6 || tagLength(etherType) != 0);
    if (hasControlWord)
        layer.skip(controlWordLength);
    return decodeEthernet(layer);
}

std::optional<SkipReason> decodeRareEtherType(uint16_t etherType, Layer& layer)
{
    switch (etherType) {
    case etherTypeMpls:
    case etherTypeMplsMulticast:
        return decodeMpls(layer);
    case etherTypePppoeSession:
        return decodePppoe(layer);
    case etherTypePpp:
        return decodePpp(layer);
    case etherTypeBridging:
        return decodeEthernet(layer);
    case etherTypeBackbone:
        return decodeBackboneTag(layer);
    case etherTypeMacsec:
        return decodeMacsec(layer);
    case etherTypeNsh:
        return decodeNsh(layer);
    default:
        layer.protocol = NetworkProtocol::Other;
        return std::nullopt;
    }
}

/// Cisco HDLC: address, control, EtherType.
std::optional<SkipReason> decodeCiscoHdlc(Layer& layer)
{
    constexpr size_t headerLength = 4;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    const uint16_t etherType = loadBig16(layer.at(2));
    layer.skip(headerLength);
    return decodeEtherType(etherType, layer);
}

} // namespace

uint64_t loadMac(const std::byte* at)
{
    return (uint64_t{loadBig16(at)} << 32) | loadBig32(at + sizeof(uint16_t));
}

std::optional<SkipReason> decodeEtherType(uint16_t etherType, Layer& layer)
{
    for (size_t length = tagLength(etherType); length != 0; length = tagLength(etherType)) {
        if (const auto reason = layer.lacks(length))
            return reason;
        etherType = loadBig16(layer.at(length - etherTypeLength));
        if (length == vlanTagLength)
            layer.vlan = loadBig16(layer.at()) & vlanMask;
        layer.skip(length);
    }
    if (etherType != etherTypeIpv4 && etherType != etherTypeIpv6)
        return decodeRareEtherType(etherType, layer);
    layer.protocol = etherType == etherTypeIpv4 ? NetworkProtocol::Ipv4 : NetworkProtocol::Ipv6;
    return std::nullopt;
}

std::optional<SkipReason> decodeEthernet(Layer& layer)
{
    constexpr size_t headerLength = 14;
    constexpr size_t sourceAt = 6;
    constexpr size_t etherTypeAt = 12;
    constexpr uint16_t largestLength = 1500; // IEEE 802.3 3.2.6
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    if (++layer.nesting > deepestNesting)
        return SkipReason::Malformed;
    layer.sourceMac = loadMac(layer.at(sourceAt));
    layer.vlan = 0;
    const uint16_t etherType = loadBig16(layer.at(etherTypeAt));
    layer.skip(headerLength);
    if (etherType == etherTypeIpv4) [[likely]] {
        layer.protocol = NetworkProtocol::Ipv4;
        return std::nullopt;
    }
    return etherType <= largestLength ? decodeLlc(layer) : decodeEtherType(etherType, layer);
}

std::optional<SkipReason> decodeLlc(Layer& layer)
{
    constexpr size_t headerLength = 3; // of an unnumbered frame
    constexpr uint8_t unnumbered = 0x03;
    constexpr uint16_t snap = 0xaaaa;
    constexpr uint16_t ip = 0x0606;
    constexpr uint16_t osiNetwork = 0xfefe;
    constexpr size_t paddingOfBridged = 2; // RFC 2684 5.2
    layer.protocol = NetworkProtocol::Other;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    const uint16_t accessPoints = loadBig16(layer.at());
    const bool isUnnumbered = load8(layer.at(2)) == unnumbered;
    layer.skip(headerLength);
    if (!isUnnumbered)
        return std::nullopt;
    switch (accessPoints) {
    case snap:
        return decodeSnap(layer, paddingOfBridged);
    case ip:
        return decodeRawIp(layer);
    case osiNetwork:
        return decodeNlpid(layer);
    default:
        return std::nullopt;
    }
}

std::optional<SkipReason> decodeSnap(Layer& layer, size_t bridgePadding)
{
    constexpr size_t headerLength = 5;
    constexpr uint32_t organisationMask = 0xffffff00;
    constexpr uint32_t encapsulatedEthernet = 0x000000'00; // RFC 1042
    constexpr uint32_t bridgeTunnel = 0x0000f8'00;         // 802.1H
    constexpr uint32_t bridged = 0x0080c2'00;              // RFC 2684 5.2
    constexpr uint16_t bridgedEthernet = 0x0001;
    constexpr uint16_t bridgedEthernetWithoutChecksum = 0x0007;
    layer.protocol = NetworkProtocol::Other;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    const uint32_t organisation = loadBig32(layer.at()) & organisationMask;
    const uint16_t type = loadBig16(layer.at(3));
    layer.skip(headerLength);
    if (organisation == encapsulatedEthernet || organisation == bridgeTunnel)
        return decodeEtherType(type, layer);
    if (organisation != bridged || (type != bridgedEthernet && type != bridgedEthernetWithoutChecksum))
        return std::nullopt;
    if (const auto reason = layer.lacks(bridgePadding))
        return reason;
    layer.skip(bridgePadding);
    return decodeEthernet(layer);
}

std::optional<SkipReason> decodeNlpid(Layer& layer)
{
    constexpr uint8_t snap = 0x80;
    constexpr uint8_t ipv6 = 0x8e;
    constexpr uint8_t ipv4 = 0xcc;
    layer.protocol = NetworkProtocol::Other;
    if (const auto reason = layer.lacks(1))
        return reason;
    const uint8_t nlpid = load8(layer.at());
    layer.skip(1);
    if (nlpid == snap)
        return decodeSnap(layer, 0);
    if (nlpid == ipv4 || nlpid == ipv6)
        layer.protocol = nlpid == ipv4 ? NetworkProtocol::Ipv4 : NetworkProtocol::Ipv6;
    return std::nullopt;
}

std::optional<SkipReason> decodePpp(Layer& layer)
{
    constexpr uint16_t addressAndControl = 0xff03;
    constexpr uint16_t ipv4 = 0x0021;
    constexpr uint16_t ipv6 = 0x0057;
    constexpr uint16_t mpls = 0x0281;
    constexpr uint16_t mplsMulticast = 0x0283;
    layer.protocol = NetworkProtocol::Other;
    if (const auto reason = layer.lacks(2))
        return reason;
    if (loadBig16(layer.at()) == addressAndControl)
        layer.skip(2);
    if (const auto reason = layer.lacks(2))
        return reason;
    const bool isCompressed = load8(layer.at()) & 1; // RFC 1661 6.5
    const uint16_t protocol = isCompressed ? load8(layer.at()) : loadBig16(layer.at());
    layer.skip(isCompressed ? 1 : 2);
    if (protocol == mpls || protocol == mplsMulticast)
        return decodeMpls(layer);
    if (protocol == ipv4 || protocol == ipv6)
        layer.protocol = protocol == ipv4 ? NetworkProtocol::Ipv4 : NetworkProtocol::Ipv6;
    return std::nullopt;
}

std::optional<SkipReason> decodeSerial(Layer& layer)
{
    constexpr uint8_t ciscoUnicast = 0x0f;
    constexpr uint8_t ciscoMulticast = 0x8f;
    if (const auto reason = layer.lacks(1))
        return reason;
    const uint8_t address = load8(layer.at());
    return address == ciscoUnicast || address == ciscoMulticast ? decodeCiscoHdlc(layer) : decodePpp(layer);
}

std::optional<SkipReason> decodePppoe(Layer& layer)
{
    constexpr size_t headerLength = 6;
    constexpr uint8_t versionAndType = 0x11;
    constexpr uint8_t session = 0;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    if (load8(layer.at()) != versionAndType || load8(layer.at(1)) != session)
        return SkipReason::NotIp;
    layer.skip(headerLength);
    return decodePpp(layer);
}

std::optional<SkipReason> decodeMpls(Layer& layer)
{
    constexpr size_t entryLength = 4;
    constexpr uint8_t bottomOfStack = 0x01;
    bool isBottom = false;
    while (!isBottom) {
        if (const auto reason = layer.lacks(entryLength))
            return reason;
        isBottom = load8(layer.at(2)) & bottomOfStack;
        layer.skip(entryLength);
    }
    if (const auto reason = decodeRawIp(layer))
        return reason;
    return layer.protocol == NetworkProtocol::Other ? decodePseudowire(layer) : std::nullopt;
}

std::optional<SkipReason> decodeRawIp(Layer& layer)
{
    constexpr uint8_t four = 4;
    constexpr uint8_t six = 6;
    if (const auto reason = layer.lacks(1))
        return reason;
    const uint8_t version = load8(layer.at()) >> 4;
    layer.protocol = version == four ? NetworkProtocol::Ipv4
        : version == six             ? NetworkProtocol::Ipv6
                                     : NetworkProtocol::Other;
    return std::nullopt;
}

} // namespace whyrst
