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
        const SentRange& operator*() const { return m_ranges->block(m_place.block)[m_place.index]; }
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

    bool empty() const { return m_last.empty(); }
    const SentRange& front() const { return block(0).front(); }
    SentRange& front() { return block(0).front(); }
    const SentRange& back() const { return m_last.back(); }
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
    const SentRange* at(Place place) const { return place == endPlace() ? nullptr : &block(place.block)[place.index]; }
    SentRange* at(Place place) { return place == endPlace() ? nullptr : &block(place.block)[place.index]; }
    Place after(Place place) const
    {
        return place.index + 1 < block(place.block).size() ? Place{place.block, place.index + 1}
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

    void splitBlock(size_t index);
    void dropBlock(size_t index);

    Place endPlace() const { return {m_earlier.size() + 1, 0}; }
    const Queue<SentRange>& block(size_t index) const { return index < m_earlier.size() ? m_earlier[index] : m_last; }
    Queue<SentRange>& block(size_t index) { return index < m_earlier.size() ? m_earlier[index] : m_last; }

    template <typename Below> Place partitionPoint(const Below& isBelow) const
    {
        if (empty() || isBelow(m_last.back()))
            return endPlace();
        const auto earlier = std::partition_point(
            m_earlier.begin(), m_earlier.end(), [&](const Queue<SentRange>& ranges) { return isBelow(ranges.back()); });
        const auto index = static_cast<size_t>(earlier - m_earlier.begin());
        const Queue<SentRange>& found = block(index);
        const auto range = std::partition_point(found.begin(), found.end(), isBelow);
        return {index, static_cast<size_t>(range - found.begin())};
    }

    Queue<Queue<SentRange>> m_earlier; ///< all blocks but the last; none is empty
    Queue<SentRange> m_last;           ///< empty only when there are no ranges: few take one piece of memory
};

} // namespace whyrst
