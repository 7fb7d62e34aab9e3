// Addresses and ports chosen to collide: without the seed nobody can choose the slots of the connection table.
#include "model/tcp/hash.h"

#include <gtest/gtest.h>
#include <set>

namespace whyrst {
namespace {

constexpr uint32_t count = 10'000;
constexpr uint64_t knownSeed = 1;
constexpr uint64_t otherSeed = 0x5851f42d4c957f2d;
constexpr Endpoint server{.address = {}, .port = 443};

uint64_t slotOf(const Endpoint& client, uint64_t seed)
{
    constexpr uint64_t mask = (1 << 15) - 1; // of a table that holds `count` connections
    return hashEndpoints(client, server, seed) & mask;
}

/// The longest run of taken slots: the most probes that a look-up takes.
size_t longestProbe(const std::vector<Endpoint>& clients, uint64_t seed)
{
    std::vector<bool> taken(1 << 15);
    size_t longest = 0;
    for (const Endpoint& client : clients) {
        size_t slot = slotOf(client, seed);
        size_t probes = 1;
        for (; taken[slot]; slot = (slot + 1) % taken.size())
            ++probes;
        taken[slot] = true;
        longest = std::max(longest, probes);
    }
    return longest;
}

Endpoint clientWith(uint64_t upper, uint64_t lower, uint16_t port)
{
    Endpoint endpoint;
    endpoint.address.isV6 = true;
    endpoint.address.bytes = std::bit_cast<std::array<uint8_t, 16>>(std::array{upper, lower});
    endpoint.port = port;
    return endpoint;
}

/// Clients that all have the same slot under `knownSeed`.
std::vector<Endpoint> collidingClients(size_t wanted)
{
    std::vector<Endpoint> clients;
    const uint64_t slot = slotOf(clientWith(0, 0, 1), knownSeed);
    for (uint64_t address = 0; clients.size() < wanted; ++address) {
        const Endpoint client = clientWith(address, 0, 1);
        if (slotOf(client, knownSeed) == slot)
            clients.push_back(client);
    }
    return clients;
}

constexpr size_t usualProbes = 64; ///< far above what random slots of a table that is a third full give

TEST(HostileEndpoints, CollisionsUnderAKnownSeedAreNoneUnderAnother)
{
    const std::vector<Endpoint> clients = collidingClients(200);
    EXPECT_EQ(longestProbe(clients, knownSeed), clients.size());
    EXPECT_LT(longestProbe(clients, otherSeed), usualProbes / 8);
}

TEST(HostileEndpoints, NoAddressMakesUpForThePort)
{
    std::vector<Endpoint> clients;
    for (uint32_t i = 0; i < count; ++i)
        clients.push_back(clientWith(7, 1'000'000 - i, static_cast<uint16_t>(i)));
    EXPECT_LT(longestProbe(clients, otherSeed), usualProbes);
}

TEST(HostileEndpoints, PortsInSequenceAreSpread)
{
    std::vector<Endpoint> clients;
    for (uint32_t i = 0; i < count; ++i)
        clients.push_back(clientWith(7, 7, static_cast<uint16_t>(i)));
    EXPECT_LT(longestProbe(clients, otherSeed), usualProbes);
}

TEST(HostileEndpoints, ExchangedHalvesAreSpread)
{
    std::vector<Endpoint> clients;
    for (uint32_t i = 0; i < count; ++i)
        clients.push_back(clientWith(i, count - i, 1));
    EXPECT_LT(longestProbe(clients, otherSeed), usualProbes);
}

} // namespace
} // namespace whyrst
