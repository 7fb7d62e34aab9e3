#include "model/compare/arrival_order.h"

#include <algorithm>

namespace whyrst {

namespace {

using std::chrono::microseconds;

constexpr Duration captureJitter = microseconds(100); // comparison.md 5.5
constexpr size_t farthest = 256;                      ///< ours: so many arrivals back a swap is looked for

/// A link in the order of arrival.
struct Arrival
{
    PacketLink* link = nullptr;
    Timestamp sent;
    Timestamp arrived;
};

/// Each packet once, by arrival: of a super-segment the pieces, of merged ones the first.
std::vector<Arrival> inOrderOfArrival(Way& way, const WayPackets& packets, bool areTimesSteady)
{
    std::vector<Arrival> arrivals;
    arrivals.reserve(way.links.size());
    for (PacketLink& link : way.links) {
        link.order = ArrivalOrder::InOrder;
        if (!link.isAmbiguous)
            arrivals.push_back({&link, packets.sent[link.sent].time, packets.arrived[link.arrived].time});
    }
    std::ranges::stable_sort(arrivals, [&](const Arrival& a, const Arrival& b) {
        if (areTimesSteady && a.arrived != b.arrived)
            return a.arrived < b.arrived;
        return a.link->arrived != b.link->arrived ? a.link->arrived < b.link->arrived : a.sent < b.sent;
    });
    return arrivals;
}

/// Whether a packet that was sent later than `late` arrived before it by more than what a capture may swap.
bool isOvertaken(const std::vector<Arrival>& arrivals, size_t index, Timestamp latestSent)
{
    const Arrival& late = arrivals[index];
    if (latestSent - late.sent > captureJitter)
        return true;
    for (size_t at = index; at-- > 0 && index - at < farthest;) {
        const Duration sendGap = arrivals[at].sent - late.sent;
        if (sendGap > Duration(0) && late.arrived - arrivals[at].arrived > sendGap + captureJitter)
            return true;
    }
    return false;
}

} // namespace

void findOrder(Way& way, const WayPackets& packets, bool areTimesSteady)
{
    const std::vector<Arrival> arrivals = inOrderOfArrival(way, packets, areTimesSteady);
    Timestamp latestSent = Timestamp::min();
    for (size_t index = 0; index < arrivals.size(); ++index) {
        const Arrival& arrival = arrivals[index];
        if (arrival.sent >= latestSent)
            latestSent = arrival.sent;
        else
            arrival.link->order
                = isOvertaken(arrivals, index, latestSent) ? ArrivalOrder::Reordered : ArrivalOrder::WithinJitter;
    }
}

} // namespace whyrst
