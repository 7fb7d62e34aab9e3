#include "model/analysis/byte_ranges.h"

#include <algorithm>
#include <iterator>

namespace whyrst {

/// Adds a range that ends below the highest one, or where that begins.
void ByteRanges::addLower(StreamOffset begin, StreamOffset end)
{
    auto next = m_lower.empty() || m_lower.rbegin()->first <= begin ? m_lower.end() : m_lower.upper_bound(begin);
    auto range = next == m_lower.begin() ? next : std::prev(next);
    if (range == next || range->second < begin)
        range = m_lower.emplace_hint(next, begin, begin);
    while (next != m_lower.end() && next->first <= end) {
        end = std::max(end, next->second);
        m_total -= next->second - next->first;
        next = m_lower.erase(next);
    }
    if (end > range->second) {
        m_total += end - range->second;
        range->second = end;
    }
}

/// Adds what lies between `begin` and the highest range, which then begins there or lower.
void ByteRanges::joinLowerFrom(StreamOffset begin)
{
    addLower(begin, m_last.begin);
    const auto touching = std::prev(m_lower.end());
    m_last.begin = touching->first;
    m_lower.erase(touching);
}

int64_t ByteRanges::add(StreamOffset begin, StreamOffset end)
{
    if (begin >= end)
        return 0;
    const int64_t before = m_total;
    if (empty() || begin > m_last.end) {
        if (!empty())
            m_lower.emplace_hint(m_lower.end(), m_last.begin, m_last.end);
        m_last = {begin, begin};
    } else if (end < m_last.begin) {
        addLower(begin, end);
        return m_total - before;
    } else if (begin < m_last.begin) {
        joinLowerFrom(begin);
    }
    if (end > m_last.end) {
        m_total += end - m_last.end;
        m_last.end = end;
    }
    return m_total - before;
}

void ByteRanges::removeBelow(StreamOffset offset)
{
    while (!m_lower.empty() && m_lower.begin()->first < offset) {
        const auto [begin, end] = *m_lower.begin();
        m_lower.erase(m_lower.begin());
        m_total -= end - begin;
        if (end > offset) {
            m_lower.emplace(offset, end);
            m_total += end - offset;
        }
    }
    if (m_last.begin < offset) {
        const StreamOffset begin = std::min(offset, m_last.end);
        m_total -= begin - m_last.begin;
        m_last.begin = begin;
    }
}

void ByteRanges::clear()
{
    m_last = {};
    m_lower.clear();
    m_total = 0;
}

int64_t ByteRanges::covered(StreamOffset begin, StreamOffset end) const
{
    const auto inside = [begin, end](StreamOffset first, StreamOffset last) {
        return std::max<int64_t>(0, std::min(end, last) - std::max(begin, first));
    };
    int64_t bytes = inside(m_last.begin, m_last.end);
    if (m_lower.empty() || begin >= m_last.begin)
        return bytes;
    auto range = m_lower.upper_bound(begin);
    if (range != m_lower.begin())
        --range;
    for (; range != m_lower.end() && range->first < end; ++range)
        bytes += inside(range->first, range->second);
    return bytes;
}

std::optional<StreamOffset> ByteRanges::lowest() const
{
    if (empty())
        return std::nullopt;
    return m_lower.empty() ? m_last.begin : m_lower.begin()->first;
}

std::optional<StreamOffset> ByteRanges::highest() const
{
    return empty() ? std::nullopt : std::optional(m_last.end);
}

StreamOffset ByteRanges::contiguousEnd(StreamOffset offset) const
{
    if (!empty() && offset >= m_last.begin)
        return std::max(offset, m_last.end);
    const auto after = m_lower.upper_bound(offset);
    if (after == m_lower.begin())
        return offset;
    return std::max(offset, std::prev(after)->second);
}

std::optional<StreamOffset> ByteRanges::nextCovered(StreamOffset offset) const
{
    if (empty() || offset >= m_last.end)
        return std::nullopt;
    if (offset >= m_last.begin)
        return offset;
    const auto after = m_lower.upper_bound(offset);
    if (after != m_lower.begin() && std::prev(after)->second > offset)
        return offset;
    return after == m_lower.end() ? m_last.begin : after->first;
}

} // namespace whyrst
