#include "model/compare/clock_steps.h"

#include "model/compare/clock_cuts.h"
#include "model/compare/own_times.h"
#include "model/compare/small_steps.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace whyrst {

namespace {

constexpr size_t mostPieces = 12;    // comparison.md 4.4: more are not believed
constexpr size_t leastPiece = 10;    // packets, comparison.md 4.4
constexpr size_t shortShare = 4;     ///< heuristic: of a short capture's packets a quarter is enough
constexpr size_t leastOfShort = 4;   ///< heuristic: two each way are no accident
constexpr double clearlyOff = 0.5;   ///< heuristic: of the step, by which one of two cuts is wrong altogether
constexpr double clearlyFewer = 0.9; ///< heuristic: at a wrong place a few packets break the next run

/// The events of a piece in the orders of both captures, by Side.
using PieceEvents = std::array<OrderedEvents, 2>;

/// What the times that each capture recorded itself say of two cuts, by the capture: the senders' timestamps tell how
/// much time passed, and no time is negative. Nothing when they allow both.
std::optional<Side> toldByOwnTimes(const std::array<ClockCut, 2>& cuts, const PieceEvents& events)
{
    const OwnTimes client(cuts[0], events[0].events());
    const OwnTimes server(cuts[1], events[1].events());
    const double by = std::min(std::abs(cuts[0].change), std::abs(cuts[1].change));
    if (client.error() && server.error() && std::abs(*client.error() - *server.error()) > clearlyOff * by)
        return *client.error() < *server.error() ? Side::Client : Side::Server;
    if (client.isImpossible() != server.isImpossible())
        return server.isImpossible() ? Side::Client : Side::Server;
    return std::nullopt;
}

/// The packets of a piece by two cuts of it, in the order of the server's capture.
struct PartedEvents
{
    ClockEvents before;       ///< by both cuts
    ClockEvents after;        ///< by both
    ClockEvents clientBefore; ///< before by the client's cut, after by the server's
    ClockEvents serverBefore;

    PartedEvents(const std::array<ClockCut, 2>& cuts, const PieceEvents& events)
    {
        const ClockEvents& byClient = events[0].events();
        const ClockEvents& byServer = events[1].events();
        const bool isAllBefore = cuts[0].index == byClient.size();
        for (size_t index = 0; index < cuts[1].reach; ++index) {
            const ClockEvent* event = byServer[index];
            const bool isServerBefore = index < cuts[1].index;
            const bool isClientBefore = isAllBefore || isBefore(*event, *byClient[cuts[0].index], Side::Client);
            if (isServerBefore == isClientBefore)
                (isServerBefore ? before : after).push_back(event);
            else
                (isServerBefore ? serverBefore : clientBefore).push_back(event);
        }
    }

    /// Whether the packets that the cuts put on different sides are on the right one by the client's cut: there their
    /// delays are more like those of the others.
    bool isClientLikelier() const
    {
        if (before.empty() || after.empty())
            return false;
        const EventLimits limitsBefore(before);
        const EventLimits limitsAfter(after);
        const StripFit fitBefore(limitsBefore.upper, limitsBefore.negatedLower);
        const StripFit fitAfter(limitsAfter.upper, limitsAfter.negatedLower);
        const size_t near = std::min(usualOf, before.size());
        const UsualDelays usualBefore(ClockEventSpan(before).last(near), fitBefore);
        const UsualDelays usualAfter(ClockEventSpan(after).first(std::min(usualOf, after.size())), fitAfter);
        double difference = 0; // the cost of the client's cut less that of the server's
        for (const ClockEvent* event : clientBefore)
            difference += usualBefore.cost(*event) - usualAfter.cost(*event);
        for (const ClockEvent* event : serverBefore)
            difference -= usualBefore.cost(*event) - usualAfter.cost(*event);
        return difference < 0;
    }
};

/// The cut in the order of that capture whose clock was set: the other's mixes packets from before and after. `cuts`
/// by Side.
ClockCut betterOf(const std::array<ClockCut, 2>& cuts, const PieceEvents& events)
{
    if (const std::optional<Side> told = toldByOwnTimes(cuts, events))
        return cuts[sideIndex(*told)];
    const auto fewer = static_cast<double>(std::min(cuts[0].reach, cuts[1].reach));
    const auto more = static_cast<double>(std::max(cuts[0].reach, cuts[1].reach));
    if (fewer < clearlyFewer * more)
        return cuts[1].reach > cuts[0].reach ? cuts[1] : cuts[0];
    const PartedEvents parted(cuts, events);
    if (!parted.clientBefore.empty() || !parted.serverBefore.empty())
        return parted.isClientLikelier() ? cuts[0] : cuts[1];
    // Nothing else tells: the shorter silence is the likelier one.
    const bool isClient
        = OwnTimes(cuts[0], events[0].events()).passed() < OwnTimes(cuts[1], events[1].events()).passed();
    return isClient ? cuts[0] : cuts[1];
}

/// The cut near a step inside the round trip, in the order of one capture; nothing close to the ends.
std::optional<ClockCut> smallCut(const OrderedEvents& ordered, const SmallSteps& small)
{
    const std::optional<double> moment = small.find();
    if (!moment)
        return std::nullopt;
    const ClockEvents& events = ordered.events();
    const auto indexOf = [&](double time) {
        const auto isEarlier = [&](const ClockEvent* event) { return event->time[0] < time; };
        return static_cast<size_t>(std::ranges::count_if(events, isEarlier));
    };
    const size_t begin = std::max<size_t>(1, indexOf(*moment - small.width()));
    const size_t end = std::max(begin, std::min(events.size() - 1, indexOf(*moment + 3 * small.width())));
    const ClockCut cut = ordered.bestCut(begin, end, events.size());
    const bool isLong = std::min(cut.index, events.size() - cut.index) >= leastPiece;
    return isLong ? std::optional(cut) : std::nullopt;
}

bool isFeasible(const ClockEvents& events, double tolerance)
{
    const EventLimits limits(events);
    return Strip(limits.upper, limits.negatedLower).isOpen(tolerance);
}

/// Makes pieces of events.
class StepFinder
{
public:
    StepFinder(std::vector<ClockEvent>& events, double tolerance)
        : m_events(events)
        , m_tolerance(tolerance)
    {
        for (const ClockEvent& event : events)
            m_all.push_back(&event);
    }

    StepSearch find()
    {
        // Cut until every piece is explained by one line, and shows no step inside the round trip.
        while (m_result.explained <= m_result.steps.size() && m_result.steps.size() < mostPieces) {
            if (!cut(m_result.explained))
                ++m_result.explained;
        }
        m_result.isBelieved = m_result.isBelieved && m_result.steps.size() < mostPieces;
        return std::move(m_result);
    }

private:
    static ClockEvents membersOf(uint32_t piece, const ClockEvents& events)
    {
        ClockEvents members;
        std::ranges::copy_if(
            events, std::back_inserter(members), [piece](const ClockEvent* event) { return event->piece == piece; });
        return members;
    }

    /// Only where there is a step, which is rare, the orders of the captures are needed.
    PieceEvents inOrders(uint32_t piece)
    {
        for (const Side capture : {Side::Client, Side::Server}) {
            ClockEvents& ordered = m_ordered[sideIndex(capture)];
            if (ordered.empty())
                ordered = inOrder(m_all, capture);
        }
        return {OrderedEvents(membersOf(piece, m_ordered[0]), Side::Client, m_tolerance),
            OrderedEvents(membersOf(piece, m_ordered[1]), Side::Server, m_tolerance)};
    }

    /// Whether a step was found in a piece, which then is two.
    bool cut(uint32_t piece)
    {
        const ClockEvents members = membersOf(piece, m_all);
        const SmallSteps small(members);
        const bool isOpen = isFeasible(members, m_tolerance);
        if (isOpen && !small.find())
            return false;
        const PieceEvents events = inOrders(piece);
        const auto cutOf
            = [&](const OrderedEvents& ordered) { return isOpen ? smallCut(ordered, small) : ordered.firstCut(); };
        const std::optional<ClockCut> server = cutOf(events[1]);
        const std::optional<ClockCut> client = cutOf(events[0]);
        if (!server && !client)
            return false;
        const ClockCut chosen = server && client ? betterOf({*client, *server}, events) : server ? *server : *client;
        m_isProbable = isOpen;
        apply(chosen, piece, events[sideIndex(chosen.capture)].events());
        return true;
    }

    /// Parts `piece` at `cut` and undoes the step for all that follows. `ordered` are its events in the order of the
    /// cut's capture.
    void apply(const ClockCut& cut, uint32_t piece, const ClockEvents& ordered)
    {
        const size_t after = ordered.size() - cut.index;
        const size_t least = std::clamp(m_events.size() / shortShare, leastOfShort, leastPiece);
        if (std::min(cut.index, after) < least)
            m_result.isBelieved = false;
        const size_t side = sideIndex(cut.capture);
        const PacketNumber last = cut.index > 0 ? ordered[cut.index - 1]->frame[side] : PacketNumber{};
        const ClockStep step{cut.capture, last, ordered[cut.index]->frame[side], cut.by(), m_isProbable};
        m_result.steps.insert(m_result.steps.begin() + piece, step);
        for (ClockEvent& event : m_events) {
            if (event.piece <= piece)
                continue;
            ++event.piece;
            event.time[side] -= cut.by();
        }
        for (size_t index = cut.index; index < ordered.size(); ++index) {
            ClockEvent& event = m_events[static_cast<size_t>(ordered[index] - m_events.data())];
            event.piece = piece + 1;
            event.time[side] -= cut.by();
        }
    }

    std::vector<ClockEvent>& m_events;
    double m_tolerance;
    ClockEvents m_all;
    std::array<ClockEvents, 2> m_ordered; ///< by capture; a step undone does not change the order in a piece
    bool m_isProbable = false;
    StepSearch m_result;
};

} // namespace

StepSearch findSteps(std::vector<ClockEvent>& events, double tolerance)
{
    return StepFinder(events, tolerance).find();
}

} // namespace whyrst
