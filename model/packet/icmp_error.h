// ICMP and ICMPv6 errors, which quote the packet that they are about.
#pragma once

#include "model/packet/headers.h"
#include "model/packet/ip_header.h"

#include <optional>

namespace whyrst {

/// Decodes the ICMP error in the payload of `ip` into `error`.
///
/// IPv4 types 3, 4, 11 and 12 (RFC 792), IPv6 types 1 to 4 (RFC 4443). Of the quoted segment 8 bytes are enough; it may
/// be a first fragment, or stand in tunnels of which the quote holds enough. Extensions (RFC 4884) stand behind the
/// quote and do not matter. NotTcp: no error, or about another protocol. Truncated, Malformed: the quote is cut or
/// contradicts itself.
std::optional<SkipReason> decodeIcmpError(const IpHeader& ip, IcmpError& error);

} // namespace whyrst
