// packet -> headers: one pure function over the bytes of one packet, without a copy.
#pragma once

#include "model/packet/headers.h"

#include <variant>

namespace whyrst {

/// What a packet turned out to be.
using DecodedPacket = std::variant<SkipReason, SegmentHeader, IcmpError>;

/// Decodes link, IP, TCP and ICMP headers.
///
/// Link types: Ethernet with 802.1Q and 802.1ad tags, RAW, IPV4, IPV6, NULL and LOOP (both byte orders), Linux cooked
/// v1 and v2. IPv4 with options, IPv6 with extension headers. Frames longer than the MSS and an IP total length of 0
/// (segmentation offload) give the length that the frame holds; padding behind the IP packet does not count.
/// Believes no length. Truncated: the snap length cut the link or IP header or the 20 fixed bytes of the TCP header;
/// TCP options that were cut are left out. Malformed: a header that contradicts itself. An IP length beyond the frame
/// counts, since mirror ports cut frames and record the cut length.
DecodedPacket decodePacket(const Packet& packet);

} // namespace whyrst
