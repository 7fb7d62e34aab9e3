#include "model/compare/clock_samples.h"

#include "model/compare/range_pairing.h"

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

/// The delay is below the round trip: a limit of the other kind.
void addLimit(ClockSamples& samples, Side from, const WayPacket& sent, const WayPacket& arrived, Duration roundTrip)
{
    if (from == Side::Client)
        samples.toClient.push_back({sent.recorded, arrived.recorded - roundTrip});
    else
        samples.toServer.push_back({arrived.recorded, sent.recorded + roundTrip});
    samples.fromRtt = true;
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
        const bool isTold = link.kind != LinkKind::SequenceOnly || sharesMark(way.marks, sent, arrived);
        if (isTold && !link.isAmbiguous && sent.seq == arrived.seq && link.begin.value == sent.dataBegin())
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
        const int64_t end = sent.dataEnd() + (sent.flags.fin() ? 1 : 0);
        const auto ack = std::ranges::lower_bound(acks, end, {}, &std::pair<int64_t, Timestamp>::first);
        if (sent.isBareAck() || sent.flags.rst() || ack == acks.end() || ack->second <= sent.recorded)
            continue;
        addLimit(samples, way.from, sent, way.arrived[link.arrived], ack->second - sent.recorded);
    }
}

void addIcmpRoundTrips(ClockSamples& samples, const WayPackets& way, const std::vector<PacketLink>& links,
    const std::vector<IcmpEvent>& errors, int64_t offsetShift)
{
    for (const PacketLink& link : links) {
        const WayPacket& sent = way.sent[link.sent];
        const auto error = std::ranges::find_if(errors, [&](const IcmpEvent& event) {
            return event.quotedSide == way.from && event.quotedSeq.value + offsetShift == sent.seq
                && event.time > sent.recorded;
        });
        if (error != errors.end())
            addLimit(samples, way.from, sent, way.arrived[link.arrived], error->time - sent.recorded);
    }
}

} // namespace whyrst
