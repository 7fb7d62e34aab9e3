// The trouble of a connection as episodes: a run of 10,000 duplicate ACKs is one, from its first packet to what ended
// it.
//
// Like all of the analysis, as seen at the capture point.
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/time_share.h"

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace whyrst {

enum class EpisodeKind : uint8_t
{
    DupAckRun,       ///< duplicate ACKs for one hole (diagnosis.md 3.8)
    Backoff,         ///< the retransmission timer expired for one range, once or again and again (3.13)
    LossRepair,      ///< segments sent again that were needed (3.12)
    SpuriousResends, ///< segments sent again for nothing (3.12)
    Reordering,      ///< segments that others overtook (3.12)
    ZeroWindow,      ///< the receive window was closed (3.6)
    WindowShrink,    ///< the right edge of the window moved left (RFC 9293 3.8.6)
    KeepAlives,      ///< probes of an idle connection (3.7)
    Stall,           ///< no new data and no new acknowledgment (3.14)
    SackOutside,     ///< SACK blocks for what was never sent
    SackReneging,    ///< a receiver drops what it had reported by SACK (RFC 2018 8)
    IgnoredResets,   ///< RSTs without effect and challenge ACKs (RFC 5961)
    CaptureGap,      ///< acknowledged bytes that the capture has not
    RefusedOptions,  ///< the SYN-ACK does not agree to what the SYN offers (RFC 2018 2, RFC 7323 2.2)
};

constexpr int episodeKindCount = 14;

/// What ended an episode.
enum class EpisodeEnd : uint8_t
{
    Ceased,             ///< the last packet of its kind came
    FastRetransmission, ///< re-sent before the timer, then acknowledged
    RtoRetransmission,  ///< re-sent by the timer, then acknowledged
    OtherResend,        ///< re-sent otherwise, then acknowledged
    Acknowledged,       ///< acknowledged
    WindowOpened,
    Data, ///< new data came
    Reset,
    Never, ///< the capture ends first
};

constexpr int episodeEndCount = 9;

/// Ids for machines: "dup-ack-run", "fast-retransmission".
const char* episodeKindName(EpisodeKind kind);
const char* episodeEndName(EpisodeEnd end);

/// Stream offsets [begin, end).
struct OffsetRange
{
    StreamOffset begin;
    StreamOffset end;

    friend bool operator==(const OffsetRange&, const OffsetRange&) = default;
};

struct DupAckFacts
{
    int64_t sackedAtFirst = 0; ///< bytes above the hole reported as received by the first duplicate ACK
    int64_t sackedAtLast = 0;  ///< and by the last
    PacketNumber resend;       ///< the first re-send of the hole after the first duplicate ACK; 0: none
    /// Of it; when there is one.
    Kind resendKind = Kind::Retransmission;
    bool resentBefore = false; ///< the hole had been sent again before the first duplicate ACK
};

struct BackoffFacts
{
    uint32_t sends = 0;              ///< transmissions of the range's first byte, the first included
    std::vector<Duration> intervals; ///< of the timer-driven re-sends, each since the transmission before
    bool isExponential = false;
    bool isLinear = false;

    /// Mean ratio of an interval to the one before; nothing with one interval.
    std::optional<double> ratio() const;
};

struct RepairFacts
{
    uint32_t fast = 0;
    uint32_t byTimer = 0; ///< with those that follow an expiry
    uint32_t tailProbes = 0;
    uint32_t unseen = 0; ///< the first copy was lost before the capture point
    int64_t bytes = 0;   ///< sequence space sent again
};

struct SpuriousFacts
{
    uint32_t needless = 0; ///< of bytes acknowledged a round trip before
    int64_t bytes = 0;
};

struct ReorderingFacts
{
    Duration latest{}; ///< most time behind the packet that overtook
};

struct ZeroWindowFacts
{
    uint32_t probes = 0;
    uint32_t answeredProbes = 0;
    int64_t stuckBytes = 0;     ///< most that was sent and not acknowledged meanwhile
    double shareOfLifetime = 0; ///< of the connection, 0 to 1
    bool byWithdrawal = false;  ///< a granted window was taken back
};

struct ShrinkFacts
{
    StreamOffset before;     ///< right edge, in the offsets of the data
    StreamOffset after;      ///< furthest to the left
    int64_t beyondBytes = 0; ///< sent already and now outside of the window
};

struct KeepAliveFacts
{
    uint32_t answered = 0;
    uint32_t unansweredAtEnd = 0;
    Duration interval{}; ///< mean; 0 with one
};

struct StallFacts
{
    Limit limit = Limit::Network; ///< what most of the time went by with
};

struct SackFacts
{
    SackBlock block;    ///< the first one
    StreamOffset ack;   ///< of the packet that carries it
    StreamOffset limit; ///< highest end that had been sent
    std::optional<int64_t> shift;
};

struct ResetFacts
{
    uint32_t resets = 0;
    uint32_t challengeAcks = 0;
};

struct GapFacts
{
    int64_t missingBytes = 0;
};

/// What the server did not agree to.
struct OptionFacts
{
    bool sack = false;
    bool windowScale = false;
};

/// A stretch of trouble.
struct Episode
{
    EpisodeKind kind = EpisodeKind::Stall;
    Side side = Side::Client;       ///< who sent its packets; of a stall, who ended it
    Side dataSender = Side::Client; ///< whose data it is about, and whose offsets `bytes` are
    PacketNumber first;
    PacketNumber last;
    uint32_t packets = 0;
    Timestamp begin;
    Timestamp end; ///< when it was over; of the connection's last packet when it never was
    EpisodeEnd ended = EpisodeEnd::Never;
    PacketNumber endFrame; ///< the packet that ended it; 0: none
    std::optional<OffsetRange> bytes;
    std::variant<DupAckFacts, BackoffFacts, RepairFacts, SpuriousFacts, ReorderingFacts, ZeroWindowFacts, ShrinkFacts,
        KeepAliveFacts, StallFacts, SackFacts, ResetFacts, GapFacts, OptionFacts>
        facts;

    Duration duration() const { return end - begin; }
};

/// What went wrong on a connection, and where its time went.
struct Findings
{
    std::vector<Episode> episodes; ///< in order of their beginning
    TimeShare share;
};

/// Silence that counts as a stall, and that tells two series of single packets apart: 4 smoothed round trips of the
/// whole path, at least 200 ms. Heuristic: four losses of the timer's variation; below 200 ms nobody waits.
Duration stallThreshold(const Analysis& analysis);

/// Finds the episodes in one pass, linear in the segments. `analysis` must be the connection's; RSTs of
/// `ignoredResets` (sorted) are known to have had no effect.
Findings findEpisodes(
    const Connection& connection, const Analysis& analysis, std::span<const PacketNumber> ignoredResets = {});

} // namespace whyrst
