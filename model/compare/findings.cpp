#include "model/compare/findings.h"

#include "model/analysis/byte_ranges.h"
#include "model/diagnosis/evidence.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t leastSends = 3;     // comparison.md 5.6
constexpr size_t leastAcks = 3;      // comparison.md 5.6
constexpr double mostAcksLost = 0.8; // comparison.md 5.6
constexpr size_t namedFrames = 12;   ///< of a finding; more prove nothing more

ComparePlace pathOf(Side from)
{
    return from == Side::Client ? ComparePlace::PathToServer : ComparePlace::PathToClient;
}

ComparePlace hostOf(Side side)
{
    return side == Side::Client ? ComparePlace::ClientHost : ComparePlace::ServerHost;
}

std::string times(size_t count)
{
    return count == 1 ? "once" : grouped(static_cast<int64_t>(count)) + " times";
}

std::string bytesFromTo(int64_t begin, int64_t end)
{
    return "Bytes " + grouped(begin) + " to " + grouped(end - 1);
}

/// Bytes of a direction that its receiver never acknowledged, and all that was tried to bring them there.
struct StuckBytes
{
    int64_t begin = 0;
    int64_t end = 0;
    std::vector<uint32_t> sends; ///< indices of sent packets that hold the first byte
    size_t lost = 0;
    size_t afterEnd = 0;
    size_t beforeStart = 0;
    size_t arrived = 0; ///< whole and with a right checksum
    size_t broken = 0;
    size_t checked = 0; ///< of those that arrived: the capture could check that they are whole
    bool laterArrived = false;
};

/// What became of the data of one direction.
class WayFindings
{
public:
    WayFindings(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from)
        : m_traces(traces)
        , m_packets(ways[sideIndex(from)])
        , m_back(ways[sideIndex(otherSide(from))])
        , m_pair(pair)
        , m_way(pair.way(from))
        , m_backWay(pair.way(otherSide(from)))
        , m_from(from)
    {
    }

    void find()
    {
        if (m_way.isSideMissing)
            return;
        if (const auto stuck = findStuck(true))
            explainStuck(*stuck);
        if (!m_found) {
            if (const auto stuck = findStuck(false))
                explainUnanswered(*stuck);
        }
        addLoss();
        addNeedless();
    }

private:
    /// The highest number that the receiver acknowledged, in its own capture.
    int64_t highestAck() const
    {
        int64_t highest = 0;
        for (const WayPacket& packet : m_back.sent) {
            if (packet.flags.ack() && !packet.flags.rst())
                highest = std::max(highest, packet.ack);
        }
        return highest;
    }

    std::span<const PacketLink> linksOf(uint32_t sent) const
    {
        const auto range = std::ranges::equal_range(m_way.links, sent, {}, &PacketLink::sent);
        return {range.begin(), range.end()};
    }

    ByteRanges goodArrivals() const
    {
        ByteRanges good;
        for (const PacketLink& link : m_way.links) {
            if (!m_packets.arrived[link.arrived].hasBadChecksum)
                good.add(link.begin, link.begin + link.length);
        }
        return good;
    }

    /// The first bytes that were not acknowledged: that never arrived (`neverArrived`), or that did.
    std::optional<StuckBytes> findStuck(bool neverArrived) const
    {
        const int64_t acknowledged = highestAck();
        const ByteRanges good = goodArrivals();
        std::optional<StuckBytes> stuck;
        for (const WayPacket& packet : m_packets.sent) {
            const int64_t from = std::max(packet.dataBegin(), acknowledged);
            if (packet.length == 0 || from >= packet.dataEnd())
                continue;
            const auto [begin, end]
                = neverArrived ? firstHole(good, from, packet.dataEnd()) : std::pair(from, packet.dataEnd());
            if (begin < end && (!stuck || begin < stuck->begin))
                stuck = StuckBytes{begin, end, {}, 0, 0, 0, 0, 0, 0, false};
        }
        if (!stuck)
            return std::nullopt;
        countSends(*stuck);
        const std::optional<StreamOffset> highest = good.highest();
        stuck->laterArrived = highest && highest->value > stuck->end;
        return stuck;
    }

    static std::pair<int64_t, int64_t> firstHole(const ByteRanges& good, int64_t begin, int64_t end)
    {
        const int64_t from = good.contiguousEnd(StreamOffset{begin}).value;
        if (from >= end)
            return {end, end};
        const std::optional<StreamOffset> next = good.nextCovered(StreamOffset{from});
        return {from, next ? std::min(end, next->value) : end};
    }

    void countSends(StuckBytes& stuck) const
    {
        for (uint32_t index = 0; index < m_packets.sent.size(); ++index) {
            const WayPacket& packet = m_packets.sent[index];
            if (packet.dataBegin() > stuck.begin || packet.dataEnd() <= stuck.begin)
                continue;
            stuck.sends.push_back(index);
            const auto links = linksOf(index);
            const auto holds = [&](const PacketLink& link) {
                return link.begin.value <= stuck.begin && stuck.begin < link.begin.value + link.length;
            };
            const auto link = std::ranges::find_if(links, holds);
            if (link != links.end()) {
                ++(m_packets.arrived[link->arrived].hasBadChecksum ? stuck.broken : stuck.arrived);
                stuck.checked += m_packets.arrived[link->arrived].hasGoodChecksum ? 1 : 0;
                continue;
            }
            const SentVerdict verdict = m_way.sent[packet.row];
            stuck.lost += verdict == SentVerdict::Lost || verdict == SentVerdict::PartLost ? 1 : 0;
            stuck.afterEnd += verdict == SentVerdict::AfterEnd ? 1 : 0;
            stuck.beforeStart += verdict == SentVerdict::BeforeStart ? 1 : 0;
        }
    }

    CompareFinding make(CauseId cause, ComparePlace place, Confidence confidence, const StuckBytes& stuck)
    {
        CompareFinding finding;
        finding.cause = cause;
        finding.id = causeName(cause);
        finding.place = place;
        finding.confidence = confidence;
        finding.flow = m_from;
        addFrames(finding, stuck);
        m_found = true;
        return finding;
    }

    std::vector<PacketNumber>& framesAt(CompareFinding& finding, Side capture) const
    {
        return capture == Side::Client ? finding.clientFrames : finding.serverFrames;
    }

    void addFrames(CompareFinding& finding, const StuckBytes& stuck) const
    {
        const Flow& sender = flowOf(m_traces, m_pair, m_from, m_from);
        const Flow& receiver = flowOf(m_traces, m_pair, m_from, otherSide(m_from));
        for (const uint32_t index : stuck.sends) {
            if (framesAt(finding, m_from).size() >= namedFrames)
                return;
            framesAt(finding, m_from).push_back(sender.segments.at(m_packets.sent[index].row).frame);
            for (const PacketLink& link : linksOf(index))
                framesAt(finding, otherSide(m_from))
                    .push_back(receiver.segments.at(m_packets.arrived[link.arrived].row).frame);
        }
    }

    std::string senderName() const { return std::string("the ") + sideName(m_from); }
    std::string receiverName() const { return std::string("the ") + sideName(otherSide(m_from)); }
    std::string sentPart(const StuckBytes& stuck) const
    {
        return bytesFromTo(stuck.begin, stuck.end) + " were sent " + times(stuck.sends.size()) + " by " + senderName();
    }

    void explainStuck(const StuckBytes& stuck)
    {
        if (stuck.sends.size() < leastSends || stuck.beforeStart > 0)
            return;
        if (stuck.broken >= 2) {
            CompareFinding finding = make(CauseId::CorruptedSegment, pathOf(m_from), Confidence::Certain, stuck);
            finding.text = sentPart(stuck) + " and arrived " + times(stuck.broken)
                + ", each time with a bad checksum: " + receiverName() + " drops them.";
            m_pair.findings.push_back(std::move(finding));
            return;
        }
        if (stuck.arrived + stuck.broken > 0)
            return;
        // With a single certain loss the other capture shows at least that the first send did not come.
        const Confidence confidence = stuck.lost > 0 ? Confidence::Certain : Confidence::Likely;
        const CauseId cause = !stuck.laterArrived ? CauseId::PathOutage
            : onlyLargeMissing(stuck)             ? CauseId::MtuBlackHole
                                                  : CauseId::SegmentBlackHole;
        CompareFinding finding = make(cause, pathOf(m_from), confidence, stuck);
        finding.text = sentPart(stuck) + " and never reached " + receiverName() + "'s capture" + lossWords(stuck)
            + afterWords(cause);
        m_pair.findings.push_back(std::move(finding));
    }

    static std::string lossWords(const StuckBytes& stuck)
    {
        if (stuck.afterEnd == 0)
            return "";
        if (stuck.lost == 0)
            return " (all after its last packet: lost, if it still ran)";
        return " (" + grouped(static_cast<int64_t>(stuck.lost)) + " certainly lost, "
            + grouped(static_cast<int64_t>(stuck.afterEnd)) + " after its last packet)";
    }

    static std::string afterWords(CauseId cause)
    {
        switch (cause) {
        case CauseId::SegmentBlackHole:
            return "; later bytes did arrive.";
        case CauseId::MtuBlackHole:
            return "; smaller packets did arrive.";
        default:
            return ", nor did anything after them.";
        }
    }

    /// Whether every packet that is missing is larger than every one that arrived.
    bool onlyLargeMissing(const StuckBytes& stuck) const
    {
        uint32_t largestArrived = 0;
        for (const PacketLink& link : m_way.links)
            largestArrived = std::max(largestArrived, m_packets.arrived[link.arrived].length);
        return std::ranges::all_of(
            stuck.sends, [&](uint32_t index) { return m_packets.sent[index].length > largestArrived; });
    }

    /// Bytes that arrived several times and were not acknowledged, or whose acknowledgments got lost.
    void explainUnanswered(const StuckBytes& stuck)
    {
        if (stuck.arrived < leastSends || stuck.checked == 0)
            return;
        CompareFinding finding = make(CauseId::ReceiverDiscards, hostOf(otherSide(m_from)), Confidence::Likely, stuck);
        finding.text = sentPart(stuck) + ", arrived " + times(stuck.arrived) + " whole, and " + receiverName()
            + " never acknowledged them.";
        m_pair.findings.push_back(std::move(finding));
    }

    void addLoss()
    {
        size_t lost = 0;
        for (const WayPacket& packet : m_packets.sent) {
            const SentVerdict verdict = m_way.sent[packet.row];
            lost += verdict == SentVerdict::Lost || verdict == SentVerdict::PartLost ? 1 : 0;
        }
        if (lost == 0)
            return;
        CompareFinding finding;
        finding.id = "loss";
        finding.place = pathOf(m_from);
        finding.confidence = Confidence::Certain;
        finding.flow = m_from;
        finding.text = grouped(static_cast<int64_t>(lost)) + " of "
            + grouped(static_cast<int64_t>(m_packets.sent.size())) + " packets from " + senderName()
            + " were lost on the way to " + receiverName() + ".";
        m_pair.findings.push_back(std::move(finding));
    }

    /// Data that was sent again although all of it had arrived from an earlier transmission.
    void addNeedless()
    {
        ByteRanges arrived;
        size_t needless = 0;
        for (uint32_t index = 0; index < m_packets.sent.size(); ++index) {
            const WayPacket& packet = m_packets.sent[index];
            if (packet.length == 0)
                continue;
            const StreamOffset begin{packet.dataBegin()};
            const StreamOffset end{packet.dataEnd()};
            needless += arrived.contains(begin, end) ? 1 : 0;
            for (const PacketLink& link : linksOf(index))
                arrived.add(link.begin, link.begin + link.length);
        }
        if (needless == 0)
            return;
        CompareFinding finding;
        finding.id = "needless";
        finding.place = ComparePlace::Unknown;
        finding.confidence = Confidence::Certain;
        finding.flow = m_from;
        finding.text = grouped(static_cast<int64_t>(needless)) + " packets of " + senderName()
            + " were sent again although their bytes had arrived.";
        m_pair.findings.push_back(std::move(finding));
    }

    const TracePair& m_traces;
    const WayPackets& m_packets;
    const WayPackets& m_back;
    ConnectionPair& m_pair;
    const Way& m_way;
    const Way& m_backWay;
    Side m_from;
    bool m_found = false;
};

/// Bytes that arrived and were acknowledged, while the acknowledgments got lost.
void findAckLoss(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from)
{
    const WayPackets& packets = ways[sideIndex(from)];
    const WayPackets& back = ways[sideIndex(otherSide(from))];
    const Way& way = pair.way(from);
    const Way& backWay = pair.way(otherSide(from));
    if (way.isSideMissing || backWay.isSideMissing)
        return;
    int64_t learnt = 0; // what the sender got acknowledged
    for (const WayPacket& packet : back.arrived) {
        if (packet.flags.ack() && !packet.flags.rst())
            learnt = std::max(learnt, packet.ack);
    }
    // The first bytes that the sender never got acknowledged: how often they were sent and arrived.
    int64_t begin = INT64_MAX;
    for (const WayPacket& packet : packets.sent) {
        if (packet.length > 0 && packet.dataEnd() > learnt)
            begin = std::min(begin, std::max(packet.dataBegin(), learnt));
    }
    if (begin == INT64_MAX)
        return;
    CompareFinding finding;
    size_t arrivals = 0;
    Timestamp last = Timestamp::min();
    for (const PacketLink& link : way.links) {
        const WayPacket& arrived = packets.arrived[link.arrived];
        if (link.begin.value > begin || link.begin.value + link.length <= begin || arrived.hasBadChecksum)
            continue;
        ++arrivals;
        last = std::max(last, arrived.time);
        auto& frames = otherSide(from) == Side::Client ? finding.clientFrames : finding.serverFrames;
        if (frames.size() < namedFrames)
            frames.push_back(flowOf(traces, pair, from, otherSide(from)).segments.at(arrived.row).frame);
    }
    if (arrivals < leastSends)
        return;
    size_t acks = 0;
    size_t lost = 0;
    for (const WayPacket& packet : back.sent) {
        if (!packet.flags.ack() || packet.flags.rst() || packet.ack <= begin || packet.time > last)
            continue;
        ++acks;
        const SentVerdict verdict = backWay.sent[packet.row];
        lost += verdict != SentVerdict::Delivered && verdict != SentVerdict::PartMissed ? 1 : 0;
    }
    if (acks < leastAcks || static_cast<double>(lost) <= mostAcksLost * static_cast<double>(acks))
        return;
    finding.cause = CauseId::AckPathLoss;
    finding.id = causeName(CauseId::AckPathLoss);
    finding.place = pathOf(otherSide(from));
    finding.confidence = Confidence::Certain;
    finding.flow = from;
    finding.text = "The data from byte " + grouped(begin) + " on arrived " + times(arrivals)
        + " and was acknowledged, but " + grouped(static_cast<int64_t>(lost)) + " of "
        + grouped(static_cast<int64_t>(acks)) + " such acknowledgments were lost on the way back.";
    pair.findings.push_back(std::move(finding));
}

void findSackRule(ConnectionPair& pair)
{
    for (const Side from : {Side::Client, Side::Server}) {
        if (!pair.way(from).keepsSackBlocks)
            continue;
        CompareFinding finding;
        finding.cause = CauseId::SackMangled;
        finding.id = causeName(CauseId::SackMangled);
        finding.place = ComparePlace::Box;
        finding.confidence = Confidence::Certain;
        finding.flow = otherSide(from);
        finding.text = std::string("A box shifts the sequence numbers of ") + directionName(otherSide(from))
            + ", but not the SACK blocks that answer them.";
        pair.findings.push_back(std::move(finding));
    }
}

void findResets(ConnectionPair& pair)
{
    for (const ResetOrigin& origin : pair.resets) {
        const bool injected = origin.sentBy == ResetSender::Middlebox;
        if (!origin.isFirst || (!injected && !origin.neverArrived))
            continue;
        const std::string side = sideName(origin.flow);
        CompareFinding finding;
        finding.flow = origin.flow;
        finding.confidence = origin.confidence.value_or(Confidence::Likely);
        if (origin.clientFrame)
            finding.clientFrames = {*origin.clientFrame};
        if (origin.serverFrame)
            finding.serverFrames = {*origin.serverFrame};
        if (injected) {
            finding.cause = CauseId::InjectedReset;
            finding.id = causeName(CauseId::InjectedReset);
            finding.place = ComparePlace::Box;
            const std::string seenAt = sideName(otherSide(origin.flow));
            finding.text = "The RST with the " + side + "'s address that the " + seenAt + "'s capture shows "
                + (finding.confidence == Confidence::Certain ? "never left" : "does not appear in the capture at")
                + " the " + side + ": a box on the path sent it.";
        } else {
            finding.id = "reset-lost";
            finding.place = pathOf(origin.flow);
            finding.text = "The " + side + " really sent its RST, but it never reached the "
                + sideName(otherSide(origin.flow)) + ", for which the connection stays open.";
        }
        pair.findings.push_back(std::move(finding));
    }
}

/// Order of comparison.md 5.6; findings without a cause are context.
int rankOf(const CompareFinding& finding)
{
    if (!finding.cause)
        return finding.id == "reset-lost" ? 20 : 30;
    switch (*finding.cause) {
    case CauseId::InjectedReset:
        return 0;
    case CauseId::SackMangled:
        return 1;
    case CauseId::CorruptedSegment:
        return 2;
    case CauseId::MtuBlackHole:
    case CauseId::SegmentBlackHole:
        return 3;
    case CauseId::AckPathLoss:
        return 4;
    case CauseId::ReceiverDiscards:
        return 5;
    default:
        return 6;
    }
}

} // namespace

const char* directionName(Side from)
{
    return from == Side::Client ? "client > server" : "server > client";
}

void findFindings(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair)
{
    findResets(pair);
    findSackRule(pair);
    for (const Side from : {Side::Client, Side::Server}) {
        findAckLoss(traces, ways, pair, from);
        WayFindings(traces, ways, pair, from).find();
    }
    std::ranges::stable_sort(pair.findings, {}, rankOf);
}

} // namespace whyrst
