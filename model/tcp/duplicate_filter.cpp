#include "model/tcp/duplicate_filter.h"

namespace whyrst {

namespace {

constexpr size_t entryCount = 1 << 12;                ///< packets of 1 ms at 4 million packets a second
constexpr auto window = std::chrono::milliseconds(1); // diagnosis.md 2.9

bool isAtMostOneHopAway(uint8_t a, uint8_t b)
{
    return a == b || a == b + 1 || a + 1 == b;
}

} // namespace

DuplicateFilter::DuplicateFilter()
    : m_entries(entryCount)
{
}

bool DuplicateFilter::isDuplicate(const SegmentHeader& header, uint64_t key, Timestamp time)
{
    const bool hasId = header.ipId.value_or(0) != 0;
    if (!hasId && (!header.options.timestamps || header.payloadLength == 0))
        return false;
    Entry& entry = m_entries[key % entryCount];
    const bool duplicate
        = entry.hash == key && time - entry.time <= window && isAtMostOneHopAway(entry.ttl, header.ttl);
    entry = {key, time, header.ttl};
    return duplicate;
}

} // namespace whyrst
