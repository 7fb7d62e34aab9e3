#include "model/analysis/time_share.h"

#include "model/analysis/episode_watch.h"
#include "model/analysis/thresholds.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace whyrst {

namespace {

constexpr std::array<Side, 2> bothSides{Side::Client, Side::Server};
constexpr std::array<const char*, limitCount> limitNames{
    "application", "receive-window", "loss-recovery", "network", "idle"};

} // namespace

const char* limitName(Limit limit)
{
    return limitNames[static_cast<size_t>(limit)];
}

Duration TimeShare::total() const
{
    return std::accumulate(times.begin(), times.end(), Duration());
}

Limit TimeShare::largest() const
{
    return static_cast<Limit>(std::ranges::max_element(times) - times.begin());
}

/// By largest remainder.
std::array<int, limitCount> TimeShare::perMille() const
{
    constexpr int whole = 1000;
    std::array<int, limitCount> parts{};
    const double all = toSeconds(total());
    if (all <= 0)
        return parts;
    std::array<double, limitCount> remainders{};
    for (size_t index = 0; index < limitCount; ++index) {
        const double exact = whole * toSeconds(times[index]) / all;
        parts[index] = static_cast<int>(exact);
        remainders[index] = exact - parts[index];
    }
    for (int left = whole - std::accumulate(parts.begin(), parts.end(), 0); left > 0; --left) {
        auto* largest = std::ranges::max_element(remainders);
        ++parts[static_cast<size_t>(largest - remainders.begin())];
        *largest = 0;
    }
    return parts;
}

TimeShareWatch::TimeShareWatch(const EpisodeContext& context)
    : m_context(context)
    , m_clock(context.connection.firstTime)
{
}

/// New bytes, or an acknowledgment of bytes that were outstanding, or a RST that had an effect.
bool TimeShareWatch::isProgress(const WatchedSegment& moment)
{
    const size_t peer = sideIndex(moment.peer());
    const StreamOffset una = moment.acknowledged().sndUna;
    const StreamOffset before = std::exchange(m_una[peer], una);
    const bool acknowledges = m_last && before < una;
    if (acknowledges)
        m_dupAcked[peer] = false;
    if (moment.kinds.has(Kind::DupAck))
        m_dupAcked[peer] = true;
    return acknowledges || moment.kinds.hasAny(Kinds(Kind::New) | Kinds(Kind::LateOriginal))
        || (moment.segment().flags.rst() && !m_context.isIgnored(moment.segment()));
}

/// Something outstanding was sent twice, was reported missing, or was never seen though later bytes were.
bool TimeShareWatch::isRecovering(Side sender, const ConnectionState& state) const
{
    const SenderState& s = state.sender(sender);
    if (!s.hasOutstanding())
        return false;
    const bool wasResent = !s.outstanding.empty() && s.outstanding.front().sends > 1;
    const bool isMissing = !s.outstanding.empty() && s.outstanding.front().begin > s.sndUna;
    return m_dupAcked[sideIndex(sender)] || !s.sacked.empty() || wasResent || isMissing;
}

/// The window leaves no room for one more full segment (diagnosis.md 3.6, rwnd-limited).
bool TimeShareWatch::fillsWindow(Side sender, const ConnectionState& state) const
{
    const SenderState& s = state.sender(sender);
    const bool isKnown = s.edgeKnown && m_context.analysis.flow(otherSide(sender)).windowShiftKnown;
    const int64_t mss = std::max<int64_t>(1, m_context.analysis.flow(sender).effectiveMss);
    return isKnown && s.hasOutstanding() && s.edge - s.sndNxt < mss && state.receiver(otherSide(sender)).windowSeen;
}

/// The first that holds: a closed window, a loss, an acknowledgment that was lost behind the capture, a full window,
/// anything outstanding.
std::optional<Limit> TimeShareWatch::limitAfter(const ConnectionState& state) const
{
    if (m_isOver)
        return std::nullopt;
    const auto isClosed = [&](Side sender) {
        const ReceiverState& receiver = state.receiver(otherSide(sender));
        return receiver.windowSeen && receiver.lastRawWindow == 0 && !state.sender(sender).finAcknowledged();
    };
    if (std::ranges::any_of(bothSides, isClosed))
        return Limit::ReceiveWindow;
    if (std::ranges::any_of(bothSides, [&](Side sender) { return isRecovering(sender, state); }))
        return Limit::LossRecovery;
    if (m_waitsUnheard)
        return Limit::LossRecovery;
    if (std::ranges::any_of(bothSides, [&](Side sender) { return fillsWindow(sender, state); }))
        return Limit::ReceiveWindow;
    if (std::ranges::any_of(bothSides, [&](Side sender) { return state.sender(sender).hasOutstanding(); }))
        return Limit::Network;
    return std::nullopt;
}

void TimeShareWatch::spend(Limit limit, Duration time)
{
    m_share.of(limit) += time;
    m_sinceProgress.of(limit) += time;
}

/// The silence before a side speaks again: `travel` of it is the way to that side and back, as seen from here.
void TimeShareWatch::settleQuiet(Duration travel)
{
    const Duration waiting = m_quiet - std::min(m_quiet, travel);
    spend(Limit::Network, m_quiet - waiting);
    spend(m_isOver || waiting >= minimumIdle ? Limit::Idle : Limit::Application, waiting);
    m_quiet = Duration();
}

void TimeShareWatch::closeStall(const WatchedSegment& moment)
{
    const Segment& last = m_progress->segment;
    const Segment& now = moment.segment();
    if (now.time - last.time <= m_context.quiet)
        return;
    Episode stall = begin(EpisodeKind::Stall, moment, moment.side());
    stall.facts = StallFacts{m_sinceProgress.largest()};
    stall.first = last.frame;
    stall.begin = last.time;
    stall.packets = m_packets;
    const bool isData = moment.kinds.hasAny(Kinds(Kind::New) | Kinds(Kind::LateOriginal));
    end(stall, moment, now.flags.rst() ? EpisodeEnd::Reset : isData ? EpisodeEnd::Data : EpisodeEnd::Acknowledged);
    m_found.push_back(std::move(stall));
}

/// Goes on to `time`; what is stored out of order of time, or twice, takes none.
void TimeShareWatch::advance(Timestamp time, bool repairs)
{
    const Duration spent = std::min(time, m_context.connection.lastTime) - m_clock;
    if (spent <= Duration())
        return;
    m_clock += spent;
    if (m_limit)
        spend(repairs && m_limit == Limit::Network ? Limit::LossRecovery : *m_limit, spent);
    else
        m_quiet += spent;
}

void TimeShareWatch::take(const WatchedSegment& moment)
{
    advance(moment.segment().time, moment.kinds.hasAny(resendKinds()) && !moment.kinds.has(Kind::Needless));
    ++m_packets;
    if (isProgress(moment)) {
        settleQuiet(m_context.analysis.flow(moment.side()).roundTrip.minimum);
        if (m_progress && !m_isOver)
            closeStall(moment);
        m_progress = moment.located;
        m_sinceProgress = TimeShare();
        m_packets = 0;
        m_waitsUnheard = false;
    } else if (moment.kinds.has(Kind::Needless)) {
        // It was quiet here, but this sender was waiting for an acknowledgment that never got there.
        spend(Limit::LossRecovery, std::exchange(m_quiet, Duration()));
        m_waitsUnheard = true;
    }
    m_isOver = m_isOver || (moment.segment().flags.rst() && !m_context.isIgnored(moment.segment()));
    m_last = moment.located;
    m_limit = limitAfter(moment.state);
}

/// What is left after the last progress may be a stall without end.
void TimeShareWatch::finish()
{
    advance(m_context.connection.lastTime, false);
    settleQuiet(Duration());
    if (!m_progress || m_isOver || m_context.connection.lastTime - m_progress->segment.time <= m_context.quiet)
        return;
    Episode stall;
    stall.kind = EpisodeKind::Stall;
    stall.side = stall.dataSender = m_last->side;
    stall.facts = StallFacts{m_sinceProgress.largest()};
    stall.first = m_progress->segment.frame;
    stall.begin = m_progress->segment.time;
    stall.last = m_last->segment.frame;
    stall.packets = m_packets;
    leaveOpen(stall, m_context);
    m_found.push_back(std::move(stall));
}

} // namespace whyrst
