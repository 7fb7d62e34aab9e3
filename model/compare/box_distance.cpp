#include "model/compare/box_distance.h"

#include "model/diagnosis/authenticity.h"
#include "model/number_text.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace whyrst {

namespace {

constexpr double tellingShare = 0.9; ///< of the way there and back: more says nothing

class BoxDistance
{
public:
    BoxDistance(const TracePair& traces, const std::array<WayPackets, 2>& ways, const ConnectionPair& pair,
        const ResetOrigin& origin)
        : m_traces(traces)
        , m_pair(pair)
        , m_victim(otherSide(origin.flow))
        , m_forged(ways[sideIndex(origin.flow)])
        , m_answered(ways[sideIndex(m_victim)])
    {
        const std::optional<PacketNumber> frame = m_victim == Side::Client ? origin.clientFrame : origin.serverFrame;
        const auto reset = std::ranges::find_if(m_forged.arrived, [&](const WayPacket& packet) {
            return packet.flags.rst() && frame && frameOf(origin.flow, packet.row) == *frame;
        });
        if (reset != m_forged.arrived.end())
            m_reset = &*reset;
    }

    std::string text() const { return m_reset == nullptr ? "" : hops() + time(); }

private:
    /// The number of a packet of `from` in the capture near the victim.
    PacketNumber frameOf(Side from, uint32_t row) const
    {
        return flowOf(m_traces, m_pair, from, m_victim).segments.at(row).frame;
    }

    std::string hops() const
    {
        const auto genuine = std::ranges::find_if(
            m_forged.arrived, [](const WayPacket& packet) { return !packet.flags.rst() && packet.ttl != 0; });
        if (genuine == m_forged.arrived.end() || genuine->ttl == m_reset->ttl)
            return {}; // the box may copy the TTL of its packets
        const int hops = initialTtlOf(m_reset->ttl) - m_reset->ttl;
        const int usual = initialTtlOf(genuine->ttl) - genuine->ttl;
        if (hops >= usual)
            return {}; // a TTL that the box chose
        return " Its TTL of " + std::to_string(m_reset->ttl) + " fits a sender " + counted(hops, "hop") + " from the "
            + sideName(m_victim) + "; the " + sideName(otherSide(m_victim)) + "'s packets come over "
            + counted(usual, "hop") + ".";
    }

    /// Whether the RST acknowledges `packet`, which the victim sent: then it answers it.
    bool isAnswered(const WayPacket& packet) const
    {
        const bool asks = packet.length > 0 || packet.flags.syn() || packet.flags.fin();
        return asks && !packet.flags.rst() && packet.recorded < m_reset->recorded
            && packet.dataEnd() + (packet.flags.fin() ? 1 : 0) == m_reset->ack;
    }

    std::string time() const
    {
        const Duration around = m_pair.ways[0].leastDelay + m_pair.ways[1].leastDelay;
        const auto packet = std::ranges::find_if(
            m_answered.sent, [this](const WayPacket& candidate) { return isAnswered(candidate); }); // the earliest
        if (around <= Duration() || !m_reset->flags.ack() || packet == m_answered.sent.end())
            return {};
        const Duration after = m_reset->recorded - packet->recorded;
        const double share = toSeconds(after) / toSeconds(around);
        if (share > tellingShare)
            return {};
        const int percent = std::max(1, static_cast<int>(std::ceil(share * 100)));
        return " It came " + humanDuration(after) + " after #" + std::to_string(frameOf(m_victim, packet->row).value)
            + ", the way to the " + sideName(otherSide(m_victim)) + " and back takes " + humanDuration(around)
            + ": the box is at most " + std::to_string(percent) + " % of that distance away.";
    }

    const TracePair& m_traces;
    const ConnectionPair& m_pair;
    Side m_victim;
    const WayPackets& m_forged;
    const WayPackets& m_answered;
    const WayPacket* m_reset = nullptr;
};

} // namespace

std::string boxDistanceText(const TracePair& traces, const std::array<WayPackets, 2>& ways, const ConnectionPair& pair,
    const ResetOrigin& origin)
{
    return BoxDistance(traces, ways, pair, origin).text();
}

} // namespace whyrst
