#include "model/packet/decode.h"

#include "model/packet/icmp_error.h"
#include "model/packet/ip_header.h"
#include "model/packet/link_header.h"
#include "model/packet/tcp_header.h"

#include <algorithm>

namespace whyrst {

namespace {

DecodedPacket decodeSegment(const Packet& packet, const LinkHeader& link, const IpHeader& ip)
{
    DecodedPacket result(std::in_place_type<SegmentHeader>); // filled in place: a segment is some 200 bytes
    SegmentHeader& segment = *std::get_if<SegmentHeader>(&result);
    if (const auto reason = decodeTcpHeader(ip, segment))
        result = *reason;
    else {
        segment.direction = link.direction == HostDirection::Unknown ? packet.direction : link.direction;
        segment.sourceMac = link.sourceMac;
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

} // namespace

DecodedPacket decodePacket(const Packet& packet)
{
    LinkHeader link;
    if (const auto reason = decodeLinkHeader(packet, link))
        return *reason;
    const size_t wireLength = std::max<size_t>(packet.originalLength, packet.bytes.size()) - link.length;
    IpHeader ip;
    if (const auto reason = decodeIpHeader(link.protocol, packet.bytes.subspan(link.length), wireLength, ip))
        return *reason;
    if (ip.isFragment)
        return SkipReason::Fragment;
    if (ip.protocol == protocolTcp)
        return decodeSegment(packet, link, ip);
    if (ip.protocol == (ip.isV6 ? protocolIcmpV6 : protocolIcmp))
        return decodeIcmp(ip);
    return SkipReason::NotTcp;
}

} // namespace whyrst
