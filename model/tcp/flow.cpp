#include "model/tcp/flow.h"

namespace whyrst {

SackBlock Flow::sackBlock(const Segment& segment, uint8_t index, const Flow& other) const
{
    const RawSackBlock& block = rare->sackBlocks[segment.sackIndex + index];
    const SeqNum ack = other.space.raw(segment.ack);
    return {segment.ack + distance(ack, block.left), segment.ack + distance(ack, block.right)};
}

} // namespace whyrst
