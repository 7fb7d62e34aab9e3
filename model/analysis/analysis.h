// What happened on a connection: one pass over its segments gives the kind of each, episodes and samples.
//
// Everything is as seen at the capture point; what the hosts knew may differ.
#pragma once

#include "model/analysis/kinds.h"
#include "model/analysis/sender_state.h"
#include "model/tcp/connection.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

/// Round-trip samples capture point -> side -> capture point, for data sent towards that side (diagnosis.md 3.9).
struct RoundTrip
{
    uint32_t samples = 0;
    Duration minimum{};
    Duration median{};
    Duration p95{};
    /// Sum of both halves is the sender's round trip; estimated by RFC 6298 with a floor of 200 ms; 1 s without sample.
    Duration retransmissionTimeout = std::chrono::seconds(1);
    std::optional<Duration> smoothed; ///< SRTT of RFC 6298 2
};

/// A round-trip sample for charts: a connection may have millions.
struct RoundTripSample
{
    /// Up to seven minutes.
    using Value = std::chrono::duration<uint32_t, std::ratio<1, 10'000'000>>;

    uint32_t ackRow = 0; ///< row of the acknowledgment in the acknowledging flow
    Value value{};
};

/// A re-send of bytes of this flow (diagnosis.md 3.12).
struct Resend
{
    uint32_t row = 0;
    Kind kind = Kind::Retransmission;
    Duration sinceLast{}; ///< since the last transmission of its first byte; 0 when that was not seen
};

/// Maximal series of duplicate ACKs with equal acknowledgment number, sent by this flow (diagnosis.md 3.8).
struct DupAckRun
{
    StreamOffset ack; ///< in the other flow's offsets: start of the hole
    uint32_t firstRow = 0;
    uint32_t lastRow = 0;
    uint32_t count = 0;
    Timestamp firstTime;
    Timestamp lastTime;
    int64_t sackedBytes = 0; ///< highest number of bytes above `ack` reported as received; 0 without SACK
};

/// An interval in which this flow's side kept its receive window closed (diagnosis.md 3.6).
struct WindowClosed
{
    uint32_t firstRow = 0; ///< the segment that closed it
    Timestamp begin;
    Timestamp end; ///< the segment that opened it again; the connection's last when still closed
    bool stillClosed = false;
    bool byWithdrawal = false; ///< a granted window was taken back (RFC 7323 2.4 warns of it)
    uint32_t probes = 0;       ///< sent by the other side
    uint32_t answeredProbes = 0;
    uint32_t unansweredInARow = 0; ///< probes since the last answer
};

/// Expiries of the retransmission timer for one range of this flow (diagnosis.md 3.13).
struct Backoff
{
    StreamOffset begin;
    uint32_t firstSendRow = 0;
    std::vector<uint32_t> rows; ///< the timer-driven re-sends in order
    bool isExponential = false;
    bool isLinear = false;
    Duration lastInterval{};
    Timestamp nextDue; ///< when the next re-send was due
};

/// How many of what, for lists and JSON.
struct FlowCounts
{
    uint32_t retransmissions = 0; ///< all re-sends
    uint32_t fastRetransmissions = 0;
    uint32_t rtoRetransmissions = 0; ///< with those that follow one
    uint32_t spurious = 0;
    uint32_t dupAcks = 0; ///< sent by this flow
    uint32_t dupAckRuns = 0;
    uint32_t outOfOrder = 0;
    uint32_t zeroWindows = 0; ///< closed intervals
    Duration zeroWindowTime{};
    uint32_t keepAlives = 0;
    uint32_t sacks = 0; ///< segments with SACK blocks
    uint32_t dSacks = 0;
};

/// The analysis of one flow. "This flow" is the sender of the segments.
struct FlowAnalysis
{
    std::vector<Kinds> kinds; ///< by row
    /// Receive window of each of this flow's segments is `rawWindow << windowShift` (RFC 7323 2.2; SYNs unshifted).
    uint8_t windowShift = 0;
    bool windowShiftKnown = false; ///< else the shift is the least that is possible
    uint32_t effectiveMss = 0;     ///< largest payload of one wire segment of this flow; 0 when it sent no data
    RoundTrip roundTrip;           ///< of data that the other side sent: capture point -> this side -> capture point
    std::vector<RoundTripSample> roundTripSamples; ///< rows are of this flow's acknowledgments
    std::vector<Resend> resends;
    std::vector<DupAckRun> dupAckRuns;
    std::vector<WindowClosed> windowClosed;
    std::vector<Backoff> backoffs;
    StreamOffset sndUna;          ///< at the end, by the other side's acknowledgments
    StreamOffset sndNxt;          ///< at the end
    int64_t unseenAckedBytes = 0; ///< acknowledged by the other side and never seen here: the capture missed them
    FlowCounts counts;

    /// Scaled receive window of a segment of this flow in bytes.
    int64_t windowBytes(const Segment& segment) const
    {
        return int64_t{segment.rawWindow} << (segment.flags.syn() ? 0 : windowShift);
    }
};

/// The analysis of a connection.
struct Analysis
{
    std::array<FlowAnalysis, 2> flows; ///< by Side
    bool simultaneousOpen = false;
    bool handshakeSeen = false; ///< SYN and SYN-ACK captured
    bool clockStep = false;     ///< time jumped inside the connection

    // For stateBefore():
    PacketNumber firstReset;                          ///< 0: none
    std::optional<ConnectionState> stateAtFirstReset; ///< when later segments changed it
    ConnectionState lastState;

    const FlowAnalysis& flow(Side side) const { return flows[sideIndex(side)]; }
    FlowAnalysis& flow(Side side) { return flows[sideIndex(side)]; }

    /// Full round trip seen by either host: the sum of both halves, as far as they are known.
    Duration fullRoundTrip() const { return flows[0].roundTrip.minimum + flows[1].roundTrip.minimum; }
};

/// Analyses `connection` in one pass, linear in its segments (outstanding re-sent ranges aside).
Analysis analyzeConnection(const Connection& connection);

/// The state just before packet `frame`. At the first RST and behind the last packet it is known; elsewhere the
/// analysis runs up to there, linear in the segments.
ConnectionState stateBefore(const Connection& connection, const Analysis& analysis, PacketNumber frame);

} // namespace whyrst
