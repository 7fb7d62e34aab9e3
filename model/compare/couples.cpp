#include "model/compare/couples.h"

#include "model/compare/content_marks.h"
#include "model/compare/terminated.h"

#include <algorithm>
#include <future>

namespace whyrst {

namespace {

std::vector<ConnectionId> connectionsOf(
    const std::vector<TerminatedPair>& couples, ConnectionId TerminatedPair::*connection)
{
    std::vector<ConnectionId> ids;
    ids.reserve(couples.size());
    for (const TerminatedPair& couple : couples)
        ids.push_back(couple.*connection);
    std::ranges::sort(ids);
    return ids;
}

constexpr double judgingDone = 0.8; ///< of the whole work, before the couples

constexpr Duration leastLead = std::chrono::milliseconds(2); // comparison.md 2.5: what captures may stamp late

/// How long the marks of a direction took; `bound`: of the clock.
std::optional<StoreAndForward> measure(TerminatedPair& couple, Side from, Duration bound)
{
    std::vector<Duration> delays;
    for (const CoupleMark& mark : couple.marks) {
        if (mark.from == from)
            delays.push_back(mark.delay());
    }
    if (delays.empty() || !couple.hasClock)
        return std::nullopt;
    std::ranges::sort(delays);
    const Duration impossible = -(bound + leastLead);
    if (delays[delays.size() / 2] < impossible)
        couple.signs.push_back(std::string("the bytes were at the ") + sideName(otherSide(from))
            + "'s capture before the " + sideName(from) + " sent them: two transfers");
    if (delays.front() < impossible) // no box keeps bytes for less than no time
        return std::nullopt;
    return StoreAndForward{
        static_cast<uint32_t>(delays.size()), delays.front(), delays[delays.size() / 2], delays.back()};
}

void addMarks(TerminatedPair& couple, const CaptureClock& clock, const std::vector<SharedMark>& shared)
{
    for (const SharedMark& mark : shared) {
        if (mark.first.isRepeated || mark.second.isRepeated)
            continue;
        couple.marks.push_back({mark.from, mark.first.frame, mark.second.frame,
            clock.common(Side::Client, mark.first.time, mark.first.frame),
            clock.common(Side::Server, mark.second.time, mark.second.frame)});
    }
    std::ranges::sort(couple.marks, {}, &CoupleMark::clientTime);
    const Duration bound = std::ranges::max_element(clock.pieces, {}, &ClockPiece::bound)->bound;
    for (const Side from : {Side::Client, Side::Server})
        couple.delays[sideIndex(from)] = measure(couple, from, bound);
}

/// Whether it tells how much time passes between the captures.
bool isUsable(const CaptureClock& clock)
{
    const bool isGiven = clock.kind == ClockKind::Manual || clock.kind == ClockKind::Trusted;
    return isGiven || (clock.hasBound() && !clock.noSingleClock);
}

void addResets(TerminatedPair& couple, const TracePair& traces)
{
    for (const Side capture : {Side::Client, Side::Server}) {
        const Connection& connection
            = traces.near(capture).connection(capture == Side::Client ? couple.client : couple.server);
        std::vector<LegReset> resets;
        for (const Side from : {Side::Client, Side::Server}) {
            const Flow& flow = connection.flow(from);
            if (!flow.rstSeen)
                continue;
            for (const Segment& segment : flow.segments) {
                if (segment.flags.rst() && !segment.isCaptureDuplicate)
                    resets.push_back({capture, from, segment.frame});
            }
        }
        std::ranges::sort(resets, {}, &LegReset::frame);
        couple.resets.insert(couple.resets.end(), resets.begin(), resets.end());
    }
}

} // namespace

void describeCouples(const TracePair& traces, Comparison& comparison, Progress& progress)
{
    std::vector<TerminatedPair>& couples = comparison.terminated;
    if (couples.empty())
        return;
    const auto read = [&](Side capture, ConnectionId TerminatedPair::*connection) {
        return readContentMarks(traces.near(capture), connectionsOf(couples, connection), judgingDone, progress);
    };
    auto other = std::async(
        std::launch::async | std::launch::deferred, [&] { return read(Side::Server, &TerminatedPair::server); });
    const ContentMarks client = read(Side::Client, &TerminatedPair::client);
    const ContentMarks server = other.get();
    for (TerminatedPair& couple : couples) {
        couple.hasClock = isUsable(comparison.clock);
        addMarks(couple, comparison.clock,
            sharedMarks(client.of(couple.client), server.of(couple.server), couple.isFlipped));
        couple.why = coupleText(couple.signs, !couple.marks.empty());
        addResets(couple, traces);
    }
}

} // namespace whyrst
