#include "model/compare/missing_bytes.h"

#include "model/analysis/byte_ranges.h"

#include <algorithm>

namespace whyrst {

namespace {

/// What the ACKs of a receiver say.
struct Acknowledged
{
    std::optional<StreamOffset> next;
    ByteRanges selectively;
};

void addAcks(const Flow& acks, const Flow& data, int64_t shift, Acknowledged& acknowledged)
{
    for (const Segment segment : acks.segments) {
        if (!segment.flags.ack() || segment.flags.rst())
            continue;
        acknowledged.next = std::max(acknowledged.next.value_or(segment.ack + shift), segment.ack + shift);
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index) {
            const SackBlock block = acks.sackBlock(segment, index, data);
            acknowledged.selectively.add(block.left + shift, block.right + shift);
        }
    }
}

} // namespace

std::optional<StreamOffset> firstMissingByte(const TracePair& traces, const ConnectionPair& pair, Side from)
{
    Acknowledged acknowledged;
    for (const Side capture : {Side::Client, Side::Server}) {
        const int64_t shift = capture == Side::Server ? pair.way(from).offsetShift : 0;
        addAcks(
            flowOf(traces, pair, otherSide(from), capture), flowOf(traces, pair, from, capture), shift, acknowledged);
    }
    if (!acknowledged.next || acknowledged.selectively.contains(*acknowledged.next, *acknowledged.next + 1))
        return std::nullopt;
    return acknowledged.next;
}

} // namespace whyrst
