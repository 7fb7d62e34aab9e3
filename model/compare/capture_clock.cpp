#include "model/compare/capture_clock.h"

#include "model/compare/clock_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace whyrst {

namespace {

using std::chrono::microseconds;

constexpr Duration lateStamp = microseconds(100); // comparison.md 4.3: stamped late at the sender

Duration nanoseconds(double value)
{
    return Duration(static_cast<int64_t>(std::llround(value)));
}

/// All events with their bases; makes the clock.
class Fitter
{
public:
    explicit Fitter(const ClockSamples& samples)
        : m_resolution(samples.resolution)
    {
        const ClockSample& first = samples.toServer.empty() ? samples.toClient.front() : samples.toServer.front();
        m_base = {first.client, first.server};
        addEvents(samples.toServer, Side::Client);
        addEvents(samples.toClient, Side::Server);
        m_clock.kind = samples.toServer.empty() || samples.toClient.empty() ? ClockKind::OneWay
            : samples.fromRtt                                               ? ClockKind::FromRtt
                                                                            : ClockKind::TwoWay;
        m_clock.isLowerLimit = samples.toServer.empty();
    }

    CaptureClock fit()
    {
        const auto tolerance = static_cast<double>((lateStamp + 2 * m_resolution).count());
        const std::vector<ClockEvent> asRecorded = m_events;
        StepSearch search = findSteps(m_events, tolerance);
        m_clock.pieces.clear();
        for (uint32_t piece = 0; piece <= search.steps.size(); ++piece)
            addPiece(piece);
        if (search.isBelieved)
            addSets(search.steps, asRecorded);
        else
            believeNone(asRecorded, std::max(1U, search.explained));
        return std::move(m_clock);
    }

private:
    void addEvents(const std::vector<ClockSample>& samples, Side from)
    {
        std::vector<ClockEvent> events;
        for (const ClockSample& sample : samples) {
            ClockEvent event;
            event.time = {static_cast<double>((sample.client - m_base[0]).count()),
                static_cast<double>((sample.server - m_base[1]).count())};
            event.frame = {sample.clientFrame, sample.serverFrame};
            event.from = from;
            event.flow = sample.flow;
            event.stamp = sample.stamp;
            events.push_back(event);
        }
        std::ranges::stable_sort(events, {}, [](const ClockEvent& event) { return event.time[0]; });
        OffsetLimits limits;
        for (const ClockEvent& event : events)
            limits.push_back({event.time[0], from == Side::Client ? event.offset() : -event.offset()});
        const std::vector<bool> isolated = findIsolated(limits);
        for (size_t index = 0; index < events.size(); ++index) {
            if (!isolated[index])
                m_events.push_back(events[index]);
        }
    }

    std::vector<const ClockEvent*> membersOf(uint32_t piece) const
    {
        std::vector<const ClockEvent*> members;
        for (const ClockEvent& event : m_events) {
            if (event.piece == piece)
                members.push_back(&event);
        }
        return members;
    }

    Timestamp atClient(double x) const { return m_base[0] + nanoseconds(x); }

    void addPiece(uint32_t index)
    {
        const EventLimits limits(membersOf(index));
        const StripFit fit(limits.upper, limits.negatedLower);
        ClockPiece piece;
        piece.reference = m_base[0];
        piece.drift = fit.drift();
        piece.offset = m_base[1] - m_base[0] + nanoseconds(fit.middle(0));
        // Limits that contradict each other by a little: a packet stamped late (comparison.md 4.3).
        const auto rounding = static_cast<double>((2 * m_resolution).count() + 1);
        const Duration half = fit.height() < -rounding ? lateStamp : nanoseconds(std::max(0.0, fit.height() / 2));
        piece.halfRoundTrip = half + m_resolution;
        const double hidden = hiddenStep(limits.upper, limits.negatedLower, fit);
        piece.mayHideStep = hidden > 0;
        piece.bound = piece.halfRoundTrip + nanoseconds(hidden);
        const auto [first, last] = spanOf(limits);
        piece.from = atClient(first);
        if (!limits.upper.empty() && !limits.negatedLower.empty()) {
            piece.closedFrom = atClient(std::max(limits.upper.front().x, limits.negatedLower.front().x));
            piece.closedTo = atClient(std::min(limits.upper.back().x, limits.negatedLower.back().x));
            m_clock.driftUncertainty
                = std::max(m_clock.driftUncertainty, fit.tolerance() / std::max(1.0, (last - first) / 2));
        } else {
            piece.closedFrom = piece.from;
        }
        piece.closedTo = std::max(piece.closedFrom, piece.closedTo);
        m_clock.pieces.push_back(piece);
    }

    static std::pair<double, double> spanOf(const EventLimits& events)
    {
        double first = std::numeric_limits<double>::infinity();
        double last = -first;
        for (const OffsetLimits* limits : {&events.upper, &events.negatedLower}) {
            if (!limits->empty()) {
                first = std::min(first, limits->front().x);
                last = std::max(last, limits->back().x);
            }
        }
        return {first, last};
    }

    void addSets(const std::vector<ClockStep>& steps, const std::vector<ClockEvent>& asRecorded)
    {
        Duration set{};
        for (size_t index = 0; index < steps.size(); ++index) {
            const ClockStep& step = steps[index];
            ClockPiece& piece = m_clock.pieces[index + 1];
            ClockSet entry;
            entry.capture = step.capture;
            entry.lastFrame = step.lastFrame;
            entry.firstFrame = step.firstFrame;
            entry.by = nanoseconds(step.by);
            entry.isProbable = step.isProbable;
            addReadings(entry, asRecorded, static_cast<uint32_t>(index));
            entry.at = piece.from = beginOf(static_cast<uint32_t>(index + 1), step.capture, piece);
            set += step.capture == Side::Server ? entry.by : -entry.by;
            piece.set = set;
            piece.offset += set;
            m_clock.sets.push_back(entry);
        }
    }

    /// The common time of the first packet of a piece in the capture whose clock was set.
    Timestamp beginOf(uint32_t piece, Side capture, const ClockPiece& clock) const
    {
        double first = std::numeric_limits<double>::infinity();
        for (const ClockEvent& event : m_events) {
            if (event.piece == piece)
                first = std::min(first, event.time[sideIndex(capture)]);
        }
        if (capture == Side::Client)
            return atClient(first);
        const Timestamp server = m_base[1] + nanoseconds(first);
        return server - clock.offsetAt(server - clock.offset);
    }

    /// What the clock that was set showed before.
    void addReadings(ClockSet& set, const std::vector<ClockEvent>& asRecorded, uint32_t piece) const
    {
        const size_t side = sideIndex(set.capture);
        double before = -std::numeric_limits<double>::infinity();
        double after = before;
        double earliest = std::numeric_limits<double>::infinity();
        for (size_t index = 0; index < m_events.size(); ++index) {
            const double time = asRecorded[index].time[side];
            if (m_events[index].piece == piece) {
                before = std::max(before, time);
                earliest = std::min(earliest, time);
            } else if (m_events[index].piece == piece + 1) {
                after = std::max(after, time);
            }
        }
        set.before = m_base[side] + nanoseconds(before);
        // Far back: the times after the step lie before all those before it.
        set.oldFrom = after < earliest ? m_base[side] + nanoseconds((after + earliest) / 2) : Timestamp::min();
    }

    /// Keeps the piece with the most packets, with times as recorded, and says that no clock fits.
    void believeNone(const std::vector<ClockEvent>& asRecorded, uint32_t explained)
    {
        std::vector<size_t> packets(m_clock.pieces.size());
        for (const ClockEvent& event : m_events)
            ++packets[event.piece];
        packets.resize(explained);
        const auto most = static_cast<uint32_t>(std::ranges::max_element(packets) - packets.begin());
        for (size_t index = 0; index < m_events.size(); ++index)
            m_events[index].time = asRecorded[index].time;
        m_clock.pieces.clear();
        addPiece(most);
        m_clock.noSingleClock = true;
    }

    std::vector<ClockEvent> m_events;
    std::array<Timestamp, 2> m_base; ///< by capture
    Duration m_resolution;
    CaptureClock m_clock;
};

/// Server clock minus client clock, had neither been set.
Duration steadyOffset(const ClockPiece& piece, Timestamp time)
{
    return piece.offsetAt(time) - piece.set;
}

} // namespace

const char* clockKindName(ClockKind kind)
{
    constexpr std::array names{"none", "two-way", "from-rtt", "one-way", "manual", "trusted"};
    return names[static_cast<size_t>(kind)];
}

Duration ClockPiece::offsetAt(Timestamp time) const
{
    const auto elapsed = static_cast<double>((time - reference).count());
    return offset + nanoseconds(drift * elapsed);
}

CaptureClock::CaptureClock()
    : pieces(1)
{
}

const ClockPiece& CaptureClock::pieceAt(Timestamp time) const
{
    if (pieces.size() == 1)
        return pieces.front();
    const auto after = std::ranges::upper_bound(pieces, time, {}, &ClockPiece::from);
    return after == pieces.begin() ? pieces.front() : *(after - 1);
}

/// `time` is the server's as it would be had nobody set it. The drift is small: two steps reach a nanosecond.
Timestamp CaptureClock::unsetServer(Timestamp time) const
{
    const auto after = std::ranges::upper_bound(
        pieces, time, {}, [](const ClockPiece& piece) { return piece.from + steadyOffset(piece, piece.from); });
    const ClockPiece& piece = after == pieces.begin() ? pieces.front() : *(after - 1);
    const Timestamp guess = time - steadyOffset(piece, time - steadyOffset(piece, time));
    return time - steadyOffset(piece, guess);
}

Timestamp CaptureClock::common(Side capture, Timestamp recorded, PacketNumber frame) const
{
    for (const ClockSet& set : sets) {
        if (set.capture == capture && frame >= set.firstFrame)
            recorded -= set.by;
    }
    return capture == Side::Client ? recorded : unsetServer(recorded);
}

Timestamp CaptureClock::common(Side capture, Timestamp recorded) const
{
    const auto isAfter = [&](const ClockSet& set) {
        return set.capture == capture && (recorded > set.before || recorded < set.oldFrom);
    };
    const auto last = std::find_if(sets.rbegin(), sets.rend(), isAfter);
    for (auto set = sets.begin(); set != last.base(); ++set) {
        if (set->capture == capture)
            recorded -= set->by;
    }
    return capture == Side::Client ? recorded : unsetServer(recorded);
}

Timestamp CaptureClock::recorded(Side capture, Timestamp common) const
{
    Timestamp time = common;
    if (capture == Side::Server)
        time += steadyOffset(pieceAt(common), common);
    for (const ClockSet& set : sets) {
        if (set.capture == capture && common >= set.at)
            time += set.by;
    }
    return time;
}

bool CaptureClock::wasSet(Side capture) const
{
    return std::ranges::any_of(sets, [capture](const ClockSet& set) { return set.capture == capture; });
}

CaptureClock fitClock(const ClockSamples& samples)
{
    if (samples.toServer.empty() && samples.toClient.empty())
        return {};
    return Fitter(samples).fit();
}

CaptureClock fixedClock(const ClockSamples& samples, Duration offset, ClockKind kind)
{
    CaptureClock clock;
    clock.kind = kind;
    clock.pieces.front().offset = offset;
    if (samples.fromRtt) // round trips are limits that the other host's time to reply has widened
        return clock;
    const auto consider = [&](Side from, const ClockSample& sample) {
        const Duration delay
            = from == Side::Client ? sample.server - sample.client - offset : sample.client + offset - sample.server;
        const Duration by = -delay - samples.resolution;
        if (by > (clock.violation ? clock.violation->by : Duration(0)))
            clock.violation = ClockViolation{from, sample.clientFrame, sample.serverFrame, by};
    };
    for (const ClockSample& sample : samples.toServer)
        consider(Side::Client, sample);
    for (const ClockSample& sample : samples.toClient)
        consider(Side::Server, sample);
    return clock;
}

} // namespace whyrst
