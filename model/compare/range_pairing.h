// Links data that was cut differently on its way: super-segments and merged ones (comparison.md 3.5).
#pragma once

#include "model/compare/segment_pairing.h"

#include <vector>

namespace whyrst {

/// Whether no mark that both packets have contradicts that the byte at `offset` of `sent` came with `arrived`. A card
/// that cuts a super-segment counts one IP ID a piece.
bool marksAgree(const Marks& marks, const WayPacket& sent, const WayPacket& arrived, int64_t offset);

/// Whether both have a mark that is trusted: an equal IP ID or timestamp.
bool sharesMark(const Marks& marks, const WayPacket& sent, const WayPacket& arrived);

/// Links what is left of the data. Sets in `isSentLinked` what is linked, in part or completely.
void pairRanges(const WayPackets& way, const UsualDelay& usual, std::vector<bool>& isSentLinked, PairedWay& result);

} // namespace whyrst
