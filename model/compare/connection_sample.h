// A sample of what identifies a connection, chosen so that two captures that overlap in part choose the same members.
#pragma once

#include "model/tcp/trace.h"

#include <array>
#include <cstdint>
#include <vector>

namespace whyrst {

/// Kinds of values, by what they survive on the way (comparison.md 2.2).
enum class SampleKind : uint8_t
{
    Numbers,    ///< sequence, acknowledgment, length, flags: survives NAT
    Timestamps, ///< TSval, TSecr: survives NAT, shifted numbers and other cuts
    Steps       ///< numbers since the SYNs, length, window: survives NAT and shifted numbers
};
constexpr size_t sampleKinds = 3;

/// A hash; its last bit is the side of the flow it came from.
struct SampledValue
{
    uint64_t hash = 0;
    ConnectionId connection;
};

/// The 256 smallest hashes of each kind of each connection (bottom-k sketches).
struct ConnectionSamples
{
    std::array<std::vector<SampledValue>, sampleKinds> values; ///< each by hash
    std::array<std::vector<uint16_t>, sampleKinds> counts;     ///< values a connection has, by ConnectionId
};

/// Bit of a hash that tells the side; not part of what is compared.
constexpr uint64_t sampleSideBit = 1;

ConnectionSamples sampleConnections(const Trace& trace);

} // namespace whyrst
