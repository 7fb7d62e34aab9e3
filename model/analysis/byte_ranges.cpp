#include "model/analysis/byte_ranges.h"

#include <algorithm>
#include <iterator>

namespace whyrst {

int64_t ByteRanges::add(StreamOffset begin, StreamOffset end)
{
    if (begin >= end)
        return 0;
    const int64_t before = m_total;
    auto range = m_ranges.upper_bound(begin);
    if (range != m_ranges.begin() && std::prev(range)->second >= begin)
        --range;
    StreamOffset from = begin;
    StreamOffset to = end;
    while (range != m_ranges.end() && range->first <= end) {
        from = std::min(from, range->first);
        to = std::max(to, range->second);
        m_total -= range->second - range->first;
        range = m_ranges.erase(range);
    }
    m_ranges.emplace(from, to);
    m_total += to - from;
    return m_total - before;
}

void ByteRanges::removeBelow(StreamOffset offset)
{
    while (!m_ranges.empty() && m_ranges.begin()->first < offset) {
        const auto [begin, end] = *m_ranges.begin();
        m_ranges.erase(m_ranges.begin());
        m_total -= end - begin;
        if (end > offset) {
            m_ranges.emplace(offset, end);
            m_total += end - offset;
        }
    }
}

void ByteRanges::clear()
{
    m_ranges.clear();
    m_total = 0;
}

int64_t ByteRanges::covered(StreamOffset begin, StreamOffset end) const
{
    int64_t bytes = 0;
    auto range = m_ranges.upper_bound(begin);
    if (range != m_ranges.begin())
        --range;
    for (; range != m_ranges.end() && range->first < end; ++range)
        bytes += std::max<int64_t>(0, std::min(end, range->second) - std::max(begin, range->first));
    return bytes;
}

std::optional<StreamOffset> ByteRanges::lowest() const
{
    return m_ranges.empty() ? std::nullopt : std::optional(m_ranges.begin()->first);
}

std::optional<StreamOffset> ByteRanges::highest() const
{
    return m_ranges.empty() ? std::nullopt : std::optional(m_ranges.rbegin()->second);
}

StreamOffset ByteRanges::contiguousEnd(StreamOffset offset) const
{
    const auto after = m_ranges.upper_bound(offset);
    if (after == m_ranges.begin())
        return offset;
    return std::max(offset, std::prev(after)->second);
}

std::optional<StreamOffset> ByteRanges::nextCovered(StreamOffset offset) const
{
    const auto after = m_ranges.upper_bound(offset);
    if (after != m_ranges.begin() && std::prev(after)->second > offset)
        return offset;
    return after == m_ranges.end() ? std::nullopt : std::optional(after->first);
}

} // namespace whyrst
