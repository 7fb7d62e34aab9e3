#include "model/analysis/episodes.h"

#include "model/analysis/analyzer.h"
#include "model/analysis/episode_watch.h"
#include "model/analysis/thresholds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace whyrst {

namespace {

constexpr std::array<const char*, episodeKindCount> kindNames{"dup-ack-run", "backoff", "loss-repair",
    "spurious-resends", "reordering", "zero-window", "window-shrink", "keep-alives", "stall", "sack-outside",
    "sack-reneging", "ignored-resets", "capture-gap", "refused-options"};
constexpr std::array<const char*, episodeEndCount> endNames{"ceased", "fast-retransmission", "rto-retransmission",
    "other-resend", "acknowledged", "window-opened", "data", "reset", "never"};

} // namespace

const char* episodeKindName(EpisodeKind kind)
{
    return kindNames[static_cast<size_t>(kind)];
}

const char* episodeEndName(EpisodeEnd end)
{
    return endNames[static_cast<size_t>(end)];
}

std::optional<double> BackoffFacts::ratio() const
{
    if (intervals.size() < 2 || intervals.front() <= Duration() || intervals.back() <= Duration())
        return std::nullopt;
    const double growth = toSeconds(intervals.back()) / toSeconds(intervals.front());
    return std::pow(growth, 1.0 / static_cast<double>(intervals.size() - 1));
}

bool EpisodeContext::isIgnored(const Segment& segment) const
{
    return std::ranges::binary_search(ignoredResets, segment.frame);
}

Episode EpisodeWatch::begin(EpisodeKind kind, const WatchedSegment& moment, Side dataSender)
{
    Episode episode;
    episode.kind = kind;
    episode.side = moment.side();
    episode.dataSender = dataSender;
    episode.first = moment.segment().frame;
    episode.begin = moment.segment().time;
    extend(episode, moment);
    return episode;
}

void EpisodeWatch::extend(Episode& episode, const WatchedSegment& moment)
{
    ++episode.packets;
    episode.last = moment.segment().frame;
    episode.end = std::max(episode.begin, moment.segment().time);
}

void EpisodeWatch::end(Episode& episode, const WatchedSegment& moment, EpisodeEnd how)
{
    episode.end = std::max(episode.begin, moment.segment().time);
    episode.endFrame = moment.segment().frame;
    episode.ended = how;
}

void EpisodeWatch::leaveOpen(Episode& episode, const EpisodeContext& context)
{
    const bool byReset = context.reset && context.reset->segment.frame >= episode.last;
    episode.ended = byReset ? EpisodeEnd::Reset : EpisodeEnd::Never;
    episode.endFrame = byReset ? context.reset->segment.frame : PacketNumber();
    episode.end = std::max(episode.begin, byReset ? context.reset->segment.time : context.connection.lastTime);
}

void EpisodeWatch::widen(Episode& episode, StreamOffset from, StreamOffset to)
{
    if (!episode.bytes)
        episode.bytes = OffsetRange{from, to};
    episode.bytes->begin = std::min(episode.bytes->begin, from);
    episode.bytes->end = std::max(episode.bytes->end, to);
}

Duration stallThreshold(const Analysis& analysis)
{
    constexpr int roundTrips = 4;
    constexpr Duration least = std::chrono::milliseconds(200);
    Duration smoothed{};
    for (const FlowAnalysis& flow : analysis.flows)
        smoothed += flow.roundTrip.smoothed.value_or(Duration());
    return std::max(roundTrips * smoothed, least);
}

Findings findEpisodes(
    const Connection& connection, const Analysis& analysis, std::span<const PacketNumber> ignoredResets)
{
    EpisodeContext context{connection, analysis, ignoredResets, stallThreshold(analysis)};
    TimeShareWatch time(context);
    std::array<std::unique_ptr<EpisodeWatch>, 10> watches{makeDupAckWatch(context), makeBackoffWatch(context),
        makeResendWatch(context), makeZeroWindowWatch(context), makeShrinkWatch(context), makeKeepAliveWatch(context),
        makeSackWatch(context), makeResetWatch(context), makeGapWatch(context), makeHandshakeWatch(context)};
    Analyzer analyzer(connection);
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);) {
        analyzer.step(located);
        const Kinds kinds = analysis.flow(located.side).kinds[located.row];
        if (located.segment.isCaptureDuplicate)
            continue;
        const WatchedSegment moment{located, kinds, analyzer.state()};
        if (located.segment.flags.rst() && !context.reset && !context.isIgnored(located.segment))
            context.reset = located;
        for (const auto& watch : watches)
            watch->take(moment);
        time.take(moment);
    }
    Findings findings;
    const auto collect = [&findings](EpisodeWatch& watch) {
        watch.finish();
        std::ranges::move(watch.found(), std::back_inserter(findings.episodes));
    };
    for (const auto& watch : watches)
        collect(*watch);
    collect(time);
    findings.share = time.share();
    std::ranges::stable_sort(findings.episodes, {}, &Episode::begin);
    return findings;
}

} // namespace whyrst
