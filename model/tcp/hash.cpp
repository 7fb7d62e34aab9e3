#include "model/tcp/hash.h"

#include <array>
#include <cstring>

namespace whyrst {

uint64_t hashEndpoint(const Endpoint& endpoint, uint64_t seed)
{
    std::array<uint64_t, 2> words{};
    std::memcpy(words.data(), endpoint.address.bytes.data(), sizeof words);
    return mixBits(mixBits(words[0] ^ seed) + words[1] + endpoint.port);
}

uint64_t hashEndpoints(const Endpoint& a, const Endpoint& b, uint64_t seed)
{
    return mixBits(hashEndpoint(a, seed) + hashEndpoint(b, seed));
}

} // namespace whyrst
