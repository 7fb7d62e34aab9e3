#include "model/analysis/byte_ranges.h"

#include <algorithm>
#include <iterator>

namespace whyrst {

int64_t ByteRanges::add(StreamOffset begin, StreamOffset end)
{
    if (begin >= end)
        return 0;
    const int64_t before = m_total;
    auto next = m_ranges.empty() || m_ranges.rbegin()->first <= begin ? m_ranges.end() : m_ranges.upper_bound(begin);
    auto range = next == m_ranges.begin() ? next : std::prev(next);
    if (range == next || range->second < begin)
        range = m_ranges.emplace_hint(next, begin, begin);
    while (next != m_ranges.end() && next->first <= end) {
        end = std::max(end, next->second);
        m_total -= next->second - next->first;
        next = m_ranges.erase(next);
    }
    if (end > range->second) {
        m_total += end - range->second;
        range->second = end;
    }
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
    if (m_ranges.empty() || begin >= m_ranges.rbegin()->second)
        return 0;
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
