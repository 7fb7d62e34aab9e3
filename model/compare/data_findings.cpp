#include "model/compare/data_findings.h"

#include "model/analysis/byte_ranges.h"
#include "model/compare/ack_loss.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"

#include <algorithm>
#include <set>

namespace whyrst {

namespace {

constexpr size_t leastLarge = 2; // diagnosis.md 1.7: distinct segments

std::string times(size_t count)
{
    return timesText(static_cast<int64_t>(count));
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
    bool passedBetween = false; ///< a packet arrived that was sent between the first re-send and the last
    bool passedAfter = false;   ///< ... after the last
    size_t lostBehind = 0;      ///< data packets behind the range that were sent after the last one that arrived
    bool openMeanwhile = false; ///< a packet of either side arrived that was sent before the next re-send was due
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
        addBroken();
        addNeedless();
        addReordered();
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
        return {std::ranges::lower_bound(m_way.links, sent, {}, &PacketLink::sent),
            std::ranges::upper_bound(m_way.links, sent, {}, &PacketLink::sent)};
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
                stuck = StuckBytes{begin, end, {}, 0, 0, 0, 0, 0, 0, false, false, false, 0, false};
        }
        if (!stuck)
            return std::nullopt;
        countSends(*stuck);
        findPassed(*stuck);
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

    /// What else arrived that was sent since the first re-send: of the sender, and of the receiver.
    void findPassed(StuckBytes& stuck) const
    {
        if (stuck.sends.size() < leastSends)
            return;
        const auto timeOf = [&](size_t send) { return m_packets.sent[stuck.sends[send]].time; };
        const Timestamp since = timeOf(1);
        const Timestamp last = timeOf(stuck.sends.size() - 1);
        const Timestamp due = last + 2 * (last - timeOf(stuck.sends.size() - 2));
        uint32_t afterArrived = 0;
        for (const PacketLink& link : m_way.links) {
            afterArrived = std::max(afterArrived, link.sent + 1);
            const Timestamp time = m_packets.sent[link.sent].time;
            stuck.passedBetween = stuck.passedBetween || (time > since && time < last);
            stuck.passedAfter = stuck.passedAfter || time > last;
            const TcpFlags flags = m_packets.sent[link.sent].flags;
            const bool isWoken = flags.rst() && !flags.ack(); // the sender had given up; the path may be open again
            stuck.openMeanwhile = stuck.openMeanwhile || (time > since && time <= due && !isWoken);
        }
        const auto isBehind
            = [&](const WayPacket& packet) { return packet.length > 0 && packet.dataBegin() >= stuck.end; };
        stuck.lostBehind
            = static_cast<size_t>(std::ranges::count_if(std::span(m_packets.sent).subspan(afterArrived), isBehind));
        for (const PacketLink& link : m_backWay.links) {
            const WayPacket& packet = m_back.sent[link.sent];
            const bool isEnd = packet.flags.rst() && packet.flags.ack();
            stuck.openMeanwhile = stuck.openMeanwhile || (packet.time > since && packet.time <= (isEnd ? due : last));
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
        return capital(bytesFromTo(stuck.begin, stuck.end))
            + (stuck.end - stuck.begin == 1 ? " was sent " : " were sent ") + times(stuck.sends.size()) + " by "
            + senderName();
    }

    void explainStuck(const StuckBytes& stuck)
    {
        if (stuck.sends.size() < leastSends || stuck.beforeStart > 0)
            return;
        if (stuck.broken >= 2) {
            CompareFinding finding = make(CauseId::CorruptedSegment, pathOf(m_from), Confidence::Certain, stuck);
            finding.text = sentPart(stuck) + " and arrived " + times(stuck.broken)
                + ", each time with a bad checksum: " + receiverName() + " drops them.";
            finding.addition = "";
            m_pair.findings.push_back(std::move(finding));
            return;
        }
        if (stuck.arrived + stuck.broken > 0)
            return;
        const CauseId cause = causeOf(stuck);
        CompareFinding finding
            = make(cause, pathOf(m_from), isSure(stuck, cause) ? Confidence::Certain : Confidence::Likely, stuck);
        const std::string capture = receiverName() + "'s capture" + lossWords(stuck) + afterWords(cause, stuck);
        finding.text = sentPart(stuck) + " and never reached " + capture;
        finding.addition = "None of these sends reached " + capture;
        m_pair.findings.push_back(std::move(finding));
    }

    static std::string lossWords(const StuckBytes& stuck)
    {
        if (stuck.afterEnd == 0)
            return "";
        if (stuck.lost == 0)
            return " (all were sent after its last packet: lost, if it was still running)";
        return " (" + groupedDigits(static_cast<int64_t>(stuck.lost)) + " certainly lost, "
            + groupedDigits(static_cast<int64_t>(stuck.afterEnd)) + " after its last packet)";
    }

    CauseId causeOf(const StuckBytes& stuck) const
    {
        if (onlyLargeMissing(stuck) && (stuck.laterArrived || (stuck.openMeanwhile && isSeveralLarge(stuck))))
            return CauseId::MtuBlackHole;
        // As many packets behind the range as make trouble: it is only the first loss of an outage.
        const bool isRestLost = stuck.lostBehind >= leastSends && !stuck.passedAfter;
        const bool isRangeAlone = (stuck.laterArrived && !isRestLost) || stuck.passedBetween;
        return isRangeAlone ? CauseId::SegmentBlackHole : CauseId::PathOutage;
    }

    /// With a single certain loss the other capture shows at least that the first send did not come. Whether the path
    /// was closed to these bytes or to all shows only what was sent since the first re-send.
    bool isSure(const StuckBytes& stuck, CauseId cause) const
    {
        const bool anyPassed = stuck.passedBetween || stuck.passedAfter;
        if (stuck.lost == 0)
            return false;
        if (cause == CauseId::PathOutage)
            return !anyPassed && !stuck.laterArrived && !(onlyLargeMissing(stuck) && isSeveralLarge(stuck));
        return stuck.laterArrived && anyPassed;
    }

    static std::string afterWords(CauseId cause, const StuckBytes& stuck)
    {
        switch (cause) {
        case CauseId::SegmentBlackHole:
            return stuck.laterArrived ? "; later bytes did arrive." : "; other packets did arrive meanwhile.";
        case CauseId::MtuBlackHole:
            return "; smaller packets did arrive.";
        default:
            if (stuck.laterArrived)
                return "; some bytes behind them still arrived, then nothing any more.";
            return stuck.passedAfter ? "; what was sent after the last of them did arrive: the path was open again."
                                     : ", nor did anything after them.";
        }
    }

    /// Whether every packet that is missing is larger than every one that arrived.
    bool onlyLargeMissing(const StuckBytes& stuck) const
    {
        const uint32_t limit = largestArrived();
        return std::ranges::all_of(stuck.sends, [&](uint32_t index) { return m_packets.sent[index].length > limit; });
    }

    uint32_t largestArrived() const
    {
        uint32_t largest = 0;
        for (const PacketLink& link : m_way.links)
            largest = std::max(largest, m_packets.arrived[link.arrived].length);
        return largest;
    }

    /// Whether the stuck bytes are of two packets or more, and nothing of them is as small as what arrived.
    bool isSeveralLarge(const StuckBytes& stuck) const
    {
        const uint32_t limit = largestArrived();
        ByteRanges distinct;
        size_t large = 0;
        for (const WayPacket& packet : m_packets.sent) {
            if (packet.length == 0 || packet.dataBegin() < stuck.begin)
                continue;
            if (packet.length <= limit)
                return false;
            const StreamOffset begin{packet.dataBegin()};
            const StreamOffset end{packet.dataEnd()};
            large += distinct.contains(begin, end) ? 0 : 1;
            distinct.add(begin, end);
        }
        return large >= leastLarge;
    }

    /// Bytes that arrived several times and were not acknowledged, or whose acknowledgments got lost.
    void explainUnanswered(const StuckBytes& stuck)
    {
        if (stuck.arrived < leastSends || stuck.checked == 0)
            return;
        CompareFinding finding = make(CauseId::ReceiverDiscards, hostOf(otherSide(m_from)), Confidence::Likely, stuck);
        finding.text = sentPart(stuck) + ", arrived " + times(stuck.arrived) + " whole, and " + receiverName()
            + " never acknowledged " + (stuck.end - stuck.begin == 1 ? "it." : "them.");
        finding.addition = "";
        m_pair.findings.push_back(std::move(finding));
    }

    void addLoss()
    {
        const auto isLost = [&](uint32_t index) {
            const SentVerdict verdict = m_way.sent[m_packets.sent[index].row];
            return verdict == SentVerdict::Lost || verdict == SentVerdict::PartLost;
        };
        const std::string of
            = " of " + groupedDigits(static_cast<int64_t>(m_packets.sent.size())) + " packets from " + senderName();
        const std::string lost = " lost on the way to " + receiverName() + ".";
        addContext("loss", pathOf(m_from), isLost, {of + " was" + lost, of + " were" + lost});
    }

    /// Packets that arrived with a wrong checksum, when no cause tells of them.
    void addBroken()
    {
        const bool isTold = std::ranges::any_of(m_pair.findings, [&](const CompareFinding& finding) {
            return finding.cause == CauseId::CorruptedSegment && finding.flow == m_from;
        });
        if (isTold)
            return;
        std::set<uint32_t> rows;
        for (const Alteration& alteration : m_pair.alterations) {
            if (alteration.flow == m_from && alteration.isBroken)
                rows.insert(alteration.sent);
        }
        const std::string rest = " reached " + receiverName() + " with a wrong checksum: it drops ";
        addContext("arrived-broken", pathOf(m_from),
            [&](uint32_t index) { return rows.contains(m_packets.sent[index].row); },
            {" packet of " + senderName() + rest + "it.", " packets of " + senderName() + rest + "them."});
    }

    /// Data that was sent again although all of it had arrived whole from an earlier transmission.
    void addNeedless()
    {
        ByteRanges arrived;
        const auto isNeedless = [&](uint32_t index) {
            const WayPacket& packet = m_packets.sent[index];
            const StreamOffset begin{packet.dataBegin()};
            const StreamOffset end{packet.dataEnd()};
            const bool had = packet.length > 0 && arrived.contains(begin, end);
            for (const PacketLink& link : linksOf(index)) {
                if (!m_packets.arrived[link.arrived].hasBadChecksum) // the receiver has dropped it
                    arrived.add(link.begin, link.begin + link.length);
            }
            return had;
        };
        addContext("needless", ComparePlace::Unknown, isNeedless,
            {" packet of " + senderName() + " was sent again although its bytes had arrived.",
                " packets of " + senderName() + " were sent again although their bytes had arrived."});
    }

    void addReordered()
    {
        const auto isLate = [&](uint32_t index) {
            return std::ranges::any_of(
                linksOf(index), [](const PacketLink& link) { return link.order == ArrivalOrder::Reordered; });
        };
        const std::string rest = " after packets that were sent later.";
        const std::string reached = " reached " + receiverName();
        addContext("reordered", pathOf(m_from), isLate,
            {" packet of " + senderName() + reached + rest, " packets of " + senderName() + reached + rest});
    }

    /// What follows a number of packets in a sentence.
    struct CountedText
    {
        std::string one;
        std::string many;
    };

    /// A finding about the number of packets for which `holds` is true, asked in order; `text` follows the number.
    template <typename Holds>
    void addContext(const char* id, ComparePlace place, const Holds& holds, const CountedText& text)
    {
        CompareFinding finding;
        const Flow& sender = flowOf(m_traces, m_pair, m_from, m_from);
        size_t count = 0;
        for (uint32_t index = 0; index < m_packets.sent.size(); ++index) {
            if (!holds(index))
                continue;
            if (++count <= namedFrames)
                framesAt(finding, m_from).push_back(sender.segments.at(m_packets.sent[index].row).frame);
        }
        if (count == 0)
            return;
        finding.id = id;
        finding.place = place;
        finding.confidence = Confidence::Certain;
        finding.flow = m_from;
        finding.text = groupedDigits(static_cast<int64_t>(count)) + (count == 1 ? text.one : text.many);
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

} // namespace

ComparePlace pathOf(Side from)
{
    return from == Side::Client ? ComparePlace::PathToServer : ComparePlace::PathToClient;
}

ComparePlace hostOf(Side side)
{
    return side == Side::Client ? ComparePlace::ClientHost : ComparePlace::ServerHost;
}

void findDataFindings(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from)
{
    findAckLoss(traces, ways, pair, from);
    WayFindings(traces, ways, pair, from).find();
}

} // namespace whyrst
