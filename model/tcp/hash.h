// Seeded hashing of endpoints: an adversary who chooses addresses and ports cannot choose the slots.
#pragma once

#include "model/packet/headers.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace whyrst {

/// Spreads all bits of `value` over all bits of the result (finalizer of MurmurHash3).
constexpr uint64_t mixBits(uint64_t value)
{
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    value *= 0xc4ceb9fe1a85ec53ULL;
    return value ^ value >> 33;
}

/// Hash of one endpoint.
uint64_t hashEndpoint(const Endpoint& endpoint, uint64_t seed);

/// Hash of a connection's two endpoints, the same in either order.
uint64_t hashEndpoints(const Endpoint& a, const Endpoint& b, uint64_t seed);

/// Hash of a payload; some 0.1 us for a full packet.
uint64_t hashBytes(std::span<const std::byte> bytes, uint64_t seed);

/// What a segment is looked up by.
struct SegmentKey
{
    uint64_t connection = 0; ///< of its endpoints
    uint64_t packet = 0;     ///< of all that two recordings of one packet have in common (diagnosis.md 2.9)
};

SegmentKey keyOf(const SegmentHeader& header, uint64_t seed);

} // namespace whyrst
