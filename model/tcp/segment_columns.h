// The columnar store of segments: 40 bytes a segment, in chunks that grow from 4 to 4096 rows, out of one arena.
#pragma once

#include "model/tcp/segment.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

namespace whyrst {

/// Memory of all columns of a trace. Hands out blocks and frees all of them together.
class Arena
{
public:
    /// `bytes` of memory, aligned for 64-bit values, valid as long as the arena.
    std::byte* allocate(size_t bytes);

    /// Bytes taken from the system.
    size_t reserved() const { return m_reserved; }

private:
    std::vector<std::unique_ptr<std::byte[]>> m_blocks;
    std::byte* m_free = nullptr;
    size_t m_left = 0;
    size_t m_reserved = 0;
};

/// Rows of one flow in capture order. Times, offsets and SACK indices are kept small, against a base per chunk.
class SegmentColumns
{
public:
    /// Adds a row; memory comes from `arena`, which must outlive the columns.
    void append(const Segment& segment, Arena& arena);

    /// Takes the last row back. Requires a row.
    void removeLast();

    /// Adds `shift` to the sequence offsets of all rows; for a flow whose first SYN comes after other packets.
    void shiftSeq(int64_t shift);
    /// Adds `shift` to the acknowledgment offsets of all rows.
    void shiftAck(int64_t shift);

    uint32_t size() const { return m_chunks.empty() ? 0 : m_chunks.back().firstRow + m_chunks.back().size; }

    /// Row `row`, which must be below `size()`. Logarithmic in the number of chunks.
    Segment at(uint32_t row) const;

    /// First row whose frame is not below `frame`; `size()` when there is none.
    uint32_t lowerBound(PacketNumber frame) const;

    /// Forward iteration without searching.
    class Iterator
    {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Segment;
        using difference_type = std::ptrdiff_t;
        using pointer = const Segment*;
        using reference = Segment;

        Iterator(const SegmentColumns* columns, size_t chunk, uint32_t row)
            : m_columns(columns)
            , m_chunk(chunk)
            , m_row(row)
        {
        }
        Segment operator*() const { return m_columns->read(m_columns->m_chunks[m_chunk], m_row); }
        Iterator& operator++();
        uint32_t row() const { return m_columns->m_chunks[m_chunk].firstRow + m_row; }
        friend bool operator==(const Iterator& a, const Iterator& b)
        {
            return a.m_chunk == b.m_chunk && a.m_row == b.m_row;
        }

    private:
        const SegmentColumns* m_columns;
        size_t m_chunk;
        uint32_t m_row; ///< in the chunk
    };

    Iterator begin() const { return {this, 0, 0}; }
    Iterator end() const { return {this, m_chunks.size(), 0}; }
    /// Iterator at `row`, which may be `size()`.
    Iterator from(uint32_t row) const;

private:
    struct Chunk
    {
        std::byte* memory; ///< the columns one after the other, widest first
        int64_t timeBase;
        int64_t seqBase;
        int64_t ackBase;
        uint32_t sackBase;
        uint32_t firstRow;
        uint16_t size;
        uint16_t capacity;
    };

    static bool fits(const Chunk& chunk, const Segment& segment);
    uint16_t nextCapacity() const;
    Chunk& chunkFor(const Segment& segment, Arena& arena);
    static Segment read(const Chunk& chunk, uint32_t row);
    size_t chunkIndexOf(uint32_t row) const;

    std::vector<Chunk> m_chunks;
};

} // namespace whyrst
