#include "model/charts/delay_chart.h"

#include "model/charts/packet_order.h"
#include "model/charts/point_sources.h"

#include <algorithm>
#include <limits>

namespace whyrst {

namespace {

constexpr double leastTop = 1000; ///< microseconds: jitter below a millisecond looks as small as it is

/// A packet that is in both captures.
struct DelayedPacket
{
    Duration time{}; ///< at the client's capture, on the axis
    PacketNumber frame;
    Duration delay{};
};

/// The delays of one direction.
struct WayDelays
{
    std::vector<DelayedPacket> packets;
    Duration least{};
    Duration usual{}; ///< median
    Duration most{};
};

bool isCounted(const PacketRelation& relation)
{
    const bool isLink = isInBoth(relation.relation);
    return isLink && relation.delay && !relation.isIcmp;
}

WayDelays delaysOf(const DelayChartRequest& request, Side flow)
{
    WayDelays delays;
    uint32_t lastRow = PacketRelation::noRow;
    std::vector<Duration> all;
    for (const PacketRelation& relation : request.relations) {
        if (relation.flow != flow || !isCounted(relation) || relation.sentRow == lastRow)
            continue;
        lastRow = relation.sentRow;
        const Duration sent = relation.time - request.times.origin;
        const Duration atClient = flow == Side::Client ? sent : sent + *relation.delay;
        delays.packets.push_back({atClient, relation.clientFrame, *relation.delay});
        all.push_back(*relation.delay);
    }
    if (all.empty())
        return delays;
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    delays.usual = *middle;
    delays.least = std::ranges::min(all);
    delays.most = std::ranges::max(all);
    return delays;
}

double inMicroseconds(Duration duration)
{
    return static_cast<double>(duration.count()) / 1e3;
}

std::shared_ptr<const PointSource> pointsOf(const WayDelays& delays)
{
    std::vector<ValueAfterPacket> values;
    values.reserve(delays.packets.size());
    for (const DelayedPacket& packet : delays.packets) {
        const int64_t above
            = std::chrono::duration_cast<std::chrono::microseconds>(packet.delay - delays.least).count();
        constexpr int64_t highest = std::numeric_limits<uint32_t>::max(); // more than an hour
        values.push_back({packet.time, packet.frame, static_cast<uint32_t>(std::min(above, highest))});
    }
    return makeValueSource(std::move(values));
}

bool hasBound(const CaptureClock& clock)
{
    return clock.kind == ClockKind::TwoWay || clock.kind == ClockKind::FromRtt;
}

/// The clock's bound over the axis.
class ClockBoxes
{
public:
    explicit ClockBoxes(const PairTimes& times)
        : m_times(times)
    {
        const std::vector<ClockPiece>& pieces = times.clock->pieces;
        const Timestamp end = times.origin + times.length;
        for (size_t index = 0; index < pieces.size(); ++index) {
            const ClockPiece& piece = pieces[index];
            const Timestamp last = index + 1 < pieces.size() ? std::min(pieces[index + 1].from, end) : end;
            const Timestamp first = index == 0 ? times.origin : std::max(piece.from, times.origin);
            const Timestamp closedFrom = std::clamp(piece.closedFrom, first, std::max(first, last));
            const Timestamp closedTo = std::clamp(piece.closedTo, closedFrom, std::max(closedFrom, last));
            add(m_unchecked, first, closedFrom, piece);
            add(m_checked, closedFrom, closedTo, piece);
            add(m_unchecked, closedTo, last, piece);
        }
    }

    std::shared_ptr<const PointSource> checked() { return makePointSource(std::move(m_checked)); }
    std::shared_ptr<const PointSource> unchecked() { return makePointSource(std::move(m_unchecked)); }

private:
    void add(std::vector<ChartPoint>& boxes, Timestamp begin, Timestamp end, const ClockPiece& piece)
    {
        if (begin >= end)
            return;
        ChartPoint box;
        box.time = begin - m_times.origin;
        box.endTime = end - m_times.origin;
        box.high = inMicroseconds(piece.bound);
        boxes.push_back(box);
    }

    const PairTimes& m_times;
    std::vector<ChartPoint> m_checked;
    std::vector<ChartPoint> m_unchecked;
};

/// The largest bound of the pieces that the pair's time touches.
Duration widestBound(const PairTimes& times)
{
    Duration widest = times.clock->boundAt(times.origin);
    for (const ClockPiece& piece : times.clock->pieces) {
        if (piece.from > times.origin && piece.from < times.origin + times.length)
            widest = std::max(widest, piece.bound);
    }
    return widest;
}

std::string wayWords(Side flow)
{
    return "to the " + std::string(sideName(otherSide(flow)));
}

std::string describe(const WayDelays& delays, Side flow)
{
    if (delays.packets.empty())
        return "No packet " + wayWords(flow) + " is in both captures. ";
    return "Delay " + wayWords(flow) + ": at least " + humanDuration(delays.least) + ", usually "
        + humanDuration(delays.usual - delays.least) + " more, at most " + humanDuration(delays.most - delays.least)
        + " more. ";
}

std::string clockWords(const PairTimes& times)
{
    if (!hasBound(*times.clock))
        return "How far the clocks may be off is not known: only the shape of each direction is sure.";
    return "The offset of the clocks is known to +- " + humanDuration(widestBound(times))
        + ": the least delays may be wrong by as much; what one direction gains the other loses, and their sum is "
          "exact.";
}

} // namespace

ChartData buildDelayChart(const DelayChartRequest& request)
{
    ChartData chart;
    chart.id = "delay";
    chart.title = "One-way delay above its least";
    chart.axis = {"Delay", AxisUnit::Microseconds, true, leastTop};
    chart.origin = request.times.origin;
    chart.length = request.times.length;
    chart.packets = std::make_shared<PacketOrder>(request.traces.client.connection(request.pair.client),
        [times = request.times](Timestamp time) { return times.since(Side::Client, time); });
    const std::array<WayDelays, 2> delays{delaysOf(request, Side::Client), delaysOf(request, Side::Server)};
    if (delays[0].packets.empty() && delays[1].packets.empty()) {
        chart.emptyText = "No packet of this connection is in both captures, so that none has a delay.";
        chart.description = chart.emptyText;
        return chart;
    }
    for (const Side flow : {Side::Client, Side::Server}) {
        const WayDelays& way = delays[sideIndex(flow)];
        addSeries(chart,
            {flow == Side::Client ? "delay-to-server" : "delay-to-client",
                wayWords(flow) + ": above " + humanDuration(way.least), SeriesShape::Points,
                flow == Side::Client ? SeriesStyle::DelayToServer : SeriesStyle::DelayToClient, pointsOf(way)});
        chart.description += describe(way, flow);
    }
    if (hasBound(*request.times.clock)) {
        ClockBoxes boxes(request.times);
        const std::string bound = "+- " + humanDuration(widestBound(request.times));
        addSeries(chart,
            {"clock-bound", "clock " + bound + ": what one direction gains the other loses", SeriesShape::Boxes,
                SeriesStyle::ClockBound, boxes.checked(), false});
        addSeries(chart,
            {"clock-unchecked", "clock not checked here", SeriesShape::Boxes, SeriesStyle::ClockUnchecked,
                boxes.unchecked(), false});
    }
    chart.description += clockWords(request.times);
    return chart;
}

} // namespace whyrst
