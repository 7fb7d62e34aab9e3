#include "model/compare/packet_relations.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace whyrst {

namespace {

/// Of fewer packets a capture that misses one cannot be told (comparison.md 10).
constexpr size_t fewPackets = 20;

std::optional<Relation> relationOf(SentVerdict verdict)
{
    switch (verdict) {
    case SentVerdict::NotCompared:
        return std::nullopt;
    case SentVerdict::Delivered:
        return Relation::Same;
    case SentVerdict::PartLost:
    case SentVerdict::Lost:
        return Relation::Lost;
    case SentVerdict::MissedByCapture:
    case SentVerdict::PartMissed:
    case SentVerdict::LostOrMissed:
    case SentVerdict::Elsewhere:
        return Relation::Unseen;
    case SentVerdict::BeforeStart:
    case SentVerdict::AfterEnd:
    case SentVerdict::SideNotCaptured:
        return Relation::Outside;
    }
    return std::nullopt;
}

std::optional<Relation> relationOf(ArrivedVerdict verdict)
{
    switch (verdict) {
    case ArrivedVerdict::NotCompared:
    case ArrivedVerdict::Arrived:
        return std::nullopt; // told by its link
    case ArrivedVerdict::Duplicate:
        return Relation::Duplicate;
    case ArrivedVerdict::Injected:
    case ArrivedVerdict::InjectedLikely:
        return Relation::Injected;
    case ArrivedVerdict::MissedBySenderCapture:
    case ArrivedVerdict::UnknownOrigin:
    case ArrivedVerdict::Elsewhere:
        return Relation::Unseen;
    case ArrivedVerdict::Outside:
    case ArrivedVerdict::SideNotCaptured:
        return Relation::Outside;
    }
    return std::nullopt;
}

/// Links the ICMP errors that both captures have: equal errors about the same bytes, in their order.
void addIcmp(std::vector<PacketRelation>& relations, const TracePair& traces, const CaptureClock& clock,
    const ConnectionPair& pair)
{
    std::vector<bool> isTaken(traces.server.connection(pair.server).icmpErrors().size());
    for (const IcmpEvent& atClient : traces.client.connection(pair.client).icmpErrors()) {
        const auto& others = traces.server.connection(pair.server).icmpErrors();
        for (size_t index = 0; index < others.size(); ++index) {
            const IcmpEvent& atServer = others[index];
            const Side quoted = atClient.quotedSide;
            const bool isSame = atServer.type == atClient.type && atServer.code == atClient.code
                && atServer.quotedSide == pair.serverSide(quoted)
                && atServer.quotedSeq + pair.way(quoted).shiftAt(atServer.quotedSeq) == atClient.quotedSeq;
            const Timestamp client = clock.common(Side::Client, atClient.time, atClient.frame);
            const Duration delay = client - clock.common(Side::Server, atServer.time, atServer.frame);
            // It goes to whom it quotes: what would go back in time is of another packet.
            const Duration bound = clock.boundAt(client) + std::chrono::milliseconds(1);
            if (isTaken[index] || !isSame || (quoted == Side::Client ? delay : -delay) < -bound)
                continue;
            isTaken[index] = true;
            PacketRelation relation;
            relation.time = client - std::max(delay, Duration(0));
            relation.clientFrame = atClient.frame;
            relation.serverFrame = atServer.frame;
            relation.flow = otherSide(quoted);
            relation.delay = std::chrono::abs(delay);
            relation.begin = atClient.quotedSeq;
            relation.isIcmp = true;
            relations.push_back(relation);
            break;
        }
    }
}

/// Whether at least a piece of the packet is in the other capture.
bool hasTwin(SentVerdict verdict)
{
    return verdict == SentVerdict::Delivered || verdict == SentVerdict::PartLost || verdict == SentVerdict::PartMissed;
}

/// Makes the relations of one direction.
class WayRelations
{
public:
    WayRelations(const TracePair& traces, const CaptureClock& clock, const ConnectionPair& pair, Side from)
        : m_sender(flowOf(traces, pair, from, from))
        , m_receiver(flowOf(traces, pair, from, otherSide(from)))
        , m_clock(clock)
        , m_way(pair.way(from))
        , m_from(from)
    {
        for (const Alteration& alteration : pair.alterations) {
            if (alteration.flow == from)
                m_altered[{alteration.sent, alteration.arrived}] |= alteration.isBroken;
        }
        countEqual();
        const auto isMissed = [](SentVerdict verdict) {
            return verdict == SentVerdict::MissedByCapture || verdict == SentVerdict::PartMissed;
        };
        m_isDoubtful = m_sender.size() < fewPackets || std::ranges::any_of(m_way.sent, isMissed);
        if (std::ranges::find(m_way.arrived, ArrivedVerdict::NotCompared) != m_way.arrived.end()) {
            m_byArrival = m_way.links;
            std::ranges::sort(m_byArrival, {}, &PacketLink::arrived);
        }
    }

    void addTo(std::vector<PacketRelation>& relations)
    {
        auto link = m_way.links.begin();
        for (auto row = m_sender.segments.begin(); row != m_sender.segments.end(); ++row) {
            const auto begin = link;
            while (link != m_way.links.end() && link->sent == row.row())
                ++link;
            addSent(relations, *row, row.row(), std::span(begin, link));
        }
        for (auto row = m_receiver.segments.begin(); row != m_receiver.segments.end(); ++row) {
            const std::optional<Relation> relation = relationOf(m_way.arrived[row.row()]);
            if (relation)
                addArrived(relations, *row, row.row(), *relation);
            else if (m_way.arrived[row.row()] == ArrivedVerdict::NotCompared)
                addSecondRecording(relations, m_receiver, row.row());
        }
    }

private:
    StreamOffset commonOffset(Side capture, StreamOffset offset) const
    {
        return capture == Side::Server ? offset + m_way.shiftAt(offset) : offset;
    }

    Timestamp commonTime(Side capture, const Segment& segment) const
    {
        return m_clock.common(capture, segment.time, segment.frame);
    }

    PacketRelation make(const Segment* sent, const Segment* arrived, Relation relation) const
    {
        PacketRelation result;
        result.flow = m_from;
        result.relation = relation;
        PacketNumber& atSender = m_from == Side::Client ? result.clientFrame : result.serverFrame;
        PacketNumber& atReceiver = m_from == Side::Client ? result.serverFrame : result.clientFrame;
        if (arrived) {
            atReceiver = arrived->frame;
            result.time = commonTime(otherSide(m_from), *arrived);
        }
        if (sent) {
            atSender = sent->frame;
            const Timestamp arrival = result.time;
            result.time = commonTime(m_from, *sent);
            if (arrived)
                result.delay = arrival - result.time;
        }
        return result;
    }

    void addSent(std::vector<PacketRelation>& relations, const Segment& segment, uint32_t row,
        std::span<const PacketLink> links) const
    {
        const std::optional<Relation> relation = relationOf(m_way.sent[row]);
        if (!relation) {
            addSecondRecording(relations, m_sender, row);
            return;
        }
        for (const PacketLink& link : links) {
            const Segment arrived = m_receiver.segments.at(link.arrived);
            PacketRelation same = make(&segment, &arrived, linkRelation(row, link.arrived));
            same.begin = link.begin;
            same.length = link.length;
            same.sentRow = row;
            same.arrivedRow = link.arrived;
            same.isReordered = link.order == ArrivalOrder::Reordered;
            nameEqual(same, segment);
            relations.push_back(same);
        }
        if (*relation == Relation::Same)
            return;
        PacketRelation hole = make(&segment, nullptr, *relation);
        hole.begin = commonOffset(m_from, segment.dataBegin());
        hole.length = segment.payloadLength;
        hole.sentRow = row;
        nameEqual(hole, segment);
        const bool leavesTrace = segment.payloadLength > 0 || segment.flags.syn();
        hole.isCertain = hole.equalSent == 0 && (leavesTrace || !m_isDoubtful);
        relations.push_back(hole);
    }

    Relation linkRelation(uint32_t sent, uint32_t arrived) const
    {
        const auto altered = m_altered.find({sent, arrived});
        if (altered == m_altered.end())
            return Relation::Same;
        return altered->second ? Relation::Broken : Relation::Altered;
    }

    /// A packet that its capture has twice is linked as its first recording is.
    void addSecondRecording(std::vector<PacketRelation>& relations, const Flow& flow, uint32_t row) const
    {
        constexpr uint32_t farthest = 64; ///< rows between two recordings
        const Segment copy = flow.segments.at(row);
        const bool isSent = &flow == &m_sender;
        for (uint32_t before = row; before-- > 0 && row - before < farthest;) {
            const Segment original = flow.segments.at(before);
            if (original.isCaptureDuplicate || original.seq != copy.seq || original.ack != copy.ack
                || original.payloadLength != copy.payloadLength || original.flags != copy.flags)
                continue;
            for (const PacketLink& link : isSent ? linksFrom(before) : linksTo(before)) {
                const Segment twin = (isSent ? m_receiver : m_sender).segments.at(isSent ? link.arrived : link.sent);
                PacketRelation same = isSent ? make(&copy, &twin, Relation::Same) : make(&twin, &copy, Relation::Same);
                same.begin = link.begin;
                same.length = link.length;
                relations.push_back(same);
            }
            return;
        }
    }

    std::vector<PacketLink> linksFrom(uint32_t sent) const
    {
        const auto [first, last] = m_way.linksOf(sent);
        return {first, last};
    }

    std::vector<PacketLink> linksTo(uint32_t arrived) const
    {
        const auto first = std::ranges::lower_bound(m_byArrival, arrived, {}, &PacketLink::arrived);
        return {first, std::ranges::upper_bound(m_byArrival, arrived, {}, &PacketLink::arrived)};
    }

    void addArrived(
        std::vector<PacketRelation>& relations, const Segment& segment, uint32_t row, Relation relation) const
    {
        PacketRelation only = make(nullptr, &segment, relation);
        only.begin = commonOffset(otherSide(m_from), segment.dataBegin());
        only.length = segment.payloadLength;
        only.arrivedRow = row;
        only.isCertain = m_way.arrived[row] != ArrivedVerdict::InjectedLikely;
        relations.push_back(only);
    }

    /// What packets have in common of which one cannot be told from another.
    using Look = std::tuple<int64_t, int64_t, uint32_t, uint16_t, uint16_t>;
    static Look lookOf(const Segment& segment)
    {
        return {segment.seq.value, segment.ack.value, segment.payloadLength, segment.flags.bits, segment.rawWindow};
    }

    /// How many packets look like one that was linked in doubt, and how many of them arrived.
    struct EqualCount
    {
        uint32_t sent = 0;
        uint32_t arrived = 0;
    };

    void countEqual()
    {
        for (const PacketLink& link : m_way.links) {
            if (link.isAmbiguous)
                m_equal.try_emplace(lookOf(m_sender.segments.at(link.sent)));
        }
        if (m_equal.empty())
            return;
        for (auto row = m_sender.segments.begin(); row != m_sender.segments.end(); ++row) {
            const auto look = m_equal.find(lookOf(*row));
            if (look == m_equal.end() || m_way.sent[row.row()] == SentVerdict::NotCompared)
                continue;
            ++look->second.sent;
            look->second.arrived += hasTwin(m_way.sent[row.row()]) ? 1 : 0;
        }
    }

    void nameEqual(PacketRelation& relation, const Segment& sent) const
    {
        const auto look = m_equal.empty() ? m_equal.end() : m_equal.find(lookOf(sent));
        if (look == m_equal.end() || look->second.sent == look->second.arrived)
            return;
        relation.equalSent = look->second.sent;
        relation.equalArrived = look->second.arrived;
    }

    const Flow& m_sender;
    const Flow& m_receiver;
    const CaptureClock& m_clock;
    const Way& m_way;
    std::vector<PacketLink> m_byArrival; ///< the way's links, where a packet was recorded twice at the receiver
    Side m_from;
    std::map<std::pair<uint32_t, uint32_t>, bool> m_altered; ///< by rows; whether it arrived broken
    std::map<Look, EqualCount> m_equal;
    bool m_isDoubtful = false; ///< the capture near the receiver may miss what leaves no trace
};

} // namespace

const char* relationName(Relation relation)
{
    constexpr std::array names{"same", "altered", "lost", "unseen", "outside", "duplicate", "injected", "altered"};
    return names[static_cast<size_t>(relation)];
}

std::vector<PacketRelation> packetRelations(
    const TracePair& traces, const CaptureClock& clock, const ConnectionPair& pair)
{
    std::vector<PacketRelation> relations;
    for (const Side from : {Side::Client, Side::Server})
        WayRelations(traces, clock, pair, from).addTo(relations);
    addIcmp(relations, traces, clock, pair);
    std::ranges::stable_sort(relations, {}, &PacketRelation::time);
    return relations;
}

PairCounts countPair(const ConnectionPair& pair)
{
    PairCounts counts;
    for (const Side from : {Side::Client, Side::Server}) {
        uint64_t& senderOnly = from == Side::Client ? counts.clientOnly : counts.serverOnly;
        uint64_t& receiverOnly = from == Side::Client ? counts.serverOnly : counts.clientOnly;
        const Way& way = pair.way(from);
        for (const SentVerdict verdict : way.sent) {
            const bool isPaired = hasTwin(verdict);
            counts.paired += isPaired ? 1 : 0;
            senderOnly += !isPaired && verdict != SentVerdict::NotCompared ? 1 : 0;
        }
        const auto isLost = [](SentVerdict verdict) { return relationOf(verdict) == Relation::Lost; };
        const auto isForged = [](ArrivedVerdict verdict) { return relationOf(verdict) == Relation::Injected; };
        const auto isAlone = [](ArrivedVerdict verdict) { return relationOf(verdict).has_value(); };
        std::set<uint32_t> broken; // a super-segment counts once
        for (const Alteration& alteration : pair.alterations) {
            if (alteration.flow == from && alteration.isBroken)
                broken.insert(alteration.sent);
        }
        counts.broken[sideIndex(from)] = broken.size();
        counts.lost[sideIndex(from)] = static_cast<uint64_t>(std::ranges::count_if(way.sent, isLost));
        counts.injected[sideIndex(from)] = static_cast<uint64_t>(std::ranges::count_if(way.arrived, isForged));
        receiverOnly += static_cast<uint64_t>(std::ranges::count_if(way.arrived, isAlone));
    }
    return counts;
}

} // namespace whyrst
