#include "model/charts/pair_times.h"

#include <algorithm>

namespace whyrst {

namespace {

using Span = std::pair<Timestamp, Timestamp>;

/// First and last moment of a connection by the common clock.
Span spanOf(const Connection& connection, const CaptureClock& clock, Side capture)
{
    if (!clock.wasSet(capture))
        return {clock.common(capture, connection.firstTime), clock.common(capture, connection.lastTime)};
    Span span{Timestamp::max(), Timestamp::min()};
    for (const Side side : {Side::Client, Side::Server}) {
        for (const Segment& segment : connection.flow(side).segments) {
            const Timestamp time = clock.common(capture, segment.time, segment.frame);
            span = {std::min(span.first, time), std::max(span.second, time)};
        }
    }
    return span;
}

/// When a capture ran, by the common clock.
Span spanOf(const CaptureInfo& capture, const CaptureClock& clock, Side near)
{
    constexpr PacketNumber last{UINT32_MAX};
    const Timestamp begin = capture.details.started.value_or(capture.firstTime);
    const Timestamp end = capture.details.ended.value_or(capture.lastTime);
    if (!clock.wasSet(near))
        return {clock.common(near, begin), clock.common(near, end)};
    // The earliest and latest times may be of packets after or before a step: the ends come from the time alone.
    const Timestamp first = std::min(clock.common(near, begin), clock.common(near, end));
    const Timestamp atEnd = clock.common(near, end, last);
    return {first, std::max(clock.common(near, end), capture.details.ended ? atEnd : clock.common(near, begin))};
}

} // namespace

Duration PairTimes::since(Side capture, Timestamp recorded) const
{
    return clock->common(capture, recorded) - origin;
}

Duration PairTimes::since(Side capture, Timestamp recorded, PacketNumber frame) const
{
    return clock->common(capture, recorded, frame) - origin;
}

Timestamp PairTimes::at(Side capture, Duration time) const
{
    return clock->recorded(capture, origin + time);
}

PairTimes pairTimes(const TracePair& traces, const CaptureClock& clock, const ConnectionPair& pair)
{
    const Connection& client = traces.client.connection(pair.client);
    const Connection& server = traces.server.connection(pair.server);
    PairTimes times;
    times.clock = &clock;
    const Span atClient = spanOf(client, clock, Side::Client);
    const Span atServer = spanOf(server, clock, Side::Server);
    times.origin = std::min(atClient.first, atServer.first);
    times.length = std::max(atClient.second, atServer.second) - times.origin;
    for (const Side side : {Side::Client, Side::Server}) {
        const Span captured = spanOf(traces.near(side).capture, clock, side);
        const Span& shown = side == Side::Client ? atClient : atServer;
        times.captured[sideIndex(side)] = {std::min(captured.first, shown.first) - times.origin,
            std::max(captured.second, shown.second) - times.origin};
    }
    return times;
}

} // namespace whyrst
