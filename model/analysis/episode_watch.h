// The parts of the search for episodes. Internal to model/analysis: call findEpisodes.
#pragma once

#include "model/analysis/episodes.h"
#include "model/analysis/sender_state.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace whyrst {

/// What is known before the walk.
struct EpisodeContext
{
    const Connection& connection;
    const Analysis& analysis;
    std::span<const PacketNumber> ignoredResets;
    Duration quiet;                                     ///< stallThreshold
    std::optional<LocatedSegment> reset = std::nullopt; ///< the first RST that counts, once the walk has met it

    bool isIgnored(const Segment& segment) const;
};

/// A segment, and what is known right after it. Capture duplicates are left out.
struct WatchedSegment
{
    const LocatedSegment& located;
    Kinds kinds;
    const ConnectionState& state;

    Side side() const { return located.side; }
    Side peer() const { return otherSide(located.side); }
    const Segment& segment() const { return located.segment; }
    /// The sender whose data this segment acknowledges.
    const SenderState& acknowledged() const { return state.sender(peer()); }
};

/// Looks for episodes of some kinds.
class EpisodeWatch
{
public:
    EpisodeWatch() = default;
    virtual ~EpisodeWatch() = default;
    EpisodeWatch(const EpisodeWatch&) = delete;
    EpisodeWatch& operator=(const EpisodeWatch&) = delete;

    virtual void take(const WatchedSegment& moment) = 0;
    /// The connection is over.
    virtual void finish() { }

    std::vector<Episode>& found() { return m_found; }

protected:
    /// A new episode that begins with this segment.
    static Episode begin(EpisodeKind kind, const WatchedSegment& moment, Side dataSender);
    /// One more packet of it.
    static void extend(Episode& episode, const WatchedSegment& moment);
    static void end(Episode& episode, const WatchedSegment& moment, EpisodeEnd how);
    /// The connection is over, and the episode is not: by a RST, or never.
    static void leaveOpen(Episode& episode, const EpisodeContext& context);
    /// Its bytes are at least [from, to).
    static void widen(Episode& episode, StreamOffset from, StreamOffset to);

    std::vector<Episode> m_found;
};

std::unique_ptr<EpisodeWatch> makeDupAckWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeBackoffWatch(const EpisodeContext& context);
/// Loss repair, spurious re-sends, reordering.
std::unique_ptr<EpisodeWatch> makeResendWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeZeroWindowWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeShrinkWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeKeepAliveWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeSackWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeResetWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeGapWatch(const EpisodeContext& context);
std::unique_ptr<EpisodeWatch> makeHandshakeWatch(const EpisodeContext& context);

/// Adds up the time, and finds stalls.
class TimeShareWatch : public EpisodeWatch
{
public:
    explicit TimeShareWatch(const EpisodeContext& context);

    void take(const WatchedSegment& moment) override;
    void finish() override;
    const TimeShare& share() const { return m_share; }

private:
    bool isProgress(const WatchedSegment& moment);
    bool isRecovering(Side sender, const ConnectionState& state) const;
    bool fillsWindow(Side sender, const ConnectionState& state) const;
    std::optional<Limit> limitAfter(const ConnectionState& state) const;
    void advance(Timestamp time, bool repairs);
    void spend(Limit limit, Duration time);
    void settleQuiet(Duration travel);
    void closeStall(const WatchedSegment& moment);

    const EpisodeContext& m_context;
    TimeShare m_share;
    TimeShare m_sinceProgress;
    Timestamp m_clock;                    ///< the latest so far
    std::optional<Limit> m_limit;         ///< what the next packet is waited for with; nothing: nobody owes anything
    Duration m_quiet{};                   ///< with nothing outstanding, since the last progress
    std::array<StreamOffset, 2> m_una{};  ///< by Side
    std::array<bool, 2> m_dupAcked{};     ///< by Side of the data: duplicate ACKs since it was last acknowledged
    std::optional<LocatedSegment> m_last; ///< the last segment
    std::optional<LocatedSegment> m_progress;
    uint32_t m_packets = 0;      ///< since the last progress
    bool m_waitsUnheard = false; ///< a sender repeats what was acknowledged: nothing new since it first did
    bool m_isOver = false;       ///< reset
};

} // namespace whyrst
