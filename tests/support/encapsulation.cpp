#include "tests/support/encapsulation.h"

#include "tests/support/link_frames.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

Bytes little16(uint64_t number)
{
    return numberBytes(number, 2, std::endian::little);
}

Bytes little32(uint64_t number)
{
    return numberBytes(number, 4, std::endian::little);
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

Bytes pppoe(const Bytes& ip)
{
    return bytesOf({0x11, 0}) + big16(7) + big16(ip.size() + 2) + ppp(ip);
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

/// The header of an ERF record of `type`, with its extension headers.
Bytes recordHeader(uint8_t type, const Bytes& extensions)
{
    return Bytes(8) + bytesOf({type, 4, 8, 0, 0, 0, 8, 0}) + extensions; // 2 KiB in the file and on the wire
}

/// Juniper's header, with what its flags announce.
Bytes juniper(uint8_t flags, const Bytes& more)
{
    return textBytes("MGC") + bytesOf({flags}) + more;
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
        {"ExtensibleRecord", 197, none, [](const Bytes& ip) { return recordHeader(2, {}) + Bytes(2) + ethernet(ip); }},
        {"ExtensibleRecordExtended", 197, none,
            [](const Bytes& ip) {
                return recordHeader(0x80 | 16, bytesOf({0x84, 0, 0, 0, 0, 0, 0, 1, 0x03, 0, 0, 0, 0, 0, 0, 2}))
                    + Bytes(2) + ethernet(ip);
            }},
        {"ExtensibleRecordHdlc", 197, none, [](const Bytes& ip) { return recordHeader(1, {}) + ciscoHdlc(ip); }},
        {"ExtensibleRecordIp", 197, none, [](const Bytes& ip) { return recordHeader(isV6(ip) ? 23 : 22, {}) + ip; }},
        {"Juniper", 178, none, [](const Bytes& ip) { return juniper(0x01, {}) + ethernet(ip); }},
        {"JuniperExtended", 178, none,
            [](const Bytes& ip) {
                return juniper(0x80, big16(6) + bytesOf({2, 1, 1, 3, 1, 0x0f})) + ethernet(ip);
            }},
        {"JuniperPpp", 179, none, [](const Bytes& ip) { return juniper(0, {}) + framedPpp(ip); }},
        {"JuniperFrameRelay", 180, none, [](const Bytes& ip) { return juniper(0, {}) + frameRelay(ip); }},
        {"JuniperHdlc", 181, none, [](const Bytes& ip) { return juniper(0, {}) + ciscoHdlc(ip); }},
        {"JuniperWithoutLink", 178, none,
            [](const Bytes& ip) { return juniper(0x02, little32(isV6(ip) ? 6 : 2)) + ip; }},
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
        {"Infiniband", 242, none, [](const Bytes& ip) { return Bytes(40) + big16(etherTypeOf(ip)) + Bytes(2) + ip; }},
        {"FibreChannel", 122, none, [](const Bytes& ip) { return Bytes(16) + snap(ip); }},
        {"SunAtm", 123, none,
            [](const Bytes& ip) {
                return bytesOf({0x02, 0, 0, 33}) + snap(ip);
            }},
        {"MplsAlone", 219, none, [](const Bytes& ip) { return mplsLabel(17, true) + ip; }},
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
