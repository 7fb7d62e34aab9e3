// The Internet checksum (RFC 1071) of TCP segments.
#pragma once

#include "model/packet/headers.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace whyrst {

/// The one's complement sum of 16-bit words in network byte order, folded to 16 bits and not complemented
/// (RFC 1071 section 1). A last odd byte is padded with zero.
uint16_t onesComplementSum(std::span<const std::byte> bytes);

/// The sum of the pseudo header (RFC 9293 3.1, RFC 8200 8.1) of a TCP segment of `tcpLength` bytes, as above.
/// `addresses` are source and destination as in the IP header: 8 bytes of IPv4 or 32 bytes of IPv6.
uint16_t pseudoHeaderSum(std::span<const std::byte> addresses, uint32_t tcpLength);

/// Class of the checksum of `segment`, the whole TCP header and payload (diagnosis.md 3.4).
ChecksumClass classifyChecksum(uint16_t pseudoHeader, std::span<const std::byte> segment);

} // namespace whyrst
