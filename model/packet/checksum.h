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

/// Class of the checksum of `segment`, the whole TCP header and payload (diagnosis.md 3.4).
///
/// `addresses` are source and destination as in the IP header: 8 bytes of IPv4 or 32 bytes of IPv6. The pseudo header
/// (RFC 9293 3.1, RFC 8200 8.1) takes its length from `segment`. ours: Partial is also the pseudo-header sum with a
/// length of 0, which Windows writes into frames that the network card is to cut into segments (large send offload).
ChecksumClass classifyChecksum(std::span<const std::byte> addresses, std::span<const std::byte> segment);

} // namespace whyrst
