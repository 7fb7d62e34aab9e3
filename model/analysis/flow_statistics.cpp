#include "model/analysis/flow_statistics.h"

#include "model/analysis/sent_records.h"

#include <algorithm>

namespace whyrst {

namespace {

/// Sums up sizes of which zero counts for the mean alone.
class SizeCounter
{
public:
    void add(int64_t size)
    {
        m_largest = std::max(m_largest, size);
        if (size > 0)
            m_smallest = m_smallest == 0 ? size : std::min(m_smallest, size);
        m_sum += size;
    }
    int64_t sum() const { return m_sum; }
    SizeSummary over(uint64_t count) const
    {
        return {m_smallest, m_largest, count == 0 ? 0 : m_sum / static_cast<int64_t>(count)};
    }

private:
    int64_t m_smallest = 0;
    int64_t m_largest = 0;
    int64_t m_sum = 0;
};

/// Packets that a network card or a switch gave out twice, as tcptrace knows them.
class HardwareDuplicates
{
public:
    bool isOne(const Segment& segment, SeqNum seq)
    {
        const Packet packet{seq.value, segment.ipId};
        const bool telling = segment.hasIpId && packet.seq != 0 && packet.ipId != 0;
        if (telling && std::ranges::find(m_recent, packet) != m_recent.end())
            return true;
        m_recent[m_next++ % m_recent.size()] = packet;
        return false;
    }

private:
    struct Packet
    {
        uint32_t seq = 0;
        uint16_t ipId = 0;

        friend bool operator==(const Packet&, const Packet&) = default;
    };

    std::array<Packet, 8> m_recent;
    size_t m_next = 0;
};

/// Case 1 to 3 of RFC 2883 4: the first block lies below the acknowledgment or within another block.
bool isDSack(const Connection& connection, const LocatedSegment& located)
{
    const Flow& flow = connection.flow(located.side);
    const Flow& other = connection.flow(otherSide(located.side));
    const SackBlock first = flow.sackBlock(located.segment, 0, other);
    if (first.right <= located.segment.ack)
        return true;
    if (located.segment.sackBlockCount < 2)
        return false;
    const SackBlock second = flow.sackBlock(located.segment, 1, other);
    const bool within = first.right <= second.right && first.left >= second.left;
    const bool overlapsBegin = first.left <= second.left && first.right > second.left;
    const bool overlapsEnd = first.right >= second.right && first.left < second.right;
    return within || overlapsBegin || overlapsEnd;
}

/// What is remembered of one side while its packets are counted.
struct SideState
{
    FlowStatistics statistics;
    SentRecords sent;
    HardwareDuplicates duplicates;
    SizeCounter segments;
    SizeCounter windows;
    uint64_t windowPackets = 0;      ///< that the mean of the windows is over
    bool isScaled = false;           ///< a scaled window was seen
    int64_t lastWindow = 0;          ///< of the last packet that was no RST
    std::optional<StreamOffset> ack; ///< last acknowledgment, or the other side's SYN
    std::optional<StreamOffset> syn;
    std::optional<StreamOffset> fin; ///< its own offset
    StreamOffset lastEnd;            ///< of the data of the last packet
    bool isDataAcked = false;        ///< of this side's data
    std::optional<Timestamp> firstData;
    Timestamp lastData;
    std::optional<Timestamp> last;
    uint32_t dupAckRun = 0;   ///< of this side's data
    Duration lastRoundTrip{}; ///< of the last acknowledgment, 0 when that gave no sample
    int64_t fullSize = 0;     ///< bytes of the largest range with a sample
    SizeCounter outstanding;
    uint64_t outstandingCount = 0;
    std::optional<Timestamp> outstandingSince;
    int64_t lastOutstanding = 0;
    double outstandingSeconds = 0; ///< sum of bytes times seconds
};

class Counter
{
public:
    explicit Counter(const Connection& connection)
        : m_connection(connection)
    {
    }

    void step(const LocatedSegment& located);
    std::array<FlowStatistics, 2> finish();

private:
    int64_t windowOf(const Segment& segment) const;
    void takeFlags(const Segment& segment);
    void takeOptions(const LocatedSegment& located);
    void takeData(const Segment& segment);
    SentRecords::Sent takeSequence(const Segment& segment);
    void takeAcknowledgment(const Segment& segment, int64_t window);
    void takeSample(const SentRecords::Acknowledged& acknowledged);
    void takeWindow(const Segment& segment, int64_t window);
    void takeSack(const LocatedSegment& located);
    void takeInitialWindow(const Segment& segment, bool isResent);
    void takeOutstanding(const Segment& segment);
    void finishSide(Side side);

    const Connection& m_connection;
    std::array<SideState, 2> m_sides; ///< by Side
    SideState* m_own = nullptr;       ///< of the packet that is counted
    SideState* m_other = nullptr;
};

/// Scaled once both sides have asked for it (RFC 7323 2.2), as far as their SYNs were seen by then.
int64_t Counter::windowOf(const Segment& segment) const
{
    if (!segment.flags.ack() && !segment.flags.syn())
        return 0;
    const bool scales = m_own->statistics.asksWindowScale && m_other->statistics.asksWindowScale;
    return int64_t{segment.rawWindow} << (scales && !segment.flags.syn() ? m_own->statistics.windowScale : 0);
}

void Counter::takeFlags(const Segment& segment)
{
    FlowStatistics& own = m_own->statistics;
    ++own.packets;
    own.resets += segment.flags.rst() ? 1 : 0;
    own.syns += segment.flags.syn() ? 1 : 0;
    own.fins += segment.flags.fin() ? 1 : 0;
    own.acks += segment.flags.ack() ? 1 : 0;
    own.pureAcks += segment.isPureAck() ? 1 : 0;
    if (m_own->last)
        own.longestIdle = std::max(*own.longestIdle, segment.time - *m_own->last);
    else
        own.longestIdle = Duration(0);
    m_own->last = segment.time;
    m_own->lastEnd = segment.seq + segment.payloadLength;
    if (segment.flags.syn())
        m_own->syn = m_other->ack = segment.seq;
    if (segment.flags.fin())
        m_own->fin = m_own->lastEnd;
}

void Counter::takeOptions(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    FlowStatistics& own = m_own->statistics;
    const std::optional<SynOptions>& syn = m_connection.flow(located.side).synOptions;
    if (segment.flags.syn() && syn) {
        own.maximumSegmentSize = syn->maximumSegmentSize.value_or(own.maximumSegmentSize);
        own.asksWindowScale = own.asksWindowScale || syn->windowScale;
        own.windowScale = syn->windowScale.value_or(own.windowScale);
        own.permitsSack = own.permitsSack || syn->sackPermitted;
    }
    own.asksTimestamps = own.asksTimestamps || segment.hasTimestamps;
    if (!segment.flags.syn() && !(own.asksWindowScale && m_other->statistics.asksWindowScale))
        own.windowScale = m_other->statistics.windowScale = 0;
    own.sackOptions += segment.sackBlockCount > 0 ? 1 : 0;
}

void Counter::takeData(const Segment& segment)
{
    if (segment.payloadLength == 0)
        return;
    FlowStatistics& own = m_own->statistics;
    ++own.dataPackets;
    own.dataBytes += segment.payloadLength;
    own.pushed += segment.flags.psh() ? 1 : 0;
    own.urgentPackets += segment.flags.urg() ? 1 : 0;
    m_own->segments.add(segment.payloadLength);
    if (!m_own->firstData)
        m_own->firstData = segment.time;
    m_own->lastData = segment.time;
}

/// A packet against a closed window is a probe and counts as nothing else. A SYN or FIN is no unique byte, and one that
/// is sent again is no re-sent byte of data.
SentRecords::Sent Counter::takeSequence(const Segment& segment)
{
    if (segment.segLen() == 0)
        return {};
    FlowStatistics& own = m_own->statistics;
    if (m_other->lastWindow == 0 && m_other->statistics.packets > 0 && !segment.flags.syn()) {
        ++own.windowProbes;
        own.windowProbeBytes += segment.payloadLength;
        return {};
    }
    const SentRecords::Sent sent = m_own->sent.send(segment.seq, segment.end(), segment.time);
    const bool synAgain = segment.flags.syn() && own.syns > 1;
    const bool finAgain = segment.flags.fin() && own.fins > 1;
    const int64_t resentData = sent.resentBytes - (synAgain ? 1 : 0) - (finAgain ? 1 : 0);
    own.uniqueBytes += std::max<int64_t>(0, segment.payloadLength - resentData);
    own.outOfOrder += sent.outOfOrder ? 1 : 0;
    own.resentPackets += sent.resentBytes > 0 ? 1 : 0;
    own.resentBytes += sent.resentBytes;
    return sent;
}

void Counter::takeSample(const SentRecords::Acknowledged& acknowledged)
{
    using Sample = SentRecords::Acknowledged::Sample;
    FlowStatistics& sender = m_other->statistics;
    sender.cumulativelyAcked += acknowledged.cumulative;
    if (acknowledged.sample == Sample::None)
        return;
    m_other->lastRoundTrip = Duration(0);
    if (acknowledged.sample == Sample::AfterLoss) {
        ++sender.acksAfterLoss;
    } else if (acknowledged.sample == Sample::Ambiguous) {
        sender.ambiguousRoundTrip.add(acknowledged.roundTrip);
    } else {
        m_other->lastRoundTrip = acknowledged.roundTrip;
        sender.roundTrip.add(acknowledged.roundTrip);
        if (acknowledged.bytes > m_other->fullSize) {
            m_other->fullSize = acknowledged.bytes;
            sender.fullSizeRoundTrip = {};
        }
        if (acknowledged.bytes == m_other->fullSize)
            sender.fullSizeRoundTrip.add(acknowledged.roundTrip);
    }
}

/// A duplicate by the rule of BSD: the last acknowledgment again, without data and with the same window, while
/// something is or was outstanding.
void Counter::takeAcknowledgment(const Segment& segment, int64_t window)
{
    constexpr uint32_t dupAckThreshold = 3; // RFC 5681 3.2
    const SentRecords::Acknowledged acknowledged = m_other->sent.acknowledge(segment.ack, segment.time);
    takeSample(acknowledged);
    const bool isDuplicate = acknowledged.endsAtKnownRange && m_own->ack == segment.ack && segment.payloadLength == 0
        && window == m_own->lastWindow && m_other->outstanding.sum() > 0;
    m_other->dupAckRun = isDuplicate ? m_other->dupAckRun + 1 : 0;
    m_other->statistics.dupAcks += isDuplicate ? 1 : 0;
    m_other->statistics.tripleDupAcks += m_other->dupAckRun == dupAckThreshold ? 1 : 0;
    if (m_other->syn && segment.ack == *m_other->syn + 1 && m_other->statistics.syns == 1)
        m_other->statistics.handshakeRoundTrip = m_other->lastRoundTrip;
}

/// The first scaled window makes what the SYN said without a scale forgotten.
void Counter::takeWindow(const Segment& segment, int64_t window)
{
    m_own->lastWindow = window;
    if (!segment.flags.ack() && !segment.flags.syn())
        return;
    const bool scales = m_own->statistics.asksWindowScale && m_other->statistics.asksWindowScale;
    if (scales && !segment.flags.syn() && window > 0 && !m_own->isScaled) {
        m_own->isScaled = true;
        m_own->windows = {};
        m_own->windowPackets = 1;
    }
    m_own->windows.add(window);
    m_own->statistics.zeroWindows += segment.flags.ack() && window == 0 ? 1 : 0;
}

void Counter::takeSack(const LocatedSegment& located)
{
    const uint8_t blocks = located.segment.sackBlockCount;
    if (blocks == 0)
        return;
    FlowStatistics& own = m_own->statistics;
    ++own.sacks;
    own.mostSackBlocks = std::max<uint32_t>(own.mostSackBlocks, blocks);
    own.dSacks += isDSack(m_connection, located) ? 1 : 0;
}

/// Data that is sent before the other side has acknowledged any.
void Counter::takeInitialWindow(const Segment& segment, bool isResent)
{
    if (segment.flags.ack() && (!m_other->syn || segment.ack != *m_other->syn + 1))
        m_other->isDataAcked = true;
    if (segment.payloadLength == 0 || m_own->isDataAcked || isResent)
        return;
    m_own->statistics.initialWindowBytes += segment.payloadLength;
    ++m_own->statistics.initialWindowPackets;
}

void Counter::takeOutstanding(const Segment& segment)
{
    const StreamOffset end = segment.seq + segment.payloadLength;
    const int64_t bytes = m_other->ack ? end - (*m_other->ack - 1) : segment.payloadLength;
    const int64_t outstanding = std::max<int64_t>(0, bytes);
    m_own->outstanding.add(outstanding);
    ++m_own->outstandingCount;
    if (m_own->outstandingSince)
        m_own->outstandingSeconds
            += static_cast<double>(m_own->lastOutstanding) * toSeconds(segment.time - *m_own->outstandingSince);
    m_own->outstandingSince = segment.time;
    m_own->lastOutstanding = outstanding;
}

void Counter::step(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    m_own = &m_sides[sideIndex(located.side)];
    m_other = &m_sides[sideIndex(otherSide(located.side))];
    const int64_t window = windowOf(segment);
    m_own->windowPackets += m_own->isScaled ? 1 : 0;
    takeFlags(segment);
    takeOptions(located);
    takeData(segment);
    const SeqNum seq = m_connection.flow(located.side).rawSeq(segment.seq);
    m_own->statistics.hardwareDuplicates += m_own->duplicates.isOne(segment, seq) ? 1 : 0;
    const SentRecords::Sent sent = takeSequence(segment);
    if (segment.flags.ack())
        takeAcknowledgment(segment, window);
    if (segment.flags.rst())
        return;
    takeWindow(segment, window);
    if (segment.flags.ack()) {
        takeSack(located);
        m_own->ack = segment.ack;
    }
    takeInitialWindow(segment, sent.resentBytes > 0);
    if (!segment.flags.syn() && !sent.outOfOrder && sent.resentBytes == 0)
        takeOutstanding(segment);
}

void Counter::finishSide(Side side)
{
    SideState& state = m_sides[sideIndex(side)];
    FlowStatistics& statistics = state.statistics;
    const RareFacts& rare = *m_connection.flow(side).rare.operator->();
    const double seconds = toSeconds(m_connection.lastTime - m_connection.firstTime);
    statistics.urgentBytes = rare.urgentBytes;
    statistics.truncatedBytes = rare.truncatedBytes;
    statistics.truncatedPackets = rare.truncatedSegments;
    statistics.segment = state.segments.over(statistics.dataPackets);
    const bool bothScaled = m_sides[0].isScaled && m_sides[1].isScaled;
    statistics.window = state.windows.over(bothScaled ? state.windowPackets : statistics.packets);
    statistics.outstanding = state.outstanding.over(state.outstandingCount);
    if (state.firstData)
        statistics.dataTime = state.lastData - *state.firstData;
    if (state.syn && state.fin) {
        const StreamOffset last = statistics.resets > 0 ? state.lastEnd : *state.fin;
        statistics.streamLength = last - *state.syn - 1;
        statistics.missedBytes = *statistics.streamLength - statistics.uniqueBytes;
    }
    if (seconds > 0) {
        statistics.outstandingOverTime = static_cast<int64_t>(state.outstandingSeconds / seconds);
        statistics.throughput = static_cast<double>(statistics.uniqueBytes) / seconds;
    }
    statistics.mostResends = state.sent.mostResends();
    statistics.resendIntervals = state.sent.resendIntervals();
}

std::array<FlowStatistics, 2> Counter::finish()
{
    finishSide(Side::Client);
    finishSide(Side::Server);
    return {m_sides[0].statistics, m_sides[1].statistics};
}

} // namespace

std::array<FlowStatistics, 2> flowStatisticsOf(const Connection& connection)
{
    Counter counter(connection);
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);)
        counter.step(located);
    return counter.finish();
}

} // namespace whyrst
