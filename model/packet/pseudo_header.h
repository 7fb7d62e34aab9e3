// Headers that no network carries: capture programs and kernels write them before the packet.
#pragma once

#include "model/packet/layer.h"

#include <cstdint>
#include <optional>

namespace whyrst {

/// IP or other, by the number of an address family. AF_INET is 2 everywhere, AF_INET6 has five numbers.
NetworkProtocol protocolOfFamily(uint32_t family);

/// PPI (CACE, 1.0.10): `wrapped` becomes the link type of what follows.
std::optional<SkipReason> decodePacketInformation(Layer& layer, LinkType& wrapped);

/// PKTAP of macOS: direction, and in `wrapped` the link type of what follows.
std::optional<SkipReason> decodePacketTap(Layer& layer, LinkType& wrapped);

/// ERF of Endace's capture cards, with extension headers: Ethernet, IP or HDLC in `wrapped`.
std::optional<SkipReason> decodeExtensibleRecord(Layer& layer, LinkType& wrapped);

/// The header of Juniper's routers. `wrapped`, which is the link type that the file's one stands for, becomes RAW where
/// the router left the link header out.
std::optional<SkipReason> decodeJuniper(Layer& layer, LinkType& wrapped);

/// NFLOG of Linux (LINKTYPE_NFLOG): attributes, one of which is the IP packet.
std::optional<SkipReason> decodeNetfilterLog(Layer& layer);

/// IPNET of Solaris.
std::optional<SkipReason> decodeIpnet(Layer& layer);

/// PFLOG of the BSDs.
std::optional<SkipReason> decodePacketFilterLog(Layer& layer);

} // namespace whyrst
