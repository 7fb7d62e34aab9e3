#include "model/compare/findings.h"

#include <algorithm>
#include <utility>

namespace whyrst {

namespace {

/// A RST with the time by which all of a pair are ordered.
struct TimedOrigin
{
    Timestamp time;
    ResetOrigin origin;
    std::optional<uint32_t> strangeRow; ///< of one that only its receiver's capture has, and may be anybody's
};

ResetOrigin originOf(Side from, PacketNumber inClient, PacketNumber inServer)
{
    ResetOrigin origin;
    origin.flow = from;
    if (inClient.value != 0)
        origin.clientFrame = inClient;
    if (inServer.value != 0)
        origin.serverFrame = inServer;
    return origin;
}

/// The RSTs of one direction.
class WayOrigins
{
public:
    WayOrigins(const WayPackets& packets, const Way& way, const std::array<const Flow*, 2>& flows)
        : m_packets(packets)
        , m_way(way)
        , m_flows(flows)
    {
    }

    void addTo(std::vector<TimedOrigin>& origins) const
    {
        for (uint32_t index = 0; index < m_packets.sent.size(); ++index) {
            if (m_packets.sent[index].flags.rst())
                origins.push_back(sent(index));
        }
        for (const WayPacket& packet : m_packets.arrived) {
            const ArrivedVerdict verdict = m_way.arrived[packet.row];
            if (packet.flags.rst() && verdict != ArrivedVerdict::Arrived && verdict != ArrivedVerdict::NotCompared)
                origins.push_back(arrivedOnly(packet, verdict));
        }
    }

private:
    PacketNumber frameOf(Side capture, uint32_t row) const
    {
        return m_flows[sideIndex(capture)]->segments.at(row).frame;
    }

    TimedOrigin make(Timestamp time, std::optional<uint32_t> sentRow, std::optional<uint32_t> arrivedRow) const
    {
        const Side sender = m_packets.from;
        const PacketNumber sentFrame = sentRow ? frameOf(sender, *sentRow) : PacketNumber{};
        const PacketNumber arrivedFrame = arrivedRow ? frameOf(otherSide(sender), *arrivedRow) : PacketNumber{};
        const bool fromClient = sender == Side::Client;
        return {
            time, originOf(sender, fromClient ? sentFrame : arrivedFrame, fromClient ? arrivedFrame : sentFrame), {}};
    }

    TimedOrigin sent(uint32_t index) const
    {
        const WayPacket& packet = m_packets.sent[index];
        const auto link = std::ranges::lower_bound(m_way.links, index, {}, &PacketLink::sent);
        std::optional<uint32_t> arrived;
        if (link != m_way.links.end() && link->sent == index)
            arrived = m_packets.arrived[link->arrived].row;
        TimedOrigin result = make(packet.time, packet.row, arrived);
        result.origin.sentBy = ResetSender::Endpoint;
        result.origin.confidence = Confidence::Certain;
        result.origin.sent = m_way.sent[packet.row];
        result.origin.neverArrived = result.origin.sent == SentVerdict::Lost;
        return result;
    }

    TimedOrigin arrivedOnly(const WayPacket& packet, ArrivedVerdict verdict) const
    {
        TimedOrigin result = make(packet.time, std::nullopt, packet.row);
        result.origin.arrived = verdict;
        switch (verdict) {
        case ArrivedVerdict::Injected:
            result.origin.sentBy = ResetSender::Middlebox;
            result.origin.confidence = Confidence::Certain;
            break;
        case ArrivedVerdict::InjectedLikely:
            result.origin.sentBy = ResetSender::Middlebox;
            result.origin.confidence = Confidence::Likely;
            break;
        case ArrivedVerdict::Duplicate:
        case ArrivedVerdict::MissedBySenderCapture:
        case ArrivedVerdict::Elsewhere: // the capture near its host has it, in another connection
            result.origin.sentBy = ResetSender::Endpoint;
            result.origin.confidence = Confidence::Likely;
            break;
        case ArrivedVerdict::UnknownOrigin:
            result.strangeRow = packet.row;
            break;
        default:
            break;
        }
        return result;
    }

    const WayPackets& m_packets;
    const Way& m_way;
    std::array<const Flow*, 2> m_flows; ///< by capture
};

bool sendsReset(const WayPackets& packets)
{
    return std::ranges::any_of(packets.sent, [](const WayPacket& packet) { return packet.flags.rst(); });
}

/// Both ends were reset and neither of them ever sent a RST: a box between them did it (comparison.md 5.6).
void convictBox(std::vector<TimedOrigin>& origins, const std::array<WayPackets, 2>& ways, ConnectionPair& pair)
{
    const auto isStrangeFrom = [&](Side side) {
        return std::ranges::any_of(
            origins, [side](const TimedOrigin& timed) { return timed.origin.flow == side && timed.strangeRow; });
    };
    const bool canTell
        = !pair.ways[0].isSideMissing && !pair.ways[1].isSideMissing && !pair.ways[0].isLeaky && !pair.ways[1].isLeaky;
    if (!canTell || sendsReset(ways[0]) || sendsReset(ways[1]) || !isStrangeFrom(Side::Client)
        || !isStrangeFrom(Side::Server))
        return;
    for (TimedOrigin& timed : origins) {
        if (!timed.strangeRow)
            continue;
        timed.origin.sentBy = ResetSender::Middlebox;
        timed.origin.confidence = Confidence::Likely;
        timed.origin.arrived = ArrivedVerdict::InjectedLikely;
        pair.ways[sideIndex(timed.origin.flow)].arrived[*timed.strangeRow] = ArrivedVerdict::InjectedLikely;
    }
}

} // namespace

void findOrigins(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair)
{
    std::vector<TimedOrigin> origins;
    for (const WayPackets& packets : ways) {
        const std::array flows{
            &flowOf(traces, pair, packets.from, Side::Client), &flowOf(traces, pair, packets.from, Side::Server)};
        WayOrigins(packets, pair.way(packets.from), flows).addTo(origins);
    }
    std::ranges::stable_sort(origins, {}, &TimedOrigin::time);
    convictBox(origins, ways, pair);
    std::array<bool, 2> seen{};
    for (TimedOrigin& timed : origins) {
        timed.origin.isFirst = !std::exchange(seen[sideIndex(timed.origin.flow)], true);
        pair.resets.push_back(timed.origin);
    }
}

} // namespace whyrst
