#include "model/tcp/segment_columns.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace whyrst {

namespace {

constexpr uint16_t smallestChunk = 4;
constexpr uint16_t largestChunk = 4096;

/// Small fields of a row packed into single bytes.
constexpr unsigned sackCountBits = 3;
constexpr unsigned checksumBits = 3;
constexpr uint8_t markTimestamps = 1;
constexpr uint8_t markIpId = 2;
constexpr uint8_t markCaptureDuplicate = 4;
constexpr uint16_t headerUnit = 4; ///< IP and TCP headers are multiples of four bytes
constexpr uint16_t largestHeaderUnits = 255;

/// The columns in the order of their memory: byte offset per row of capacity, widest first for alignment.
enum Column : size_t
{
    Time = 0,
    Frame = 8,
    Seq = 12,
    Ack = 16,
    Length = 20,
    TsValue = 24,
    TsEcho = 28,
    SackIndex = 32,
    Window = 36,
    Flags = 38,
    IpId = 40,
    Header = 42,
    Ttl = 43,
    Packed = 44,
    Marks = 45,
    RowBytes = 46,
};

constexpr size_t arenaBlock = size_t{32} * RowBytes * largestChunk; ///< 6 MB; pages that are never touched cost nothing

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

uint8_t packed(const Segment& segment)
{
    return static_cast<uint8_t>(segment.sackBlockCount | static_cast<unsigned>(segment.checksumClass) << sackCountBits
        | static_cast<unsigned>(segment.direction) << (sackCountBits + checksumBits));
}

uint8_t marks(const Segment& segment)
{
    return static_cast<uint8_t>((segment.hasTimestamps ? markTimestamps : 0) | (segment.hasIpId ? markIpId : 0)
        | (segment.isCaptureDuplicate ? markCaptureDuplicate : 0));
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

SegmentColumns::Chunk& SegmentColumns::chunkFor(const Segment& segment, Arena& arena)
{
    if (!m_chunks.empty()) {
        Chunk& last = m_chunks.back();
        const bool fits = fitsIn32(segment.seq.value - last.seqBase) && fitsIn32(segment.ack.value - last.ackBase);
        if (last.size < last.capacity && fits)
            return last;
    }
    const auto capacity = m_chunks.empty()
        ? smallestChunk
        : static_cast<uint16_t>(std::min<int>(m_chunks.back().capacity * 2, largestChunk));
    std::byte* memory = arena.allocate(size_t{RowBytes} * capacity);
    m_chunks.push_back({memory, segment.seq.value, segment.ack.value, size(), 0, capacity});
    return m_chunks.back();
}

void SegmentColumns::append(const Segment& segment, Arena& arena)
{
    Chunk& chunk = chunkFor(segment, arena);
    std::byte* memory = chunk.memory;
    const uint16_t capacity = chunk.capacity;
    const uint32_t row = chunk.size++;
    store<int64_t>(memory, capacity, Time, row, segment.time.time_since_epoch().count());
    store<uint32_t>(memory, capacity, Frame, row, segment.frame.value);
    store<int32_t>(memory, capacity, Seq, row, static_cast<int32_t>(segment.seq.value - chunk.seqBase));
    store<int32_t>(memory, capacity, Ack, row, static_cast<int32_t>(segment.ack.value - chunk.ackBase));
    store<uint32_t>(memory, capacity, Length, row, segment.payloadLength);
    store<uint32_t>(memory, capacity, TsValue, row, segment.timestamps.value);
    store<uint32_t>(memory, capacity, TsEcho, row, segment.timestamps.echo);
    store<uint32_t>(memory, capacity, SackIndex, row, segment.sackIndex);
    store<uint16_t>(memory, capacity, Window, row, segment.rawWindow);
    store<uint16_t>(memory, capacity, Flags, row, segment.flags.bits);
    store<uint16_t>(memory, capacity, IpId, row, segment.ipId);
    const int units = std::min<int>(segment.headerLength / headerUnit, largestHeaderUnits);
    store<uint8_t>(memory, capacity, Header, row, static_cast<uint8_t>(units));
    store<uint8_t>(memory, capacity, Ttl, row, segment.ttl);
    store<uint8_t>(memory, capacity, Packed, row, packed(segment));
    store<uint8_t>(memory, capacity, Marks, row, marks(segment));
}

Segment SegmentColumns::read(const Chunk& chunk, uint32_t row)
{
    const std::byte* memory = chunk.memory;
    const uint16_t capacity = chunk.capacity;
    Segment segment;
    segment.time = Timestamp(Duration(load<int64_t>(memory, capacity, Time, row)));
    segment.frame = PacketNumber(load<uint32_t>(memory, capacity, Frame, row));
    segment.seq.value = chunk.seqBase + load<int32_t>(memory, capacity, Seq, row);
    segment.ack.value = chunk.ackBase + load<int32_t>(memory, capacity, Ack, row);
    segment.payloadLength = load<uint32_t>(memory, capacity, Length, row);
    segment.timestamps.value = load<uint32_t>(memory, capacity, TsValue, row);
    segment.timestamps.echo = load<uint32_t>(memory, capacity, TsEcho, row);
    segment.sackIndex = load<uint32_t>(memory, capacity, SackIndex, row);
    segment.rawWindow = load<uint16_t>(memory, capacity, Window, row);
    segment.flags.bits = load<uint16_t>(memory, capacity, Flags, row);
    segment.ipId = load<uint16_t>(memory, capacity, IpId, row);
    segment.headerLength = static_cast<uint16_t>(load<uint8_t>(memory, capacity, Header, row) * headerUnit);
    segment.ttl = load<uint8_t>(memory, capacity, Ttl, row);
    const auto small = load<uint8_t>(memory, capacity, Packed, row);
    segment.sackBlockCount = small & ((1U << sackCountBits) - 1);
    segment.checksumClass = static_cast<ChecksumClass>(small >> sackCountBits & ((1U << checksumBits) - 1));
    segment.direction = static_cast<HostDirection>(small >> (sackCountBits + checksumBits));
    const auto mark = load<uint8_t>(memory, capacity, Marks, row);
    segment.hasTimestamps = mark & markTimestamps;
    segment.hasIpId = mark & markIpId;
    segment.isCaptureDuplicate = mark & markCaptureDuplicate;
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
