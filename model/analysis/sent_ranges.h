// The ranges of sequence space that a sender has outstanding, in order of offset.
#pragma once

#include "model/analysis/queue.h"
#include "model/tcp/seq_num.h"
#include "model/time.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace whyrst {

/// A range of sequence space that is not acknowledged yet, and its transmissions.
struct SentRange
{
    StreamOffset begin;
    StreamOffset end;
    Timestamp firstTime;
    Timestamp lastTime;
    uint32_t firstRow = 0;
    uint32_t lastRow = 0;
    uint32_t sends = 1;
};

/// Disjoint ranges in order. They lie in blocks: adding at the back and dropping at the front cost nothing, and a
/// capture that is out of order everywhere costs no more than a block for each packet.
class SentRanges
{
public:
    /// Where a range is, or the end. Valid until ranges are inserted or dropped.
    struct Place
    {
        size_t block = 0;
        size_t index = 0;

        friend bool operator==(const Place&, const Place&) = default;
    };

    /// Forward iteration.
    class Iterator
    {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = SentRange;
        using difference_type = std::ptrdiff_t;
        using pointer = const SentRange*;
        using reference = const SentRange&;

        Iterator() = default;
        Iterator(const SentRanges* ranges, Place place)
            : m_ranges(ranges)
            , m_place(place)
        {
        }
        const SentRange& operator*() const { return m_ranges->m_blocks[m_place.block][m_place.index]; }
        const SentRange* operator->() const { return &**this; }
        Iterator& operator++()
        {
            m_place = m_ranges->after(m_place);
            return *this;
        }
        Iterator operator++(int)
        {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.m_place == b.m_place; }

    private:
        const SentRanges* m_ranges = nullptr;
        Place m_place;
    };

    bool empty() const { return m_blocks.empty() || m_blocks.front().empty(); }
    const SentRange& front() const { return m_blocks.front().front(); }
    SentRange& front() { return m_blocks.front().front(); }
    const SentRange& back() const { return m_blocks.back().back(); }
    Iterator begin() const { return {this, empty() ? endPlace() : Place()}; }
    Iterator end() const { return {this, endPlace()}; }

    /// The first range that begins at `offset` or behind it; the end when none does.
    Place firstFrom(StreamOffset offset) const
    {
        return partitionPoint([offset](const SentRange& range) { return range.begin < offset; });
    }
    /// The first range that ends behind `offset`; the end when none does.
    Place firstEndingBehind(StreamOffset offset) const
    {
        return partitionPoint([offset](const SentRange& range) { return range.end <= offset; });
    }
    /// The range there; null at the end.
    const SentRange* at(Place place) const
    {
        return place.block == m_blocks.size() ? nullptr : &m_blocks[place.block][place.index];
    }
    SentRange* at(Place place)
    {
        return place.block == m_blocks.size() ? nullptr : &m_blocks[place.block][place.index];
    }
    Place after(Place place) const
    {
        return place.index + 1 < m_blocks[place.block].size() ? Place{place.block, place.index + 1}
                                                              : Place{place.block + 1, 0};
    }

    void push_back(const SentRange& range);
    void pop_front();
    /// Puts `range` before `place`. Returns the place behind it.
    Place insert(Place place, const SentRange& range);
    /// Drops the ranges from `place` on that lie below `end`.
    void erase(Place place, StreamOffset end);

private:
    static constexpr size_t blockLength = 512;

    Place endPlace() const { return {m_blocks.size(), 0}; }

    template <typename Below> Place partitionPoint(const Below& isBelow) const
    {
        if (empty())
            return endPlace();
        const auto block = std::partition_point(
            m_blocks.begin(), m_blocks.end(), [&](const Queue<SentRange>& ranges) { return isBelow(ranges.back()); });
        if (block == m_blocks.end())
            return endPlace();
        const auto range = std::partition_point(block->begin(), block->end(), isBelow);
        return {static_cast<size_t>(block - m_blocks.begin()), static_cast<size_t>(range - block->begin())};
    }

    Queue<Queue<SentRange>> m_blocks; ///< none is empty, except when it is the only one
};

} // namespace whyrst
