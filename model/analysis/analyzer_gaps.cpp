// Whether a segment that fills a gap was overtaken on its way or sent again (diagnosis.md 3.12 (3)).
#include "model/analysis/analyzer.h"
#include "model/analysis/send_order.h"
#include "model/analysis/thresholds.h"

#include <algorithm>
#include <cstdlib>

namespace whyrst {

namespace {

/// Of all steps from one IP ID to the next, so many are small where a counter makes them. Heuristic: segments that
/// overtake each other and those to other hosts leave most of them small; of random ones one in thirty is.
constexpr double countingShare = 0.5;

/// The shortest of so many round trips is near the shortest that there are (diagnosis.md 2.4 G).
constexpr uint32_t trustedSamples = 3;

/// From so many ticks of a sender's timestamps on their length is known well enough. Heuristic: to ten percent.
constexpr int fewestTicks = 10;

/// No samples add nothing to the round trip: it is not too long for that.
bool isTrusted(const RoundTripEstimator& estimator)
{
    return !estimator.hasSample() || estimator.samples() >= trustedSamples;
}

} // namespace

Duration Analyzer::reorderingTime() const
{
    return std::max(reorderingWindow, shortestRoundTrip() / 4);
}

void Analyzer::noteIpId(SideMemory& own, const Segment& previous, const Segment& segment)
{
    own.ipIdVaries = own.ipIdVaries || previous.ipId != segment.ipId;
    const std::optional<int> step = ipIdStep(previous, segment);
    own.ipIdSteps += step ? 1 : 0;
    own.smallIpIdSteps += step && std::abs(*step) <= widestIpIdStep ? 1 : 0;
}

/// The round trip between the hosts, as far as it was measured; never too long.
Duration Analyzer::shortestRoundTrip() const
{
    return memory(Side::Client).estimator.minimum() + memory(Side::Server).estimator.minimum();
}

bool Analyzer::countsIpIds(Side side) const
{
    const SideMemory& own = memory(side);
    return own.smallIpIdSteps >= countingShare * own.ipIdSteps;
}

/// Whether the sender can neither have heard of the gap yet nor have waited for its timer.
bool Analyzer::isTooSoonForResend(const LocatedSegment& located, const SentRange& behind) const
{
    const Segment& segment = located.segment;
    const SenderState& sender = m_state.sender(located.side);
    const SideMemory& own = memory(located.side);
    const SideMemory& peer = memory(otherSide(located.side));
    if (own.estimator.samples() < trustedSamples || own.rtoRecovery)
        return false;
    const auto isWithin = [&](Timestamp since, Duration limit) {
        return toSeconds(segment.time - since) < nearlyRoundTrip * toSeconds(limit);
    };
    const Duration toSender = own.estimator.minimum();
    if (!isWithin(behind.firstTime, shortestRoundTrip()))
        return false;
    if (peer.reportedSince && !isWithin(*peer.reportedSince, toSender))
        return false;
    Timestamp timerBegin = sender.lastProgress; // RFC 6298 5.1, 5.3
    if (sender.outstanding.front().begin < segment.seq)
        timerBegin = std::max(timerBegin, sender.outstanding.front().firstTime);
    return toSeconds(segment.time - timerBegin) < timerShare * toSeconds(timeoutOf(located.side));
}

/// Whether the segment has the timestamp of `later`, and by its clock a re-send would have a newer one.
bool Analyzer::isOfSameTick(const LocatedSegment& located, const Segment& later) const
{
    const Segment& segment = located.segment;
    if (!segment.hasTimestamps || !later.hasTimestamps || segment.timestamps.value != later.timestamps.value)
        return false;
    if (!isTrusted(memory(Side::Client).estimator) || !isTrusted(memory(Side::Server).estimator))
        return false;
    const Segment first = m_connection.flow(located.side).segments.at(0);
    const auto ticks = static_cast<int32_t>(later.timestamps.value - first.timestamps.value); // modulo 2^32
    const double passed = toSeconds(later.time - first.time);
    return first.hasTimestamps && ticks >= fewestTicks && passed > 0
        && passed / ticks < nearlyRoundTrip * toSeconds(shortestRoundTrip());
}

/// What was sent again itself says nothing of when the gap was first sent over.
const SentRange* Analyzer::sentBehind(const LocatedSegment& located) const
{
    constexpr int mostPassed = 16; ///< of a flood of re-sends any one will do
    const SentRanges& ranges = m_state.sender(located.side).outstanding;
    SentRanges::Place place = ranges.firstFrom(located.segment.end());
    const SentRange* behind = ranges.at(place);
    for (int passed = 0; behind != nullptr && passed < mostPassed; ++passed) {
        if (!flow(located.side).kinds[behind->firstRow].has(Kind::ResentUnseen))
            break;
        place = ranges.after(place);
        behind = ranges.at(place);
    }
    return behind;
}

GapVerdict Analyzer::judgeGap(const LocatedSegment& located) const
{
    const Segment& segment = located.segment;
    const SenderState& sender = m_state.sender(located.side);
    const SentRange* behind = sentBehind(located);
    if (behind == nullptr)
        return {segment.end() <= sender.sndUna, GapEvidence::Acknowledged};
    const Segment later = m_connection.flow(located.side).segments.at(behind->firstRow);
    if (const std::optional<bool> isOlder = isOlderByTimestamp(segment, later))
        return {*isOlder, GapEvidence::Clock};
    if (const std::optional<bool> isOlder = isOlderByIpId(segment, later); isOlder && countsIpIds(located.side))
        return {*isOlder, GapEvidence::Counter};
    if (isOfSameTick(located, later))
        return {true, GapEvidence::Tick};
    if (isTooSoonForResend(located, *behind))
        return {true, GapEvidence::TooSoon};
    return {segment.time - behind->firstTime < reorderingTime(), GapEvidence::Delay};
}

} // namespace whyrst
