// Tunnels, in Ethernet frames.
#include "tests/support/encapsulation.h"
#include "tests/support/link_frames.h"

#include <algorithm>
#include <iterator>

namespace whyrst::test {

namespace {

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

} // namespace

std::vector<Encapsulation> tunnels()
{
    std::vector<Encapsulation> all = ipTunnels();
    std::ranges::move(udpTunnels(), std::back_inserter(all));
    return all;
}

} // namespace whyrst::test
