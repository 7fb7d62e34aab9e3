// Headers that name what follows by an EtherType, or stand between an EtherType and the IP packet: Ethernet, VLAN tags,
// MPLS, PPPoE, PPP, LLC. Links and tunnels share them.
//
// Each function moves `layer` behind what it read and sets `layer.protocol`, Other when no IP follows. Reasons:
// Truncated, Malformed; NotIp for what is encrypted or no packet of a user.
#pragma once

#include "model/packet/layer.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace whyrst {

/// Deepest nesting of Ethernet headers and of tunnels that is followed. heuristic: real networks use two or three.
constexpr size_t deepestNesting = 8;

/// What `etherType` announces: IP, behind any number of VLAN tags (802.1Q, 802.1ad, VN-Tag, 802.1BR), MPLS, PPPoE,
/// 802.1ah, unencrypted MACsec, NSH, Ethernet (transparent bridging).
std::optional<SkipReason> decodeEtherType(uint16_t etherType, Layer& layer);

/// An Ethernet header and what follows; with a length instead of an EtherType LLC.
std::optional<SkipReason> decodeEthernet(Layer& layer);

/// LLC (IEEE 802.2) with SNAP (RFC 1042), or with IP as its access point.
std::optional<SkipReason> decodeLlc(Layer& layer);

/// SNAP: organisation and type. Bridged Ethernet (RFC 2684 5.2) stands behind `bridgePadding` bytes.
std::optional<SkipReason> decodeSnap(Layer& layer, size_t bridgePadding);

/// An NLPID (ISO 9577) and what it announces.
std::optional<SkipReason> decodeNlpid(Layer& layer);

/// PPP (RFC 1661), with or without address and control field (RFC 1662).
std::optional<SkipReason> decodePpp(Layer& layer);

/// PPP as above, or Cisco HDLC when the address is one of it.
std::optional<SkipReason> decodeSerial(Layer& layer);

/// A PPPoE header (RFC 2516 4) and the PPP frame.
std::optional<SkipReason> decodePppoe(Layer& layer);

/// A stack of MPLS labels (RFC 3032). No label says what follows: IP when it looks so, else an Ethernet pseudowire.
std::optional<SkipReason> decodeMpls(Layer& layer);

/// IP of the version that the first half byte names.
std::optional<SkipReason> decodeRawIp(Layer& layer);

/// The six bytes at `at` as a number.
uint64_t loadMac(const std::byte* at);

} // namespace whyrst
