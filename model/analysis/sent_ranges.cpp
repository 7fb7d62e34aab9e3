#include "model/analysis/sent_ranges.h"

#include <utility>

namespace whyrst {

void SentRanges::push_back(const SentRange& range)
{
    if (m_last.size() >= blockLength)
        m_earlier.push_back(std::exchange(m_last, {}));
    m_last.push_back(range);
}

void SentRanges::pop_front()
{
    block(0).pop_front();
    if (!m_earlier.empty() && m_earlier.front().empty())
        m_earlier.pop_front();
}

SentRanges::Place SentRanges::insert(Place place, const SentRange& range)
{
    if (place == endPlace()) {
        push_back(range);
        return endPlace();
    }
    if (block(place.block).size() >= blockLength) {
        splitBlock(place.block);
        const size_t half = block(place.block).size();
        if (place.index >= half)
            place = {place.block + 1, place.index - half};
    }
    block(place.block).insert(place.index, range);
    return after(place);
}

void SentRanges::splitBlock(size_t index)
{
    Queue<SentRange> upper = block(index).splitInHalf();
    if (index < m_earlier.size())
        m_earlier.insert(index + 1, std::move(upper));
    else
        m_earlier.push_back(std::exchange(m_last, std::move(upper)));
}

/// Drops a block that has become empty. The one before takes the place of the last.
void SentRanges::dropBlock(size_t index)
{
    if (index == m_earlier.size() && index > 0)
        m_last = std::move(m_earlier[--index]);
    if (index < m_earlier.size())
        m_earlier.erase(index, index + 1);
}

void SentRanges::erase(Place place, StreamOffset end)
{
    for (size_t left = m_earlier.size() + 1 - std::min(place.block, m_earlier.size() + 1); left > 0; --left) {
        Queue<SentRange>& ranges = block(place.block);
        const auto last = std::partition_point(
            ranges.begin(), ranges.end(), [end](const SentRange& range) { return range.begin < end; });
        const bool reachesEnd = last == ranges.end();
        ranges.erase(place.index, static_cast<size_t>(last - ranges.begin()));
        if (ranges.empty())
            dropBlock(place.block);
        else
            ++place.block;
        place.index = 0;
        if (!reachesEnd)
            return;
    }
}

} // namespace whyrst
