#include "model/tcp/duplicate_filter.h"

#include "model/tcp/hash.h"

namespace whyrst {

namespace {

constexpr size_t entryCount = 1 << 12;                ///< packets of 1 ms at 4 million packets a second
constexpr auto window = std::chrono::milliseconds(1); // diagnosis.md 2.9

uint64_t hashOf(const SegmentHeader& header, uint64_t seed)
{
    const uint64_t ports = uint64_t{header.source.port} << 48 | uint64_t{header.destination.port} << 32;
    uint64_t hash = mixBits(hashEndpoint(header.source, seed) + (ports | header.seq.value));
    hash = mixBits(hash + (uint64_t{header.ack.value} << 32 | header.payloadLength));
    const uint64_t small = uint64_t{header.checksum} << 48 | uint64_t{header.flags.bits} << 32;
    hash = mixBits(hash + (small | header.ipId.value_or(0)));
    return header.options.timestamps ? mixBits(hash + header.options.timestamps->value) : hash;
}

bool isAtMostOneHopAway(uint8_t a, uint8_t b)
{
    return a == b || a == b + 1 || a + 1 == b;
}

} // namespace

DuplicateFilter::DuplicateFilter(uint64_t seed)
    : m_entries(entryCount)
    , m_seed(seed)
{
}

bool DuplicateFilter::isDuplicate(const SegmentHeader& header, Timestamp time)
{
    const bool hasId = header.ipId.value_or(0) != 0;
    if (!hasId && (!header.options.timestamps || header.payloadLength == 0))
        return false;
    const uint64_t hash = hashOf(header, m_seed);
    Entry& entry = m_entries[hash % entryCount];
    const bool duplicate
        = entry.hash == hash && time - entry.time <= window && isAtMostOneHopAway(entry.ttl, header.ttl);
    entry = {hash, time, header.ttl};
    return duplicate;
}

} // namespace whyrst
