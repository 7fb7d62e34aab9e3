// The pass over a connection's segments. Internal to model/analysis: call analyzeConnection or stateBefore.
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/queue.h"
#include "model/analysis/round_trip.h"
#include "model/analysis/sender_state.h"
#include "model/analysis/windows.h"

#include <array>
#include <map>
#include <optional>
#include <utility>

namespace whyrst {

/// What tells whether a segment that fills a gap was overtaken or sent again, the surest first (diagnosis.md 3.12 (3)).
enum class GapEvidence : uint8_t
{
    Acknowledged, ///< its bytes were acknowledged before it was recorded
    Clock,        ///< the sender's clock, against that of what it sent behind it
    Counter,      ///< its counter of IP IDs
    Tick,         ///< its timestamp is that of what was sent behind it, a round trip before a re-send could be made
    TooSoon,      ///< no report of the gap can have reached the sender and no timer have run out
    Delay         ///< nothing but how long after the other it came
};

/// A judgement of such a segment.
struct GapVerdict
{
    bool isLate = false; ///< overtaken; else sent again
    GapEvidence evidence = GapEvidence::Delay;
};

/// Takes the segments of a connection in capture order and keeps the state of both sides up to date.
class Analyzer
{
public:
    explicit Analyzer(const Connection& connection);

    void step(const LocatedSegment& located);

    /// Closes open episodes and counts. The analyzer is done afterwards.
    Analysis finish();

    /// The state after the segments so far.
    const ConnectionState& state() const { return m_state; }
    /// Estimate of the retransmission timer of `sender` so far (RFC 6298).
    Duration timeoutOf(Side sender) const;
    /// Its smoothed round trip; what the capture does not show of it counts with its minimum.
    Duration smoothedOf(Side sender) const;
    /// A segment that fills a gap sooner than this after the one behind it was overtaken, not lost.
    Duration reorderingTime() const;
    /// What was sent first behind the bytes of a segment that fills a gap, re-sends of unseen bytes aside; null:
    /// nothing.
    const SentRange* sentBehind(const LocatedSegment& located) const;
    /// Whether a segment whose bytes lie below others that were seen, and were not seen themselves, was overtaken.
    GapVerdict judgeGap(const LocatedSegment& located) const;
    /// Duplicate ACKs that `side` has sent since it last acknowledged something new.
    uint32_t dupAcksOf(Side side) const { return memory(side).dupAcks; }
    ConnectionState takeState() { return std::move(m_state); }

private:
    /// An acknowledgment that moved SND.UNA.
    struct Advance
    {
        StreamOffset ack;
        Timestamp time;
    };

    /// Marks of one side that live between segments.
    struct SideMemory
    {
        std::optional<LocatedSegment> previous; ///< last segment of this side that counts
        std::optional<Timestamp> provoked;      ///< the peer sent something that a challenge ACK answers
        std::optional<Timestamp> probed;        ///< the peer sent a zero-window probe
        std::optional<Timestamp> keptAlive;     ///< the peer sent a keep-alive
        bool ipIdVaries = false;
        uint32_t ipIdSteps = 0;       ///< from one segment to the next, with IP IDs that differ
        uint32_t smallIpIdSteps = 0;  ///< of those, as a counter makes
        Queue<Advance> advances;      ///< recent ones, for needless re-sends
        RoundTripEstimator estimator; ///< of data towards this side
        uint32_t dupAcks = 0;         ///< in the current run
        Timestamp lastDupAck;
        Timestamp lastNewSack;                   ///< when this side last reported new bytes by SACK
        std::optional<Timestamp> reportedSince;  ///< since when this side has been asking for what fills a gap
        std::optional<StreamOffset> rtoRecovery; ///< SND.NXT of this side when its timer expired, until passed
        std::map<StreamOffset, size_t> backoffs; ///< begin of range -> index of its open backoff
        bool windowIsClosed = false;
        StreamOffset edgeWhenClosed;
    };

    // What a segment sends.
    void takeSequence(const LocatedSegment& located, Kinds& kinds);
    bool takeProbe(const LocatedSegment& located, Kinds& kinds);
    void takeNewData(const LocatedSegment& located, Kinds& kinds);
    void takeResend(const LocatedSegment& located, Kinds& kinds);
    bool isNetworkDuplicate(const LocatedSegment& located, const SentRange* earlier) const;
    bool isNeedless(const LocatedSegment& located) const;
    static void noteIpId(SideMemory& own, const Segment& previous, const Segment& segment);
    bool countsIpIds(Side side) const;
    Duration shortestRoundTrip() const;
    bool isOfSameTick(const LocatedSegment& located, const Segment& later) const;
    bool isTooSoonForResend(const LocatedSegment& located, const SentRange& behind) const;
    Kind classifyResend(const LocatedSegment& located, const SentRange& earlier);
    void noteTimerResend(const LocatedSegment& located, const SentRange& earlier);

    // What a segment acknowledges.
    void takeAcknowledgment(const LocatedSegment& located, Kinds& kinds);
    bool isReneging(const LocatedSegment& located) const;
    void takeAdvance(const LocatedSegment& located);
    void takeRoundTrip(const LocatedSegment& located, StreamOffset una);
    std::optional<Timestamp> echoedSend(const LocatedSegment& located) const;
    void addRoundTrip(const LocatedSegment& located, Timestamp sent);
    void noteGapReport(const LocatedSegment& located);
    void markSpurious(const LocatedSegment& located);
    void markReportedTwice(Side sender, const SackBlock& block);
    bool takeSack(const LocatedSegment& located, Kinds& kinds, bool& isDsack);
    bool answersProbeLate(Side side);
    void takeRepeatedAck(const LocatedSegment& located, Kinds& kinds, bool newSack, bool isDsack);
    void extendDupAckRun(const LocatedSegment& located);

    // The window that a segment grants.
    void takeWindow(const LocatedSegment& located, Kinds& kinds);
    void closeWindow(const LocatedSegment& located, bool byWithdrawal);
    void reopenWindow(const LocatedSegment& located);

    bool isStray(const LocatedSegment& located) const;
    bool isClockStep(const LocatedSegment& located, Duration sinceLast) const;
    void startSender(const LocatedSegment& located);
    void noteProvocation(const LocatedSegment& located);
    SideMemory& memory(Side side) { return m_memory[sideIndex(side)]; }
    const SideMemory& memory(Side side) const { return m_memory[sideIndex(side)]; }
    FlowAnalysis& flow(Side side) { return m_analysis.flow(side); }
    const FlowAnalysis& flow(Side side) const { return m_analysis.flow(side); }

    const Connection& m_connection;
    Analysis m_analysis;
    ConnectionState m_state;
    std::array<SideMemory, 2> m_memory;
    Timestamp m_lastTime;
};

} // namespace whyrst
