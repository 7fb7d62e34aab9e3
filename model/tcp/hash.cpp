#include "model/tcp/hash.h"

#include <array>

namespace whyrst {

uint64_t hashEndpoint(const Endpoint& endpoint, uint64_t seed)
{
    const std::array<uint64_t, 2> words = endpoint.address.words();
    return mixBits(mixBits(words[0] ^ seed) + words[1] + endpoint.port * (seed | 1)); // no address makes up for a port
}

uint64_t hashEndpoints(const Endpoint& a, const Endpoint& b, uint64_t seed)
{
    return mixBits(hashEndpoint(a, seed) + hashEndpoint(b, seed));
}

SegmentKey keyOf(const SegmentHeader& header, uint64_t seed)
{
    const uint64_t source = hashEndpoint(header.source, seed);
    const uint64_t connection = mixBits(source + hashEndpoint(header.destination, seed));
    const uint64_t small = uint64_t{header.checksum} << 48 | uint64_t{header.flags.bits} << 32;
    uint64_t packet = mixBits(connection + source + (uint64_t{header.seq.value} << 32 | header.ack.value));
    packet = mixBits(packet + (small | header.ipId.value_or(0)) + (uint64_t{header.payloadLength} << 16));
    if (header.options.timestamps)
        packet = mixBits(packet + header.options.timestamps->value);
    return {connection, packet};
}

} // namespace whyrst
