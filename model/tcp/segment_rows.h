// The store of segments: 40 bytes a segment, in chunks that grow with the flow from 2 to 4096 rows, out of one arena.
#pragma once

#include "model/tcp/arena.h"
#include "model/tcp/segment.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace whyrst {

/// Rows of one flow in capture order. Times, offsets and SACK indices are kept small, against a base per chunk.
///
/// The arena owns the memory. A copy shares it and keeps its own end: it stays as it is while the original grows.
class SegmentRows
{
    struct Chunk;
    struct PackedRow;
    static constexpr uint32_t mostLinked = 32; ///< a flow with more chunks gets a list of them: some 2,000 rows

public:
    /// Adds a row; memory comes from `arena`, which must outlive the rows.
    void append(const Segment& segment, Arena& arena);

    /// Drops the rows from `row` on. Linear in what stays, which is copied: others may still read the old rows.
    void truncate(uint32_t row, Arena& arena);

    /// Adds `seq` and `ack` to the offsets of all rows, which are copied; for a flow whose SYN comes late.
    void shift(int64_t seq, int64_t ack, Arena& arena);

    uint32_t size() const { return m_size; }

    /// Hints that a row will be added soon: first what tells its place, then, when that has come, the place itself.
    void prefetchEnd() const { __builtin_prefetch(m_last); }
    void prefetchNext() const;

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

        Segment operator*() const;
        PacketNumber frame() const; ///< of the row
        Iterator& operator++()
        {
            if (++m_row == m_chunkEnd)
                enterChunk(m_chunk + 1);
            return *this;
        }
        uint32_t row() const { return m_row; }
        friend bool operator==(const Iterator& at, std::default_sentinel_t) { return at.m_row == at.m_rows->size(); }

    private:
        friend class SegmentRows;
        Iterator(const SegmentRows& rows, uint32_t chunk, uint32_t row);
        const Chunk* chunkAt(uint32_t chunk) const { return m_list != nullptr ? m_list[chunk] : m_linked[chunk]; }
        void enterChunk(uint32_t chunk);

        const SegmentRows* m_rows;
        const Chunk* m_data = nullptr;
        uint32_t m_chunk = 0;
        uint32_t m_chunkEnd = 0; ///< row after the last of the chunk
        uint32_t m_row;
        const Chunk* const* m_list = nullptr;          ///< of all chunks, when there are many
        std::array<const Chunk*, mostLinked> m_linked; ///< all chunks otherwise
    };

    Iterator begin() const { return {*this, 0, 0}; }
    std::default_sentinel_t end() const { return {}; }
    /// Iterator at `row`, which may be `size()`.
    Iterator from(uint32_t row) const;

private:
    const Chunk& chunk(uint32_t index) const;
    template <typename Begins> uint32_t lastChunkThat(const Begins& begins) const;
    Chunk** extendedList(Chunk* added, Arena& arena) const;
    uint32_t chunkIndexOf(uint32_t row) const;
    uint32_t endOf(uint32_t chunkIndex) const;
    bool fits(const Segment& segment) const;
    uint32_t nextCapacity(const Segment& segment) const;
    void addChunk(const Segment& segment, Arena& arena);
    static Segment read(const Chunk& chunk, uint32_t row);

    Chunk* m_last = nullptr; ///< knows the way to the others
    uint32_t m_chunkCount = 0;
    uint32_t m_size = 0;
};

} // namespace whyrst
