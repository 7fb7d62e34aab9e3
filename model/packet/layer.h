// A place in a packet, between two headers: what is left, and what it is.
#pragma once

#include "model/packet/headers.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace whyrst {

/// What follows the headers that were read.
enum class NetworkProtocol : uint8_t
{
    Ipv4,
    Ipv6,
    Other
};

/// What is left of a packet behind the headers that were read, and what those said.
struct Layer
{
    std::span<const std::byte> bytes; ///< the captured part
    size_t wireLength = 0;            ///< on the wire; never below `bytes.size()`
    NetworkProtocol protocol = NetworkProtocol::Other;
    HostDirection direction = HostDirection::Unknown; ///< by the link header, if it says so
    uint8_t nesting = 0;                              ///< Ethernet headers so far
    uint64_t sourceMac = 0; ///< of the Ethernet header around the packet, 0 without; a tunnel without one has none
    uint16_t vlan = 0;      ///< of the innermost VLAN tag of that header (IEEE 802.1Q 9.6), 0 without

    const std::byte* at(size_t offset = 0) const { return bytes.data() + offset; }

    /// Why `length` bytes are not there: Truncated by the snap length, or Malformed, as the packet ended before them.
    std::optional<SkipReason> lacks(size_t length) const
    {
        if (length <= bytes.size()) [[likely]]
            return std::nullopt;
        return length <= wireLength ? SkipReason::Truncated : SkipReason::Malformed;
    }

    /// Goes over `length` bytes, which must be there.
    void skip(size_t length)
    {
        bytes = bytes.subspan(length);
        wireLength -= length;
    }
};

} // namespace whyrst
