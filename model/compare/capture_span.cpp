#include "model/compare/capture_span.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace whyrst {

namespace {

/// A clock that was set may show less at the end than at the beginning: the packets tell.
CaptureSpan steadySpan(
    const CaptureClock& clock, const CaptureDetails& details, const OpenPairs& pairs, Side capture, CaptureSpan span)
{
    constexpr PacketNumber last{UINT32_MAX};
    span.begin = details.started ? clock.common(capture, *details.started, PacketNumber{}) : Timestamp::max();
    span.end = details.ended ? clock.common(capture, *details.ended, last) : Timestamp::min();
    for (const auto& open : pairs) {
        for (const WayPackets& way : open->ways) {
            for (const WayPacket& packet : capture == way.from ? way.sent : way.arrived) {
                span.begin = std::min(span.begin, packet.time);
                span.end = std::max(span.end, packet.time);
            }
        }
    }
    return span;
}

} // namespace

CaptureSpan spanOf(const TracePair& traces, const CaptureClock& clock, const OpenPairs& pairs, Side capture)
{
    const CaptureInfo& info = traces.near(capture).capture;
    CaptureSpan span;
    span.begin = std::min(info.details.started.value_or(info.firstTime), info.firstTime);
    span.end = std::max(info.details.ended.value_or(info.lastTime), info.lastTime);
    span.endIsKnown = info.details.ended.has_value();
    span.hasDrops = info.droppedByCapture > 0;
    if (clock.wasSet(capture))
        return steadySpan(clock, info.details, pairs, capture, span);
    span.begin = clock.common(capture, span.begin);
    span.end = clock.common(capture, span.end);
    return span;
}

void findFirstFrame(ClockSet& set, const TracePair& traces, const OpenPairs& pairs)
{
    if (set.by >= Duration(0))
        return;
    std::vector<std::pair<PacketNumber, Timestamp>> packets;
    for (const auto& open : pairs) {
        for (const WayPackets& way : open->ways) {
            const Flow& flow = flowOf(traces, open->pair, way.from, set.capture);
            const uint32_t end = flow.segments.lowerBound(PacketNumber{set.firstFrame.value + 1});
            for (uint32_t row = flow.segments.lowerBound(set.lastFrame); row < end; ++row)
                packets.emplace_back(flow.segments.at(row).frame, flow.segments.at(row).time);
        }
    }
    std::ranges::sort(packets);
    const auto first = std::ranges::adjacent_find(
        packets, [&](const auto& before, const auto& after) { return after.second - before.second < set.by / 2; });
    if (first != packets.end())
        set.firstFrame = (first + 1)->first;
}

} // namespace whyrst
