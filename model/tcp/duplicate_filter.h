// Tells two recordings of one packet from two packets (diagnosis.md 2.9).
#pragma once

#include "model/packet/headers.h"
#include "model/time.h"

#include <cstdint>
#include <vector>

namespace whyrst {

/// Remembers the packets of the last millisecond, of all connections, in a table of constant size.
class DuplicateFilter
{
public:
    DuplicateFilter();

    /// Whether a packet with these headers, whose hash is `key` (SegmentKey::packet), was seen within 1 ms before, at
    /// the same hop or one hop away.
    ///
    /// Without an IP ID equal timestamps must speak for it, and only on data, because honest duplicate ACKs may be
    /// equal in everything. Heuristic: a capture that mirrors both ports of a switch records within microseconds.
    bool isDuplicate(const SegmentHeader& header, uint64_t key, Timestamp time);

private:
    struct Entry
    {
        uint64_t hash = 0;
        Timestamp time;
        uint8_t ttl = 0;
    };

    std::vector<Entry> m_entries;
};

} // namespace whyrst
