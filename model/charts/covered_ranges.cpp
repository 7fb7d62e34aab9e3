#include "model/charts/covered_ranges.h"

#include <algorithm>
#include <iterator>

namespace whyrst {

void CoveredRanges::add(int64_t begin, int64_t end, const NewPart& onNew)
{
    if (begin >= end)
        return;
    auto range = m_ranges.upper_bound(begin);
    if (range != m_ranges.begin() && std::prev(range)->second >= begin)
        --range;
    int64_t position = begin;
    int64_t mergedBegin = begin;
    int64_t mergedEnd = end;
    while (range != m_ranges.end() && range->first <= end) {
        if (position < range->first)
            onNew(position, range->first);
        position = std::max(position, range->second);
        mergedBegin = std::min(mergedBegin, range->first);
        mergedEnd = std::max(mergedEnd, range->second);
        range = m_ranges.erase(range);
    }
    if (position < end)
        onNew(position, end);
    m_ranges.emplace_hint(range, mergedBegin, mergedEnd);
}

void CoveredRanges::forgetBelow(int64_t offset)
{
    while (!m_ranges.empty() && m_ranges.begin()->first < offset) {
        const int64_t end = m_ranges.begin()->second;
        m_ranges.erase(m_ranges.begin());
        if (end > offset)
            m_ranges.emplace(offset, end);
    }
}

} // namespace whyrst
