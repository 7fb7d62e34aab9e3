// Tells two recordings of one packet from two packets (diagnosis.md 2.9).
#pragma once

#include "model/tcp/flow.h"
#include "model/time.h"

#include <cstdint>
#include <vector>

namespace whyrst {

/// Remembers the packets of the last millisecond, of all connections, in a table of constant size.
class DuplicateFilter
{
public:
    DuplicateFilter();

    /// How often a packet was recorded before whose hash is `key` (SegmentKey::packet), each time within 1 ms of the
    /// next, at the same hop or one hop away. Heuristic: a capture that mirrors both ports of a switch records within
    /// microseconds.
    uint32_t earlierSightings(uint64_t key, uint8_t ttl, Timestamp time);

    /// Hints that a packet with `key` will be asked about soon.
    void prefetch(uint64_t key) const { __builtin_prefetch(&m_entries[key % entryCount], 1); }

private:
    static constexpr size_t entryCount = 1 << 12; ///< packets of 1 ms at 4 million packets a second

    struct Entry
    {
        uint64_t hash = 0;
        Timestamp time;
        uint32_t earlier = 0;
        uint8_t ttl = 0;
    };

    std::vector<Entry> m_entries;
};

/// Whether `segment` is one more recording of a packet of `flow`, to which it is about to be added, after `earlier`
/// sightings of an equal one. Counts it in `flow.copies`. `other` is the flow of the other side.
///
/// Copies for sure are packets that no host sends again so soon: SYNs, packets with an IP ID of their own and, with
/// equal timestamps, data, FINs and RSTs. Other equal packets, such as duplicate ACKs without an IP ID, may be honest:
/// they are copies only in a flow whose packets nearly all come twice, and then every second one is.
bool isCopy(const Segment& segment, uint32_t earlier, Flow& flow, const Flow& other);

} // namespace whyrst
