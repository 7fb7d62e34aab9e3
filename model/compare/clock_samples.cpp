#include "model/compare/clock_samples.h"

#include <algorithm>

namespace whyrst {

namespace {

void add(ClockSamples& samples, Side from, const WayPacket& sent, const WayPacket& arrived)
{
    if (from == Side::Client)
        samples.toServer.push_back({sent.recorded, arrived.recorded});
    else
        samples.toClient.push_back({arrived.recorded, sent.recorded});
}

} // namespace

void addSurePairs(ClockSamples& samples, const WayPackets& way, const std::vector<SurePair>& sure)
{
    for (const SurePair& pair : sure)
        add(samples, way.from, way.sent[pair.sent], way.arrived[pair.arrived]);
}

void addLinks(ClockSamples& samples, const WayPackets& way, const std::vector<PacketLink>& links)
{
    for (const PacketLink& link : links) {
        const WayPacket& sent = way.sent[link.sent];
        const WayPacket& arrived = way.arrived[link.arrived];
        if (link.kind != LinkKind::SequenceOnly && !link.isAmbiguous && sent.seq == arrived.seq
            && link.begin.value == sent.dataBegin())
            add(samples, way.from, sent, arrived);
    }
}

void addRoundTrips(
    ClockSamples& samples, const WayPackets& way, const std::vector<PacketLink>& links, const WayPackets& back)
{
    // The acknowledgments as the data's sender gets them, each with the first time of its number.
    std::vector<std::pair<int64_t, Timestamp>> acks;
    for (const WayPacket& packet : back.arrived) {
        if (packet.flags.ack() && (acks.empty() || packet.ack > acks.back().first))
            acks.emplace_back(packet.ack, packet.recorded);
    }
    for (const PacketLink& link : links) {
        const WayPacket& sent = way.sent[link.sent];
        const auto ack = std::ranges::lower_bound(acks, sent.dataEnd(), {}, &std::pair<int64_t, Timestamp>::first);
        if (sent.length == 0 || ack == acks.end() || ack->second <= sent.recorded)
            continue;
        const Duration roundTrip = ack->second - sent.recorded;
        const WayPacket& arrived = way.arrived[link.arrived];
        // The delay is below the round trip: a limit of the other kind.
        if (way.from == Side::Client)
            samples.toClient.push_back({sent.recorded, arrived.recorded - roundTrip});
        else
            samples.toServer.push_back({arrived.recorded, sent.recorded + roundTrip});
        samples.fromRtt = true;
    }
}

} // namespace whyrst
