// SACK blocks that cannot be: outside of what was sent, off by a constant number of bytes (diagnosis.md 3.8, shift
// test).
#pragma once

#include "model/analysis/analysis.h"

#include <cstdint>
#include <optional>
#include <span>

namespace whyrst {

/// Whether `block` reports bytes that its receiver cannot have: before the stream, or beyond `sndNxt`, the highest end
/// sent as seen at the capture point.
inline bool isOutsideSent(const SackBlock& block, StreamOffset sndNxt)
{
    return block.right > sndNxt || block.left < StreamOffset{0};
}

/// The constant that, added to both edges of their SACK blocks, makes them fit to segments that `sender` had sent; its
/// sign is that of the shorter way around modulo 2^32. ours: three of four blocks must agree, for some report
/// duplicates (RFC 2883). `acks` are rows of the other side. Nothing when no constant fits, several do equally well, or
/// 0 does: then the blocks are as they should be. Looks at the first 256 different blocks, and for
/// each at the 4,096 segments before it.
std::optional<int64_t> findSackShift(
    const Connection& connection, const Analysis& analysis, Side sender, std::span<const uint32_t> acks);

} // namespace whyrst
