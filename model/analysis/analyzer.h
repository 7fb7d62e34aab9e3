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
    Duration reorderingTimeOf(Side sender) const;
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
        Queue<Advance> advances;      ///< recent ones, for needless re-sends
        RoundTripEstimator estimator; ///< of data towards this side
        uint32_t dupAcks = 0;         ///< in the current run
        Timestamp lastDupAck;
        Timestamp lastNewSack;                   ///< when this side last reported new bytes by SACK
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
    bool fillsGapLate(const LocatedSegment& located) const;
    Kind classifyResend(const LocatedSegment& located, const SentRange& earlier);
    void noteTimerResend(const LocatedSegment& located, const SentRange& earlier);

    // What a segment acknowledges.
    void takeAcknowledgment(const LocatedSegment& located, Kinds& kinds);
    bool isReneging(const LocatedSegment& located) const;
    void takeAdvance(const LocatedSegment& located);
    void takeRoundTrip(const LocatedSegment& located, StreamOffset una);
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

    const Connection& m_connection;
    Analysis m_analysis;
    ConnectionState m_state;
    std::array<SideMemory, 2> m_memory;
    Timestamp m_lastTime;
};

} // namespace whyrst
