#include "model/charts/pair_times.h"

#include <algorithm>

namespace whyrst {

Duration PairTimes::since(Side capture, Timestamp recorded) const
{
    return (capture == Side::Client ? recorded : clock->toClient(recorded)) - origin;
}

Timestamp PairTimes::at(Side capture, Duration time) const
{
    const Timestamp client = origin + time;
    return capture == Side::Client ? client : clock->toServer(client);
}

PairTimes pairTimes(const TracePair& traces, const CaptureClock& clock, const ConnectionPair& pair)
{
    const Connection& client = traces.client.connection(pair.client);
    const Connection& server = traces.server.connection(pair.server);
    PairTimes times;
    times.clock = &clock;
    times.origin = std::min(client.firstTime, clock.toClient(server.firstTime));
    times.length = std::max(client.lastTime, clock.toClient(server.lastTime)) - times.origin;
    for (const Side side : {Side::Client, Side::Server}) {
        const CaptureInfo& capture = traces.near(side).capture;
        times.captured[sideIndex(side)] = {times.since(side, capture.details.started.value_or(capture.firstTime)),
            times.since(side, capture.details.ended.value_or(capture.lastTime))};
    }
    return times;
}

} // namespace whyrst
