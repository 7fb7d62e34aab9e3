#include "model/compare/way_verdicts.h"

#include "model/analysis/byte_ranges.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace whyrst {

namespace {

using std::chrono::milliseconds;

constexpr Duration leastMargin = milliseconds(5);    // comparison.md 5.1
constexpr Duration leastSpread = milliseconds(1);    ///< ours: where delays hardly vary, no more doubt is left
constexpr Duration earlyProof = milliseconds(5);     // comparison.md 5.2
constexpr Duration goesOnAfter = milliseconds(1);    // comparison.md 5.3
constexpr Duration idNeighbours = milliseconds(300); // comparison.md 5.3
constexpr int strangeIdDistance = 2000;              // comparison.md 5.3
constexpr int missedIdDistance = 50;                 // comparison.md 5.3
constexpr size_t gapNeighbours = 40;                 // comparison.md 5.3: packets on either side
constexpr int countedStep = 64;                      // comparison.md 5.3: a sender that counts its IDs
constexpr double countedShare = 0.8;                 // comparison.md 5.3
constexpr double missingShare = 0.05;                // comparison.md 5.1
constexpr double leakyShare = 0.001;                 // comparison.md 5.2
constexpr size_t fewPackets = 20;                    // comparison.md 10

/// The packets whose capture near the sender has them.
class SentJudge
{
public:
    SentJudge(Way& way, const WayPackets& packets, const WayPackets& back, const UsualDelay& usual,
        const WayWitness& witness, const ReceptionProof& proof)
        : m_way(way)
        , m_packets(packets)
        , m_back(back)
        , m_usual(usual)
        , m_witness(witness)
        , m_proof(proof)
        , m_margin(std::min(
              std::max(2 * witness.bound, Duration(leastMargin)), std::max(usual.spread(), Duration(leastSpread))))
    {
    }

    void judge()
    {
        auto link = m_way.links.begin();
        size_t proven = 0;
        for (uint32_t index = 0; index < m_packets.sent.size(); ++index) {
            const auto begin = link;
            while (link != m_way.links.end() && link->sent == index)
                ++link;
            const SentVerdict verdict = verdictOf(m_packets.sent[index], std::span(begin, link));
            m_way.sent[m_packets.sent[index].row] = verdict;
            proven += verdict == SentVerdict::MissedByCapture || verdict == SentVerdict::PartMissed ? 1 : 0;
        }
        const double allowed = std::max(1.0, leakyShare * static_cast<double>(m_packets.sent.size()));
        m_way.isLeaky = static_cast<double>(proven) > allowed || m_witness.atReceiver.hasDrops;
        if (m_way.isLeaky)
            doubtLostAcks();
    }

private:
    SentVerdict verdictOf(const WayPacket& packet, std::span<const PacketLink> links)
    {
        const std::vector<std::pair<int64_t, int64_t>> holes = holesOf(packet, links);
        if (holes.empty() && !links.empty())
            return SentVerdict::Delivered;
        if (m_way.isSideMissing)
            return SentVerdict::SideNotCaptured;
        if (links.empty() && std::ranges::binary_search(m_packets.arrivedElsewhere, partKey(packet)))
            return SentVerdict::Elsewhere;
        const Timestamp expected = packet.time + m_usual.at(packet.time);
        if (links.empty() && isProven(packet, expected))
            return SentVerdict::MissedByCapture;
        if (!links.empty()) {
            const bool allProven
                = std::ranges::all_of(holes, [&](const auto& hole) { return isProven(hole, expected); });
            return allProven ? SentVerdict::PartMissed : SentVerdict::PartLost;
        }
        if (expected < m_witness.atReceiver.begin)
            return SentVerdict::BeforeStart;
        return mayComeAfterEnd(packet) ? SentVerdict::AfterEnd : SentVerdict::Lost;
    }

    /// Right behind a packet that arrived the delay is known better than from all the others.
    bool mayComeAfterEnd(const WayPacket& packet) const
    {
        const std::optional<Duration> delay = m_usual.justBefore(packet.time);
        const Timestamp latest = delay ? packet.time + *delay + std::min<Duration>(m_margin, leastMargin)
                                       : packet.time + m_usual.at(packet.time) + m_margin;
        return latest > m_witness.atReceiver.end;
    }

    static std::vector<std::pair<int64_t, int64_t>> holesOf(const WayPacket& packet, std::span<const PacketLink> links)
    {
        std::vector<std::pair<int64_t, int64_t>> holes;
        int64_t at = packet.dataBegin();
        for (const PacketLink& link : links) {
            if (link.begin.value > at)
                holes.emplace_back(at, link.begin.value);
            at = std::max(at, link.begin.value + link.length);
        }
        if (at < packet.dataEnd())
            holes.emplace_back(at, packet.dataEnd());
        return holes;
    }

    bool isProven(const WayPacket& packet, Timestamp expected)
    {
        if (packet.flags.rst())
            return false;
        if (packet.isBareAck())
            return isEchoed(packet, expected);
        const int64_t end = packet.dataEnd() + (packet.flags.fin() ? 1 : 0);
        return isProven(std::pair(packet.seq, end), expected);
    }

    /// The receiver had the bytes although no packet of its capture brought them before.
    bool isProven(const std::pair<int64_t, int64_t>& bytes, Timestamp expected)
    {
        const Timestamp earliest = expected - earlyProof;
        const std::optional<Timestamp> time = m_proof.acknowledgedAt(bytes.first, bytes.second, earliest);
        return time && *time >= earliest && !isBroughtBefore(bytes, *time);
    }

    bool isBroughtBefore(const std::pair<int64_t, int64_t>& bytes, Timestamp time)
    {
        buildArrivals();
        const auto from = std::ranges::lower_bound(m_arrivals, bytes.first - m_longest, {}, &Arrival::begin);
        for (auto at = from; at != m_arrivals.end() && at->begin < bytes.second; ++at) {
            if (at->end > bytes.first && at->time < time)
                return true;
        }
        return false;
    }

    bool isEchoed(const WayPacket& packet, Timestamp expected)
    {
        if (!packet.hasStamps || !m_packets.marks.timestamps)
            return false;
        buildEchoes();
        const auto sent = m_stampCounts.find(packet.stamps.value);
        const auto echo = m_echoes.find(packet.stamps.value);
        return sent != m_stampCounts.end() && sent->second == 1 && echo != m_echoes.end()
            && echo->second >= expected - earlyProof;
    }

    void buildArrivals()
    {
        if (!m_arrivals.empty() || m_packets.arrived.empty())
            return;
        for (const WayPacket& packet : m_packets.arrived) {
            const int64_t end = packet.dataEnd() + (packet.flags.fin() ? 1 : 0);
            if (end == packet.seq || packet.hasBadChecksum)
                continue;
            m_arrivals.push_back({packet.seq, end, packet.time});
            m_longest = std::max(m_longest, end - packet.seq);
        }
        std::ranges::stable_sort(m_arrivals, {}, &Arrival::begin);
    }

    void buildEchoes()
    {
        if (!m_stampCounts.empty())
            return;
        for (const WayPacket& packet : m_packets.sent)
            ++m_stampCounts[packet.stamps.value];
        for (const WayPacket& packet : m_back.sent) {
            if (packet.hasStamps)
                m_echoes.emplace(packet.stamps.echo, packet.time);
        }
    }

    void doubtLostAcks()
    {
        for (const WayPacket& packet : m_packets.sent) {
            SentVerdict& verdict = m_way.sent[packet.row];
            if (packet.isBareAck() && verdict == SentVerdict::Lost)
                verdict = SentVerdict::LostOrMissed;
        }
    }

    struct Arrival
    {
        int64_t begin = 0;
        int64_t end = 0;
        Timestamp time;
    };

    Way& m_way;
    const WayPackets& m_packets;
    const WayPackets& m_back;
    const UsualDelay& m_usual;
    const WayWitness& m_witness;
    const ReceptionProof& m_proof;
    Duration m_margin;
    std::vector<Arrival> m_arrivals; ///< by first byte; made when asked for
    int64_t m_longest = 0;
    std::unordered_map<uint32_t, uint32_t> m_stampCounts; ///< made when asked for
    std::unordered_map<uint32_t, Timestamp> m_echoes;
};

/// The packets that only the capture near the receiver has.
class ArrivedJudge
{
public:
    ArrivedJudge(
        Way& way, const WayPackets& packets, const WayPackets& back, const UsualDelay& usual, const WayWitness& witness)
        : m_way(way)
        , m_packets(packets)
        , m_back(back)
        , m_usual(usual)
        , m_witness(witness)
    {
    }

    void judge(const std::vector<ArrivedState>& states)
    {
        std::vector<uint32_t> strange;
        size_t missed = 0;
        for (uint32_t index = 0; index < m_packets.arrived.size(); ++index) {
            const std::optional<ArrivedVerdict> plain = plainVerdict(index, states[index]);
            if (plain)
                verdict(index) = *plain;
            else
                strange.push_back(index);
        }
        if (strange.empty())
            return;
        learnSender(states);
        std::vector<uint32_t> left;
        for (const uint32_t index : strange) {
            const bool isMissed = !hasOddField(index) && fillsGap(m_packets.arrived[index]);
            if (isMissed)
                verdict(index) = ArrivedVerdict::MissedBySenderCapture;
            else
                left.push_back(index);
            missed += isMissed ? 1 : 0;
        }
        const bool senderIsLeaky = missed > 0 || m_witness.atSender.hasDrops;
        for (const uint32_t index : left)
            verdict(index) = foreignVerdict(index, senderIsLeaky);
    }

private:
    ArrivedVerdict& verdict(uint32_t index) { return m_way.arrived[m_packets.arrived[index].row]; }

    Timestamp sentTime(const WayPacket& packet) const { return packet.time - m_usual.at(packet.time); }

    std::optional<ArrivedVerdict> plainVerdict(uint32_t index, ArrivedState state) const
    {
        if (state == ArrivedState::Linked)
            return ArrivedVerdict::Arrived;
        if (state == ArrivedState::Duplicate)
            return ArrivedVerdict::Duplicate;
        if (m_way.isSideMissing)
            return ArrivedVerdict::SideNotCaptured;
        if (std::ranges::binary_search(m_packets.sentElsewhere, partKey(m_packets.arrived[index])))
            return ArrivedVerdict::Elsewhere;
        const Timestamp time = sentTime(m_packets.arrived[index]);
        const Duration slack = 2 * m_witness.bound;
        if (time < m_witness.atSender.begin - slack || time > m_witness.atSender.end)
            return ArrivedVerdict::Outside;
        return std::nullopt;
    }

    void learnSender(const std::vector<ArrivedState>& states)
    {
        for (uint32_t index = 0; index < m_packets.arrived.size(); ++index) {
            if (states[index] == ArrivedState::Linked)
                m_ttls.insert(m_packets.arrived[index].ttl);
        }
        size_t counted = 0;
        size_t steps = 0;
        std::optional<uint16_t> before;
        for (const WayPacket& packet : m_packets.sent) {
            m_alwaysStamps = m_alwaysStamps && (packet.hasStamps || packet.flags.rst());
            m_sentBytes.add(StreamOffset{packet.dataBegin()}, StreamOffset{packet.dataEnd()});
            if (packet.ipId == 0)
                continue;
            if (before) {
                ++steps;
                counted += std::abs(static_cast<int16_t>(packet.ipId - *before)) <= countedStep ? 1 : 0;
            }
            before = packet.ipId;
            m_usedIds.insert(packet.ipId);
        }
        const auto reset
            = std::ranges::find_if(m_back.arrived, [](const WayPacket& packet) { return packet.flags.rst(); });
        if (reset != m_back.arrived.end())
            m_firstReset = reset->time;
        m_countsIds = m_packets.marks.ids && steps > 0
            && static_cast<double>(counted) > countedShare * static_cast<double>(steps);
    }

    /// What its host would not have sent.
    bool hasOddField(uint32_t index) const
    {
        const WayPacket& packet = m_packets.arrived[index];
        if (!m_ttls.empty() && !m_ttls.contains(packet.ttl))
            return true;
        if (m_alwaysStamps && !packet.hasStamps && !packet.flags.rst() && !m_packets.sent.empty())
            return true;
        return m_countsIds && packet.ipId != 0 && isFarFromAllIds(index);
    }

    bool isFarFromAllIds(uint32_t index) const
    {
        const WayPacket& packet = m_packets.arrived[index];
        bool anyNear = false;
        const auto isClose = [&](const WayPacket& other) {
            if (other.ipId == 0)
                return false;
            anyNear = true;
            return std::abs(static_cast<int16_t>(packet.ipId - other.ipId)) <= strangeIdDistance;
        };
        for (uint32_t at = index; at-- > 0 && packet.time - m_packets.arrived[at].time < idNeighbours;) {
            if (isClose(m_packets.arrived[at]))
                return false;
        }
        for (uint32_t at = index + 1;
             at < m_packets.arrived.size() && m_packets.arrived[at].time - packet.time < idNeighbours; ++at) {
            if (isClose(m_packets.arrived[at]))
                return false;
        }
        return anyNear;
    }

    /// Whether the sender's own numbering shows that its capture missed a packet here.
    bool fillsGap(const WayPacket& packet) const
    {
        if (packet.length > 0 && skipsBytes(packet))
            return true;
        return fillsIdGap(packet) || fillsTimestampGap(packet);
    }

    /// Sent packets around the time at which the packet was, the nearest 40 on either side.
    std::span<const WayPacket> neighboursOf(const WayPacket& packet) const
    {
        const auto at = std::ranges::lower_bound(m_packets.sent, sentTime(packet), {}, &WayPacket::time);
        const auto index = static_cast<size_t>(at - m_packets.sent.begin());
        const size_t begin = index > gapNeighbours ? index - gapNeighbours : 0;
        const size_t end = std::min(m_packets.sent.size(), index + gapNeighbours);
        return std::span(m_packets.sent).subspan(begin, end - begin);
    }

    bool fillsIdGap(const WayPacket& packet) const
    {
        if (!m_countsIds || packet.ipId == 0 || m_usedIds.contains(packet.ipId))
            return false;
        bool hasBefore = false;
        bool hasAfter = false;
        for (const WayPacket& sent : neighboursOf(packet)) {
            const auto apart = static_cast<int16_t>(sent.ipId - packet.ipId);
            hasBefore = hasBefore || (apart < 0 && apart >= -missedIdDistance);
            hasAfter = hasAfter || (apart > 0 && apart <= missedIdDistance);
        }
        return hasBefore && hasAfter;
    }

    /// The clock of the sender's timestamps stood between those of two packets that its capture has.
    bool fillsTimestampGap(const WayPacket& packet) const
    {
        if (!packet.hasStamps || !m_packets.marks.timestamps)
            return false;
        bool hasBefore = false;
        bool hasAfter = false;
        for (const WayPacket& sent : neighboursOf(packet)) {
            if (!sent.hasStamps)
                continue;
            const auto apart = static_cast<int32_t>(sent.stamps.value - packet.stamps.value);
            if (apart == 0)
                return false;
            hasBefore = hasBefore || apart < 0;
            hasAfter = hasAfter || apart > 0;
        }
        return hasBefore && hasAfter;
    }

    /// A TCP sender cannot skip bytes: it sent these although its capture never shows them.
    bool skipsBytes(const WayPacket& packet) const
    {
        const bool wentOn = m_sentBytes.highest() > StreamOffset{packet.dataEnd()};
        return wentOn && m_sentBytes.covered(StreamOffset{packet.dataBegin()}, StreamOffset{packet.dataEnd()}) == 0;
    }

    ArrivedVerdict foreignVerdict(uint32_t index, bool senderIsLeaky) const
    {
        const WayPacket& packet = m_packets.arrived[index];
        if (hasOddField(index) || (packet.flags.rst() && goesOn(sentTime(packet))))
            return ArrivedVerdict::Injected;
        if (!packet.flags.rst())
            return ArrivedVerdict::MissedBySenderCapture;
        if (!senderIsLeaky && wasReset(sentTime(packet)))
            return ArrivedVerdict::InjectedLikely;
        return ArrivedVerdict::UnknownOrigin;
    }

    bool goesOn(Timestamp time) const
    {
        const Timestamp later = time + 2 * m_witness.bound + goesOnAfter;
        return std::any_of(m_packets.sent.rbegin(), m_packets.sent.rend(),
            [&](const WayPacket& sent) { return sent.time > later && !sent.flags.rst(); });
    }

    /// Whether the host whose address the RST bears had got one before.
    bool wasReset(Timestamp time) const { return m_firstReset && *m_firstReset <= time; }

    Way& m_way;
    const WayPackets& m_packets;
    const WayPackets& m_back;
    const UsualDelay& m_usual;
    const WayWitness& m_witness;
    std::set<uint8_t> m_ttls;
    std::unordered_set<uint16_t> m_usedIds;
    ByteRanges m_sentBytes;
    std::optional<Timestamp> m_firstReset; ///< that reached the sender
    bool m_alwaysStamps = true;
    bool m_countsIds = false;
};

bool isMissingSide(const WayPackets& packets)
{
    const auto sent = static_cast<double>(packets.sent.size());
    const auto arrived = static_cast<double>(packets.arrived.size());
    const bool few = std::max(sent, arrived) < fewPackets;
    return few ? (sent == 0) != (arrived == 0) && std::max(sent, arrived) > 1
               : sent < missingShare * arrived || arrived < missingShare * sent;
}

} // namespace

ReceptionProof::ReceptionProof(const TracePair& traces, const ConnectionPair& pair, const WayPackets& back, Side from)
{
    const Side receiver = otherSide(from);
    const Flow& acks = flowOf(traces, pair, receiver, receiver);
    const Flow& data = flowOf(traces, pair, from, receiver);
    const auto common = [&](StreamOffset offset) {
        return offset.value + (receiver == Side::Server ? pair.way(from).shiftAt(offset) : 0);
    };
    SackBlock last;
    for (const WayPacket& packet : back.sent) {
        if (packet.flags.ack() && !packet.flags.rst() && (m_cumulative.empty() || packet.ack > m_cumulative.back().ack))
            m_cumulative.push_back({packet.ack, packet.time});
        if (packet.sack == 0)
            continue;
        const Segment segment = acks.segments.at(packet.row);
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index) {
            const SackBlock block = acks.sackBlock(segment, index, data);
            if (block != last)
                m_blocks.push_back({common(block.left), common(block.right), packet.time});
            last = block;
        }
    }
}

std::optional<Timestamp> ReceptionProof::acknowledgedAt(int64_t begin, int64_t end, Timestamp earliest) const
{
    std::optional<Timestamp> time;
    const auto moment = std::ranges::lower_bound(m_cumulative, end, {}, &Moment::ack);
    if (moment != m_cumulative.end())
        time = moment->time;
    auto block = std::ranges::lower_bound(m_blocks, earliest, {}, &Block::time);
    for (; block != m_blocks.end() && (!time || block->time < *time); ++block) {
        if (block->begin <= begin && block->end >= end)
            return block->time;
    }
    return time;
}

void judgeWay(Way& way, const WayPackets& packets, const WayPackets& back, PairedWay paired, const UsualDelay& usual,
    const WayWitness& witness, const ReceptionProof& proof)
{
    way.links = std::move(paired.links);
    way.isSideMissing = isMissingSide(packets);
    way.leastDelay = usual.least();
    way.usualDelay = usual.median();
    SentJudge(way, packets, back, usual, witness, proof).judge();
    ArrivedJudge(way, packets, back, usual, witness).judge(paired.arrived);
}

} // namespace whyrst
