// Tunnels: IP packets inside IP packets.
#pragma once

#include "model/packet/ip_header.h"
#include "model/packet/layer.h"

#include <optional>

namespace whyrst {

/// Goes into the tunnel whose header is the payload of `ip`: `layer` becomes what it carries, `tunnel` its kind.
///
/// By the IP protocol: IP in IP, GRE with key, checksum and sequence number, ERSPAN, EtherIP, MPLS. By the UDP port of
/// the destination: VXLAN (4789, 8472), VXLAN-GPE (4790), Geneve (6081), MPLS (6635); of either side: GTP-U (2152),
/// L2TP (1701), Teredo (3544).
/// NotTcp: no tunnel, or one that carries control messages. NotIp: it carries no IP. Truncated, Malformed.
std::optional<SkipReason> enterTunnel(const IpHeader& ip, Layer& layer, Tunnel& tunnel);

} // namespace whyrst
