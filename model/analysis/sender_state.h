// What is known of a sender at one moment: sent and acknowledged bytes, SACK scoreboard, the window it was granted.
#pragma once

#include "model/analysis/byte_ranges.h"
#include "model/analysis/sent_ranges.h"
#include "model/tcp/connection.h"

#include <array>
#include <cstdint>
#include <optional>

namespace whyrst {

/// RFC 9293 3.3.1 variables of one sender, as seen at the capture point.
struct SenderState
{
    StreamOffset sndUna;       ///< SND.UNA: oldest unacknowledged
    StreamOffset sndNxt;       ///< SND.NXT: highest end sent; probes and RSTs do not count
    bool started = false;      ///< a number of this sender or an acknowledgment of it was seen
    bool acknowledged = false; ///< the peer has sent an acknowledgment
    StreamOffset edge;         ///< right edge of the window that the peer granted (diagnosis.md 0, EDGE)
    bool edgeKnown = false;
    bool finSent = false;
    StreamOffset finOffset; ///< of the FIN, when `finSent`
    ByteRanges seen;        ///< all sequence space that was captured
    ByteRanges sacked;      ///< reported by the peer above SND.UNA
    ByteRanges reneged;     ///< reported by SACK above SND.UNA and taken back since (RFC 2018 8)
    SentRanges outstanding; ///< sent, not acknowledged, in order of offset; gaps where nothing was seen
    Timestamp lastProgress; ///< when SND.UNA last rose; of the first segment before that

    bool hasOutstanding() const { return started && sndUna < sndNxt; }
    int64_t flightSize() const { return sndNxt - sndUna; }
    bool finAcknowledged() const { return finSent && sndUna > finOffset; }

    /// Records a transmission of [begin, end): a new range, or another send of known ones.
    void recordSend(StreamOffset begin, StreamOffset end, Timestamp time, uint32_t row);
    /// The peer acknowledged everything below `ack`, which is above SND.UNA. Drops the ranges below.
    void acknowledge(StreamOffset ack, Timestamp time);
    /// The peer does not report the range at SND.UNA any more: it has thrown these bytes away (RFC 2018 8).
    void takeBackReport();
    /// The outstanding range that contains `offset`; null when none does.
    const SentRange* rangeAt(StreamOffset offset) const;

private:
    void splitAt(StreamOffset offset);
    void joinAll(StreamOffset begin, StreamOffset end);
};

/// What is known of a receiver at one moment: the window and the acknowledgment that it sent last.
struct ReceiverState
{
    bool windowSeen = false;
    uint16_t lastRawWindow = 0;
    int64_t lastWindow = 0; ///< scaled
    int64_t largestWindow = 0;
    StreamOffset lastAck;
    bool ackSeen = false;
};

/// Both sides at one moment.
struct ConnectionState
{
    std::array<SenderState, 2> senders;                ///< by Side
    std::array<ReceiverState, 2> receivers;            ///< by Side
    std::array<std::optional<Timestamp>, 2> lastHeard; ///< last non-RST segment of each side

    const SenderState& sender(Side side) const { return senders[sideIndex(side)]; }
    SenderState& sender(Side side) { return senders[sideIndex(side)]; }
    const ReceiverState& receiver(Side side) const { return receivers[sideIndex(side)]; }
    ReceiverState& receiver(Side side) { return receivers[sideIndex(side)]; }
};

} // namespace whyrst
