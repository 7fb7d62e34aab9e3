#include "model/analysis/sent_ranges.h"

namespace whyrst {

void SentRanges::push_back(const SentRange& range)
{
    if (m_blocks.empty() || m_blocks.back().size() >= blockLength)
        m_blocks.push_back({});
    m_blocks.back().push_back(range);
}

void SentRanges::pop_front()
{
    m_blocks.front().pop_front();
    if (m_blocks.front().empty() && m_blocks.size() > 1)
        m_blocks.pop_front();
}

SentRanges::Place SentRanges::insert(Place place, const SentRange& range)
{
    if (place == endPlace()) {
        push_back(range);
        return endPlace();
    }
    if (m_blocks[place.block].size() >= blockLength) {
        m_blocks.insert(place.block + 1, m_blocks[place.block].splitInHalf());
        const size_t half = m_blocks[place.block].size();
        if (place.index >= half)
            place = {place.block + 1, place.index - half};
    }
    m_blocks[place.block].insert(place.index, range);
    return after(place);
}

void SentRanges::erase(Place place, StreamOffset end)
{
    while (place.block < m_blocks.size()) {
        Queue<SentRange>& block = m_blocks[place.block];
        const auto last = std::partition_point(
            block.begin(), block.end(), [end](const SentRange& range) { return range.begin < end; });
        const bool reachesEnd = last == block.end();
        block.erase(place.index, static_cast<size_t>(last - block.begin()));
        if (block.empty() && m_blocks.size() > 1)
            m_blocks.erase(place.block, place.block + 1);
        else
            ++place.block;
        place.index = 0;
        if (!reachesEnd)
            return;
    }
}

} // namespace whyrst
