// Links the packets of one direction in two captures, byte range by byte range (comparison.md 3.3 to 3.6).
#pragma once

#include "model/compare/way_packets.h"

#include <optional>
#include <vector>

namespace whyrst {

/// Two recordings that are of one packet beyond doubt: the clock is made from them.
struct SurePair
{
    uint32_t sent = 0; ///< indices into WayPackets
    uint32_t arrived = 0;
};

/// Pairs that need no clock: unique in all header fields, with a mark or with bytes that were sent once. By `sent`.
std::vector<SurePair> findSurePairs(const WayPackets& way);

/// What is known of a received packet after the pairing.
enum class ArrivedState : uint8_t
{
    Unlinked,
    Linked, ///< at least in part
    Duplicate
};

/// The links of a direction. Indices into WayPackets.
struct PairedWay
{
    std::vector<PacketLink> links; ///< by `sent`, then `begin`
    std::vector<ArrivedState> arrived;
};

/// What is usual for the packets of a direction, on the common clock.
class UsualDelay
{
public:
    UsualDelay(const WayPackets& way, const std::vector<SurePair>& sure, Duration bound);

    /// Median delay of the nine sure pairs sent nearest to `time`.
    Duration at(Timestamp time) const;
    /// Delay of the last sure pair sent at most a millisecond before `time`: a queue hardly grows meanwhile.
    std::optional<Duration> justBefore(Timestamp time) const;
    /// Whether a packet sent at `sent` may arrive at `arrived`: within what the direction's delays allow.
    bool isPossible(Timestamp sent, Timestamp arrived) const;
    /// Whether packets that were sent later arrived clearly before (comparison.md 3.3).
    bool isOvertaken(Timestamp sent, Timestamp arrived) const;
    Duration least() const { return m_least; }
    Duration median() const { return m_median; }
    /// How far the delays of four fifths of the pairs lie apart.
    Duration spread() const { return m_spread; }
    bool isKnown() const { return !m_pairs.empty(); }

private:
    struct Entry
    {
        Timestamp sent;
        Duration delay{};
        Duration usual{};
        Timestamp secondArrival; ///< the second earliest of this pair and those sent later
    };

    std::vector<Entry> m_pairs; ///< by `sent`
    Duration m_bound;
    Duration m_least{};
    Duration m_earliest{}; ///< what a packet may take at least: with few sure pairs the least is not known well
    Duration m_most{};
    Duration m_median{};
    Duration m_spread{};
};

/// Links everything that can be linked, the `sure` pairs first. The packets' `time` must be on the common clock.
PairedWay pairSegments(
    const WayPackets& way, const std::vector<SurePair>& sure, const UsualDelay& usual, Duration bound);

} // namespace whyrst
