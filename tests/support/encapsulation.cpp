#include "tests/support/encapsulation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

bool isV6(const Bytes& ip)
{
    return !ip.empty() && static_cast<unsigned>(ip.front()) >> 4 == 6;
}

uint16_t etherTypeOf(const Bytes& ip)
{
    return isV6(ip) ? 0x86dd : 0x0800;
}

Bytes little16(uint64_t number)
{
    return numberBytes(number, 2, std::endian::little);
}

Bytes little32(uint64_t number)
{
    return numberBytes(number, 4, std::endian::little);
}

Bytes ethernet(const Bytes& ip)
{
    return ethernetHeader(etherTypeOf(ip)) + ip;
}

/// What stands behind an Ethernet header with this EtherType.
Bytes ethernetWith(uint16_t etherType, const Bytes& rest)
{
    return ethernetHeader(etherType) + rest;
}

Bytes snap(const Bytes& ip)
{
    return bytesOf({0xaa, 0xaa, 3, 0, 0, 0}) + big16(etherTypeOf(ip)) + ip;
}

Bytes ppp(const Bytes& ip)
{
    return big16(isV6(ip) ? 0x0057 : 0x0021) + ip;
}

Bytes framedPpp(const Bytes& ip)
{
    return bytesOf({0xff, 3}) + ppp(ip);
}

Bytes pppoe(const Bytes& ip)
{
    return bytesOf({0x11, 0}) + big16(7) + big16(ip.size() + 2) + ppp(ip);
}

Bytes mplsLabel(uint32_t label, bool isBottom)
{
    return big32((label << 12) | (isBottom ? 0x100 : 0) | 64);
}

Bytes ciscoHdlc(const Bytes& ip)
{
    return bytesOf({0x0f, 0}) + big16(etherTypeOf(ip)) + ip;
}

Bytes cooked(uint16_t protocol, const Bytes& rest)
{
    return big16(0) + big16(1) + big16(6) + bytesOf({2, 0, 0, 0, 0, 9, 0, 0}) + big16(protocol) + rest;
}

Bytes cooked2(uint16_t protocol, const Bytes& rest)
{
    return big16(protocol) + big16(0) + big32(3) + big16(1) + bytesOf({0, 6, 2, 0, 0, 0, 0, 9, 0, 0}) + rest;
}

Bytes family(uint32_t ipv6Family, const Bytes& ip)
{
    return little32(isV6(ip) ? ipv6Family : 2) + ip;
}

const Bytes receiver = bytesOf({2, 0, 0, 0, 0, 2});
const Bytes sender = bytesOf({2, 0, 0, 0, 0, 1});
const Bytes station = bytesOf({2, 0, 0, 0, 0, 3});

/// A data frame to the access point.
Bytes wireless(const Bytes& ip)
{
    return bytesOf({0x08, 0x01, 0, 0}) + station + sender + receiver + bytesOf({0x10, 0}) + snap(ip);
}

/// A QoS data frame from the access point.
Bytes wirelessQos(const Bytes& ip)
{
    return bytesOf({0x88, 0x02, 0, 0}) + receiver + station + sender + bytesOf({0x10, 0, 0, 0}) + snap(ip);
}

/// A QoS frame with two bytes between header and body, as some drivers write.
Bytes wirelessPadded(const Bytes& ip)
{
    return bytesOf({0x88, 0x02, 0, 0}) + receiver + station + sender + bytesOf({0x10, 0, 0, 0, 0, 0}) + snap(ip);
}

/// A frame between access points, with four addresses.
Bytes wirelessBridge(const Bytes& ip)
{
    return bytesOf({0x08, 0x03, 0, 0}) + station + station + receiver + bytesOf({0x10, 0}) + sender + snap(ip);
}

Bytes wirelessAggregate(const Bytes& ip)
{
    const Bytes body = snap(ip);
    return bytesOf({0x88, 0x02, 0, 0}) + receiver + station + station + bytesOf({0x10, 0, 0x80, 0}) + receiver + sender
        + big16(body.size()) + body;
}

Bytes radiotap(const Bytes& frame)
{
    return bytesOf({0, 0}) + little16(8) + little32(0) + frame;
}

/// With a timer and flags, of which one says that the body is padded; and a second word of present bits.
Bytes radiotapWithPadding(const Bytes& frame)
{
    return bytesOf({0, 0}) + little16(25) + little32(0x80000003) + little32(0) + Bytes(4) + Bytes(8) + bytesOf({0x20})
        + frame;
}

Bytes prism(const Bytes& frame)
{
    return little32(0x44) + little32(144) + Bytes(136) + frame;
}

Bytes avs(const Bytes& frame)
{
    return big32(0x80211001) + big32(64) + Bytes(56) + frame;
}

Bytes packetInformation(uint32_t dataLink, const Bytes& frame)
{
    return bytesOf({0, 0}) + little16(8) + little32(dataLink) + frame;
}

Bytes packetTap(const Bytes& frame)
{
    const Bytes name = textBytes("en0") + Bytes(21);
    return little32(108) + little32(1) + little32(1) + name + little32(2) + little32(2) + Bytes(64) + frame;
}

Bytes netfilterLog(const Bytes& ip)
{
    const Bytes prefix = little16(5) + little16(10) + Bytes(4);
    return bytesOf({isV6(ip) ? 10 : 2, 0}) + big16(1) + prefix + little16(ip.size() + 4) + little16(9) + ip;
}

Bytes packetFilterLog(const Bytes& ip)
{
    return bytesOf({61, isV6(ip) ? 24 : 2}) + Bytes(62) + ip;
}

Bytes ipnet(const Bytes& ip)
{
    return bytesOf({1, isV6(ip) ? 26 : 2}) + big16(1) + big32(ip.size()) + Bytes(16) + ip;
}

Bytes tokenRing(const Bytes& ip)
{
    return bytesOf({0x10, 0x40}) + receiver + sender + snap(ip);
}

Bytes tokenRingWithRoute(const Bytes& ip)
{
    return bytesOf({0x10, 0x40}) + receiver + bytesOf({0x82, 0, 0, 0, 0, 1}) + bytesOf({6, 0x30, 0, 0x11, 0, 0x20})
        + snap(ip);
}

Bytes frameRelay(const Bytes& ip)
{
    return bytesOf({0x18, 0x41, 3, isV6(ip) ? 0x8e : 0xcc}) + ip;
}

Bytes frameRelayWithSnap(const Bytes& ip)
{
    return bytesOf({0x18, 0x41, 3, 0, 0x80, 0, 0, 0}) + big16(etherTypeOf(ip)) + ip;
}

Bytes frameRelayOfCisco(const Bytes& ip)
{
    return bytesOf({0x18, 0x41}) + big16(etherTypeOf(ip)) + ip;
}

std::vector<Encapsulation> ethernetLinks()
{
    constexpr Tunnel none = Tunnel::None;
    return {
        {"Ethernet", 1, none, ethernet},
        {"Vlan", 1, none, [](const Bytes& ip) { return ethernetWith(0x8100, big16(5) + big16(etherTypeOf(ip)) + ip); }},
        {"QinQ", 1, none,
            [](const Bytes& ip) {
                return ethernetWith(0x88a8, big16(5) + big16(0x8100) + big16(6) + big16(etherTypeOf(ip)) + ip);
            }},
        {"VnTag", 1, none,
            [](const Bytes& ip) { return ethernetWith(0x8926, Bytes(4) + big16(etherTypeOf(ip)) + ip); }},
        {"ETag", 1, none, [](const Bytes& ip) { return ethernetWith(0x893f, Bytes(6) + big16(etherTypeOf(ip)) + ip); }},
        {"BackboneBridge", 1, none, [](const Bytes& ip) { return ethernetWith(0x88e7, big32(5) + ethernet(ip)); }},
        {"MacsecUnencrypted", 1, none,
            [](const Bytes& ip) {
                return ethernetWith(0x88e5, bytesOf({0x20, 0}) + Bytes(12) + big16(etherTypeOf(ip)) + ip + Bytes(16));
            }},
        {"Llc", 1, none, [](const Bytes& ip) { return ethernetWith(static_cast<uint16_t>(ip.size() + 8), snap(ip)); }},
        {"Mpls", 1, none, [](const Bytes& ip) { return ethernetWith(0x8847, mplsLabel(17, true) + ip); }},
        {"MplsStack", 1, none,
            [](const Bytes& ip) { return ethernetWith(0x8847, mplsLabel(16, false) + mplsLabel(17, true) + ip); }},
        {"MplsPseudowire", 1, none,
            [](const Bytes& ip) { return ethernetWith(0x8847, mplsLabel(17, true) + ethernet(ip)); }},
        {"MplsPseudowireWithControlWord", 1, none,
            [](const Bytes& ip) { return ethernetWith(0x8847, mplsLabel(17, true) + Bytes(4) + ethernet(ip)); }},
        {"Pppoe", 1, none, [](const Bytes& ip) { return ethernetWith(0x8864, pppoe(ip)); }},
        {"PppoeInVlan", 1, none,
            [](const Bytes& ip) { return ethernetWith(0x8100, big16(5) + big16(0x8864) + pppoe(ip)); }},
        {"Nsh", 1, none,
            [](const Bytes& ip) {
                return ethernetWith(0x894f, bytesOf({0x0f, 0xc6, 1, isV6(ip) ? 2 : 1}) + Bytes(20) + ip);
            }},
    };
}

std::vector<Encapsulation> systemLinks()
{
    constexpr Tunnel none = Tunnel::None;
    return {
        {"Raw", 101, none, [](const Bytes& ip) { return ip; }},
        {"RawOld", 12, none, [](const Bytes& ip) { return ip; }},
        {"RawOpenBsd", 14, none, [](const Bytes& ip) { return ip; }},
        {"NullOfLinux", 0, none, [](const Bytes& ip) { return family(10, ip); }},
        {"NullOfWindows", 0, none, [](const Bytes& ip) { return family(23, ip); }},
        {"NullOfFreeBsd", 0, none, [](const Bytes& ip) { return family(28, ip); }},
        {"NullOfMacos", 0, none, [](const Bytes& ip) { return family(30, ip); }},
        {"NullBigEndian", 0, none, [](const Bytes& ip) { return big32(isV6(ip) ? 24 : 2) + ip; }},
        {"Loop", 108, none, [](const Bytes& ip) { return big32(isV6(ip) ? 24 : 2) + ip; }},
        {"Enc", 109, none, [](const Bytes& ip) { return little32(isV6(ip) ? 24 : 2) + Bytes(8) + ip; }},
        {"Cooked", 113, none, [](const Bytes& ip) { return cooked(etherTypeOf(ip), ip); }},
        {"CookedVlan", 113, none,
            [](const Bytes& ip) { return cooked(0x8100, big16(5) + big16(etherTypeOf(ip)) + ip); }},
        {"CookedLlc", 113, none, [](const Bytes& ip) { return cooked(4, snap(ip)); }},
        {"Cooked2", 276, none, [](const Bytes& ip) { return cooked2(etherTypeOf(ip), ip); }},
        {"PacketFilterLog", 117, none, packetFilterLog},
        {"Ipnet", 226, none, ipnet},
        {"NetfilterLog", 239, none, netfilterLog},
        {"PacketTap", 258, none, [](const Bytes& ip) { return packetTap(ethernet(ip)); }},
        {"PacketTapOld", 149, none, [](const Bytes& ip) { return packetTap(ethernet(ip)); }},
        {"PacketInformation", 192, none, [](const Bytes& ip) { return packetInformation(105, wireless(ip)); }},
        {"PacketInformationEthernet", 192, none, [](const Bytes& ip) { return packetInformation(1, ethernet(ip)); }},
        {"NetAnalyzer", 240, none,
            [](const Bytes& ip) {
                return bytesOf({0x40, 0, 1, 0}) + ethernet(ip) + Bytes(4);
            }},
    };
}

std::vector<Encapsulation> otherLinks()
{
    constexpr Tunnel none = Tunnel::None;
    return {
        {"Ppp", 9, none, ppp},
        {"PppFramed", 9, none, framedPpp},
        {"PppCompressedProtocol", 9, none,
            [](const Bytes& ip) {
                return bytesOf({0xff, 3, isV6(ip) ? 0x57 : 0x21}) + ip;
            }},
        {"PppMpls", 9, none,
            [](const Bytes& ip) {
                return bytesOf({0xff, 3, 2, 0x81}) + mplsLabel(17, true) + ip;
            }},
        {"PppSerial", 50, none, framedPpp},
        {"PppSerialOfCisco", 50, none, ciscoHdlc},
        {"PppEthernet", 51, none, pppoe},
        {"PppDaemon", 166, none,
            [](const Bytes& ip) {
                return bytesOf({1, 3}) + ppp(ip);
            }},
        {"PppWithDirection", 204, none, [](const Bytes& ip) { return bytesOf({1}) + framedPpp(ip); }},
        {"CiscoHdlc", 104, none, ciscoHdlc},
        {"CiscoHdlcWithDirection", 205, none, [](const Bytes& ip) { return bytesOf({1}) + ciscoHdlc(ip); }},
        {"FrameRelay", 107, none, frameRelay},
        {"FrameRelayWithSnap", 107, none, frameRelayWithSnap},
        {"FrameRelayOfCisco", 107, none, frameRelayOfCisco},
        {"FrameRelayWithDirection", 206, none, [](const Bytes& ip) { return bytesOf({1}) + frameRelay(ip); }},
        {"Atm", 100, none, snap},
        {"AtmOfBridgedEthernet", 100, none,
            [](const Bytes& ip) {
                return bytesOf({0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0}) + ethernet(ip);
            }},
        {"AtmClassicalIp", 106, none, [](const Bytes& ip) { return ip; }},
        {"AtmClassicalIpWithLlc", 106, none, snap},
        {"Fddi", 10, none, [](const Bytes& ip) { return bytesOf({0x50}) + receiver + sender + snap(ip); }},
        {"TokenRing", 6, none, tokenRing},
        {"TokenRingWithRoute", 6, none, tokenRingWithRoute},
        {"AppleFirewire", 138, none, [](const Bytes& ip) { return Bytes(16) + big16(etherTypeOf(ip)) + ip; }},
        {"Wireless", 105, none, wireless},
        {"WirelessQos", 105, none, wirelessQos},
        {"WirelessBridge", 105, none, wirelessBridge},
        {"WirelessAggregate", 105, none, wirelessAggregate},
        {"Radiotap", 127, none, [](const Bytes& ip) { return radiotap(wirelessQos(ip)); }},
        {"RadiotapWithPadding", 127, none, [](const Bytes& ip) { return radiotapWithPadding(wirelessPadded(ip)); }},
        {"Prism", 119, none, [](const Bytes& ip) { return prism(wireless(ip)); }},
        {"Avs", 163, none, [](const Bytes& ip) { return avs(wireless(ip)); }},
    };
}

// --- Tunnels

constexpr uint8_t protocolGre = 47;

/// In an IPv4 packet between the ends of the tunnel.
Bytes inIpv4(uint8_t protocol, const Bytes& payload)
{
    return ethernet(ipv4Packet({.source = "10.0.0.1", .destination = "10.0.0.2", .protocol = protocol}, payload));
}

Bytes inIpv6(uint8_t protocol, const Bytes& payload)
{
    return ethernet(
        ipv6Packet({.source = "2001:db8:1::1", .destination = "2001:db8:1::2", .protocol = protocol}, payload));
}

Bytes udp(uint16_t source, uint16_t destination, const Bytes& payload)
{
    return big16(source) + big16(destination) + big16(payload.size() + 8) + big16(0) + payload;
}

Bytes inUdp(uint16_t port, const Bytes& payload)
{
    return inIpv4(ipProtocolUdp, udp(50'000, port, payload));
}

uint8_t ipProtocolOf(const Bytes& ip)
{
    return isV6(ip) ? 41 : 4;
}

Bytes gre(uint16_t flags, uint16_t protocol, const Bytes& rest)
{
    return inIpv4(protocolGre, big16(flags) + big16(protocol) + rest);
}

Bytes gtp(int flags, const Bytes& behindFixed)
{
    return inUdp(2152, bytesOf({flags, 255}) + big16(behindFixed.size()) + big32(0x1234) + behindFixed);
}

std::vector<Encapsulation> ipTunnels()
{
    constexpr Tunnel in6 = Tunnel::FourInSix;
    return {
        {"IpInIp", 1, Tunnel::IpInIp, [](const Bytes& ip) { return inIpv4(ipProtocolOf(ip), ip); }},
        {"IpInIpv6", 1, in6, [](const Bytes& ip) { return inIpv6(ipProtocolOf(ip), ip); }},
        {"Gre", 1, Tunnel::Gre, [](const Bytes& ip) { return gre(0, etherTypeOf(ip), ip); }},
        {"GreWithAllFields", 1, Tunnel::Gre,
            [](const Bytes& ip) { return gre(0xb000, etherTypeOf(ip), big32(0) + big32(9) + big32(1) + ip); }},
        {"GreInIpv6", 1, Tunnel::Gre,
            [](const Bytes& ip) { return inIpv6(protocolGre, big16(0) + big16(etherTypeOf(ip)) + ip); }},
        {"Nvgre", 1, Tunnel::Gre, [](const Bytes& ip) { return gre(0x2000, 0x6558, big32(0x500) + ethernet(ip)); }},
        {"GreMpls", 1, Tunnel::Gre, [](const Bytes& ip) { return gre(0, 0x8847, mplsLabel(17, true) + ip); }},
        {"Pptp", 1, Tunnel::Gre,
            [](const Bytes& ip) {
                const Bytes frame = framedPpp(ip);
                return gre(0x3081, 0x880b, big16(frame.size()) + big16(5) + big32(1) + big32(2) + frame);
            }},
        {"CacheRedirect", 1, Tunnel::Gre, [](const Bytes& ip) { return gre(0, 0x883e, Bytes(4) + ip); }},
        {"ErspanOne", 1, Tunnel::Erspan, [](const Bytes& ip) { return gre(0, 0x88be, ethernet(ip)); }},
        {"ErspanTwo", 1, Tunnel::Erspan,
            [](const Bytes& ip) {
                return gre(0x1000, 0x88be, big32(1) + big32(0x10000005) + big32(1) + ethernet(ip));
            }},
        {"ErspanThree", 1, Tunnel::Erspan,
            [](const Bytes& ip) {
                return gre(0x1000, 0x22eb, big32(1) + big32(0x20000005) + Bytes(8) + ethernet(ip));
            }},
        {"ErspanThreeWithPlatform", 1, Tunnel::Erspan,
            [](const Bytes& ip) {
                return gre(
                    0x1000, 0x22eb, big32(1) + big32(0x20000005) + big32(7) + big32(1) + Bytes(8) + ethernet(ip));
            }},
        {"EtherIp", 1, Tunnel::EtherIp,
            [](const Bytes& ip) {
                return inIpv4(97, bytesOf({0x30, 0}) + ethernet(ip));
            }},
        {"MplsInIp", 1, Tunnel::MplsInIp, [](const Bytes& ip) { return inIpv4(137, mplsLabel(17, true) + ip); }},
        {"TwoTunnels", 1, Tunnel::Gre,
            [](const Bytes& ip) {
                const IpFields inner{.source = "10.1.0.1", .destination = "10.1.0.2", .protocol = ipProtocolOf(ip)};
                return gre(0, 0x0800, ipv4Packet(inner, ip));
            }},
    };
}

std::vector<Encapsulation> udpTunnels()
{
    constexpr Tunnel vxlan = Tunnel::Vxlan;
    return {
        {"Vxlan", 1, vxlan, [](const Bytes& ip) { return inUdp(4789, big32(0x08000000) + big32(5) + ethernet(ip)); }},
        {"VxlanOfLinux", 1, vxlan,
            [](const Bytes& ip) { return inUdp(8472, big32(0x08000000) + big32(5) + ethernet(ip)); }},
        {"VxlanInIpv6", 1, vxlan,
            [](const Bytes& ip) {
                return inIpv6(ipProtocolUdp, udp(5, 4789, big32(0x08000000) + big32(5) + ethernet(ip)));
            }},
        {"VxlanGpe", 1, Tunnel::VxlanGpe,
            [](const Bytes& ip) { return inUdp(4790, big32(isV6(ip) ? 0x0c000002 : 0x0c000001) + big32(5) + ip); }},
        {"VxlanGpeEthernet", 1, Tunnel::VxlanGpe,
            [](const Bytes& ip) { return inUdp(4790, big32(0x0c000003) + big32(5) + ethernet(ip)); }},
        {"Geneve", 1, Tunnel::Geneve,
            [](const Bytes& ip) { return inUdp(6081, big16(0) + big16(0x6558) + big32(5) + ethernet(ip)); }},
        {"GeneveWithOptions", 1, Tunnel::Geneve,
            [](const Bytes& ip) {
                return inUdp(6081, big16(0x0200) + big16(etherTypeOf(ip)) + big32(5) + Bytes(4) + big32(1) + ip);
            }},
        {"MplsInUdp", 1, Tunnel::MplsInUdp, [](const Bytes& ip) { return inUdp(6635, mplsLabel(17, true) + ip); }},
        {"GtpU", 1, Tunnel::GtpU, [](const Bytes& ip) { return gtp(0x30, ip); }},
        {"GtpUWithSequence", 1, Tunnel::GtpU, [](const Bytes& ip) { return gtp(0x32, big32(0x00010000) + ip); }},
        {"GtpUWithExtensions", 1, Tunnel::GtpU,
            [](const Bytes& ip) {
                const Bytes extensions = bytesOf({1, 0, 9, 0x85, 1, 0, 1, 0});
                return gtp(0x34, bytesOf({0, 0, 0, 0xc0}) + extensions + ip);
            }},
        {"L2tp", 1, Tunnel::L2tp, [](const Bytes& ip) { return inUdp(1701, big16(2) + big32(5) + framedPpp(ip)); }},
        {"L2tpWithAllFields", 1, Tunnel::L2tp,
            [](const Bytes& ip) {
                const Bytes frame = framedPpp(ip);
                return inUdp(
                    1701, big16(0x4a02) + big16(frame.size() + 16) + big32(5) + big32(1) + big16(2) + Bytes(2) + frame);
            }},
    };
}

std::vector<Encapsulation> joined(std::vector<Encapsulation> left, const std::vector<Encapsulation>& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

} // namespace

void PrintTo(const Encapsulation& encapsulation, std::ostream* stream)
{
    *stream << encapsulation.name;
}

std::vector<Encapsulation> links()
{
    return joined(joined(ethernetLinks(), systemLinks()), otherLinks());
}

std::vector<Encapsulation> tunnels()
{
    return joined(ipTunnels(), udpTunnels());
}

std::vector<Encapsulation> encapsulations()
{
    return joined(links(), tunnels());
}

Encapsulation encapsulationNamed(const std::string& name)
{
    for (const Encapsulation& encapsulation : encapsulations()) {
        if (encapsulation.name == name)
            return encapsulation;
    }
    ADD_FAILURE() << "no encapsulation " << name;
    return links().front();
}

} // namespace whyrst::test
