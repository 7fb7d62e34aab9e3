// What the times that one capture recorded itself say of a cut: how much time passed there by the senders' own clocks
// (comparison.md 4.4).
#pragma once

#include "model/compare/clock_cuts.h"

#include <optional>

namespace whyrst {

/// What a capture's own times around a cut would be, had nobody set its clock.
class OwnTimes
{
public:
    /// `events` are in the order of the cut's capture.
    OwnTimes(const ClockCut& cut, ClockEventSpan events);

    /// By how much, in ns, the time across the cut is off what the senders' TCP timestamps say: the median of the flows
    /// around it. Nothing when none of them has timestamps that keep time.
    std::optional<double> error() const { return m_error; }
    /// Whether packets would have been recorded before those that stand before them.
    bool isImpossible() const;
    /// The silence at the cut, ns; 0 at an end of the events.
    double passed() const { return m_passed; }

private:
    double m_by;
    double m_passed = 0;
    std::optional<double> m_error;
};

} // namespace whyrst
