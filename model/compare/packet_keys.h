// Header fields of a packet as one number, for joining the packets of two captures.
#pragma once

#include "model/compare/way_packets.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace whyrst {

/// A packet of a WayPackets list by its key.
struct KeyedIndex
{
    uint64_t key = 0;
    uint32_t index = 0;
};

/// Makes keys of the fields that a direction's marks allow.
class PacketKeys
{
public:
    explicit PacketKeys(const WayPackets& way)
        : m_way(&way)
    {
    }

    /// All fields.
    uint64_t exact(const WayPacket& packet) const { return mixBits(withoutSack(packet) + m_way->sackOf(packet)); }
    uint64_t withoutSack(const WayPacket& packet) const
    {
        const uint64_t id = m_way->marks.ids ? packet.ipId : 0;
        return mixBits(withoutWindow(packet) + (id << 16 | packet.window));
    }
    /// Place, size, flags, acknowledgment and timestamps.
    uint64_t withoutWindow(const WayPacket& packet) const
    {
        return mixBits(mixBits(place(packet) + stamps(packet)) + static_cast<uint64_t>(packet.ack));
    }
    /// Place and size of what takes part of the stream. A bare ACK needs its acknowledgment and a mark as well.
    uint64_t sequenceOnly(const WayPacket& packet) const
    {
        if (!packet.isBareAck())
            return place(packet);
        const uint64_t mark = hasStamp(packet) ? stamps(packet) : packet.ipId;
        return mixBits(mixBits(place(packet) + mark) + static_cast<uint64_t>(packet.ack));
    }
    bool hasMark(const WayPacket& packet) const { return hasStamp(packet) || (m_way->marks.ids && packet.ipId != 0); }

    /// Place in the stream, size and the flags that take numbers.
    uint64_t place(const WayPacket& packet) const
    {
        const uint64_t flags = (packet.flags.bits & placeFlags) | (packet.flags.ack() ? 0x10U : 0U);
        return mixBits(mixBits(static_cast<uint64_t>(packet.seq)) + (uint64_t{packet.length} << 16 | flags));
    }

private:
    static constexpr uint16_t placeFlags = 0x07; // SYN, FIN, RST

    bool hasStamp(const WayPacket& packet) const { return m_way->marks.timestamps && packet.hasStamps; }
    uint64_t stamps(const WayPacket& packet) const
    {
        return hasStamp(packet) ? mixBits(uint64_t{packet.stamps.value} << 32 | packet.stamps.echo) : 0;
    }
    const WayPackets* m_way;
};

/// Keys of the packets that `wanted` chooses, by key, then index.
template <typename Key, typename Wanted>
std::vector<KeyedIndex> keysOf(const std::vector<WayPacket>& packets, const Key& key, const Wanted& wanted)
{
    std::vector<KeyedIndex> keys;
    for (uint32_t index = 0; index < packets.size(); ++index) {
        if (wanted(index, packets[index]))
            keys.push_back({key(packets[index]), index});
    }
    std::ranges::sort(keys,
        [](const KeyedIndex& a, const KeyedIndex& b) { return a.key != b.key ? a.key < b.key : a.index < b.index; });
    return keys;
}

/// Calls `visit(sent, arrived)` with the equal runs of two lists by key; either run may not be empty.
template <typename Visit>
void joinByKey(const std::vector<KeyedIndex>& sent, const std::vector<KeyedIndex>& arrived, const Visit& visit)
{
    const auto endOfRun = [](auto at, auto end) {
        const uint64_t key = at->key;
        while (at != end && at->key == key)
            ++at;
        return at;
    };
    auto left = sent.begin();
    auto right = arrived.begin();
    while (left != sent.end() && right != arrived.end()) {
        if (left->key != right->key) {
            left->key < right->key ? ++left : ++right;
            continue;
        }
        const auto leftEnd = endOfRun(left, sent.end());
        const auto rightEnd = endOfRun(right, arrived.end());
        visit(std::span(left, leftEnd), std::span(right, rightEnd));
        left = leftEnd;
        right = rightEnd;
    }
}

} // namespace whyrst
