// What one side of a connection sent, in numbers: the statistics that tcptrace has made customary.
//
// Everything that was captured counts, packets recorded twice and RSTs included. Definitions are those of tcptrace 6.6;
// where its figures are faults, ours differ: tests/golden/tcptrace-differences.md lists them.
#pragma once

#include "model/analysis/duration_summary.h"
#include "model/tcp/connection.h"

#include <array>
#include <cstdint>
#include <optional>

namespace whyrst {

/// Smallest, largest and mean of what was counted; 0 when nothing was.
struct SizeSummary
{
    int64_t smallest = 0;
    int64_t largest = 0;
    int64_t mean = 0; ///< cut to an integer
};

/// Statistics of one direction. "Segment" counts data alone, without headers.
struct FlowStatistics
{
    uint64_t packets = 0;
    uint64_t resets = 0;
    uint64_t acks = 0;     ///< packets with the ACK flag
    uint64_t pureAcks = 0; ///< of them, those without data, SYN, FIN or RST
    uint64_t sacks = 0;    ///< packets with SACK blocks, RSTs left out
    uint64_t dSacks = 0;   ///< of them, those whose first block reports a duplicate (RFC 2883 4)
    uint32_t mostSackBlocks = 0;
    uint64_t sackOptions = 0; ///< packets with SACK blocks

    int64_t uniqueBytes = 0; ///< of data, each byte counted once
    uint64_t dataPackets = 0;
    uint64_t dataBytes = 0; ///< re-sends included
    uint64_t resentPackets = 0;
    int64_t resentBytes = 0;   ///< SYN and FIN count one each
    uint64_t windowProbes = 0; ///< packets with sequence space sent against a closed window
    uint64_t windowProbeBytes = 0;
    uint64_t outOfOrder = 0; ///< packets that fill a gap
    uint64_t pushed = 0;     ///< packets with data and PSH
    uint64_t syns = 0;
    uint64_t fins = 0;
    uint64_t urgentPackets = 0;      ///< with data and URG
    uint64_t urgentBytes = 0;        ///< sum of their urgent pointers
    uint64_t hardwareDuplicates = 0; ///< same IP ID and sequence number as one of the eight packets before

    bool asksWindowScale = false;    ///< RFC 7323 2
    bool asksTimestamps = false;     ///< sent timestamps (RFC 7323 3)
    bool permitsSack = false;        ///< RFC 2018 2
    uint8_t windowScale = 0;         ///< 0 when one side did not ask
    uint16_t maximumSegmentSize = 0; ///< as announced; 0: not
    SizeSummary segment;

    SizeSummary window;       ///< advertised, scaled, without windows of 0 for `smallest`
    uint64_t zeroWindows = 0; ///< packets with ACK that close the window
    SizeSummary outstanding;  ///< end of what was sent minus last acknowledgment plus 1; `smallest` without zeros
    int64_t outstandingOverTime = 0; ///< mean weighted by how long it lasted, over the connection's whole time
    uint64_t initialWindowBytes = 0; ///< data sent before any of it was acknowledged
    uint64_t initialWindowPackets = 0;

    std::optional<int64_t> streamLength; ///< by SYN and FIN, or SYN and the last packet of a reset; nothing without
    std::optional<int64_t> missedBytes;  ///< of the stream, never captured
    uint64_t truncatedBytes = 0;         ///< not in the file because of the snap length
    uint64_t truncatedPackets = 0;

    Duration dataTime{};                 ///< from the first packet with data to the last
    std::optional<Duration> longestIdle; ///< between two packets; nothing without a packet
    std::optional<double> throughput;    ///< unique bytes a second of the connection's time; nothing when that is 0

    DurationSummary roundTrip;          ///< of data of this side: packet to acknowledgment, never-re-sent ranges only
    Duration handshakeRoundTrip{};      ///< of the SYN
    DurationSummary fullSizeRoundTrip;  ///< of the largest ranges among them
    uint64_t acksAfterLoss = 0;         ///< no sample: something before it had been sent later
    DurationSummary ambiguousRoundTrip; ///< of ranges sent several times, since the last
    uint64_t cumulativelyAcked = 0;     ///< segments that were confirmed by the acknowledgment of a later one
    uint64_t dupAcks = 0;               ///< received, by the rule of BSD
    uint64_t tripleDupAcks = 0;
    uint32_t mostResends = 0; ///< of one segment
    DurationSummary resendIntervals;
};

/// The statistics of both sides, by Side. Linear in the segments, and in the segments that re-sends cover.
std::array<FlowStatistics, 2> flowStatisticsOf(const Connection& connection);

} // namespace whyrst
