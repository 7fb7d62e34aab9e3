#include "model/compare/clock_samples.h"

#include "model/compare/range_pairing.h"

#include <algorithm>

namespace whyrst {

namespace {

/// The sample that a packet of the direction `from` makes.
ClockSample sampleOf(Side from, const FrameNumbers& frames, const WayPacket& sent, const WayPacket& arrived)
{
    const PacketNumber sentFrame = frames.sent->segments.at(sent.row).frame;
    const PacketNumber arrivedFrame = frames.arrived->segments.at(arrived.row).frame;
    const uint32_t flow = sent.hasStamps ? frames.number : 0;
    if (from == Side::Client)
        return {sent.recorded, arrived.recorded, sentFrame, arrivedFrame, flow, sent.stamps.value};
    return {arrived.recorded, sent.recorded, arrivedFrame, sentFrame, flow, sent.stamps.value};
}

void add(ClockSamples& samples, Side from, const ClockSample& sample)
{
    (from == Side::Client ? samples.toServer : samples.toClient).push_back(sample);
}

/// The delay is below the round trip: a limit of the other kind.
void addLimit(ClockSamples& samples, Side from, ClockSample sample, Duration roundTrip)
{
    sample.server += from == Side::Client ? -roundTrip : roundTrip;
    add(samples, otherSide(from), sample);
    samples.fromRtt = true;
}

} // namespace

void addSurePairs(
    ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames, const std::vector<SurePair>& sure)
{
    for (const SurePair& pair : sure)
        add(samples, way.from, sampleOf(way.from, frames, way.sent[pair.sent], way.arrived[pair.arrived]));
}

void addLinks(
    ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames, const std::vector<PacketLink>& links)
{
    for (const PacketLink& link : links) {
        const WayPacket& sent = way.sent[link.sent];
        const WayPacket& arrived = way.arrived[link.arrived];
        const bool isTold = link.kind != LinkKind::SequenceOnly || sharesMark(way.marks, sent, arrived);
        if (isTold && !link.isAmbiguous && sent.seq == arrived.seq && link.begin.value == sent.dataBegin())
            add(samples, way.from, sampleOf(way.from, frames, sent, arrived));
    }
}

void addRoundTrips(ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames,
    const std::vector<PacketLink>& links, const WayPackets& back)
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
        addLimit(samples, way.from, sampleOf(way.from, frames, sent, way.arrived[link.arrived]),
            ack->second - sent.recorded);
    }
}

void addIcmpRoundTrips(ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames,
    const std::vector<PacketLink>& links, const std::vector<IcmpEvent>& errors, int64_t offsetShift)
{
    for (const PacketLink& link : links) {
        const WayPacket& sent = way.sent[link.sent];
        const auto error = std::ranges::find_if(errors, [&](const IcmpEvent& event) {
            return event.quotedSide == way.from && event.quotedSeq.value + offsetShift == sent.seq
                && event.time > sent.recorded;
        });
        if (error != errors.end())
            addLimit(samples, way.from, sampleOf(way.from, frames, sent, way.arrived[link.arrived]),
                error->time - sent.recorded);
    }
}

} // namespace whyrst
