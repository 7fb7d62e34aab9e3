#include "model/tcp/duplicate_filter.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr auto window = std::chrono::milliseconds(1); // diagnosis.md 2.9

constexpr uint32_t fullCount = 127;   ///< of the fields of CopyCounts
constexpr uint32_t mostPerPacket = 3; ///< of its field

/// A flow is recorded twice when of its packets at least these many have a copy, and eight times as many as have none.
/// Heuristic: duplicate ACKs repeat few of many packets. With a packet that only a recording doubles two are enough, as
/// one may have been flooded by a switch; when only the other flow has such packets, more must speak for this one.
constexpr uint32_t singlesWeigh = 8;
constexpr uint32_t enoughWithProof = 2;
constexpr uint32_t enoughAlone = 8;

bool isAtMostOneHopAway(uint8_t a, uint8_t b)
{
    return a == b || a == b + 1 || a + 1 == b;
}

/// Whether other segments of the flow just before carry the IP ID of `segment`: then it tells no packets apart, and a
/// segment that was sent twice looks like one that was recorded twice. To be called before the row is added.
bool hasConstantIpId(const Flow& flow, const Segment& segment)
{
    constexpr uint32_t rowsBack = 4;
    for (uint32_t row = flow.size(); row-- > 0 && row + rowsBack >= flow.size();) {
        const Segment earlier = flow.segments.at(row);
        const bool other = earlier.seq != segment.seq || earlier.payloadLength != segment.payloadLength
            || earlier.ack != segment.ack;
        if (other && earlier.ipId == segment.ipId)
            return true;
    }
    return false;
}

/// Whether no host sends such a segment twice within the window.
bool isSentOnce(const Flow& flow, const Segment& segment)
{
    if (segment.flags.syn())
        return true; // RFC 6298 2.1: a second before it is sent again
    if (segment.hasIpId && segment.ipId != 0)
        return !hasConstantIpId(flow, segment);
    return segment.hasTimestamps && (segment.payloadLength > 0 || segment.flags.fin() || segment.flags.rst());
}

void halveFull(CopyCounts& counts)
{
    if (counts.copied < fullCount && counts.single < fullCount)
        return;
    counts.copied = (counts.copied / 2U) & fullCount;
    counts.single = (counts.single / 2U) & fullCount;
}

void count(CopyCounts& counts, uint32_t earlier)
{
    if (earlier > 1)
        return;
    if (earlier == 0) {
        ++counts.single;
    } else {
        if (counts.single > 0)
            --counts.single;
        ++counts.copied;
    }
    halveFull(counts);
}

/// Whether so many packets of a flow come twice that equal ones are copies.
bool isDoubled(const CopyCounts& counts, const CopyCounts& other)
{
    if (counts.perPacket == 0 && other.perPacket == 0)
        return false;
    const uint32_t enough = counts.perPacket > 0 ? enoughWithProof : enoughAlone;
    return counts.copied >= enough && counts.copied >= singlesWeigh * counts.single;
}

} // namespace

DuplicateFilter::DuplicateFilter()
    : m_entries(entryCount)
{
}

uint32_t DuplicateFilter::earlierSightings(uint64_t key, uint8_t ttl, Timestamp time)
{
    Entry& entry = m_entries[key % entryCount];
    const bool isEqual = entry.hash == key && time - entry.time <= window && isAtMostOneHopAway(entry.ttl, ttl);
    entry = {key, time, isEqual ? entry.earlier + 1 : 0, ttl};
    return entry.earlier;
}

bool isCopy(const Segment& segment, uint32_t earlier, Flow& flow, const Flow& other)
{
    CopyCounts& counts = flow.copies;
    count(counts, earlier);
    if (earlier == 0)
        return false;
    if (isSentOnce(flow, segment)) {
        counts.perPacket = std::min(earlier, mostPerPacket) & mostPerPacket;
        return true;
    }
    const uint32_t recordings = std::max<uint32_t>(counts.perPacket, 1) + 1; // of each packet
    return isDoubled(counts, other.copies) && earlier % recordings != 0;
}

} // namespace whyrst
