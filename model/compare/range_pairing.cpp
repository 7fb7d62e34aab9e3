#include "model/compare/range_pairing.h"

#include <algorithm>
#include <unordered_map>

namespace whyrst {

namespace {

using std::chrono::milliseconds;

constexpr int mostPieces = 64; // comparison.md 3.2: a super-segment of 64 KiB in pieces of 1 KiB

// Scores of comparison.md 3.5, times 20 ms: the unit is the delay's.
constexpr Duration point = milliseconds(20);
constexpr int equalStamps = 6;
constexpr int fittingId = 4;
constexpr int fittingIdOfMerged = 3;
constexpr int equalAck = 1;

/// By how many pieces the ID of `arrived` may be ahead of that of `sent`.
bool idsFit(const WayPacket& sent, const WayPacket& arrived, int64_t offset)
{
    const auto ahead = static_cast<int16_t>(arrived.ipId - sent.ipId);
    if (offset > sent.dataBegin() && arrived.dataBegin() >= sent.dataBegin())
        return ahead >= 1 && ahead <= mostPieces;
    if (arrived.dataBegin() < sent.dataBegin())
        return ahead <= -1 && ahead >= -mostPieces;
    return ahead == 0;
}

/// What is left of a sent packet.
using FreeParts = std::vector<std::pair<int64_t, int64_t>>;

class RangePairing
{
public:
    RangePairing(const WayPackets& way, const UsualDelay& usual, std::vector<bool>& isSentLinked, PairedWay& result)
        : m_way(way)
        , m_usual(usual)
        , m_isSentLinked(isSentLinked)
        , m_result(result)
    {
        for (uint32_t index = 0; index < way.sent.size(); ++index) {
            if (!isSentLinked[index] && way.sent[index].length > 0) {
                m_order.push_back(index);
                m_longest = std::max<int64_t>(m_longest, way.sent[index].length);
            }
        }
        std::ranges::stable_sort(m_order, {}, [&](uint32_t index) { return way.sent[index].dataBegin(); });
    }

    void pair()
    {
        for (uint32_t index = 0; index < m_way.arrived.size() && !m_order.empty(); ++index) {
            if (m_result.arrived[index] == ArrivedState::Unlinked && m_way.arrived[index].length > 0)
                pairArrived(index);
        }
        for (const auto& [sent, parts] : m_free)
            m_isSentLinked[sent] = true; // the parts that are left are holes
    }

private:
    void pairArrived(uint32_t arrived)
    {
        const WayPacket& packet = m_way.arrived[arrived];
        int64_t at = packet.dataBegin();
        while (at < packet.dataEnd()) {
            const std::optional<uint32_t> sent = bestSource(packet, at);
            if (!sent) {
                at = nextStart(at, packet.dataEnd());
                continue;
            }
            const int64_t end = std::min(packet.dataEnd(), freeEnd(*sent, at));
            consume(*sent, at, end);
            m_result.links.push_back(
                {*sent, arrived, StreamOffset{at}, static_cast<uint32_t>(end - at), LinkKind::Range, false});
            m_result.arrived[arrived] = ArrivedState::Linked;
            at = end;
        }
    }

    auto firstFrom(int64_t begin) const
    {
        return std::ranges::lower_bound(
            m_order, begin, {}, [&](uint32_t index) { return m_way.sent[index].dataBegin(); });
    }

    int64_t nextStart(int64_t at, int64_t end) const
    {
        const auto next = firstFrom(at + 1);
        return next == m_order.end() ? end : std::min(end, m_way.sent[*next].dataBegin());
    }

    std::optional<uint32_t> bestSource(const WayPacket& arrived, int64_t at) const
    {
        std::optional<uint32_t> best;
        Duration bestScore{};
        for (auto candidate = firstFrom(at - m_longest + 1);
             candidate != m_order.end() && m_way.sent[*candidate].dataBegin() <= at; ++candidate) {
            const WayPacket& sent = m_way.sent[*candidate];
            if (!isFree(*candidate, at) || !marksAgree(m_way.marks, sent, arrived, at) || !isInTime(sent, arrived))
                continue;
            const Duration score = scoreOf(sent, arrived, at);
            if (!best || score > bestScore) {
                best = *candidate;
                bestScore = score;
            }
        }
        return best;
    }

    bool isInTime(const WayPacket& sent, const WayPacket& arrived) const
    {
        return m_usual.isPossible(sent.time, arrived.time)
            && (sharesMark(m_way.marks, sent, arrived) || !m_usual.isOvertaken(sent.time, arrived.time));
    }

    Duration scoreOf(const WayPacket& sent, const WayPacket& arrived, int64_t at) const
    {
        int points = 0;
        if (m_way.marks.timestamps && sent.hasStamps && arrived.hasStamps && sent.stamps.value == arrived.stamps.value)
            points += equalStamps;
        if (m_way.marks.ids && sent.ipId != 0 && arrived.ipId != 0 && idsFit(sent, arrived, at))
            points += arrived.dataBegin() < sent.dataBegin() ? fittingIdOfMerged : fittingId;
        if (sent.ack == arrived.ack)
            points += equalAck;
        return points * point - std::chrono::abs(arrived.time - sent.time - m_usual.at(sent.time));
    }

    bool isFree(uint32_t sent, int64_t at) const
    {
        if (m_isSentLinked[sent] || at >= m_way.sent[sent].dataEnd())
            return false;
        const auto parts = m_free.find(sent);
        if (parts == m_free.end())
            return true;
        return std::ranges::any_of(
            parts->second, [&](const auto& part) { return part.first <= at && at < part.second; });
    }

    int64_t freeEnd(uint32_t sent, int64_t at) const
    {
        const auto parts = m_free.find(sent);
        if (parts != m_free.end()) {
            for (const auto& [begin, end] : parts->second) {
                if (begin <= at && at < end)
                    return end;
            }
        }
        return m_way.sent[sent].dataEnd();
    }

    void consume(uint32_t sent, int64_t begin, int64_t end)
    {
        const WayPacket& packet = m_way.sent[sent];
        const auto [at, isNew] = m_free.try_emplace(sent, FreeParts{{packet.dataBegin(), packet.dataEnd()}});
        FreeParts left;
        for (const auto& [partBegin, partEnd] : at->second) {
            if (partBegin < std::min(begin, partEnd))
                left.emplace_back(partBegin, std::min(begin, partEnd));
            if (std::max(end, partBegin) < partEnd)
                left.emplace_back(std::max(end, partBegin), partEnd);
        }
        if (left.empty()) {
            m_isSentLinked[sent] = true;
            m_free.erase(at);
        } else {
            at->second = std::move(left);
        }
    }

    const WayPackets& m_way;
    const UsualDelay& m_usual;
    std::vector<bool>& m_isSentLinked;
    PairedWay& m_result;
    std::vector<uint32_t> m_order; ///< sent data that is not linked yet, by its first byte
    int64_t m_longest = 0;
    std::unordered_map<uint32_t, FreeParts> m_free; ///< of what is linked in part
};

} // namespace

bool marksAgree(const Marks& marks, const WayPacket& sent, const WayPacket& arrived, int64_t offset)
{
    if (marks.timestamps && sent.hasStamps && arrived.hasStamps && sent.stamps.value != arrived.stamps.value)
        return false;
    if (!marks.ids || sent.ipId == 0 || arrived.ipId == 0)
        return true;
    if (sent.length == arrived.length && sent.seq == arrived.seq)
        return sent.ipId == arrived.ipId;
    return idsFit(sent, arrived, offset);
}

bool sharesMark(const Marks& marks, const WayPacket& sent, const WayPacket& arrived)
{
    return (marks.timestamps && sent.hasStamps && arrived.hasStamps)
        || (marks.ids && sent.ipId != 0 && arrived.ipId != 0);
}

void pairRanges(const WayPackets& way, const UsualDelay& usual, std::vector<bool>& isSentLinked, PairedWay& result)
{
    RangePairing(way, usual, isSentLinked, result).pair();
}

} // namespace whyrst
