// Where packets that both captures have can be parted, so that one line explains each part (comparison.md 4.4).
#pragma once

#include "model/compare/clock_events.h"

#include <cstddef>
#include <optional>

namespace whyrst {

/// So many packets tell what is usual at a moment. Heuristic: enough for a median, and still of one moment.
constexpr size_t usualOf = 33;

/// A way to part events in two: the clock of `capture` was set there.
struct ClockCut
{
    Side capture = Side::Server;
    size_t index = 0;  ///< in the order of that capture: the first event after
    size_t reach = 0;  ///< events that both parts explain
    double cost = 0;   ///< of the events whose side is searched
    double change = 0; ///< of the offset, ns

    /// By how much the capture's clock was set, ns.
    double by() const { return capture == Side::Server ? change : -change; }
};

/// How far a packet's delay is from what is usual for its direction; the usual one is that of packets whose clock is
/// sure.
class UsualDelays
{
public:
    /// `fit` must outlive it.
    UsualDelays(ClockEventSpan events, const StripFit& fit);

    double cost(const ClockEvent& event) const; ///< ns, not negative; 0 without packets of its direction

private:
    double delayOf(const ClockEvent& event) const;

    const StripFit& m_fit;
    std::array<std::optional<double>, 2> m_usual; ///< median delays by Side of the sender
};

/// Events in the order of one capture.
class OrderedEvents
{
public:
    /// `events` are in the order of `capture`. `tolerance`, ns: by how much limits may contradict each other.
    OrderedEvents(ClockEvents events, Side capture, double tolerance);

    const ClockEvents& events() const { return m_events; }
    /// The events in [begin, end).
    ClockEventSpan slice(size_t begin, size_t end) const;

    /// The first contradiction as a cut; nothing when one line passes all limits. O(n log n) in the events up to the
    /// second one.
    std::optional<ClockCut> firstCut() const;

    /// The cut between `begin` and `end` after which the delays of the events up to `reach` are most like those of
    /// their neighbours.
    ClockCut bestCut(size_t begin, size_t end, size_t reach) const;

private:
    template <typename Part> size_t longestRun(size_t most, const Part& part) const;
    size_t feasibleEnd(size_t begin) const;
    size_t feasibleBegin(size_t end) const;

    ClockEvents m_events;
    Side m_capture;
    double m_tolerance;
};

} // namespace whyrst
