#include "model/packet/decode.h"

#include "model/packet/ether_type.h"
#include "model/packet/fragment_reassembly.h"
#include "model/packet/icmp_error.h"
#include "model/packet/ip_header.h"
#include "model/packet/link_header.h"
#include "model/packet/tcp_header.h"
#include "model/packet/tunnel.h"

#include <algorithm>

namespace whyrst {

namespace {

/// Where a packet led: its innermost IP header, and the outermost tunnel.
struct Innermost
{
    IpHeader ip;
    Tunnel tunnel = Tunnel::None;
};

/// Replaces `layer` and `ip` by the datagram that this fragment makes whole.
std::optional<SkipReason> reassemble(const Packet& packet, FragmentReassembly* fragments, Layer& layer, IpHeader& ip)
{
    if (fragments == nullptr)
        return SkipReason::Fragment;
    const auto whole = fragments->add(ip, layer.bytes, packet);
    if (!whole)
        return SkipReason::Fragment;
    layer.bytes = *whole;
    layer.wireLength = whole->size();
    ip = IpHeader();
    return decodeIpHeader(layer.protocol, layer.bytes, layer.wireLength, ip);
}

bool isTunnel(const IpHeader& ip)
{
    return ip.protocol != protocolTcp && ip.protocol != protocolIcmp && ip.protocol != protocolIcmpV6;
}

/// Goes on where the first IP header is neither TCP nor ICMP, or a fragment.
std::optional<SkipReason> findInnermost(
    const Packet& packet, FragmentReassembly* fragments, Layer& layer, Innermost& found)
{
    IpHeader& ip = found.ip;
    for (size_t depth = 0; depth <= deepestNesting; ++depth) {
        if (ip.isFragment) {
            if (const auto reason = reassemble(packet, fragments, layer, ip))
                return reason;
        }
        if (!isTunnel(ip))
            return std::nullopt;
        Tunnel tunnel = Tunnel::None;
        if (const auto reason = enterTunnel(ip, layer, tunnel))
            return reason;
        if (found.tunnel == Tunnel::None)
            found.tunnel = tunnel;
        ip = IpHeader();
        if (const auto reason = decodeIpHeader(layer.protocol, layer.bytes, layer.wireLength, ip))
            return reason;
    }
    return SkipReason::Malformed;
}

DecodedPacket decodeSegment(const Packet& packet, const Layer& layer, const Innermost& found)
{
    DecodedPacket result(std::in_place_type<SegmentHeader>); // filled in place: a segment is some 200 bytes
    SegmentHeader& segment = *std::get_if<SegmentHeader>(&result);
    if (const auto reason = decodeTcpHeader(found.ip, segment))
        result = *reason;
    else {
        segment.direction = layer.direction == HostDirection::Unknown ? packet.direction : layer.direction;
        segment.sourceMac = layer.sourceMac;
        segment.vlan = layer.vlan;
        segment.tunnel = found.tunnel;
    }
    return result;
}

DecodedPacket decodeIcmp(const IpHeader& ip)
{
    IcmpError error;
    if (const auto reason = decodeIcmpError(ip, error))
        return *reason;
    return error;
}

DecodedPacket decode(const Packet& packet, FragmentReassembly* fragments)
{
    Layer layer;
    layer.bytes = packet.bytes;
    layer.wireLength = std::max<size_t>(packet.originalLength, packet.bytes.size());
    if (const auto reason = decodeLinkHeader(packet, layer))
        return *reason;
    Innermost found;
    if (const auto reason = decodeIpHeader(layer.protocol, layer.bytes, layer.wireLength, found.ip))
        return *reason;
    if (found.ip.isFragment || isTunnel(found.ip)) [[unlikely]] {
        if (const auto reason = findInnermost(packet, fragments, layer, found))
            return *reason;
    }
    if (found.ip.protocol == protocolTcp)
        return decodeSegment(packet, layer, found);
    if (found.ip.protocol == (found.ip.isV6 ? protocolIcmpV6 : protocolIcmp))
        return decodeIcmp(found.ip);
    return SkipReason::NotTcp;
}

} // namespace

DecodedPacket decodePacket(const Packet& packet)
{
    return decode(packet, nullptr);
}

DecodedPacket decodePacket(const Packet& packet, FragmentReassembly& fragments)
{
    return decode(packet, &fragments);
}

} // namespace whyrst
