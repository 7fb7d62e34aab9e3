// A set of stream offsets as disjoint ranges.
#pragma once

#include "model/tcp/seq_num.h"

#include <cstdint>
#include <map>
#include <optional>

namespace whyrst {

/// Disjoint half-open ranges; touching ranges become one. All operations are logarithmic in the number of ranges,
/// plus the ranges that they remove.
class ByteRanges
{
public:
    /// Adds [begin, end) and returns how many of its bytes were not in the set. Nothing happens when empty.
    int64_t add(StreamOffset begin, StreamOffset end);

    /// Drops everything below `offset`.
    void removeBelow(StreamOffset offset);

    void clear();

    /// How many bytes of [begin, end) are in the set. Linear in the ranges that it touches.
    int64_t covered(StreamOffset begin, StreamOffset end) const;

    bool contains(StreamOffset begin, StreamOffset end) const { return covered(begin, end) == end - begin; }
    bool empty() const { return m_total == 0; }
    int64_t total() const { return m_total; }

    /// Begin of the lowest range; nothing when empty.
    std::optional<StreamOffset> lowest() const;
    /// End of the highest range; nothing when empty.
    std::optional<StreamOffset> highest() const;
    /// End of the range that contains `offset`, or `offset` when none does.
    StreamOffset contiguousEnd(StreamOffset offset) const;
    /// First offset at or above `offset` that is in the set; nothing when there is none.
    std::optional<StreamOffset> nextCovered(StreamOffset offset) const;

private:
    struct Range
    {
        StreamOffset begin;
        StreamOffset end;
    };

    void addLower(StreamOffset begin, StreamOffset end);
    void joinLowerFrom(StreamOffset begin);

    /// The highest range, empty when the set is. Bytes come in order nearly always: then it is the only one, and the
    /// set takes no memory of its own.
    Range m_last;
    std::map<StreamOffset, StreamOffset> m_lower; ///< the others, begin -> end
    int64_t m_total = 0;
};

} // namespace whyrst
