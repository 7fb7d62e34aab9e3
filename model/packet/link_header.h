// The link layer: what stands before the IP packet.
#pragma once

#include "model/packet/headers.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace whyrst {

/// What follows the link header.
enum class NetworkProtocol : uint8_t
{
    Ipv4,
    Ipv6,
    Other
};

/// A decoded link header.
struct LinkHeader
{
    NetworkProtocol protocol = NetworkProtocol::Other;
    size_t length = 0;                                ///< bytes before the IP header; at most the captured bytes
    HostDirection direction = HostDirection::Unknown; ///< Linux cooked only
    uint64_t sourceMac = 0;
};

/// Decodes the link header of `packet` into `link`. A reason when that is not possible: UnsupportedLink or Truncated.
std::optional<SkipReason> decodeLinkHeader(const Packet& packet, LinkHeader& link);

} // namespace whyrst
