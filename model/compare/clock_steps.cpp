#include "model/compare/clock_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace whyrst {

namespace {

constexpr size_t mostPieces = 12;             // comparison.md 4.4: more are not believed
constexpr size_t leastPiece = 10;             // packets, comparison.md 4.4
constexpr size_t shortShare = 4;              ///< heuristic: of a short capture's packets a quarter is enough
constexpr size_t leastOfShort = 4;            ///< heuristic: two each way are no accident
constexpr size_t windows = 24;                // comparison.md 4.4
constexpr size_t windowsAround = 6;           // comparison.md 4.4
constexpr double leastStep = 1e6;             // ns, comparison.md 4.4
constexpr double driftAllowance = 3 * 100e-6; // comparison.md 4.4
constexpr double agreement = 0.2;             // of both limits' moves, comparison.md 4.4
constexpr size_t windowsBetween = 2;          ///< heuristic: packets on their way reach into a second one
constexpr size_t leastWindows = 4;            ///< heuristic: of the six on a side, that have packets
constexpr size_t usualOf = 33;                ///< heuristic: so many packets tell what delay is usual at a moment

using Events = std::vector<const ClockEvent*>;

/// The order of a capture: by frame where frames are known, then by its clock.
bool isBefore(const ClockEvent& a, const ClockEvent& b, Side capture)
{
    const size_t index = sideIndex(capture);
    if (a.frame[index] != b.frame[index])
        return a.frame[index] < b.frame[index];
    return a.time[index] < b.time[index];
}

Events inOrder(Events events, Side capture)
{
    std::ranges::stable_sort(
        events, [&](const ClockEvent* a, const ClockEvent* b) { return isBefore(*a, *b, capture); });
    return events;
}

Events slice(const Events& events, size_t begin, size_t end)
{
    return {events.begin() + static_cast<std::ptrdiff_t>(begin), events.begin() + static_cast<std::ptrdiff_t>(end)};
}

bool isFeasible(const Events& events, double tolerance)
{
    const EventLimits limits(events);
    const Strip strip(limits.upper, limits.negatedLower);
    return !strip.hasBoth() || strip.height(strip.bestDrift()) >= -tolerance;
}

/// How far a packet's delay is from what is usual for its direction; the usual one is that of packets whose clock is
/// sure.
class UsualDelays
{
public:
    UsualDelays(const Events& events, const StripFit& fit)
        : m_fit(fit)
    {
        for (const ClockEvent* event : events)
            m_delays[sideIndex(event->from)].push_back(delayOf(*event));
        for (std::vector<double>& delays : m_delays) {
            if (delays.empty())
                continue;
            const auto middle = delays.begin() + static_cast<std::ptrdiff_t>(delays.size() / 2);
            std::ranges::nth_element(delays, middle);
            delays = {*middle};
        }
    }

    double cost(const ClockEvent& event) const
    {
        const std::vector<double>& usual = m_delays[sideIndex(event.from)];
        return usual.empty() ? 0 : std::abs(delayOf(event) - usual.front());
    }

private:
    double delayOf(const ClockEvent& event) const
    {
        const double above = event.offset() - m_fit.middle(event.time[0]);
        return event.from == Side::Client ? above : -above;
    }

    const StripFit& m_fit;
    std::array<std::vector<double>, 2> m_delays; ///< the median
};

/// A way to part events in two.
struct Cut
{
    Side capture = Side::Server;
    size_t index = 0;  ///< in the order of that capture: the first event after
    size_t reach = 0;  ///< events that both parts explain
    double cost = 0;   ///< of the events whose side is searched
    double change = 0; ///< of the offset, ns
};

/// Looks at events in the order of one capture.
class OrderedEvents
{
public:
    OrderedEvents(const Events& events, Side capture, double tolerance)
        : m_events(inOrder(events, capture))
        , m_capture(capture)
        , m_tolerance(tolerance)
    {
    }

    const Events& events() const { return m_events; }

    /// The first contradiction as a cut; nothing when one line passes all limits.
    std::optional<Cut> firstCut() const
    {
        const size_t end = feasibleEnd(0);
        if (end == m_events.size())
            return std::nullopt;
        const size_t reach = feasibleEnd(end);
        const size_t begin = std::min(end, feasibleBegin(reach));
        return bestCut(begin, end, reach);
    }

    /// The cut between `begin` and `end` after which the delays of the events up to `reach` are most like those of
    /// their neighbours.
    Cut bestCut(size_t begin, size_t end, size_t reach) const
    {
        const size_t firstSure = begin > usualOf ? begin - usualOf : 0;
        const size_t lastSure = std::min(reach, end + usualOf);
        const EventLimits before(slice(m_events, 0, std::max<size_t>(begin, 1)));
        const EventLimits after(slice(m_events, std::min(end, reach - 1), reach));
        const StripFit fitBefore(before.upper, before.negatedLower);
        const StripFit fitAfter(after.upper, after.negatedLower);
        const UsualDelays usualBefore(slice(m_events, firstSure, std::max<size_t>(begin, 1)), fitBefore);
        const UsualDelays usualAfter(slice(m_events, std::min(end, reach - 1), lastSure), fitAfter);
        double cost = 0;
        for (size_t index = begin; index < end; ++index)
            cost += usualAfter.cost(*m_events[index]);
        Cut best{m_capture, begin, reach, cost, 0};
        for (size_t index = begin; index < end; ++index) {
            cost += usualBefore.cost(*m_events[index]) - usualAfter.cost(*m_events[index]);
            if (cost < best.cost) {
                best.cost = cost;
                best.index = index + 1;
            }
        }
        const double at = m_events[std::min(best.index, reach - 1)]->time[0];
        best.change = fitAfter.middle(at) - fitBefore.middle(at);
        return best;
    }

private:
    /// The end of the longest run from `begin` that one line explains: more limits never make it fit better. Looks only
    /// about twice as far as the run is long, so that many steps do not make the search longer.
    size_t feasibleEnd(size_t begin) const
    {
        size_t good = begin;
        size_t bad = begin;
        for (size_t reach = firstReach; good == bad; reach *= 2) {
            bad = std::min(m_events.size(), begin + reach);
            if (!isFeasible(slice(m_events, begin, bad), m_tolerance))
                break;
            good = bad;
            if (good == m_events.size())
                return good;
        }
        while (bad - good > 1) {
            const size_t middle = good + (bad - good) / 2;
            (isFeasible(slice(m_events, begin, middle), m_tolerance) ? good : bad) = middle;
        }
        return good;
    }

    /// The begin of the longest run before `end`; no line explains all that is before.
    size_t feasibleBegin(size_t end) const
    {
        size_t bad = end;
        size_t good = end;
        for (size_t reach = firstReach; good == bad && bad > 0; reach *= 2) {
            bad = reach < end ? end - reach : 0;
            if (bad > 0 && isFeasible(slice(m_events, bad, end), m_tolerance))
                good = bad;
        }
        while (good - bad > 1) {
            const size_t middle = bad + (good - bad) / 2;
            (isFeasible(slice(m_events, middle, end), m_tolerance) ? good : bad) = middle;
        }
        return good;
    }

    static constexpr size_t firstReach = 1024; ///< events; a run is sought twice as far each time

    Events m_events;
    Side m_capture;
    double m_tolerance;
};

/// The limits of a direction in windows of time.
using Windows = std::array<double, windows>;

/// A step that leaves the strip open moves both limits by the same amount (after Paxson, SIGMETRICS 1998).
class SmallSteps
{
public:
    explicit SmallSteps(const Events& events)
    {
        m_upper.fill(none);
        m_negatedLower.fill(none);
        if (events.empty())
            return;
        const auto [first, last]
            = std::ranges::minmax_element(events, {}, [](const ClockEvent* event) { return event->time[0]; });
        m_begin = (*first)->time[0];
        m_width = std::max(1.0, ((*last)->time[0] - m_begin) / windows);
        for (const ClockEvent* event : events) {
            const auto at = std::min(windows - 1, static_cast<size_t>((event->time[0] - m_begin) / m_width));
            if (event->from == Side::Client)
                m_upper[at] = std::min(m_upper[at], event->offset());
            else
                m_negatedLower[at] = std::min(m_negatedLower[at], -event->offset());
        }
    }

    /// The begin of the two windows of which one has the step; nothing without one.
    std::optional<double> find() const
    {
        std::optional<double> moment;
        double largest = 0;
        for (size_t at = windowsAround; at + windowsBetween + windowsAround <= windows; ++at) {
            const double step = stepAt(at);
            if (step > largest) {
                largest = step;
                moment = m_begin + static_cast<double>(at) * m_width;
            }
        }
        return moment;
    }

    double width() const { return m_width; }

private:
    static constexpr double none = std::numeric_limits<double>::infinity();

    static double least(const Windows& limits, size_t begin)
    {
        return *std::min_element(limits.begin() + static_cast<std::ptrdiff_t>(begin),
            limits.begin() + static_cast<std::ptrdiff_t>(begin + windowsAround));
    }

    /// By how much both limits move from the windows before `at` to those after it; 0 when they do not agree. The
    /// window itself may have packets of both times.
    double stepAt(size_t at) const
    {
        const double upper = least(m_upper, at + windowsBetween) - least(m_upper, at - windowsAround);
        const double lower = least(m_negatedLower, at - windowsAround) - least(m_negatedLower, at + windowsBetween);
        if (!std::isfinite(upper) || !std::isfinite(lower) || upper * lower <= 0)
            return 0;
        const double smaller = std::min(std::abs(upper), std::abs(lower));
        const double distance = static_cast<double>(windowsAround) * m_width;
        const bool agree = std::abs(upper - lower) < agreement * std::abs(upper + lower) / 2;
        if (!agree || smaller <= std::max(leastStep, driftAllowance * distance))
            return 0;
        const bool isSteady = isStep(m_upper, at, upper, smaller) && isStep(m_negatedLower, at, -lower, smaller);
        return isSteady ? smaller : 0;
    }

    /// Whether not only the least but most windows moved: a queue that fills or drains moves them one by one.
    static bool isStep(const Windows& limits, size_t at, double moved, double step)
    {
        const std::optional<double> before = medianOf(limits, at - windowsAround);
        const std::optional<double> after = medianOf(limits, at + windowsBetween);
        return before && after && std::abs(*after - *before - moved) < agreement * step;
    }

    static std::optional<double> medianOf(const Windows& limits, size_t begin)
    {
        std::vector<double> values;
        for (size_t index = begin; index < begin + windowsAround; ++index) {
            if (std::isfinite(limits[index]))
                values.push_back(limits[index]);
        }
        if (values.size() < leastWindows)
            return std::nullopt;
        std::ranges::sort(values);
        return values[values.size() / 2];
    }

    Windows m_upper{};
    Windows m_negatedLower{};
    double m_begin = 0;
    double m_width = 1;
};

/// What a capture's own times around a cut would be, had nobody set its clock.
class OwnTimes
{
public:
    OwnTimes(const Cut& cut, const Events& members)
        : m_events(inOrder(members, cut.capture))
        , m_side(sideIndex(cut.capture))
        , m_index(std::min(cut.index, m_events.size()))
        , m_by(cut.capture == Side::Server ? cut.change : -cut.change)
    {
        const size_t first = m_index > usualOf ? m_index - usualOf : 0;
        const size_t last = std::min(m_events.size(), m_index + usualOf);
        std::set<uint32_t> flows;
        for (size_t index = first; index < last; ++index) {
            if (m_events[index]->flow != 0)
                flows.insert(m_events[index]->flow);
        }
        for (const uint32_t flow : flows)
            addFlow(flow);
    }

    /// By how much the time across the cut is off what the senders' timestamps say; nothing without them.
    std::optional<double> error() const
    {
        if (m_errors.empty())
            return std::nullopt;
        std::vector<double> errors = m_errors;
        std::ranges::sort(errors);
        return errors[errors.size() / 2];
    }

    /// Whether packets would have been recorded before those that stand before them.
    bool isImpossible() const { return passed() < -disorder * std::abs(m_by); }

    /// The silence at the cut.
    double passed() const
    {
        return m_index == 0 || m_index >= m_events.size() ? 0 : timeOf(m_index) - timeOf(m_index - 1) - m_by;
    }

private:
    static constexpr double usualTick = 1e6;    ///< ns: of most systems (RFC 7323 5.4 allows 1 ms to 1 s)
    static constexpr int32_t ticksEnough = 100; ///< heuristic: to measure a tick to a hundredth
    static constexpr double disorder = 0.1;     ///< heuristic: of the step; captures store packets in disorder by less

    double timeOf(size_t index) const { return m_events[index]->time[m_side]; }

    /// The events of a flow in [begin, end), the first and the last.
    std::optional<std::pair<size_t, size_t>> endsOf(uint32_t flow, size_t begin, size_t end) const
    {
        std::optional<std::pair<size_t, size_t>> ends;
        for (size_t index = begin; index < end; ++index) {
            if (m_events[index]->flow == flow)
                ends = {ends ? ends->first : index, index};
        }
        return ends;
    }

    int32_t ticksBetween(size_t first, size_t last) const
    {
        return static_cast<int32_t>(m_events[last]->stamp - m_events[first]->stamp);
    }

    void addFlow(uint32_t flow)
    {
        const auto before = endsOf(flow, 0, m_index);
        const auto after = endsOf(flow, m_index, m_events.size());
        if (!before || !after)
            return;
        double tick = usualTick;
        int32_t most = ticksEnough;
        for (const auto& [first, last] : {*before, *after}) {
            const int32_t ticks = ticksBetween(first, last);
            if (ticks >= most) {
                most = ticks;
                tick = (timeOf(last) - timeOf(first)) / ticks;
            }
        }
        const double passed = timeOf(after->first) - timeOf(before->second) - m_by;
        m_errors.push_back(std::abs(passed - tick * ticksBetween(before->second, after->first)));
    }

    Events m_events;
    size_t m_side;
    size_t m_index;
    double m_by;
    std::vector<double> m_errors; ///< by flow
};

/// Makes pieces of events.
class StepFinder
{
public:
    StepFinder(std::vector<ClockEvent>& events, double tolerance)
        : m_events(events)
        , m_tolerance(tolerance)
    {
    }

    StepSearch find()
    {
        // Cut until every piece is explained by one line, and shows no step inside the round trip.
        while (m_result.explained <= m_result.steps.size() && m_result.steps.size() < mostPieces) {
            const uint32_t piece = m_result.explained;
            const Events members = membersOf(piece);
            const std::optional<Cut> cut = findCut(members);
            if (cut)
                apply(*cut, piece, members);
            else
                ++m_result.explained;
        }
        m_result.isBelieved = m_result.isBelieved && m_result.steps.size() < mostPieces;
        return std::move(m_result);
    }

private:
    Events membersOf(uint32_t piece) const
    {
        Events members;
        for (const ClockEvent& event : m_events) {
            if (event.piece == piece)
                members.push_back(&event);
        }
        return members;
    }

    std::optional<Cut> findCut(const Events& members)
    {
        m_isProbable = false;
        if (!isFeasible(members, m_tolerance))
            return betterOf([](const OrderedEvents& events) { return events.firstCut(); }, members);
        const SmallSteps small(members);
        const std::optional<double> moment = small.find();
        if (!moment)
            return std::nullopt;
        m_isProbable = true;
        const auto around = [&](const OrderedEvents& events) -> std::optional<Cut> {
            const auto indexOf = [&](double time) {
                const auto isEarlier = [&](const ClockEvent* event) { return event->time[0] < time; };
                return static_cast<size_t>(std::ranges::count_if(events.events(), isEarlier));
            };
            const size_t begin = std::max<size_t>(1, indexOf(*moment - small.width()));
            const size_t end = std::max(begin, std::min(members.size() - 1, indexOf(*moment + 3 * small.width())));
            const Cut cut = events.bestCut(begin, end, members.size());
            const bool isLong = std::min(cut.index, members.size() - cut.index) >= leastPiece;
            return isLong ? std::optional(cut) : std::nullopt;
        };
        return betterOf(around, members);
    }

    /// The cut in the order of that capture whose clock was set: the other's mixes packets from before and after.
    template <typename Find> std::optional<Cut> betterOf(const Find& find, const Events& members) const
    {
        const std::optional<Cut> server = find(OrderedEvents(members, Side::Server, m_tolerance));
        const std::optional<Cut> client = find(OrderedEvents(members, Side::Client, m_tolerance));
        if (!server || !client)
            return server ? server : client;
        if (const std::optional<bool> isClient = isClientTold(*client, *server, members))
            return *isClient ? client : server;
        const auto fewer = static_cast<double>(std::min(server->reach, client->reach));
        const auto more = static_cast<double>(std::max(server->reach, client->reach));
        if (fewer < clearlyFewer * more)
            return server->reach > client->reach ? server : client;
        return isClientLikelier(*client, *server, members) ? client : server;
    }

    /// What the times that each capture recorded itself say of two cuts: the senders' timestamps tell how much time
    /// passed, and no time is negative. Nothing when they allow both.
    static std::optional<bool> isClientTold(const Cut& client, const Cut& server, const Events& members)
    {
        const OwnTimes atClient(client, members);
        const OwnTimes atServer(server, members);
        const double by = std::min(std::abs(client.change), std::abs(server.change));
        if (atClient.error() && atServer.error() && std::abs(*atClient.error() - *atServer.error()) > clearlyOff * by)
            return *atClient.error() < *atServer.error();
        if (atClient.isImpossible() != atServer.isImpossible())
            return atServer.isImpossible();
        return std::nullopt;
    }

    /// Whether the packets that two cuts put on different sides are on the right one by the client's cut: there their
    /// delays are more like those of the others.
    static bool isClientLikelier(const Cut& client, const Cut& server, const Events& members)
    {
        const Events byClient = inOrder(members, Side::Client);
        const Events byServer = inOrder(members, Side::Server);
        const Events first = slice(byClient, 0, client.index);
        const std::set<const ClockEvent*> beforeClient(first.begin(), first.end());
        Events before;
        Events after;
        std::vector<std::pair<const ClockEvent*, bool>> disputed; // whether the client's cut has it before
        for (size_t index = 0; index < server.reach; ++index) {
            const bool isBeforeServer = index < server.index;
            const bool isBeforeClient = beforeClient.contains(byServer[index]);
            if (isBeforeServer != isBeforeClient)
                disputed.emplace_back(byServer[index], isBeforeClient);
            else
                (isBeforeServer ? before : after).push_back(byServer[index]);
        }
        if (disputed.empty()) // nothing else tells: the shorter silence is the likelier one
            return OwnTimes(client, members).passed() < OwnTimes(server, members).passed();
        if (before.empty() || after.empty())
            return false;
        const EventLimits limitsBefore(before);
        const EventLimits limitsAfter(after);
        const StripFit fitBefore(limitsBefore.upper, limitsBefore.negatedLower);
        const StripFit fitAfter(limitsAfter.upper, limitsAfter.negatedLower);
        const size_t near = before.size() > usualOf ? before.size() - usualOf : 0;
        const UsualDelays usualBefore(slice(before, near, before.size()), fitBefore);
        const UsualDelays usualAfter(slice(after, 0, std::min(usualOf, after.size())), fitAfter);
        double difference = 0; // the cost of the client's cut less that of the server's
        for (const auto& [event, isBeforeClient] : disputed) {
            const double change = usualBefore.cost(*event) - usualAfter.cost(*event);
            difference += isBeforeClient ? change : -change;
        }
        return difference < 0;
    }

    /// Parts `piece` at `cut` and undoes the step for all that follows.
    void apply(const Cut& cut, uint32_t piece, const Events& members)
    {
        const Events ordered = inOrder(members, cut.capture);
        const size_t after = ordered.size() - cut.index;
        const size_t least = std::clamp(m_events.size() / shortShare, leastOfShort, leastPiece);
        if (std::min(cut.index, after) < least)
            m_result.isBelieved = false;
        const double by = cut.capture == Side::Server ? cut.change : -cut.change;
        const size_t side = sideIndex(cut.capture);
        const PacketNumber last = cut.index > 0 ? ordered[cut.index - 1]->frame[side] : PacketNumber{};
        const ClockStep step{cut.capture, last, ordered[cut.index]->frame[side], by, m_isProbable};
        m_result.steps.insert(m_result.steps.begin() + piece, step);
        for (ClockEvent& event : m_events) {
            if (event.piece <= piece)
                continue;
            ++event.piece;
            event.time[sideIndex(cut.capture)] -= by;
        }
        for (size_t index = cut.index; index < ordered.size(); ++index) {
            ClockEvent& event = m_events[static_cast<size_t>(ordered[index] - m_events.data())];
            event.piece = piece + 1;
            event.time[sideIndex(cut.capture)] -= by;
        }
    }

    static constexpr double clearlyOff = 0.5; ///< heuristic: of the step, by which one of two cuts is wrong altogether
    static constexpr double clearlyFewer = 0.9; ///< heuristic: at a wrong place a few packets break the next run

    std::vector<ClockEvent>& m_events;
    double m_tolerance;
    bool m_isProbable = false;
    StepSearch m_result;
};

} // namespace

EventLimits::EventLimits(const std::vector<const ClockEvent*>& events)
{
    for (const ClockEvent* event : events) {
        if (event->from == Side::Client)
            upper.push_back({event->time[0], event->offset()});
        else
            negatedLower.push_back({event->time[0], -event->offset()});
    }
    for (Limits* limits : {&upper, &negatedLower})
        std::ranges::stable_sort(*limits, {}, &Limit::x);
}

StepSearch findSteps(std::vector<ClockEvent>& events, double tolerance)
{
    return StepFinder(events, tolerance).find();
}

} // namespace whyrst
