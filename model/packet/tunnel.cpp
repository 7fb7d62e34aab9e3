#include "model/packet/tunnel.h"

#include "model/capture/byte_order.h"
#include "model/packet/ether_type.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t wordLength = 4;

/// Sets the end of `layer` where a header says it is, if that is nearer.
void shorten(size_t length, Layer& layer)
{
    layer.wireLength = std::min(layer.wireLength, length);
    layer.bytes = layer.bytes.first(std::min(layer.bytes.size(), layer.wireLength));
}

std::optional<SkipReason> skipHeader(size_t length, Layer& layer)
{
    if (const auto reason = layer.lacks(length))
        return reason;
    layer.skip(length);
    return std::nullopt;
}

// --- GRE (RFC 2784, 2890; version 1: RFC 2637)

constexpr uint16_t greChecksum = 0x8000;
constexpr uint16_t greRouting = 0x4000;
constexpr uint16_t greKey = 0x2000;
constexpr uint16_t greSequence = 0x1000;
constexpr uint16_t greAcknowledgment = 0x0080;
constexpr uint16_t greVersion = 0x0007;

size_t greLength(uint16_t flags)
{
    constexpr size_t fixedLength = 4;
    const bool isPptp = (flags & greVersion) == 1;
    return fixedLength + (flags & greChecksum ? wordLength : 0) + (flags & greKey ? wordLength : 0)
        + (flags & greSequence ? wordLength : 0) + (isPptp && (flags & greAcknowledgment) ? wordLength : 0);
}

/// ERSPAN: type I has no header and no GRE sequence number, type II 8 bytes, type III 12 and perhaps 8 more.
std::optional<SkipReason> decodeErspan(uint16_t greFlags, bool isTypeThree, Layer& layer)
{
    constexpr size_t lengthOfTypeTwo = 8;
    constexpr size_t lengthOfTypeThree = 12;
    constexpr size_t platformLength = 8;
    constexpr uint8_t platformPresent = 0x01;
    if (!isTypeThree && !(greFlags & greSequence))
        return decodeEthernet(layer);
    if (const auto reason = layer.lacks(isTypeThree ? lengthOfTypeThree : lengthOfTypeTwo))
        return reason;
    if (!isTypeThree) {
        layer.skip(lengthOfTypeTwo);
        return decodeEthernet(layer);
    }
    const uint16_t flags = loadBig16(layer.at(lengthOfTypeThree - 2));
    constexpr uint16_t frameTypeMask = 0x7c00;
    constexpr uint16_t ipFrame = 2 << 10;
    const size_t length = lengthOfTypeThree + (flags & platformPresent ? platformLength : 0);
    if (const auto reason = skipHeader(length, layer))
        return reason;
    return (flags & frameTypeMask) == ipFrame ? decodeRawIp(layer) : decodeEthernet(layer);
}

/// Packets that a router redirects to a web cache (WCCP 2): IP, perhaps behind a header of four bytes.
std::optional<SkipReason> decodeCacheRedirect(Layer& layer)
{
    if (const auto reason = decodeRawIp(layer))
        return reason;
    if (layer.protocol == NetworkProtocol::Ipv4)
        return std::nullopt;
    if (const auto reason = skipHeader(wordLength, layer))
        return reason;
    return decodeRawIp(layer);
}

std::optional<SkipReason> decodeGre(Layer& layer, Tunnel& tunnel)
{
    constexpr uint16_t erspan = 0x88be;
    constexpr uint16_t erspanTypeThree = 0x22eb;
    constexpr uint16_t cacheRedirect = 0x883e;
    if (const auto reason = layer.lacks(wordLength))
        return reason;
    const uint16_t flags = loadBig16(layer.at());
    const uint16_t protocol = loadBig16(layer.at(2));
    if ((flags & greVersion) > 1 || (flags & greRouting))
        return SkipReason::NotTcp; // ours: source routes (RFC 1701) are long gone
    if (const auto reason = skipHeader(greLength(flags), layer))
        return reason;
    if (layer.wireLength == 0)
        return SkipReason::NotTcp; // an acknowledgment of PPTP, or a keep-alive
    tunnel = protocol == erspan || protocol == erspanTypeThree ? Tunnel::Erspan : Tunnel::Gre;
    if (tunnel == Tunnel::Erspan)
        return decodeErspan(flags, protocol == erspanTypeThree, layer);
    return protocol == cacheRedirect ? decodeCacheRedirect(layer) : decodeEtherType(protocol, layer);
}

// --- In UDP

/// RFC 7348 5. With the generic protocol extension the last byte of the first word names what follows.
std::optional<SkipReason> decodeVxlan(Layer& layer)
{
    constexpr size_t headerLength = 8;
    constexpr uint8_t networkIdValid = 0x08;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    if (!(load8(layer.at()) & networkIdValid))
        return SkipReason::NotTcp;
    layer.skip(headerLength);
    return decodeEthernet(layer);
}

std::optional<SkipReason> decodeVxlanGpe(Layer& layer)
{
    constexpr size_t headerLength = 8;
    constexpr uint8_t protocolValid = 0x04;
    constexpr uint8_t ipv4 = 1;
    constexpr uint8_t ipv6 = 2;
    constexpr uint8_t ethernet = 3;
    constexpr uint8_t nsh = 4;
    constexpr uint8_t mpls = 5;
    constexpr uint16_t etherTypeNsh = 0x894f;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    const uint8_t next = load8(layer.at()) & protocolValid ? load8(layer.at(3)) : ethernet;
    layer.skip(headerLength);
    switch (next) {
    case ipv4:
    case ipv6:
        return decodeRawIp(layer);
    case ethernet:
        return decodeEthernet(layer);
    case nsh:
        return decodeEtherType(etherTypeNsh, layer);
    case mpls:
        return decodeMpls(layer);
    default:
        return SkipReason::NotIp;
    }
}

/// RFC 8926 3.4.
std::optional<SkipReason> decodeGeneve(Layer& layer)
{
    constexpr size_t fixedLength = 8;
    constexpr uint8_t optionsMask = 0x3f;
    if (const auto reason = layer.lacks(fixedLength))
        return reason;
    if (load8(layer.at()) >> 6 != 0)
        return SkipReason::NotTcp;
    const uint16_t protocol = loadBig16(layer.at(2));
    if (const auto reason = skipHeader(fixedLength + (load8(layer.at()) & optionsMask) * wordLength, layer))
        return reason;
    return decodeEtherType(protocol, layer);
}

/// The extension headers of GTP-U (3GPP TS 29.281 5.2): a length in words, and the type of the next at the end.
std::optional<SkipReason> skipGtpExtensions(uint8_t next, Layer& layer)
{
    while (next != 0) {
        if (const auto reason = layer.lacks(1))
            return reason;
        const size_t length = load8(layer.at()) * wordLength;
        if (length == 0)
            return SkipReason::Malformed;
        if (const auto reason = layer.lacks(length))
            return reason;
        next = load8(layer.at(length - 1));
        layer.skip(length);
    }
    return std::nullopt;
}

/// GTP-U (3GPP TS 29.281 5.1): a user's packet.
std::optional<SkipReason> decodeGtpU(Layer& layer)
{
    constexpr size_t fixedLength = 8;
    constexpr size_t optionalLength = 4;
    constexpr uint8_t versionAndTypeMask = 0xf0;
    constexpr uint8_t versionOneOfGtp = 0x30;
    constexpr uint8_t anyOptional = 0x07;
    constexpr uint8_t extensionFlag = 0x04;
    constexpr uint8_t userPacket = 255;
    if (const auto reason = layer.lacks(fixedLength))
        return reason;
    const uint8_t flags = load8(layer.at());
    if ((flags & versionAndTypeMask) != versionOneOfGtp || load8(layer.at(1)) != userPacket)
        return SkipReason::NotTcp;
    shorten(fixedLength + loadBig16(layer.at(2)), layer);
    layer.skip(fixedLength);
    if (flags & anyOptional) {
        if (const auto reason = layer.lacks(optionalLength))
            return reason;
        const uint8_t next = flags & extensionFlag ? load8(layer.at(optionalLength - 1)) : 0;
        layer.skip(optionalLength);
        if (const auto reason = skipGtpExtensions(next, layer))
            return reason;
    }
    return decodeRawIp(layer);
}

/// RFC 2661 3.1: data messages hold PPP.
std::optional<SkipReason> decodeL2tp(Layer& layer)
{
    constexpr uint16_t control = 0x8000;
    constexpr uint16_t lengthFlag = 0x4000;
    constexpr uint16_t sequenceFlag = 0x0800;
    constexpr uint16_t offsetFlag = 0x0200;
    constexpr uint16_t versionMask = 0x000f;
    constexpr uint16_t version = 2;
    constexpr size_t shortest = 6; // flags, tunnel, session
    if (const auto reason = layer.lacks(shortest))
        return reason;
    const uint16_t flags = loadBig16(layer.at());
    if ((flags & control) || (flags & versionMask) != version)
        return SkipReason::NotTcp;
    const size_t length = shortest + (flags & lengthFlag ? 2 : 0) + (flags & sequenceFlag ? wordLength : 0);
    if (const auto reason = skipHeader(length, layer))
        return reason;
    if (flags & offsetFlag) {
        if (const auto reason = layer.lacks(2))
            return reason;
        if (const auto reason = skipHeader(size_t{2} + loadBig16(layer.at()), layer))
            return reason;
    }
    return decodePpp(layer);
}

/// RFC 4380 5.1.1: IPv6, perhaps behind an authentication and an origin indication.
std::optional<SkipReason> decodeTeredo(Layer& layer)
{
    constexpr uint16_t authentication = 1;
    constexpr uint16_t origin = 0;
    constexpr size_t authenticationLength = 13; // without client identifier and value
    constexpr size_t originLength = 8;
    if (const auto reason = layer.lacks(wordLength))
        return reason;
    if (loadBig16(layer.at()) == authentication) {
        const size_t variable = size_t{load8(layer.at(2))} + load8(layer.at(3));
        if (const auto reason = skipHeader(authenticationLength + variable, layer))
            return reason;
    }
    if (const auto reason = layer.lacks(2))
        return reason;
    if (loadBig16(layer.at()) == origin) {
        if (const auto reason = skipHeader(originLength, layer))
            return reason;
    }
    if (const auto reason = decodeRawIp(layer))
        return reason;
    return layer.protocol == NetworkProtocol::Ipv6 ? std::nullopt : std::optional(SkipReason::NotTcp);
}

/// The UDP ports of tunnels (IANA), and what they hold.
struct UdpTunnel
{
    uint16_t port;
    bool isSourcePort; ///< whether the port may be that of the source alone
    Tunnel tunnel;
    std::optional<SkipReason> (*decode)(Layer&);
};

constexpr UdpTunnel udpTunnels[] = {
    {4789, false, Tunnel::Vxlan, decodeVxlan},
    {8472, false, Tunnel::Vxlan, decodeVxlan}, // Linux before IANA gave a number
    {4790, false, Tunnel::VxlanGpe, decodeVxlanGpe},
    {6081, false, Tunnel::Geneve, decodeGeneve},
    {6635, false, Tunnel::MplsInUdp, decodeMpls},
    {2152, true, Tunnel::GtpU, decodeGtpU},
    {1701, true, Tunnel::L2tp, decodeL2tp},
    {3544, true, Tunnel::Teredo, decodeTeredo},
};

std::optional<SkipReason> decodeUdp(Layer& layer, Tunnel& tunnel)
{
    constexpr size_t headerLength = 8;
    if (layer.bytes.size() < headerLength)
        return SkipReason::NotTcp; // without ports nothing says that it is a tunnel
    const uint16_t source = loadBig16(layer.at());
    const uint16_t destination = loadBig16(layer.at(2));
    const uint16_t length = loadBig16(layer.at(4));
    const auto* found = std::find_if(std::begin(udpTunnels), std::end(udpTunnels), [&](const UdpTunnel& candidate) {
        return candidate.port == destination || (candidate.isSourcePort && candidate.port == source);
    });
    if (found == std::end(udpTunnels))
        return SkipReason::NotTcp;
    if (length >= headerLength) // else a jumbogram or segmentation offload
        shorten(length, layer);
    layer.skip(headerLength);
    tunnel = found->tunnel;
    return found->decode(layer);
}

// --- In IP

std::optional<SkipReason> decodeEtherIp(Layer& layer)
{
    constexpr size_t headerLength = 2;
    constexpr uint8_t version = 3;
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    if (load8(layer.at()) >> 4 != version)
        return SkipReason::NotTcp;
    layer.skip(headerLength);
    return decodeEthernet(layer);
}

Tunnel tunnelOfIpInIp(bool isOuterV6, NetworkProtocol inner)
{
    if (inner == NetworkProtocol::Ipv4)
        return isOuterV6 ? Tunnel::FourInSix : Tunnel::IpInIp;
    return isOuterV6 ? Tunnel::SixInSix : Tunnel::SixInFour;
}

} // namespace

std::optional<SkipReason> enterTunnel(const IpHeader& ip, Layer& layer, Tunnel& tunnel)
{
    layer.bytes = ip.payload;
    layer.wireLength = ip.payloadLength;
    layer.protocol = NetworkProtocol::Other;
    layer.sourceMac = 0; // the Ethernet header around a tunnel is that of the tunnel's end or of a router
    layer.vlan = 0;
    switch (ip.protocol) {
    case protocolIpv4:
    case protocolIpv6:
        layer.protocol = ip.protocol == protocolIpv4 ? NetworkProtocol::Ipv4 : NetworkProtocol::Ipv6;
        tunnel = tunnelOfIpInIp(ip.isV6, layer.protocol);
        return std::nullopt;
    case protocolUdp:
        return decodeUdp(layer, tunnel);
    case protocolGre:
        return decodeGre(layer, tunnel);
    case protocolEtherIp:
        tunnel = Tunnel::EtherIp;
        return decodeEtherIp(layer);
    case protocolMpls:
        tunnel = Tunnel::MplsInIp;
        return decodeMpls(layer);
    default:
        return SkipReason::NotTcp;
    }
}

const char* tunnelName(Tunnel tunnel)
{
    switch (tunnel) {
    case Tunnel::None:
        return "";
    case Tunnel::IpInIp:
        return "IP in IP";
    case Tunnel::SixInFour:
        return "IPv6 in IPv4";
    case Tunnel::FourInSix:
        return "IPv4 in IPv6";
    case Tunnel::SixInSix:
        return "IPv6 in IPv6";
    case Tunnel::Gre:
        return "GRE";
    case Tunnel::Erspan:
        return "ERSPAN";
    case Tunnel::EtherIp:
        return "EtherIP";
    case Tunnel::MplsInIp:
        return "MPLS in IP";
    case Tunnel::MplsInUdp:
        return "MPLS in UDP";
    case Tunnel::Vxlan:
        return "VXLAN";
    case Tunnel::VxlanGpe:
        return "VXLAN-GPE";
    case Tunnel::Geneve:
        return "Geneve";
    case Tunnel::GtpU:
        return "GTP-U";
    case Tunnel::L2tp:
        return "L2TP";
    case Tunnel::Teredo:
        return "Teredo";
    }
    return "";
}

} // namespace whyrst
