#include "model/analysis/sender_state.h"

namespace whyrst {

namespace {

/// A segment that covers more earlier ones makes them one, so that small pieces sent again as a whole cost nothing each
/// time. ours: segmentation offload makes 64 KiB out of 45 segments.
constexpr size_t mostPieces = 256;

} // namespace

void SenderState::splitAt(StreamOffset offset)
{
    const SentRanges::Place place = outstanding.firstEndingBehind(offset);
    SentRange* upper = outstanding.at(place);
    if (upper == nullptr || upper->begin >= offset)
        return;
    SentRange lower = *upper;
    lower.end = offset;
    upper->begin = offset;
    outstanding.insert(place, lower);
}

/// Makes one range of all in [begin, end), which they fill; what was first sent counts for all.
void SenderState::joinAll(StreamOffset begin, StreamOffset end)
{
    const SentRanges::Place first = outstanding.firstFrom(begin);
    outstanding.at(first)->end = end;
    outstanding.erase(outstanding.after(first), end);
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
    SentRanges::Place place = outstanding.firstEndingBehind(begin);
    size_t pieces = 0;
    for (StreamOffset next = begin; next < end; ++pieces) {
        SentRange* range = outstanding.at(place);
        const StreamOffset gapEnd = range != nullptr && range->begin < end ? range->begin : end;
        if (next < gapEnd) {
            place = outstanding.insert(place, {next, gapEnd, time, time, row, row, 1});
            next = gapEnd;
        } else {
            range->lastTime = time;
            range->lastRow = row;
            ++range->sends;
            next = range->end;
            place = outstanding.after(place);
        }
    }
    if (pieces > mostPieces)
        joinAll(begin, end);
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
    reneged.removeBelow(ack);
}

void SenderState::takeBackReport()
{
    const StreamOffset end = sacked.contiguousEnd(sndUna);
    reneged.add(sndUna, end);
    sacked.removeBelow(end);
}

const SentRange* SenderState::rangeAt(StreamOffset offset) const
{
    const SentRange* range = outstanding.at(outstanding.firstEndingBehind(offset));
    return range != nullptr && range->begin <= offset ? range : nullptr;
}

} // namespace whyrst
