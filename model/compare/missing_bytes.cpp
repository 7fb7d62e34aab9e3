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

/// `common` turns offsets of the data's capture into common ones.
template <typename Common>
void addAcks(const Flow& acks, const Flow& data, const Common& common, Acknowledged& acknowledged)
{
    for (const Segment segment : acks.segments) {
        if (!segment.flags.ack() || segment.flags.rst())
            continue;
        const StreamOffset next = common(segment.ack);
        acknowledged.next = std::max(acknowledged.next.value_or(next), next);
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index) {
            const SackBlock block = acks.sackBlock(segment, index, data);
            acknowledged.selectively.add(common(block.left), common(block.right));
        }
    }
}

} // namespace

std::optional<StreamOffset> firstMissingByte(const TracePair& traces, const ConnectionPair& pair, Side from)
{
    Acknowledged acknowledged;
    for (const Side capture : {Side::Client, Side::Server}) {
        const auto common = [&](StreamOffset offset) {
            return capture == Side::Server ? offset + pair.way(from).shiftAt(offset) : offset;
        };
        addAcks(
            flowOf(traces, pair, otherSide(from), capture), flowOf(traces, pair, from, capture), common, acknowledged);
    }
    if (!acknowledged.next || acknowledged.selectively.contains(*acknowledged.next, *acknowledged.next + 1))
        return std::nullopt;
    return acknowledged.next;
}

} // namespace whyrst
