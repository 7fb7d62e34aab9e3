// packet -> headers: one function over the bytes of one packet, without a copy.
#pragma once

#include "model/packet/headers.h"

#include <variant>

namespace whyrst {

class FragmentReassembly;

/// What a packet turned out to be.
using DecodedPacket = std::variant<SkipReason, SegmentHeader, IcmpError>;

/// Decodes link, tunnel, IP, TCP and ICMP headers.
///
/// Link types: link_header.cpp lists them, README.md names them. What stands between link and IP: ether_type.h.
/// Tunnels: tunnel.h; of nested ones at most eight, and IP header fields, TTL and IP ID are those of the innermost
/// packet. IPv4 with options, IPv6 with extension headers. Frames longer than the MSS and an IP total length of 0
/// (segmentation offload) give the length that the frame holds; padding behind the IP packet does not count.
/// Believes no length. Truncated: the snap length cut a header or the 20 fixed bytes of the TCP header; TCP options
/// that were cut are left out. Malformed: a header that contradicts itself, or too many tunnels. An IP length beyond
/// the frame counts, since mirror ports cut frames and record the cut length. Fragment: all IP fragments.
DecodedPacket decodePacket(const Packet& packet);

/// The same with a memory: fragments go to `fragments`, and the one that makes a datagram whole gives what that holds.
/// The payload may view `fragments`, up to the next call. See PacketDecoder.
DecodedPacket decodePacket(const Packet& packet, FragmentReassembly& fragments);

} // namespace whyrst
