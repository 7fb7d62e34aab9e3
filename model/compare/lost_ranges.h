// Losses of one side's data and how long their repair took; where the same bytes of another connection went.
#pragma once

#include "model/compare/difference_finders.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

/// Bytes that were sent again because they were lost; needless re-sends are none.
struct LostRange
{
    StreamOffset begin;
    StreamOffset end;
    Timestamp firstSend; ///< of `begin`; the first re-send when that was not captured
    Moment firstResend;
    Moment lastResend;
    uint32_t resends = 0;              ///< with the tail loss probe before them (RFC 8985 7)
    std::optional<Timestamp> repaired; ///< when all of it was acknowledged
};

struct Losses
{
    std::vector<LostRange> ranges; ///< in order of their first re-send; those only probed for are none
    uint64_t segments = 0;         ///< of that side, with data
};

/// The losses of data that `side` sent. Linear in the segments.
Losses lossesOf(const KnownConnection& known, Side side);

/// First transmission of a byte, and the first acknowledgment of it.
struct Delivery
{
    Moment sent;
    std::optional<Moment> acknowledged;
};

/// Nothing when byte `offset` of `side` was not captured. Linear in the segments.
std::optional<Delivery> deliveryOf(const Connection& connection, Side side, StreamOffset offset);

/// The byte of the good connection at the same place of the same turn; without such a place the same offset.
std::optional<StreamOffset> sameOffset(const BothDialogues& both, Side side, StreamOffset offset);

/// Bytes of `side`'s turn that come before `offset`; nothing when it is in none of its turns.
std::optional<int64_t> bytesBefore(const Dialogue& dialogue, Side side, StreamOffset offset);

} // namespace whyrst
