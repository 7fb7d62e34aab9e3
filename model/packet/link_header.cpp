#include "model/packet/link_header.h"

#include "model/capture/byte_order.h"
#include "model/packet/ether_type.h"
#include "model/packet/pseudo_header.h"
#include "model/packet/wireless_header.h"

namespace whyrst {

namespace {

// LINKTYPE_ numbers (https://www.tcpdump.org/linktypes.html). 11, 12 and 14 are DLT_ numbers of some systems, found in
// old files; 149 is what macOS writes for 258.
constexpr LinkType linkNull = 0;
constexpr LinkType linkEthernet = 1;
constexpr LinkType linkTokenRing = 6;
constexpr LinkType linkArcnet = 7;
constexpr LinkType linkPpp = 9;
constexpr LinkType linkFddi = 10;
constexpr LinkType linkAtmOld = 11;
constexpr LinkType linkRawOld = 12;
constexpr LinkType linkRawOpenBsd = 14;
constexpr LinkType linkPppSerial = 50;
constexpr LinkType linkPppEthernet = 51;
constexpr LinkType linkAtm = 100;
constexpr LinkType linkRaw = 101;
constexpr LinkType linkCiscoHdlc = 104;
constexpr LinkType linkWireless = 105;
constexpr LinkType linkAtmClassicalIp = 106;
constexpr LinkType linkFrameRelay = 107;
constexpr LinkType linkLoop = 108;
constexpr LinkType linkEnc = 109;
constexpr LinkType linkCooked = 113;
constexpr LinkType linkPacketFilterLog = 117;
constexpr LinkType linkPrism = 119;
constexpr LinkType linkFibreChannel = 122;
constexpr LinkType linkSunAtm = 123;
constexpr LinkType linkRadiotap = 127;
constexpr LinkType linkArcnetOfLinux = 129;
constexpr LinkType linkAppleFirewire = 138;
constexpr LinkType linkPacketTapOld = 149;
constexpr LinkType linkAvs = 163;
constexpr LinkType linkPppDaemon = 166;
constexpr LinkType linkJuniperEthernet = 178;
constexpr LinkType linkJuniperPpp = 179;
constexpr LinkType linkJuniperFrameRelay = 180;
constexpr LinkType linkJuniperHdlc = 181;
constexpr LinkType linkPacketInformation = 192;
constexpr LinkType linkExtensibleRecord = 197;
constexpr LinkType linkPppWithDirection = 204;
constexpr LinkType linkCiscoHdlcWithDirection = 205;
constexpr LinkType linkFrameRelayWithDirection = 206;
constexpr LinkType linkMpls = 219;
constexpr LinkType linkIpnet = 226;
constexpr LinkType linkIpv4 = 228;
constexpr LinkType linkIpv6 = 229;
constexpr LinkType linkNetfilterLog = 239;
constexpr LinkType linkNetAnalyzer = 240;
constexpr LinkType linkInfiniband = 242;
constexpr LinkType linkPacketTap = 258;
constexpr LinkType linkCooked2 = 276;

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

/// The protocol field of the Linux cooked headers: an EtherType, or a number of Linux for frames without one.
std::optional<SkipReason> decodeCookedProtocol(uint16_t protocol, Layer& layer)
{
    constexpr uint16_t llcFrame = 0x0004;
    return protocol == llcFrame ? decodeLlc(layer) : decodeEtherType(protocol, layer);
}

std::optional<SkipReason> decodeCooked(Layer& layer)
{
    constexpr size_t headerLength = 16;
    constexpr size_t addressLengthAt = 4;
    constexpr size_t addressAt = 6;
    constexpr size_t protocolAt = 14;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    layer.direction = directionOf(loadBig16(layer.at()));
    if (loadBig16(layer.at(addressLengthAt)) == macLength)
        layer.sourceMac = loadMac(layer.at(addressAt));
    const uint16_t protocol = loadBig16(layer.at(protocolAt));
    layer.skip(headerLength);
    return decodeCookedProtocol(protocol, layer);
}

std::optional<SkipReason> decodeCooked2(Layer& layer)
{
    constexpr size_t headerLength = 20;
    constexpr size_t packetTypeAt = 10;
    constexpr size_t addressLengthAt = 11;
    constexpr size_t addressAt = 12;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    layer.direction = directionOf(load8(layer.at(packetTypeAt)));
    if (load8(layer.at(addressLengthAt)) == macLength)
        layer.sourceMac = loadMac(layer.at(addressAt));
    const uint16_t protocol = loadBig16(layer.at());
    layer.skip(headerLength);
    return decodeCookedProtocol(protocol, layer);
}

/// The address family before the packet, in the byte order of the capturing machine (NULL, ENC) or the network (LOOP).
/// The rest of a header of `headerLength` bytes does not matter.
std::optional<SkipReason> decodeLoopback(Layer& layer, size_t headerLength)
{
    constexpr uint32_t largestFamily = 0xffff; // larger: the other byte order
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    const uint32_t number = loadBig32(layer.at());
    layer.protocol = protocolOfFamily(number <= largestFamily ? number : byteSwapped(number));
    layer.skip(headerLength);
    return std::nullopt;
}

/// Goes over `length` bytes, then decodes with `decode`.
template <typename Decode> std::optional<SkipReason> behind(size_t length, Layer& layer, Decode decode)
{
    if (const auto reason = layer.lacks(length))
        return reason;
    layer.skip(length);
    return decode(layer);
}

/// One byte of direction (0: received), then what `decode` decodes.
template <typename Decode> std::optional<SkipReason> behindDirection(Layer& layer, Decode decode)
{
    if (const auto reason = layer.lacks(1))
        return reason;
    layer.direction = load8(layer.at()) == 0 ? HostDirection::Inbound : HostDirection::Outbound;
    return behind(1, layer, decode);
}

/// HDLC-like framing whose address byte tells the direction; the control byte follows.
std::optional<SkipReason> decodePppDaemon(Layer& layer)
{
    return behindDirection(layer, [](Layer& framed) { return behind(1, framed, decodePpp); });
}

/// Frame relay (RFC 2427): a Q.922 address, which ends where its lowest bit is set, then control and NLPID; without the
/// control byte Cisco's encapsulation, an EtherType.
std::optional<SkipReason> decodeFrameRelay(Layer& layer)
{
    constexpr uint8_t endOfAddress = 0x01;
    constexpr uint8_t unnumbered = 0x03;
    bool isEnd = false;
    while (!isEnd) {
        if (const auto reason = layer.lacks(1))
            return reason;
        isEnd = load8(layer.at()) & endOfAddress;
        layer.skip(1);
    }
    if (const auto reason = layer.lacks(2))
        return reason;
    const uint16_t etherType = loadBig16(layer.at());
    if (load8(layer.at()) != unnumbered)
        return behind(2, layer, [etherType](Layer& rest) { return decodeEtherType(etherType, rest); });
    const bool isPadded = load8(layer.at(1)) == 0;
    return behind(isPadded ? 2 : 1, layer, decodeNlpid);
}

/// FDDI: frame control, addresses, LLC.
std::optional<SkipReason> decodeFddi(Layer& layer)
{
    constexpr size_t headerLength = 13;
    constexpr size_t sourceAt = 7;
    constexpr uint8_t frameMask = 0x70;
    constexpr uint8_t llcFrame = 0x50;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    if ((load8(layer.at()) & frameMask) != llcFrame)
        return SkipReason::NotIp;
    layer.sourceMac = loadMac(layer.at(sourceAt));
    return behind(headerLength, layer, decodeLlc);
}

/// Token ring (IEEE 802.5): access and frame control, addresses, perhaps a source route, LLC.
std::optional<SkipReason> decodeTokenRing(Layer& layer)
{
    constexpr size_t headerLength = 14;
    constexpr size_t sourceAt = 8;
    constexpr uint8_t frameMask = 0xc0;
    constexpr uint8_t llcFrame = 0x40;
    constexpr uint64_t routedBit = 0x800000000000;
    constexpr uint8_t routeLengthMask = 0x1f;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    if ((load8(layer.at(1)) & frameMask) != llcFrame)
        return SkipReason::NotIp;
    const uint64_t source = loadMac(layer.at(sourceAt));
    layer.sourceMac = source & ~routedBit;
    layer.skip(headerLength);
    if (!(source & routedBit))
        return decodeLlc(layer);
    if (const auto reason = layer.lacks(2))
        return reason;
    return behind(load8(layer.at()) & routeLengthMask, layer, decodeLlc);
}

/// A header of `length` bytes with an EtherType at `typeAt`, and nothing else that matters.
std::optional<SkipReason> decodeTypedHeader(Layer& layer, size_t length, size_t typeAt)
{
    if (const auto reason = layer.lacks(length))
        return reason;
    const uint16_t etherType = loadBig16(layer.at(typeAt));
    return behind(length, layer, [etherType](Layer& rest) { return decodeEtherType(etherType, rest); });
}

/// IP over Firewire as Apple records it: two addresses of 8 bytes and an EtherType.
std::optional<SkipReason> decodeAppleFirewire(Layer& layer)
{
    constexpr size_t headerLength = 18;
    return decodeTypedHeader(layer, headerLength, headerLength - 2);
}

/// IP over InfiniBand (RFC 4391 6), behind the addresses of 20 bytes of sender and receiver.
std::optional<SkipReason> decodeInfiniband(Layer& layer)
{
    constexpr size_t headerLength = 44;
    constexpr size_t typeAt = 40;
    return decodeTypedHeader(layer, headerLength, typeAt);
}

/// ARCNET behind `addressLength` bytes of addresses: IP of RFC 1051, or of RFC 1201 where it was not split.
std::optional<SkipReason> decodeArcnet(Layer& layer, size_t addressLength)
{
    constexpr uint8_t simpleIp = 0xf0;
    constexpr uint8_t splittableIp = 0xd4;
    constexpr size_t splitLength = 3; // flag and sequence number
    if (const auto reason = layer.lacks(addressLength + 1))
        return reason;
    const uint8_t system = load8(layer.at(addressLength));
    layer.skip(addressLength + 1);
    if (system == simpleIp)
        return decodeRawIp(layer);
    if (system != splittableIp)
        return SkipReason::NotIp;
    if (const auto reason = layer.lacks(splitLength))
        return reason;
    if (load8(layer.at()) != 0)
        return SkipReason::NotIp;
    return behind(splitLength, layer, decodeRawIp);
}

std::optional<SkipReason> withoutHeader(NetworkProtocol protocol, Layer& layer)
{
    layer.protocol = protocol;
    return std::nullopt;
}

/// Classical IP over ATM: with LLC (RFC 2225 4) or, where the virtual circuit carries nothing else, without.
std::optional<SkipReason> decodeClassicalIp(Layer& layer)
{
    if (const auto reason = decodeRawIp(layer))
        return reason;
    return layer.protocol == NetworkProtocol::Other ? decodeLlc(layer) : std::nullopt;
}

/// Links of PPP, HDLC, frame relay and ATM.
std::optional<SkipReason> decodeWideAreaLink(LinkType linkType, Layer& layer)
{
    constexpr size_t sunAtmLength = 4;
    switch (linkType) {
    case linkPpp:
    case linkPppSerial:
    case linkCiscoHdlc:
        return decodeSerial(layer);
    case linkPppWithDirection:
    case linkCiscoHdlcWithDirection:
        return behindDirection(layer, decodeSerial);
    case linkPppDaemon:
        return decodePppDaemon(layer);
    case linkPppEthernet:
        return decodePppoe(layer);
    case linkFrameRelay:
        return decodeFrameRelay(layer);
    case linkFrameRelayWithDirection:
        return behindDirection(layer, decodeFrameRelay);
    case linkAtm:
    case linkAtmOld:
        return decodeLlc(layer);
    case linkAtmClassicalIp:
        return decodeClassicalIp(layer);
    case linkSunAtm:
        return behind(sunAtmLength, layer, decodeLlc);
    case linkMpls:
        return decodeMpls(layer);
    default:
        return SkipReason::UnsupportedLink;
    }
}

/// Links of local networks.
std::optional<SkipReason> decodeLocalLink(LinkType linkType, Layer& layer)
{
    constexpr size_t netAnalyzerLength = 4;
    constexpr size_t fibreChannelAddresses = 16;
    constexpr size_t arcnetAddresses = 2;
    switch (linkType) {
    case linkTokenRing:
        return decodeTokenRing(layer);
    case linkFddi:
        return decodeFddi(layer);
    case linkWireless:
        return decodeWireless(layer);
    case linkRadiotap:
        return decodeRadiotap(layer);
    case linkPrism:
        return decodePrism(layer);
    case linkAvs:
        return decodeAvs(layer);
    case linkAppleFirewire:
        return decodeAppleFirewire(layer);
    case linkInfiniband:
        return decodeInfiniband(layer);
    case linkFibreChannel:
        return behind(fibreChannelAddresses, layer, decodeLlc);
    case linkArcnet:
        return decodeArcnet(layer, arcnetAddresses);
    case linkArcnetOfLinux:
        return decodeArcnet(layer, arcnetAddresses + 2); // and an offset
    case linkNetAnalyzer:
        return behind(netAnalyzerLength, layer, decodeEthernet);
    default:
        return decodeWideAreaLink(linkType, layer);
    }
}

/// Links that a system makes up, without a network behind them.
std::optional<SkipReason> decodeSystemLink(LinkType linkType, Layer& layer)
{
    constexpr size_t encLength = 12; // family, security parameter index, flags
    switch (linkType) {
    case linkRaw:
    case linkRawOld:
    case linkRawOpenBsd:
        return decodeRawIp(layer);
    case linkIpv4:
        return withoutHeader(NetworkProtocol::Ipv4, layer);
    case linkIpv6:
        return withoutHeader(NetworkProtocol::Ipv6, layer);
    case linkNull:
    case linkLoop:
        return decodeLoopback(layer, sizeof(uint32_t));
    case linkEnc:
        return decodeLoopback(layer, encLength);
    case linkPacketFilterLog:
        return decodePacketFilterLog(layer);
    case linkNetfilterLog:
        return decodeNetfilterLog(layer);
    case linkIpnet:
        return decodeIpnet(layer);
    default:
        return decodeLocalLink(linkType, layer);
    }
}

/// A header that names the link type of what follows; the same must not follow again.
std::optional<SkipReason> decodeWrappedLink(LinkType linkType, Layer& layer)
{
    if (linkType == linkEthernet)
        return decodeEthernet(layer);
    return decodeSystemLink(linkType, layer);
}

/// The link type whose frames stand behind the header of a router, a card or a capture program, and what reads it.
struct Wrapping
{
    std::optional<SkipReason> (*decode)(Layer& layer, LinkType& wrapped) = nullptr;
    LinkType wrapped = 0; ///< unless the header says another
};

Wrapping wrappingOf(LinkType linkType)
{
    switch (linkType) {
    case linkPacketInformation:
        return {decodePacketInformation};
    case linkPacketTap:
    case linkPacketTapOld:
        return {decodePacketTap};
    case linkExtensibleRecord:
        return {decodeExtensibleRecord};
    case linkJuniperEthernet:
        return {decodeJuniper, linkEthernet};
    case linkJuniperPpp:
        return {decodeJuniper, linkPpp};
    case linkJuniperFrameRelay:
        return {decodeJuniper, linkFrameRelay};
    case linkJuniperHdlc:
        return {decodeJuniper, linkCiscoHdlc};
    default:
        return {};
    }
}

} // namespace

std::optional<SkipReason> decodeLinkHeader(const Packet& packet, Layer& layer)
{
    switch (packet.linkType) {
    case linkEthernet:
        return decodeEthernet(layer);
    case linkCooked:
        return decodeCooked(layer);
    case linkCooked2:
        return decodeCooked2(layer);
    default:
        break;
    }
    Wrapping wrapping = wrappingOf(packet.linkType);
    if (wrapping.decode == nullptr)
        return decodeSystemLink(packet.linkType, layer);
    if (const auto reason = wrapping.decode(layer, wrapping.wrapped))
        return reason;
    return decodeWrappedLink(wrapping.wrapped, layer);
}

} // namespace whyrst
