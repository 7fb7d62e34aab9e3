#include "model/compare/terminated.h"

#include <algorithm>
#include <unordered_set>

namespace whyrst {

namespace {

using std::chrono::milliseconds;

constexpr double leastSent = 0.6;              // comparison.md 2.5: of what arrives
constexpr size_t leastArrivals = 10;           // comparison.md 2.5
constexpr Duration leastEnd = milliseconds(2); // comparison.md 2.5
constexpr size_t leastStamped = 3;             // comparison.md 2.5: more than two packets

/// Arrivals in the common time and how many of them were sent on the other side.
struct Arrivals
{
    size_t all = 0;
    size_t sent = 0;
};

Arrivals countArrivals(const WayPackets& way, const PairedWay& paired, Duration bound)
{
    Arrivals count;
    if (way.sent.empty() || way.arrived.empty())
        return count;
    const Duration ends = 2 * bound + leastEnd; // packets there may have their twin outside
    const Timestamp begin = std::max(way.sent.front().time, way.arrived.front().time) + ends;
    const Timestamp end = std::min(way.sent.back().time, way.arrived.back().time) - ends;
    for (size_t index = 0; index < way.arrived.size(); ++index) {
        const Timestamp time = way.arrived[index].time;
        if (time < begin || time > end)
            continue;
        ++count.all;
        count.sent += paired.arrived[index] != ArrivedState::Unlinked ? 1 : 0;
    }
    return count;
}

/// Both captures have timestamps in this direction, and not one value in common.
bool hasForeignStamps(const WayPackets& way)
{
    std::unordered_set<uint32_t> sent;
    size_t stamped = 0;
    for (const WayPacket& packet : way.sent) {
        if (packet.hasStamps) {
            sent.insert(packet.stamps.value);
            ++stamped;
        }
    }
    size_t arrived = 0;
    for (const WayPacket& packet : way.arrived) {
        if (!packet.hasStamps)
            continue;
        if (sent.contains(packet.stamps.value))
            return false;
        ++arrived;
    }
    return stamped >= leastStamped && arrived >= leastStamped;
}

} // namespace

std::string whyTerminated(const std::array<WayPackets, 2>& ways, const std::array<PairedWay, 2>& paired, Duration bound)
{
    std::string signs;
    for (const Side from : {Side::Client, Side::Server}) {
        const WayPackets& way = ways[sideIndex(from)];
        const Arrivals arrivals = countArrivals(way, paired[sideIndex(from)], bound);
        if (arrivals.all >= leastArrivals
            && static_cast<double>(arrivals.sent) < leastSent * static_cast<double>(arrivals.all)) {
            signs = "of " + std::to_string(arrivals.all) + " packets that arrive from the " + sideName(from)
                + "'s side, the other capture shows only " + std::to_string(arrivals.sent) + " being sent";
            break;
        }
    }
    if (signs.empty() && hasForeignStamps(ways[0]) && hasForeignStamps(ways[1]))
        signs = "their TCP timestamps have no value in common";
    if (signs.empty())
        return {};
    return "same content, two connections: a box between the captures ends TCP, or these are two transfers of the same "
           "content ("
        + signs + ")";
}

} // namespace whyrst
