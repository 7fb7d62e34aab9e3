#include "model/tcp/hash.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace whyrst {

namespace {

constexpr uint64_t goldenRatio = 0x9e3779b97f4a7c15ULL; // of 2^64, odd: spreads small numbers (Knuth, 6.4)

/// Takes one word into a lane. The shift brings the upper bits down: a product alone never does.
uint64_t takeWord(uint64_t lane, uint64_t word)
{
    lane = (lane ^ word) * goldenRatio;
    return lane ^ lane >> 32;
}

} // namespace

uint64_t hashEndpoint(const Endpoint& endpoint, uint64_t seed)
{
    const std::array<uint64_t, 2> words = endpoint.address.words();
    return mixBits(mixBits(words[0] ^ seed) + words[1] + endpoint.port * (seed | 1)); // no address makes up for a port
}

uint64_t hashEndpoints(const Endpoint& a, const Endpoint& b, uint64_t seed)
{
    return mixBits(hashEndpoint(a, seed) + hashEndpoint(b, seed));
}

uint64_t hashBytes(std::span<const std::byte> bytes, uint64_t seed)
{
    constexpr size_t wordSize = sizeof(uint64_t);
    std::array<uint64_t, 4> lanes{
        seed, mixBits(seed + 1), mixBits(seed + 2), mixBits(seed + 3)}; // worked on side by side
    size_t at = 0;
    for (; bytes.size() - at >= lanes.size() * wordSize; at += lanes.size() * wordSize) {
        for (size_t lane = 0; lane < lanes.size(); ++lane) {
            uint64_t word = 0;
            std::memcpy(&word, bytes.data() + at + lane * wordSize, wordSize);
            lanes[lane] = takeWord(lanes[lane], word);
        }
    }
    for (size_t lane = 0; at < bytes.size(); at += wordSize, ++lane) {
        uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, std::min(wordSize, bytes.size() - at));
        lanes[lane] = takeWord(lanes[lane], word);
    }
    uint64_t hash = bytes.size();
    for (const uint64_t lane : lanes)
        hash = mixBits(hash ^ lane);
    return hash;
}

SegmentKey keyOf(const SegmentHeader& header, uint64_t seed)
{
    const uint64_t source = hashEndpoint(header.source, seed);
    const uint64_t connection = mixBits(source + hashEndpoint(header.destination, seed));
    const uint64_t small = uint64_t{header.flags.bits} << 16 | header.ipId.value_or(0);
    const uint64_t large
        = uint64_t{header.checksum} << 48 | uint64_t{header.rawWindow} << 32 | uint64_t{header.payloadLength};
    uint64_t packet = mixBits(connection + source + (uint64_t{header.seq.value} << 32 | header.ack.value));
    packet = mixBits(packet + large + small * goldenRatio);
    if (header.options.timestamps)
        packet = mixBits(packet + (uint64_t{header.options.timestamps->value} << 32 | header.options.timestamps->echo));
    for (uint8_t block = 0; block < header.options.sackBlockCount; ++block) {
        const RawSackBlock& sack = header.options.sackBlocks[block];
        packet = mixBits(packet + (uint64_t{sack.left.value} << 32 | sack.right.value));
    }
    return {connection, packet};
}

} // namespace whyrst
