#include "model/tcp/segment_columns.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace whyrst {

namespace {

constexpr uint32_t smallestChunk = 4;
constexpr uint32_t largestChunk = 4096;
constexpr uint32_t growthShare = 5; ///< a new chunk holds a fifth of the rows so far: at most a sixth stays empty
constexpr uint32_t rowsPerStep = 4;

/// Times are 40 bits of nanoseconds, 18 minutes; the base lies a minute back for packets that are out of order.
constexpr int64_t timeRange = int64_t{1} << 40;
constexpr int64_t timeMargin = int64_t{1} << 36;
constexpr unsigned timeLowBits = 32;

/// Small fields of a row in 16 and 8 bits.
constexpr unsigned flagBits = 9;
constexpr unsigned sackCountBits = 3;
constexpr unsigned checksumBits = 3;
constexpr unsigned directionBits = 2;
constexpr unsigned markTimestamps = 1U << (flagBits + sackCountBits + checksumBits);
constexpr unsigned markIpId = 1U << directionBits;
constexpr unsigned markCaptureDuplicate = 1U << (directionBits + 1);
constexpr uint16_t headerUnit = 4; ///< IP and TCP headers are multiples of four bytes
constexpr uint16_t largestHeaderUnits = 255;

/// The columns in the order of their memory: byte offset per row of capacity, widest first for alignment.
enum Column : size_t
{
    TimeLow = 0,
    Frame = 4,
    Seq = 8,
    Ack = 12,
    Length = 16,
    TsValue = 20,
    TsEcho = 24,
    SackIndex = 28,
    Window = 30,
    Flags = 32,
    IpId = 34,
    TimeHigh = 36,
    Header = 37,
    Ttl = 38,
    Packed = 39,
    RowBytes = 40,
};

constexpr size_t arenaBlock = size_t{32} * RowBytes * largestChunk; ///< 5 MB; pages that are never touched cost nothing

template <typename Value> Value load(const std::byte* memory, uint16_t capacity, Column column, uint32_t row)
{
    Value value;
    std::memcpy(&value, memory + size_t{column} * capacity + sizeof(Value) * row, sizeof(Value));
    return value;
}

template <typename Value> void store(std::byte* memory, uint16_t capacity, Column column, uint32_t row, Value value)
{
    std::memcpy(memory + size_t{column} * capacity + sizeof(Value) * row, &value, sizeof(Value));
}

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
        | (segment.isCaptureDuplicate ? markCaptureDuplicate : 0U));
}

/// `bits` bits of `value` from bit `first` on.
constexpr unsigned bitsOf(unsigned value, unsigned first, unsigned bits)
{
    return value >> first & ((1U << bits) - 1);
}

} // namespace

std::byte* Arena::allocate(size_t bytes)
{
    bytes = (bytes + 7) / 8 * 8;
    if (bytes > m_left) {
        const size_t block = std::max(bytes, arenaBlock);
        m_blocks.emplace_back(new std::byte[block]); // not zeroed: untouched pages cost nothing
        m_free = m_blocks.back().get();
        m_left = block;
        m_reserved += block;
    }
    std::byte* memory = m_free;
    m_free += bytes;
    m_left -= bytes;
    return memory;
}

bool SegmentColumns::fits(const Chunk& chunk, const Segment& segment)
{
    const int64_t time = segment.time.time_since_epoch().count() - chunk.timeBase;
    return chunk.size < chunk.capacity && time >= 0 && time < timeRange
        && segment.sackIndex - chunk.sackBase <= std::numeric_limits<uint16_t>::max()
        && fitsIn32(segment.seq.value - chunk.seqBase) && fitsIn32(segment.ack.value - chunk.ackBase);
}

/// Grows with the flow. After a chunk that ended early, because a base did not fit any more, it begins small again.
uint16_t SegmentColumns::nextCapacity() const
{
    if (m_chunks.empty() || m_chunks.back().size < m_chunks.back().capacity)
        return smallestChunk;
    const uint32_t wanted = size() / growthShare / rowsPerStep * rowsPerStep;
    return static_cast<uint16_t>(std::clamp(wanted, smallestChunk, largestChunk));
}

SegmentColumns::Chunk& SegmentColumns::chunkFor(const Segment& segment, Arena& arena)
{
    if (!m_chunks.empty() && fits(m_chunks.back(), segment))
        return m_chunks.back();
    const uint16_t capacity = nextCapacity();
    if (m_chunks.size() == m_chunks.capacity())
        m_chunks.reserve(m_chunks.size() + std::max<size_t>(2, m_chunks.size() / growthShare));
    const int64_t timeBase = segment.time.time_since_epoch().count() - timeMargin;
    std::byte* memory = arena.allocate(size_t{RowBytes} * capacity);
    m_chunks.push_back(
        {memory, timeBase, segment.seq.value, segment.ack.value, segment.sackIndex, size(), 0, capacity});
    return m_chunks.back();
}

void SegmentColumns::append(const Segment& segment, Arena& arena)
{
    Chunk& chunk = chunkFor(segment, arena);
    std::byte* memory = chunk.memory;
    const uint16_t capacity = chunk.capacity;
    const uint32_t row = chunk.size++;
    const int64_t time = segment.time.time_since_epoch().count() - chunk.timeBase;
    store<uint32_t>(memory, capacity, TimeLow, row, static_cast<uint32_t>(time));
    store<uint8_t>(memory, capacity, TimeHigh, row, static_cast<uint8_t>(time >> timeLowBits));
    store<uint32_t>(memory, capacity, Frame, row, segment.frame.value);
    store<int32_t>(memory, capacity, Seq, row, static_cast<int32_t>(segment.seq.value - chunk.seqBase));
    store<int32_t>(memory, capacity, Ack, row, static_cast<int32_t>(segment.ack.value - chunk.ackBase));
    store<uint32_t>(memory, capacity, Length, row, segment.payloadLength);
    store<uint32_t>(memory, capacity, TsValue, row, segment.timestamps.value);
    store<uint32_t>(memory, capacity, TsEcho, row, segment.timestamps.echo);
    store<uint16_t>(memory, capacity, SackIndex, row, static_cast<uint16_t>(segment.sackIndex - chunk.sackBase));
    store<uint16_t>(memory, capacity, Window, row, segment.rawWindow);
    store<uint16_t>(memory, capacity, Flags, row, packedFlags(segment));
    store<uint16_t>(memory, capacity, IpId, row, segment.ipId);
    const int units = std::min<int>(segment.headerLength / headerUnit, largestHeaderUnits);
    store<uint8_t>(memory, capacity, Header, row, static_cast<uint8_t>(units));
    store<uint8_t>(memory, capacity, Ttl, row, segment.ttl);
    store<uint8_t>(memory, capacity, Packed, row, packedMarks(segment));
}

Segment SegmentColumns::read(const Chunk& chunk, uint32_t row)
{
    const std::byte* memory = chunk.memory;
    const uint16_t capacity = chunk.capacity;
    Segment segment;
    const int64_t time = int64_t{load<uint8_t>(memory, capacity, TimeHigh, row)} << timeLowBits
        | load<uint32_t>(memory, capacity, TimeLow, row);
    segment.time = Timestamp(Duration(chunk.timeBase + time));
    segment.frame = PacketNumber(load<uint32_t>(memory, capacity, Frame, row));
    segment.seq.value = chunk.seqBase + load<int32_t>(memory, capacity, Seq, row);
    segment.ack.value = chunk.ackBase + load<int32_t>(memory, capacity, Ack, row);
    segment.payloadLength = load<uint32_t>(memory, capacity, Length, row);
    segment.timestamps.value = load<uint32_t>(memory, capacity, TsValue, row);
    segment.timestamps.echo = load<uint32_t>(memory, capacity, TsEcho, row);
    segment.sackIndex = chunk.sackBase + load<uint16_t>(memory, capacity, SackIndex, row);
    segment.rawWindow = load<uint16_t>(memory, capacity, Window, row);
    const unsigned flags = load<uint16_t>(memory, capacity, Flags, row);
    segment.flags.bits = static_cast<uint16_t>(bitsOf(flags, 0, flagBits));
    segment.sackBlockCount = static_cast<uint8_t>(bitsOf(flags, flagBits, sackCountBits));
    segment.checksumClass = static_cast<ChecksumClass>(bitsOf(flags, flagBits + sackCountBits, checksumBits));
    segment.hasTimestamps = flags & markTimestamps;
    segment.ipId = load<uint16_t>(memory, capacity, IpId, row);
    segment.headerLength = static_cast<uint16_t>(load<uint8_t>(memory, capacity, Header, row) * headerUnit);
    segment.ttl = load<uint8_t>(memory, capacity, Ttl, row);
    const unsigned marks = load<uint8_t>(memory, capacity, Packed, row);
    segment.direction = static_cast<HostDirection>(bitsOf(marks, 0, directionBits));
    segment.hasIpId = marks & markIpId;
    segment.isCaptureDuplicate = marks & markCaptureDuplicate;
    return segment;
}

void SegmentColumns::removeLast()
{
    if (--m_chunks.back().size == 0)
        m_chunks.pop_back();
}

void SegmentColumns::shiftSeq(int64_t shift)
{
    for (Chunk& chunk : m_chunks)
        chunk.seqBase += shift;
}

void SegmentColumns::shiftAck(int64_t shift)
{
    for (Chunk& chunk : m_chunks)
        chunk.ackBase += shift;
}

size_t SegmentColumns::chunkIndexOf(uint32_t row) const
{
    const auto after = std::upper_bound(m_chunks.begin(), m_chunks.end(), row,
        [](uint32_t wanted, const Chunk& chunk) { return wanted < chunk.firstRow; });
    return static_cast<size_t>(after - m_chunks.begin()) - 1;
}

Segment SegmentColumns::at(uint32_t row) const
{
    const Chunk& chunk = m_chunks[chunkIndexOf(row)];
    return read(chunk, row - chunk.firstRow);
}

uint32_t SegmentColumns::lowerBound(PacketNumber frame) const
{
    uint32_t low = 0;
    uint32_t high = size();
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const Chunk& chunk = m_chunks[chunkIndexOf(middle)];
        if (load<uint32_t>(chunk.memory, chunk.capacity, Frame, middle - chunk.firstRow) < frame.value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

SegmentColumns::Iterator& SegmentColumns::Iterator::operator++()
{
    if (++m_row == m_columns->m_chunks[m_chunk].size) {
        ++m_chunk;
        m_row = 0;
    }
    return *this;
}

SegmentColumns::Iterator SegmentColumns::from(uint32_t row) const
{
    if (row >= size())
        return end();
    const size_t chunk = chunkIndexOf(row);
    return {this, chunk, row - m_chunks[chunk].firstRow};
}

} // namespace whyrst
