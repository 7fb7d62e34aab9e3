#include "model/compare/second_shift.h"

#include "model/compare/packet_keys.h"

#include <algorithm>
#include <map>

namespace whyrst {

namespace {

constexpr double leastLeft = 0.2;    // comparison.md 3.1: of the data behind the point
constexpr double leastAgreed = 0.9;  // comparison.md 3.1: of what is left
constexpr size_t leastVotes = 3;     ///< heuristic: one or two packets may be equal by accident
constexpr int64_t mostChange = 4096; ///< heuristic: helpers replace an address or a header, not a stream

/// What is left of both captures: packets of which the other one has no packet, or less than half of the bytes.
struct Rest
{
    std::vector<bool> isSentLeft;
    std::vector<bool> isArrivedLeft;

    Rest(const WayPackets& way, const PairedWay& paired)
        : isSentLeft(way.sent.size())
        , isArrivedLeft(way.arrived.size())
    {
        std::vector<uint32_t> sentBytes(way.sent.size());
        std::vector<uint32_t> arrivedBytes(way.arrived.size());
        for (const PacketLink& link : paired.links) {
            const WayPacket& sent = way.sent[link.sent];
            const WayPacket& arrived = way.arrived[link.arrived];
            // Packets of one size that overlap in part are others: data is not cut anew into pieces as large.
            if (link.kind == LinkKind::Range && sent.length == arrived.length && sent.seq != arrived.seq)
                continue;
            sentBytes[link.sent] += link.length;
            arrivedBytes[link.arrived] += link.length;
        }
        for (uint32_t index = 0; index < way.sent.size(); ++index)
            isSentLeft[index] = 2 * sentBytes[index] < way.sent[index].length;
        for (uint32_t index = 0; index < way.arrived.size(); ++index)
            isArrivedLeft[index] = 2 * arrivedBytes[index] < way.arrived[index].length
                && paired.arrived[index] != ArrivedState::Duplicate;
    }
};

/// Two packets that are one but for their place.
struct Vote
{
    int64_t change = 0; ///< of the place at the server against that at the client
    int64_t place = 0;  ///< at the server, in the client's offsets as far as they are known
};

std::vector<Vote> votesOf(const WayPackets& way, const Rest& rest)
{
    const auto key = [&](const WayPacket& packet) {
        const uint64_t marks = (way.marks.timestamps && packet.hasStamps
                                       ? mixBits(uint64_t{packet.stamps.value} << 32 | packet.stamps.echo)
                                       : 0)
            + (way.marks.ids ? packet.ipId : 0U);
        const uint64_t shape
            = uint64_t{packet.length} << 32 | uint64_t{packet.flags.bits & 0x07U} << 16 | packet.window;
        return mixBits(mixBits(marks) + mixBits(shape) * 3 + static_cast<uint64_t>(packet.ack));
    };
    const auto sent = keysOf(way.sent, key,
        [&](uint32_t index, const WayPacket& packet) { return packet.length > 0 && rest.isSentLeft[index]; });
    const auto arrived = keysOf(way.arrived, key,
        [&](uint32_t index, const WayPacket& packet) { return packet.length > 0 && rest.isArrivedLeft[index]; });
    std::vector<Vote> votes;
    joinByKey(sent, arrived, [&](auto left, auto right) {
        if (left.size() != 1 || right.size() != 1)
            return;
        const int64_t atSender = way.sent[left[0].index].seq;
        const int64_t atReceiver = way.arrived[right[0].index].seq;
        const int64_t atServer = way.from == Side::Client ? atReceiver : atSender;
        const int64_t atClient = way.from == Side::Client ? atSender : atReceiver;
        if (atServer != atClient && std::abs(atServer - atClient) <= mostChange)
            votes.push_back({atServer - atClient, atServer});
    });
    return votes;
}

/// Whether more than a fifth of the arrived data from `place` on is left.
bool isMuchLeft(const WayPackets& way, const Rest& rest, int64_t place)
{
    uint64_t all = 0;
    uint64_t left = 0;
    for (uint32_t index = 0; index < way.arrived.size(); ++index) {
        if (way.arrived[index].dataBegin() < place)
            continue;
        all += way.arrived[index].length;
        left += rest.isArrivedLeft[index] ? way.arrived[index].length : 0;
    }
    return static_cast<double>(left) > leastLeft * static_cast<double>(all);
}

} // namespace

std::optional<ShiftStep> findLaterShift(const WayPackets& way, const PairedWay& paired, const NumberShift& known)
{
    const Rest rest(way, paired);
    std::vector<Vote> votes = votesOf(way, rest);
    if (votes.size() < leastVotes)
        return std::nullopt;
    std::ranges::sort(votes, {}, &Vote::place);
    // The first change counts: further ones are found when this one is undone.
    const int64_t change = votes.front().change;
    const auto other = std::ranges::find_if(votes, [change](const Vote& vote) { return vote.change != change; });
    const int64_t end = other == votes.end() ? INT64_MAX : other->place;
    const auto agreed = static_cast<size_t>(std::ranges::count(votes, change, &Vote::change));
    const auto before = static_cast<size_t>(other - votes.begin());
    const bool isSteady = static_cast<double>(agreed) >= leastAgreed * static_cast<double>(votes.size());
    if (agreed < leastVotes || (!isSteady && before < leastVotes) || end <= votes.front().place)
        return std::nullopt;
    const int64_t place = votes.front().place;
    if (!isMuchLeft(way, rest, way.from == Side::Client ? place : place - change))
        return std::nullopt;
    const int64_t offset = known.steps.empty() ? known.offset : known.steps.back().offset;
    const StreamOffset from{place - offset};
    if (!known.steps.empty() && from <= known.steps.back().from)
        return std::nullopt;
    return ShiftStep{from, offset - change};
}

} // namespace whyrst
