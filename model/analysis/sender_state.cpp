#include "model/analysis/sender_state.h"

#include <algorithm>

namespace whyrst {

size_t SenderState::indexFrom(StreamOffset offset) const
{
    const auto range = std::lower_bound(outstanding.begin(), outstanding.end(), offset,
        [](const SentRange& sent, StreamOffset wanted) { return sent.end <= wanted; });
    return static_cast<size_t>(range - outstanding.begin());
}

void SenderState::splitAt(StreamOffset offset)
{
    const size_t index = indexFrom(offset);
    if (index == outstanding.size() || outstanding[index].begin >= offset)
        return;
    SentRange upper = outstanding[index];
    upper.begin = offset;
    outstanding[index].end = offset;
    outstanding.insert(index + 1, upper);
}

void SenderState::recordSend(StreamOffset begin, StreamOffset end, Timestamp time, uint32_t row)
{
    if (begin >= end)
        return;
    const SentRange fresh{begin, end, time, time, row, row, 1};
    if (outstanding.empty() || outstanding.back().end <= begin) {
        outstanding.push_back(fresh);
        return;
    }
    splitAt(begin);
    splitAt(end);
    size_t index = indexFrom(begin);
    StreamOffset next = begin;
    while (next < end) {
        const bool inRange = index < outstanding.size() && outstanding[index].begin < end;
        const StreamOffset gapEnd = inRange ? outstanding[index].begin : end;
        if (next < gapEnd) {
            const SentRange gap{next, gapEnd, time, time, row, row, 1};
            outstanding.insert(index, gap);
            next = gapEnd;
        } else {
            SentRange& range = outstanding[index];
            range.lastTime = time;
            range.lastRow = row;
            ++range.sends;
            next = range.end;
        }
        ++index;
    }
}

void SenderState::acknowledge(StreamOffset ack, Timestamp time)
{
    sndUna = ack;
    lastProgress = time;
    while (!outstanding.empty() && outstanding.front().begin < ack) {
        if (outstanding.front().end > ack) {
            outstanding.front().begin = ack;
            break;
        }
        outstanding.pop_front();
    }
    sacked.removeBelow(ack);
}

const SentRange* SenderState::rangeAt(StreamOffset offset) const
{
    const size_t index = indexFrom(offset);
    if (index == outstanding.size() || outstanding[index].begin > offset)
        return nullptr;
    return &outstanding[index];
}

} // namespace whyrst
