#include "model/tcp/segment_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <new>

namespace whyrst {

namespace {

constexpr uint32_t firstCapacity = 2; ///< the client of a scanned port sends no more
constexpr uint32_t smallestCapacity = 6;
constexpr uint32_t largestCapacity = 4096;
constexpr uint32_t growthShare = 8; ///< a new chunk holds an eighth of the rows so far: at most a ninth stays empty

/// Times are 40 bits of nanoseconds, 18 minutes; the base lies a minute back for packets that are out of order.
constexpr int64_t timeRange = int64_t{1} << 40;
constexpr int64_t timeMargin = int64_t{1} << 36;
constexpr unsigned timeLowBits = 32;
constexpr int64_t capacityMask = (1 << 13) - 1; ///< of the base of times, which so is a multiple of 8 us
static_assert(largestCapacity <= capacityMask);

constexpr size_t pointerLength = sizeof(void*);

/// Small fields of a row in 16 and 8 bits.
constexpr unsigned flagBits = 9;
constexpr unsigned sackCountBits = 3;
constexpr unsigned checksumBits = 3;
constexpr unsigned directionBits = 2;
constexpr unsigned markTimestamps = 1U << (flagBits + sackCountBits + checksumBits);
constexpr unsigned markIpId = 1U << directionBits;
constexpr unsigned markCaptureDuplicate = 1U << (directionBits + 1);
constexpr unsigned markTlsAlert = 1U << (directionBits + 2);
constexpr unsigned markContentCut = 1U << (directionBits + 3);
constexpr uint16_t headerUnit = 4; ///< IP and TCP headers are multiples of four bytes
constexpr int largestHeaderUnits = 255;

bool fitsIn32(int64_t value)
{
    return value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
}

uint16_t packedFlags(const Segment& segment)
{
    const auto sackCount = static_cast<unsigned>(segment.sackBlockCount);
    const auto checksum = static_cast<unsigned>(segment.checksumClass);
    return static_cast<uint16_t>(segment.flags.bits | sackCount << flagBits | checksum << (flagBits + sackCountBits)
        | (segment.hasTimestamps ? markTimestamps : 0U));
}

uint8_t packedMarks(const Segment& segment)
{
    return static_cast<uint8_t>(static_cast<unsigned>(segment.direction) | (segment.hasIpId ? markIpId : 0U)
        | (segment.isCaptureDuplicate ? markCaptureDuplicate : 0U) | (segment.isTlsAlert ? markTlsAlert : 0U)
        | (segment.isContentCut ? markContentCut : 0U));
}

/// `bits` bits of `value` from bit `first` on.
constexpr unsigned bitsOf(unsigned value, unsigned first, unsigned bits)
{
    return value >> first & ((1U << bits) - 1);
}

} // namespace

/// One segment: all that is ever read of it lies in one or two cache lines.
struct SegmentRows::PackedRow
{
    uint32_t timeLow;
    uint32_t frame;
    int32_t seq;
    int32_t ack;
    uint32_t payloadLength;
    uint32_t tsValue;
    uint32_t tsEcho;
    uint16_t sackIndex;
    uint16_t window;
    uint16_t flags;
    uint16_t ipId;
    uint8_t timeHigh;
    uint8_t headerUnits;
    uint8_t ttl;
    uint8_t marks;
};

/// The head of a chunk, constant once it is made. Its rows lie behind it; before it, unless it is the first of its
/// flow, the way to the earlier chunks: the one before, or with many of them the list of all up to this one, which has
/// room for the next power of two.
struct SegmentRows::Chunk
{
    int64_t timeAndCapacity; ///< nanoseconds, rounded down; the low bits hold the capacity instead
    int64_t seqBase;
    int64_t ackBase;
    uint32_t sackBase;
    uint32_t firstRow;

    int64_t time() const { return timeAndCapacity & ~capacityMask; }
    uint32_t capacity() const { return static_cast<uint32_t>(timeAndCapacity & capacityMask); }
    PackedRow* rows() { return reinterpret_cast<PackedRow*>(this + 1); }
    const PackedRow* rows() const { return reinterpret_cast<const PackedRow*>(this + 1); }
    Chunk*& previous() { return reinterpret_cast<Chunk**>(this)[-1]; }
    const Chunk* previous() const { return reinterpret_cast<Chunk* const*>(this)[-1]; }
    Chunk**& list() { return reinterpret_cast<Chunk***>(this)[-1]; }
};

const SegmentRows::Chunk& SegmentRows::chunk(uint32_t index) const
{
    if (m_chunkCount > mostLinked)
        return *m_last->list()[index];
    Chunk* found = m_last;
    for (uint32_t at = m_chunkCount - 1; at > index; --at)
        found = found->previous();
    return *found;
}

/// Index of the last chunk for which `begins` holds, which must hold for all before it; 0 when it holds for none.
template <typename Begins> uint32_t SegmentRows::lastChunkThat(const Begins& begins) const
{
    if (m_chunkCount > mostLinked) {
        Chunk** list = m_last->list();
        Chunk** after = std::partition_point(list, list + m_chunkCount, [&](Chunk* each) { return begins(*each); });
        return after == list ? 0 : static_cast<uint32_t>(after - list) - 1;
    }
    uint32_t index = m_chunkCount - 1;
    for (Chunk* found = m_last; index > 0 && !begins(*found); --index)
        found = found->previous();
    return index;
}

bool SegmentRows::fits(const Segment& segment) const
{
    if (m_chunkCount == 0)
        return false;
    const Chunk& last = *m_last;
    const int64_t time = segment.time.time_since_epoch().count() - last.time();
    return m_size - last.firstRow < last.capacity() && time >= 0 && time < timeRange
        && segment.sackIndex - last.sackBase <= std::numeric_limits<uint16_t>::max()
        && fitsIn32(segment.seq.value - last.seqBase) && fitsIn32(segment.ack.value - last.ackBase);
}

/// Grows with the flow, and by no more than twice the chunk before: after one that ended early, because a base did not
/// fit any more, it begins small again. Else a clock that jumps would leave large chunks empty again and again.
uint32_t SegmentRows::nextCapacity(const Segment& segment) const
{
    if (m_chunkCount == 0) // a scanned port answers once
        return segment.flags.ack() && (segment.flags.syn() || segment.flags.rst()) ? 1 : firstCapacity;
    const Chunk& last = *m_last;
    if (m_size - last.firstRow < last.capacity())
        return smallestCapacity;
    const uint32_t most = std::clamp(2 * last.capacity(), smallestCapacity, largestCapacity);
    return std::clamp(m_size / growthShare, smallestCapacity, most);
}

/// The list of all chunks with `added` at its end. Lists that others may read keep their part.
SegmentRows::Chunk** SegmentRows::extendedList(Chunk* added, Arena& arena) const
{
    Chunk** list = m_chunkCount > mostLinked ? m_last->list() : nullptr;
    if (std::has_single_bit(m_chunkCount)) {
        auto** larger = reinterpret_cast<Chunk**>(arena.allocate(size_t{2} * m_chunkCount * pointerLength));
        for (uint32_t index = 0; index < m_chunkCount; ++index)
            larger[index] = const_cast<Chunk*>(&chunk(index));
        list = larger;
    }
    list[m_chunkCount] = added;
    return list;
}

void SegmentRows::addChunk(const Segment& segment, Arena& arena)
{
    const uint32_t capacity = nextCapacity(segment);
    const size_t pointer = m_chunkCount > 0 ? pointerLength : 0;
    std::byte* memory = arena.allocate(pointer + sizeof(Chunk) + capacity * sizeof(PackedRow)) + pointer;
    const int64_t timeBase = (segment.time.time_since_epoch().count() - timeMargin) & ~capacityMask;
    auto* added
        = new (memory) Chunk{timeBase | capacity, segment.seq.value, segment.ack.value, segment.sackIndex, m_size};
    if (m_chunkCount >= mostLinked)
        added->list() = extendedList(added, arena);
    else if (m_chunkCount > 0)
        added->previous() = m_last;
    m_last = added;
    ++m_chunkCount;
}

void SegmentRows::append(const Segment& segment, Arena& arena)
{
    if (!fits(segment))
        addChunk(segment, arena);
    Chunk& target = *m_last;
    const int64_t time = segment.time.time_since_epoch().count() - target.time();
    const int units = std::min<int>(segment.headerLength / headerUnit, largestHeaderUnits);
    target.rows()[m_size - target.firstRow] = {
        .timeLow = static_cast<uint32_t>(time),
        .frame = segment.frame.value,
        .seq = static_cast<int32_t>(segment.seq.value - target.seqBase),
        .ack = static_cast<int32_t>(segment.ack.value - target.ackBase),
        .payloadLength = segment.payloadLength,
        .tsValue = segment.timestamps.value,
        .tsEcho = segment.timestamps.echo,
        .sackIndex = static_cast<uint16_t>(segment.sackIndex - target.sackBase),
        .window = segment.rawWindow,
        .flags = packedFlags(segment),
        .ipId = segment.ipId,
        .timeHigh = static_cast<uint8_t>(time >> timeLowBits),
        .headerUnits = static_cast<uint8_t>(units),
        .ttl = segment.ttl,
        .marks = packedMarks(segment),
    };
    ++m_size;
}

void SegmentRows::prefetchNext() const
{
    if (m_last == nullptr)
        return;
    const PackedRow* next = m_last->rows() + (m_size - m_last->firstRow);
    __builtin_prefetch(next, 1);
    __builtin_prefetch(next + 1, 1); // it may end in another line of the cache
}

void SegmentRows::truncate(uint32_t row, Arena& arena)
{
    if (row >= m_size)
        return;
    SegmentRows kept;
    for (Iterator at = begin(); at.row() != row; ++at)
        kept.append(*at, arena);
    *this = kept;
}

void SegmentRows::shift(int64_t seq, int64_t ack, Arena& arena)
{
    SegmentRows shifted;
    for (Segment segment : *this) {
        segment.seq += seq;
        segment.ack += ack;
        shifted.append(segment, arena);
    }
    *this = shifted;
}

Segment SegmentRows::read(const Chunk& chunk, uint32_t row)
{
    const PackedRow& packed = chunk.rows()[row - chunk.firstRow];
    const int64_t time = int64_t{packed.timeHigh} << timeLowBits | packed.timeLow;
    const unsigned flags = packed.flags;
    const unsigned marks = packed.marks;
    return {
        .frame = PacketNumber(packed.frame),
        .time = Timestamp(Duration(chunk.time() + time)),
        .seq = StreamOffset{chunk.seqBase + packed.seq},
        .ack = StreamOffset{chunk.ackBase + packed.ack},
        .payloadLength = packed.payloadLength,
        .rawWindow = packed.window,
        .flags = {static_cast<uint16_t>(bitsOf(flags, 0, flagBits))},
        .hasTimestamps = (flags & markTimestamps) != 0,
        .timestamps = {packed.tsValue, packed.tsEcho},
        .hasIpId = (marks & markIpId) != 0,
        .ipId = packed.ipId,
        .headerLength = static_cast<uint16_t>(packed.headerUnits * headerUnit),
        .ttl = packed.ttl,
        .checksumClass = static_cast<ChecksumClass>(bitsOf(flags, flagBits + sackCountBits, checksumBits)),
        .direction = static_cast<HostDirection>(bitsOf(marks, 0, directionBits)),
        .isTlsAlert = (marks & markTlsAlert) != 0,
        .isContentCut = (marks & markContentCut) != 0,
        .isCaptureDuplicate = (marks & markCaptureDuplicate) != 0,
        .sackBlockCount = static_cast<uint8_t>(bitsOf(flags, flagBits, sackCountBits)),
        .sackIndex = chunk.sackBase + packed.sackIndex,
    };
}

uint32_t SegmentRows::chunkIndexOf(uint32_t row) const
{
    return lastChunkThat([row](const Chunk& chunk) { return chunk.firstRow <= row; });
}

uint32_t SegmentRows::endOf(uint32_t chunkIndex) const
{
    return chunkIndex + 1 < m_chunkCount ? chunk(chunkIndex + 1).firstRow : m_size;
}

Segment SegmentRows::at(uint32_t row) const
{
    if (row >= m_last->firstRow) // what was sent last is asked for most
        return read(*m_last, row);
    return read(chunk(chunkIndexOf(row)), row);
}

uint32_t SegmentRows::lowerBound(PacketNumber frame) const
{
    if (m_chunkCount == 0)
        return 0;
    const uint32_t index = lastChunkThat([frame](const Chunk& chunk) { return chunk.rows()->frame < frame.value; });
    const Chunk& found = chunk(index);
    const PackedRow* end = found.rows() + (endOf(index) - found.firstRow);
    const PackedRow* row = std::lower_bound(
        found.rows(), end, frame.value, [](const PackedRow& packed, uint32_t wanted) { return packed.frame < wanted; });
    return found.firstRow + static_cast<uint32_t>(row - found.rows());
}

Segment SegmentRows::Iterator::operator*() const
{
    return read(*m_data, m_row);
}

PacketNumber SegmentRows::Iterator::frame() const
{
    return PacketNumber(m_data->rows()[m_row - m_data->firstRow].frame);
}

SegmentRows::Iterator::Iterator(const SegmentRows& rows, uint32_t chunk, uint32_t row)
    : m_rows(&rows)
    , m_row(row)
{
    const uint32_t count = rows.m_chunkCount;
    static_assert(std::has_single_bit(mostLinked)); // as extendedList() wants it
    if (count > mostLinked) {
        m_list = rows.m_last->list();
    } else if (count > 0) {
        const Chunk* linked = rows.m_last;
        m_linked[count - 1] = linked;
        for (uint32_t index = count - 1; index > chunk; --index) {
            linked = linked->previous();
            m_linked[index - 1] = linked;
        }
    }
    enterChunk(chunk);
}

void SegmentRows::Iterator::enterChunk(uint32_t chunk)
{
    m_chunk = chunk;
    const uint32_t count = m_rows->m_chunkCount;
    if (chunk >= count)
        return;
    m_data = chunkAt(chunk);
    m_chunkEnd = m_rows->m_size;
    if (chunk + 1 < count) {
        m_chunkEnd = chunkAt(chunk + 1)->firstRow;
        __builtin_prefetch(chunkAt(chunk + 1)->rows());
    }
}

SegmentRows::Iterator SegmentRows::from(uint32_t row) const
{
    return row >= m_size ? Iterator(*this, m_chunkCount, m_size) : Iterator(*this, chunkIndexOf(row), row);
}

} // namespace whyrst
