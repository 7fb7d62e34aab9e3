#include "model/compare/segment_pairing.h"

#include "model/compare/equal_copies.h"
#include "model/compare/packet_keys.h"
#include "model/compare/range_pairing.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace whyrst {

namespace {

using std::chrono::milliseconds;

constexpr Duration leastOmission = milliseconds(2);           // comparison.md 3.4
constexpr Duration certainOmission = std::chrono::seconds(1); ///< more than any delay is off
constexpr Duration longestDuplicate = milliseconds(150);      // comparison.md 3.6

/// Which packets' bytes (or SYNs) were sent once only.
std::vector<bool> findSentOnce(const std::vector<WayPacket>& sent)
{
    std::vector<uint32_t> order;
    for (uint32_t index = 0; index < sent.size(); ++index) {
        if (sent[index].length > 0 || sent[index].flags.syn())
            order.push_back(index);
    }
    std::ranges::stable_sort(order, {}, [&](uint32_t index) { return sent[index].seq; });
    std::vector<bool> once(sent.size());
    const auto end = [&](uint32_t index) { return sent[index].dataEnd(); };
    int64_t covered = INT64_MIN;
    for (size_t i = 0; i < order.size(); ++i) {
        const bool overlapsNext = i + 1 < order.size() && sent[order[i + 1]].seq < end(order[i]);
        once[order[i]] = sent[order[i]].seq >= covered && !overlapsNext;
        covered = std::max(covered, end(order[i]));
    }
    return once;
}

constexpr uint32_t noTwin = UINT32_MAX;
constexpr auto everyPacket = [](uint32_t, const WayPacket&) { return true; };

/// The first packets of each place, acknowledgment and window: for directions of bare ACKs without marks.
std::vector<SurePair> firstOfEach(const WayPackets& way, const PacketKeys& keys)
{
    const auto key = [&](const WayPacket& packet) { return keys.withoutSack(packet); };
    std::vector<SurePair> pairs;
    joinByKey(keysOf(way.sent, key, everyPacket), keysOf(way.arrived, key, everyPacket), [&](auto sent, auto arrived) {
        pairs.push_back({sent.front().index, arrived.front().index});
    });
    return pairs;
}

/// The passes of comparison.md 3.3. Each sees only what is left.
class Pairing
{
public:
    Pairing(const WayPackets& way, const UsualDelay& usual, Duration bound)
        : m_way(way)
        , m_usual(usual)
        , m_keys(way)
        , m_omission(std::max({Duration(leastOmission), bound * 9 / 10, usual.spread()}))
        , m_isSentLinked(way.sent.size())
        , m_arrivalOf(way.sent.size())
    {
        m_result.arrived.resize(way.arrived.size());
    }

    PairedWay pair(const std::vector<SurePair>& sure)
    {
        linkSure(sure);
        join(LinkKind::Exact, [&](const WayPacket& packet) { return m_keys.exact(packet); });
        markDuplicates(true);
        join(LinkKind::OtherSack, [&](const WayPacket& packet) { return m_keys.withoutSack(packet); });
        join(LinkKind::OtherWindow, [&](const WayPacket& packet) { return m_keys.withoutWindow(packet); });
        pairRanges(m_way, m_usual, m_isSentLinked, m_result);
        markDuplicates(false);
        join(LinkKind::SequenceOnly, [&](const WayPacket& packet) { return m_keys.sequenceOnly(packet); });
        joinRewritten();
        markMergedDuplicates();
        sortLinks();
        return std::move(m_result);
    }

private:
    using Run = std::span<const KeyedIndex>;

    /// Pairs that are unique in all fields and marked need no search.
    void linkSure(const std::vector<SurePair>& sure)
    {
        m_result.links.reserve(sure.size());
        for (const SurePair& pair : sure) {
            const bool isExact = m_keys.exact(m_way.sent[pair.sent]) == m_keys.exact(m_way.arrived[pair.arrived]);
            if (isExact && m_keys.hasMark(m_way.sent[pair.sent]) && isPlausible(pair.sent, pair.arrived))
                link(LinkKind::Exact, pair.sent, pair.arrived, false);
        }
        m_sureLinks = m_result.links.size();
    }

    /// The sure ones are in order already.
    void sortLinks()
    {
        const auto isBefore = [](const PacketLink& a, const PacketLink& b) {
            return a.sent != b.sent ? a.sent < b.sent : a.begin < b.begin;
        };
        const auto middle = m_result.links.begin() + static_cast<std::ptrdiff_t>(m_sureLinks);
        std::sort(middle, m_result.links.end(), isBefore);
        std::inplace_merge(m_result.links.begin(), middle, m_result.links.end(), isBefore);
    }

    template <typename Key> void join(LinkKind kind, const Key& key)
    {
        const bool needsMark = kind == LinkKind::SequenceOnly;
        const auto isWanted
            = [&](const WayPacket& packet) { return !needsMark || !packet.isBareAck() || m_keys.hasMark(packet); };
        const auto sent = keysOf(m_way.sent, key,
            [&](uint32_t index, const WayPacket& packet) { return !m_isSentLinked[index] && isWanted(packet); });
        if (sent.empty())
            return;
        const auto arrived = keysOf(m_way.arrived, key, [&](uint32_t index, const WayPacket& packet) {
            return m_result.arrived[index] == ArrivedState::Unlinked && isWanted(packet);
        });
        joinByKey(sent, arrived, [&](Run sentRun, Run arrivedRun) { linkRun(kind, sentRun, arrivedRun); });
        linkCopied();
    }

    /// One packet that arrived several times with equal marks: the original is the one in order with what was sent
    /// before and after it. A queue keeps the order; a copy that the network makes need not pass it.
    void linkCopied()
    {
        std::ranges::sort(m_copied, {}, &Copied::sent);
        for (const Copied& copied : m_copied) {
            const WayPacket& sent = m_way.sent[copied.sent];
            std::optional<uint32_t> original;
            for (const uint32_t arrived : copied.arrived) {
                if (isPlausible(copied.sent, arrived) && (!original || isBetter(sent, copied, arrived, *original)))
                    original = arrived;
            }
            if (original)
                link(copied.kind, copied.sent, *original, false);
        }
        m_copied.clear();
    }

    struct Copied
    {
        LinkKind kind = LinkKind::Exact;
        uint32_t sent = 0;
        std::vector<uint32_t> arrived; ///< in time order
    };

    bool isBetter(const WayPacket& sent, const Copied& copied, uint32_t arrived, uint32_t best) const
    {
        const bool isOrdered = isInOrder(copied.sent, m_way.arrived[arrived].time);
        const bool isBestOrdered = isInOrder(copied.sent, m_way.arrived[best].time);
        if (isOrdered != isBestOrdered)
            return isOrdered;
        return !isOrdered && linkCost(sent, m_way.arrived[arrived]) < linkCost(sent, m_way.arrived[best]);
    }

    /// Whether the linked packets that were sent just before and after arrived before and after this moment.
    bool isInOrder(uint32_t sent, Timestamp arrival) const
    {
        constexpr uint32_t farthest = 64; ///< packets on either side
        const auto end = static_cast<uint32_t>(m_arrivalOf.size());
        for (uint32_t at = sent; at-- > 0 && sent - at < farthest;) {
            if (m_isSentLinked[at])
                return m_arrivalOf[at] <= arrival && isBeforeNext(sent, std::min(end, sent + farthest), arrival);
        }
        return isBeforeNext(sent, std::min(end, sent + farthest), arrival);
    }

    bool isBeforeNext(uint32_t sent, uint32_t end, Timestamp arrival) const
    {
        for (uint32_t at = sent + 1; at < end; ++at) {
            if (m_isSentLinked[at])
                return m_arrivalOf[at] >= arrival;
        }
        return true;
    }

    /// Single packets of which a box rewrote a mark: equal in all else, and in time as nothing else is.
    void joinRewritten()
    {
        const auto key = [&](const WayPacket& packet) { return m_keys.place(packet); };
        const auto isMarked = [&](const WayPacket& packet) { return packet.length > 0 && m_keys.hasMark(packet); };
        const auto sent = keysOf(m_way.sent, key,
            [&](uint32_t index, const WayPacket& packet) { return !m_isSentLinked[index] && isMarked(packet); });
        const auto arrived = keysOf(m_way.arrived, key, [&](uint32_t index, const WayPacket& packet) {
            return m_result.arrived[index] == ArrivedState::Unlinked && isMarked(packet);
        });
        joinByKey(sent, arrived, [&](Run sentRun, Run arrivedRun) {
            const std::vector<uint32_t> from = inTimeOrder(sentRun, m_way.sent);
            const std::vector<uint32_t> to = inTimeOrder(arrivedRun, m_way.arrived);
            const auto cost = [&](size_t s, size_t a) -> std::optional<int64_t> {
                const WayPacket& before = m_way.sent[from[s]];
                const WayPacket& after = m_way.arrived[to[a]];
                const bool differsOnce = (before.ipId == after.ipId) != (before.stamps.value == after.stamps.value);
                const bool noIds = before.ipId == 0 && before.window == after.window && before.ack == after.ack;
                if (!(noIds || differsOnce) || !m_usual.isPossible(before.time, after.time))
                    return std::nullopt;
                return linkCost(before, after);
            };
            for (const auto& [s, a] : assignInOrder(from.size(), to.size(), m_omission, cost))
                link(LinkKind::SequenceOnly, from[s], to[a], false);
        });
    }

    void linkRun(LinkKind kind, Run sent, Run arrived)
    {
        if (sent.size() == 1 && arrived.size() == 1) {
            if (isPlausible(sent[0].index, arrived[0].index))
                link(kind, sent[0].index, arrived[0].index, false);
            return;
        }
        std::vector<uint32_t> from = inTimeOrder(sent, m_way.sent);
        std::vector<uint32_t> to = inTimeOrder(arrived, m_way.arrived);
        if (from.size() == 1 && m_keys.hasMark(m_way.sent[from[0]])) {
            m_copied.push_back({kind, from[0], to});
            return;
        }
        const auto cost = [&](size_t s, size_t a) -> std::optional<int64_t> {
            if (!isPlausible(from[s], to[a]))
                return std::nullopt;
            return linkCost(m_way.sent[from[s]], m_way.arrived[to[a]]);
        };
        for (const auto& [s, a] : assignInOrder(from.size(), to.size(), omissionOf(m_way.sent[from[0]]), cost))
            link(kind, from[s], to[a], from.size() != to.size());
    }

    /// How far a link is from what is usual.
    int64_t linkCost(const WayPacket& sent, const WayPacket& arrived) const
    {
        return m_usual.isKnown() ? std::abs((arrived.time - sent.time - m_usual.at(sent.time)).count()) : 0;
    }

    /// Cost of taking a packet for lost, or an arrival for a copy. An arrival with equal marks proves that one of the
    /// group came; what repeats data waits for a timer, but RSTs and ACKs answer whole volleys.
    Duration omissionOf(const WayPacket& packet) const
    {
        if (m_keys.hasMark(packet))
            return certainOmission;
        return packet.length > 0 || packet.flags.syn() ? m_omission : 3 * m_omission;
    }

    static std::vector<uint32_t> inTimeOrder(Run run, const std::vector<WayPacket>& packets)
    {
        std::vector<uint32_t> indices;
        for (const KeyedIndex& keyed : run)
            indices.push_back(keyed.index);
        std::ranges::stable_sort(indices, {}, [&](uint32_t index) { return packets[index].time; });
        return indices;
    }

    bool isPlausible(uint32_t sent, uint32_t arrived) const
    {
        const WayPacket& s = m_way.sent[sent];
        const WayPacket& r = m_way.arrived[arrived];
        if (!marksAgree(m_way.marks, s, r, s.seq) || !m_usual.isPossible(s.time, r.time))
            return false;
        return sharesMark(m_way.marks, s, r) || !m_usual.isOvertaken(s.time, r.time);
    }

    void link(LinkKind kind, uint32_t sent, uint32_t arrived, bool isAmbiguous)
    {
        const WayPacket& packet = m_way.sent[sent];
        m_result.links.push_back({sent, arrived, StreamOffset{packet.dataBegin()}, packet.length, kind,
            isAmbiguous && !m_keys.hasMark(packet)});
        m_isSentLinked[sent] = true;
        m_arrivalOf[sent] = m_way.arrived[arrived].time;
        m_result.arrived[arrived] = ArrivedState::Linked;
    }

    /// Received packets that equal a linked one in everything while no sent one is left for them.
    void markDuplicates(bool withMarks)
    {
        const auto key = [&](const WayPacket& packet) { return m_keys.exact(packet); };
        const auto left = keysOf(m_way.arrived, key, [&](uint32_t index, const WayPacket& packet) {
            return m_result.arrived[index] == ArrivedState::Unlinked && m_keys.hasMark(packet) == withMarks;
        });
        if (left.empty())
            return;
        const auto linked = keysOf(m_way.arrived, key,
            [&](uint32_t index, const WayPacket&) { return m_result.arrived[index] == ArrivedState::Linked; });
        std::vector<uint64_t> unlinkedSent;
        for (const KeyedIndex& keyed :
            keysOf(m_way.sent, key, [&](uint32_t index, const WayPacket&) { return !m_isSentLinked[index]; }))
            unlinkedSent.push_back(keyed.key);
        joinByKey(linked, left, [&](Run originals, Run copies) {
            if (std::ranges::binary_search(unlinkedSent, copies.front().key))
                return;
            const Timestamp first = m_way.arrived[originals.front().index].time;
            for (const KeyedIndex& copy : copies) {
                const Duration after = m_way.arrived[copy.index].time - first;
                if (withMarks || (after >= Duration(0) && after < longestDuplicate))
                    m_result.arrived[copy.index] = ArrivedState::Duplicate;
            }
        });
    }

    /// Left-over data whose bytes came with a link of the same transmission shortly before: merged on reception.
    void markMergedDuplicates()
    {
        std::vector<KeyedIndex> byStamp;
        for (const PacketLink& link : m_result.links) {
            if (m_way.sent[link.sent].hasStamps && link.length > 0)
                byStamp.push_back({m_way.sent[link.sent].stamps.value, link.arrived});
        }
        std::ranges::sort(byStamp, {}, &KeyedIndex::key);
        for (uint32_t index = 0; index < m_way.arrived.size(); ++index) {
            const WayPacket& packet = m_way.arrived[index];
            if (m_result.arrived[index] != ArrivedState::Unlinked || packet.length == 0 || !packet.hasStamps)
                continue;
            const auto first = std::ranges::lower_bound(byStamp, packet.stamps.value, {}, &KeyedIndex::key);
            const auto last = std::ranges::upper_bound(byStamp, packet.stamps.value, {}, &KeyedIndex::key);
            const auto hasBytes = [&](const KeyedIndex& keyed) { return covers(keyed.index, packet); };
            if (std::any_of(first, last, hasBytes))
                m_result.arrived[index] = ArrivedState::Duplicate;
        }
    }

    bool covers(uint32_t arrived, const WayPacket& packet) const
    {
        const WayPacket& other = m_way.arrived[arrived];
        return other.dataBegin() <= packet.dataBegin() && other.dataEnd() >= packet.dataEnd()
            && std::chrono::abs(packet.time - other.time) < longestDuplicate;
    }

    const WayPackets& m_way;
    const UsualDelay& m_usual;
    PacketKeys m_keys;
    Duration m_omission;
    std::vector<bool> m_isSentLinked;
    std::vector<Timestamp> m_arrivalOf; ///< of the linked ones
    std::vector<Copied> m_copied;       ///< waiting until the others are linked
    PairedWay m_result;
    size_t m_sureLinks = 0;
};

} // namespace

std::vector<SurePair> findSurePairs(const WayPackets& way)
{
    const PacketKeys keys(way);
    const std::vector<bool> once = findSentOnce(way.sent);
    const auto key = [&](const WayPacket& packet) { return keys.exact(packet); };
    std::vector<uint32_t> twins(way.sent.size(), noTwin);
    joinByKey(keysOf(way.sent, key, everyPacket), keysOf(way.arrived, key, everyPacket), [&](auto sent, auto arrived) {
        if (sent.size() == 1 && arrived.size() == 1)
            twins[sent[0].index] = arrived[0].index;
    });
    std::vector<SurePair> pairs;
    for (uint32_t index = 0; index < twins.size(); ++index) {
        if (twins[index] != noTwin && (keys.hasMark(way.sent[index]) || once[index]))
            pairs.push_back({index, twins[index]});
    }
    return pairs.empty() ? firstOfEach(way, keys) : pairs;
}

PairedWay pairSegments(
    const WayPackets& way, const std::vector<SurePair>& sure, const UsualDelay& usual, Duration bound)
{
    return Pairing(way, usual, bound).pair(sure);
}

} // namespace whyrst
