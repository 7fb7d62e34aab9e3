#include "model/charts/packet_order.h"

#include <algorithm>

namespace whyrst {

std::optional<Duration> PacketOrder::timeOf(PacketNumber frame) const
{
    LocatedSegment located;
    if (!findSegment(*m_connection, frame, located))
        return {};
    const Timestamp recorded = located.segment.time;
    return m_chartTime ? m_chartTime(recorded) : recorded - m_connection->firstTime;
}

std::optional<PacketNumber> PacketOrder::next(PacketNumber frame) const
{
    std::optional<PacketNumber> nearest;
    for (const Flow& flow : m_connection->flows) {
        const uint32_t row = flow.segments.lowerBound(PacketNumber(frame.value + 1));
        if (row == flow.size())
            continue;
        const PacketNumber candidate = flow.segments.at(row).frame;
        nearest = nearest ? std::min(*nearest, candidate) : candidate;
    }
    return nearest;
}

std::optional<PacketNumber> PacketOrder::previous(PacketNumber frame) const
{
    std::optional<PacketNumber> nearest;
    for (const Flow& flow : m_connection->flows) {
        const uint32_t row = flow.segments.lowerBound(frame);
        if (row == 0)
            continue;
        const PacketNumber candidate = flow.segments.at(row - 1).frame;
        nearest = nearest ? std::max(*nearest, candidate) : candidate;
    }
    return nearest;
}

} // namespace whyrst
