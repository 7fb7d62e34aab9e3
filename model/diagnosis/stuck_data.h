// Steps and facts about stuck data that the rules of delivery share.
#pragma once

#include "model/diagnosis/evidence.h"

#include <optional>

namespace whyrst {

/// The first send of the hole and its re-sends, or the span in which it was never seen; the re-send that a sender who
/// gave up silently owed; the RST; and the facts of the hole ("hole_begin", "hole_end", "sends", "tried_for_ns",
/// "stuck_for_ns"). The context must have a trouble.
void addStuckData(Evidence& evidence, const ResetContext& reset);

/// The last two tries of the trouble's sender: sends of the hole, or probes of the window that is closed.
struct LastTries
{
    Timestamp before;
    Timestamp last;
    /// When the next one was due: the timer doubles, up to what stacks allow.
    Timestamp nextDue() const;
    /// Whether the next one is so long overdue at `now` that it will not come.
    bool isOver(Timestamp now) const;
};

/// Nothing when the sender tried less than twice. The context must have a trouble.
std::optional<LastTries> findLastTries(const ResetContext& reset);

/// Re-sends that have a step of their own; those that follow by the same manner are folded into it. heuristic: one step
/// for each manner (by duplicate ACKs, by timer) keeps a chain short enough to be read with what to do at one glance.
constexpr size_t separateResends = 1;

/// How the sender of the trouble gave up: its re-sends, the one that it owed when it gave up silently, and the RST.
void addGivingUp(Evidence& evidence, const ResetContext& reset);

/// The facts of the hole alone.
void addHoleFacts(Evidence& evidence, const ResetContext& reset);

/// The first segment behind the hole that got through, and the duplicate ACKs that ask for the hole. Nothing happens
/// without them. The context must have a trouble.
void addLaterDelivery(Evidence& evidence, const ResetContext& reset);

} // namespace whyrst
