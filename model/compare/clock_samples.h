// Which links the clock is found from (comparison.md 4.1, 4.5).
#pragma once

#include "model/compare/segment_pairing.h"

namespace whyrst {

/// Tells the number of a packet of a direction in the capture `capture`, by its row.
struct FrameNumbers
{
    const Flow* sent = nullptr;
    const Flow* arrived = nullptr;
    uint32_t number = 0; ///< of the direction among all, from 1

    FrameNumbers(const TracePair& traces, const ConnectionPair& pair, Side from)
        : sent(&flowOf(traces, pair, from, from))
        , arrived(&flowOf(traces, pair, from, otherSide(from)))
        , number(1 + 2 * pair.client.value + static_cast<uint32_t>(sideIndex(from)))
    {
    }
};

/// Adds a sample for each sure pair.
void addSurePairs(
    ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames, const std::vector<SurePair>& sure);

/// Adds a sample for each link whose two packets begin with the same byte and were told apart by more than their place.
void addLinks(
    ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames, const std::vector<PacketLink>& links);

/// Adds limits that round trips give: data of `way` and its acknowledgments in `back`, both in the capture near the
/// sender of the data. For captures that have one direction in common only.
void addRoundTrips(ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames,
    const std::vector<PacketLink>& links, const WayPackets& back);

/// The same from ICMP errors that answer linked packets of `way`, as the capture near their sender has them.
void addIcmpRoundTrips(ClockSamples& samples, const WayPackets& way, const FrameNumbers& frames,
    const std::vector<PacketLink>& links, const std::vector<IcmpEvent>& errors, int64_t offsetShift);

} // namespace whyrst
