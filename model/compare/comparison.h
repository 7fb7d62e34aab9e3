// What two captures of the same connections are turned into: pairs of connections and packets, one clock, one verdict
// per packet, and what follows from them (comparison.md).
#pragma once

#include "model/compare/capture_clock.h"
#include "model/diagnosis/diagnosis_settings.h"
#include "model/diagnosis/vocabulary.h"
#include "model/tcp/trace.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whyrst {

/// What became of a packet that the capture near its sender has (comparison.md 5.2).
enum class SentVerdict : uint8_t
{
    NotCompared, ///< recorded twice; its first recording is compared
    Delivered,
    PartLost,        ///< a super-segment of which pieces arrived
    Lost,            ///< the other capture would have seen it
    MissedByCapture, ///< the receiver had it, as its acknowledgments say, but its capture does not
    PartMissed,
    LostOrMissed, ///< a bare ACK, and the other capture is known to miss packets
    BeforeStart,  ///< the other capture had not begun
    AfterEnd,     ///< the other capture may have ended
    SideNotCaptured,
    Elsewhere, ///< the other capture has it in a connection that it took for another one
};

/// Where a packet that the capture near its receiver has came from (comparison.md 5.3).
enum class ArrivedVerdict : uint8_t
{
    NotCompared,
    Arrived,
    Duplicate, ///< of a packet that arrived, made on the way
    MissedBySenderCapture,
    Injected,
    InjectedLikely,
    UnknownOrigin, ///< a RST that its host may have sent
    Outside,       ///< sent before the capture at its sender began or after it ended
    SideNotCaptured,
    Elsewhere, ///< the other capture has it in a connection that it took for another one
};

/// What a link between two packets rests on (comparison.md 3.3).
enum class LinkKind : uint8_t
{
    Exact,        ///< all header fields are equal
    OtherSack,    ///< all but the SACK blocks
    OtherWindow,  ///< all but SACK blocks and window
    Range,        ///< bytes in common; the packets were cut differently
    SequenceOnly, ///< same place in the stream
};

/// Whether a packet arrived before all that were sent later (comparison.md 5.5).
enum class ArrivalOrder : uint8_t
{
    InOrder,
    Reordered,    ///< a packet that was sent later arrived before it
    WithinJitter, ///< the same, by no more than what a capture may store in another order than it went out
};

/// Bytes of a sent packet that came with a received one, or two recordings of a packet without bytes.
struct PacketLink
{
    uint32_t sent = 0;    ///< row in the flow of the capture near the sender
    uint32_t arrived = 0; ///< row in the flow of the capture near the receiver
    StreamOffset begin;   ///< of the bytes, in the offsets of the client's capture
    uint32_t length = 0;  ///< bytes of data in common
    LinkKind kind = LinkKind::Exact;
    bool isAmbiguous = false; ///< one of several equal packets; only their number is known to be right
    ArrivalOrder order = ArrivalOrder::InOrder;
};

/// From here on a box has made the data of a direction longer or shorter (comparison.md 3.1).
struct ShiftStep
{
    StreamOffset from;  ///< first byte behind the change, in the offsets of the server's capture
    int64_t offset = 0; ///< stream offset at the client's capture minus that at the server's, from there on
};

/// One direction of a pair: from the capture near its sender to the capture near its receiver.
struct Way
{
    std::vector<PacketLink> links;       ///< by `sent`, then `begin`
    std::vector<SentVerdict> sent;       ///< by row of the flow near the sender
    std::vector<ArrivedVerdict> arrived; ///< by row of the flow near the receiver
    SeqNum shift;                        ///< raw number at the server's capture minus that at the client's, modulo 2^32
    int64_t offsetShift = 0;             ///< stream offset at the client's capture minus that at the server's
    std::vector<ShiftStep> laterShifts;  ///< where that changes within the connection, rising
    bool rewritesIds = false;            ///< IP IDs are changed on the way
    bool rewritesTimestamps = false;
    bool keepsSackBlocks = false; ///< SACK blocks are not shifted although the numbers are
    bool isSideMissing = false;   ///< one of the captures lacks this direction
    bool isLeaky = false;         ///< the capture near the receiver is known to have missed packets
    Duration leastDelay{};        ///< on the common clock; carries the clock's bound
    Duration usualDelay{};        ///< median

    /// What is to be added to an offset of the server's capture for that of the client's.
    int64_t shiftAt(StreamOffset atServer) const;
    /// Links of one sent packet: [first, last).
    std::pair<const PacketLink*, const PacketLink*> linksOf(uint32_t sentRow) const;
};

/// A difference that holds for nearly all packets that could show it, said once (comparison.md 5.4).
struct RewriteRule
{
    std::string id;           ///< "address", "sequence", "sack", "window", "mss", "sack-permitted" ...
    std::string text;         ///< one sentence part: "MSS 1460 -> 1380"
    std::optional<Side> flow; ///< nothing: both or the connection
    uint64_t packets = 0;     ///< that show it; 0 when it is not of packets
    uint64_t exceptions = 0;  ///< packets that could show it and do not
};

/// A packet that was changed on the way beyond the rules.
struct Alteration
{
    Side flow = Side::Client;
    uint32_t sent = 0;
    uint32_t arrived = 0;
    std::vector<std::string> fields; ///< "ack", "window", "flags", "checksum" ...
    std::string text;                ///< "window 502 -> 0"
    bool isBroken = false;           ///< its checksum was right when it was sent and is wrong: the receiver drops it
};

/// Who really sent a RST (comparison.md 5.6).
struct ResetOrigin
{
    std::optional<PacketNumber> clientFrame; ///< in the client's capture
    std::optional<PacketNumber> serverFrame;
    Side flow = Side::Client; ///< whose address it bears
    ResetSender sentBy = ResetSender::Unknown;
    std::optional<Confidence> confidence;  ///< of `sentBy`; nothing when it is not known
    std::optional<CauseId> cause;          ///< as both captures together tell it; set by diagnosePair()
    bool neverArrived = false;             ///< its host sent it and the other side never saw it
    std::optional<SentVerdict> sent;       ///< of one that the capture near its host has
    std::optional<ArrivedVerdict> arrived; ///< of one that only the capture near its receiver has
    bool isFirst = false;                  ///< of its flow; a host that was reset answers each late packet with another
};

/// Something to say about a pair, with its packets.
struct CompareFinding
{
    std::optional<CauseId> cause; ///< nothing: context ("loss", "reset-lost" ...)
    /// The cause's name, or one of: reset-lost, reset-sent, unknown-origin, loss, arrived-broken, needless, reordered,
    /// capture-ended, payload-damaged, payload-rewritten, payload-changed.
    std::string id;
    ComparePlace place = ComparePlace::Unknown;
    Confidence confidence = Confidence::Likely;
    std::optional<Side> flow; ///< direction of the data or RST it is about
    std::string text;         ///< one sentence
    /// What it adds to a summary of one capture that tells the same story, one sentence or "". Nothing: `text`.
    std::optional<std::string> addition;
    std::vector<PacketNumber> clientFrames;
    std::vector<PacketNumber> serverFrames;
    bool isHeadline = false;
};

/// Why the connection ended as it did, as both captures together tell it.
struct PairVerdict
{
    CauseId cause = CauseId::Unknown;
    std::optional<Confidence> confidence; ///< nothing when the cause is not known
    Harm harm = Harm::Unknown;
};

/// A connection that both captures have.
struct ConnectionPair
{
    ConnectionId client; ///< in the client's capture
    ConnectionId server;
    bool isFlipped = false;                         ///< the server's capture took the sides the other way round
    std::array<std::vector<ConnectionId>, 2> parts; ///< by capture: further connections that are of this one
    int score = 0;
    std::string evidence; ///< in words: "client ISN equal, 212 identical packets"
    Confidence confidence = Confidence::Likely;
    bool isByHand = false;   ///< a person paired them
    std::array<Way, 2> ways; ///< by Side of the sender, as the client's capture has it
    std::vector<RewriteRule> rules;
    std::vector<Alteration> alterations;
    std::vector<ResetOrigin> resets;      ///< in time order
    std::vector<CompareFinding> findings; ///< the headline first
    ComparePlace place = ComparePlace::Unknown;
    std::string summary;                ///< the headline in one or two sentences
    std::optional<PairVerdict> verdict; ///< set by diagnosePair(); nothing: nothing ended it that asks for a reason

    const Way& way(Side from) const { return ways[sideIndex(from)]; }
    /// Side of the server's capture's connection that sends this direction.
    Side serverSide(Side from) const { return isFlipped ? otherSide(from) : from; }
};

/// Two connections that may be one, and why they are not paired.
struct RefusedPair
{
    ConnectionId client;
    ConnectionId server;
    std::string why;
};

/// A place of equal content in the two connections of a couple.
struct CoupleMark
{
    Side from = Side::Client; ///< sender of the bytes, as the client's capture has it
    PacketNumber clientFrame; ///< the first packet that has them
    PacketNumber serverFrame;
    Timestamp clientTime; ///< on the common clock; as recorded when nothing tells it
    Timestamp serverTime;

    /// How long the bytes took from the capture near their sender to the other one.
    Duration delay() const { return from == Side::Client ? serverTime - clientTime : clientTime - serverTime; }
};

/// How long a box kept the bytes of a direction.
struct StoreAndForward
{
    uint32_t marks = 0; ///< places that were measured
    Duration least{};
    Duration median{};
    Duration most{};
};

/// A RST of one of the two connections.
struct LegReset
{
    Side capture = Side::Client; ///< which connection
    Side from = Side::Client;    ///< whose address it bears, as that capture has it
    PacketNumber frame;
};

/// Two connections with one content: a box between ends TCP, or two transfers of the same thing (comparison.md 2.5).
struct TerminatedPair
{
    ConnectionId client;
    ConnectionId server;
    std::string why;                ///< a sentence without its full stop, with the signs in brackets
    std::vector<std::string> signs; ///< what betrays it, the strongest first
    bool isFlipped = false;         ///< the server's capture took the sides the other way round
    std::vector<CoupleMark> marks;  ///< by time at the client; empty when the data was not read
    bool hasClock = false;          ///< the marks' times are comparable: other pairs tell the clock
    std::array<std::optional<StoreAndForward>, 2> delays; ///< by Side of the sender; nothing without a clock or marks
    std::vector<LegReset> resets;                         ///< by time in each capture, the client's first
};

/// How it is known which capture is nearer to the client.
enum class Nearness : uint8_t
{
    Known,
    SamePoint, ///< no hop and no delay between them
    Unknown    ///< the order in which they were given
};

/// The comparison of two captures. "client" and "server" are the captures near them.
struct Comparison
{
    bool isSwapped = false; ///< the capture given first is the one near the server
    Nearness nearness = Nearness::Unknown;
    CaptureClock clock;
    std::vector<ConnectionPair> pairs; ///< by client connection
    std::vector<RefusedPair> refused;
    std::vector<TerminatedPair> terminated;
    std::vector<ConnectionId> unpairedClient;
    std::vector<ConnectionId> unpairedServer;
    DiagnosisSettings settings{}; ///< the thresholds that the causes were judged by
    std::string contentRemark;    ///< why payload, DSCP and ECN were not compared (completely); empty when they were

    /// The pair of which this connection of a capture is a further part; null when it is of none.
    const ConnectionPair* pairWithPart(Side capture, ConnectionId part) const;
};

/// Two traces in the order of a comparison.
struct TracePair
{
    const Trace& client;
    const Trace& server;

    const Trace& near(Side side) const { return side == Side::Client ? client : server; }
};

/// What is to be said first of a pair: why it ended, else its first finding, else that there is no difference but the
/// rules. One to some sentences.
std::string verdictText(const ConnectionPair& pair);

/// Flow of the pair's direction `from` in the capture near `capture`.
const Flow& flowOf(const TracePair& traces, const ConnectionPair& pair, Side from, Side capture);

} // namespace whyrst
