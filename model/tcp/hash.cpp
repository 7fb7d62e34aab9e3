#include "model/tcp/hash.h"

#include <array>

namespace whyrst {

uint64_t hashEndpoint(const Endpoint& endpoint, uint64_t seed)
{
    const std::array<uint64_t, 2> words = endpoint.address.words();
    return mixBits(mixBits(words[0] ^ seed) + words[1] + endpoint.port);
}

uint64_t hashEndpoints(const Endpoint& a, const Endpoint& b, uint64_t seed)
{
    return mixBits(hashEndpoint(a, seed) + hashEndpoint(b, seed));
}

} // namespace whyrst
