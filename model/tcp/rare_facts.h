// What the rows of a flow have no place for and a rule may ask for later.
#pragma once

#include "model/packet/headers.h"
#include "model/tcp/flow.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace whyrst {

/// Keeps what is rare in a segment of `flow`: `RareFacts` tells what. To be called before its row is added; `other` is
/// the flow of the other side. `truncatedBytes` of its data were cut off by the snap length.
void noteRareFacts(Flow& flow, const Flow& other, const SegmentHeader& header, uint32_t truncatedBytes);

/// Keeps what tells `payload` from others when bytes of `segment` were sent before: the latest 32 to 64 such of a flow.
/// A payload that repeats one short pattern tells nothing and is not kept. To be called before the row is added.
void noteResentData(Flow& flow, const Segment& segment, std::span<const std::byte> payload, uint64_t hashSeed);

/// Drops what was kept of the rows from `row` on.
void forgetRareFacts(Flow& flow, uint32_t row);

} // namespace whyrst
