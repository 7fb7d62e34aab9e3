#include "model/compare/pair_doubts.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace whyrst {

namespace {

constexpr Duration leastLead = std::chrono::milliseconds(2); // comparison.md 2.5: what captures may stamp late
constexpr Duration mostUnseenStep = std::chrono::seconds(1); ///< heuristic: so far a clock may be off unchecked
constexpr Duration longestDelay = std::chrono::seconds(2);   ///< heuristic: queues of slow links hold packets so long
constexpr int mostRoundTrips = 10;                           ///< heuristic: or for so many round trips

} // namespace

PairDoubts::PairDoubts(const TracePair& traces, Duration resolution)
    : m_traces(traces)
    , m_resolution(resolution)
{
}

void PairDoubts::doubt(OpenPair& open) const
{
    if (!open.isWeak)
        return;
    const MarksOfPair marks = marksOfPair(open.ways);
    if (marks == MarksOfPair::Agree)
        return;
    // A box that writes IP IDs of its own leaves the steps.
    const bool areOthers = marks == MarksOfPair::Disagree || (marks == MarksOfPair::OtherIds && !open.hasSteps);
    if (areOthers && (!open.hasEqualEndpoints || hasOtherNumbers(open))) {
        open.signs.deciding.emplace_back(marks == MarksOfPair::Disagree
                ? "the packets that carry it are others by their IP IDs and timestamps"
                : "the packets that carry it are others by their IP IDs");
        return;
    }
    const std::optional<bool> isPossible = fitsStrongClock(open);
    if (!isPossible)
        doubtTimes(open);
    else if (!*isPossible)
        open.signs.deciding.emplace_back(
            "on the clock of the other connections, packets arrive before they are sent, or much too late");
}

void PairDoubts::doubtTimes(OpenPair& open) const
{
    ClockSamples samples;
    samples.resolution = m_resolution;
    addSureSamples(samples, m_traces, open);
    const CaptureClock clock = fitClock(samples);
    const size_t mostSets = open.hasSteps ? 1 : 0; // a clock may be set once while a connection lives
    if (clock.noSingleClock || clock.sets.size() > mostSets)
        open.signs.deciding.emplace_back("the times of their packets contradict each other again and again");
    else if (clock.kind != ClockKind::TwoWay && !open.hasSteps)
        open.refusal = "only their content agrees, and packets of one direction cannot tell one connection from "
                       "two transfers";
    else
        open.pair.confidence = Confidence::Likely;
}

bool PairDoubts::hasOtherNumbers(const OpenPair& open) const
{
    return std::ranges::all_of(std::array{Side::Client, Side::Server}, [&](Side from) {
        return flowOf(m_traces, open.pair, from, Side::Client).synSeen()
            && flowOf(m_traces, open.pair, from, Side::Server).synSeen()
            && open.shifts[sideIndex(from)].raw != SeqNum{0};
    });
}

std::optional<bool> PairDoubts::fitsStrongClock(const OpenPair& open) const
{
    if (!m_strongClock.hasBound() || m_strongClock.noSingleClock)
        return std::nullopt;
    size_t judged = 0;
    bool fits = true;
    for (size_t index = 0; index < 2; ++index) {
        const WayPackets& way = open.ways[index];
        const auto impossible = std::ranges::count_if(open.sure[index], [&](const SurePair& sure) {
            return !isPossible(way.from, way.sent[sure.sent].recorded, way.arrived[sure.arrived].recorded);
        });
        judged += open.sure[index].size();
        fits = fits && 2 * static_cast<size_t>(impossible) <= open.sure[index].size();
    }
    return judged == 0 ? std::nullopt : std::optional(fits);
}

bool PairDoubts::isPossible(Side from, Timestamp sent, Timestamp arrived) const
{
    const Timestamp begin = m_strongClock.common(from, sent);
    const Timestamp end = m_strongClock.common(otherSide(from), arrived);
    const ClockPiece& piece = m_strongClock.pieceAt(begin);
    const bool isChecked = m_strongClock.isChecked(begin) && m_strongClock.isChecked(end);
    const Duration leeway = piece.bound + (isChecked ? leastLead : mostUnseenStep);
    const Duration longest = std::max(mostRoundTrips * 2 * piece.halfRoundTrip, longestDelay);
    return end - begin >= -leeway && end - begin <= longest + leeway;
}

void PairDoubts::fitStrongClock(const OpenPairs& pairs)
{
    ClockSamples samples;
    samples.resolution = m_resolution;
    for (const auto& open : pairs) {
        if (open->isGood() && !open->isWeak)
            addSureSamples(samples, m_traces, *open);
    }
    m_strongClock = fitClock(samples);
}

} // namespace whyrst
