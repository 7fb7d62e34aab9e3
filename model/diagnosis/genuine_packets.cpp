#include "model/diagnosis/genuine_packets.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/sender_limits.h"

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

/// Whether the IP IDs rise by small steps, as those of a host with one counter do.
bool risesWithPackets(const std::vector<Segment>& segments)
{
    constexpr uint32_t mostOf = 8; // of ten: some steps are packets to other hosts
    uint32_t steps = 0;
    uint32_t small = 0;
    for (size_t index = 1; index < segments.size(); ++index) {
        if (isSynAck(segments[index - 1]))
            continue; // Linux gives SYN-ACKs the ID 0
        const auto step = static_cast<uint16_t>(segments[index].ipId - segments[index - 1].ipId);
        ++steps;
        small += segments[index].hasIpId && step > 0 && step <= ipIdSlack ? 1 : 0;
    }
    return steps + 1 >= fewPackets && small * 10 >= steps * mostOf;
}

/// Milliseconds per tick of the side's TSval, by its first and last genuine packet; nothing when it cannot be told.
std::optional<double> ticksPerSecond(const std::vector<Segment>& segments)
{
    if (segments.size() < 2)
        return std::nullopt;
    const Segment& first = segments.front();
    const Segment& last = segments.back();
    const double seconds = toSeconds(last.time - first.time);
    if (!first.hasTimestamps || !last.hasTimestamps || seconds < 0.05)
        return std::nullopt;
    return static_cast<double>(static_cast<int32_t>(last.timestamps.value - first.timestamps.value)) / seconds;
}

} // namespace

uint32_t GenuinePackets::ttlPackets() const
{
    uint32_t packets = 0;
    for (const auto& [ttl, count] : ttls)
        packets += count;
    return packets;
}

std::optional<uint8_t> GenuinePackets::constantTtl() const
{
    return ttls.size() == 1 && ttlPackets() >= fewPackets ? std::optional(ttls.begin()->first) : std::nullopt;
}

bool isSynAck(const Segment& segment)
{
    return segment.flags.syn() && segment.flags.ack();
}

GenuinePackets collectGenuine(const TraceContext& context, const Connection& connection, const LocatedSegment& reset)
{
    constexpr uint32_t enough = 400; // the last packets decide; a long flow has no more to say
    GenuinePackets genuine;
    const SegmentRows& rows = connection.flow(reset.side).segments;
    const uint32_t first = reset.row > enough ? reset.row - enough : 0;
    genuine.segments.reserve(reset.row - first);
    for (auto row = rows.from(first); !(row == rows.end()) && row.row() < reset.row; ++row) {
        const Segment segment = *row;
        if (!segment.flags.rst() && !segment.isCaptureDuplicate)
            genuine.segments.push_back(segment);
    }
    for (const Segment& segment : genuine.segments) {
        if (!isSynAck(segment))
            ++genuine.ttls[segment.ttl];
    }
    const HostFacts* host
        = genuine.ttlPackets() < fewPackets ? context.host(connection.endpoint(reset.side).address) : nullptr;
    if (host != nullptr) {
        genuine.ttls.clear(); // the host's facts hold the first packets of this connection too
        for (const auto& [ttl, packets] : host->ttls) {
            if (packets > 0)
                genuine.ttls[ttl] += packets;
        }
    }
    genuine.ipIdCounts = risesWithPackets(genuine.segments);
    return genuine;
}

namespace {

uint32_t largestPayload(const GenuinePackets& genuine)
{
    uint32_t largest = 0;
    for (const Segment& segment : genuine.segments)
        largest = std::max<uint32_t>(largest, segment.payloadLength);
    return largest;
}

} // namespace

double largestIpIdStep(const GenuinePackets& genuine, const Segment& rst)
{
    const Segment& last = genuine.segments.back();
    const double seconds = std::max(0.0, toSeconds(rst.time - last.time));
    const auto first
        = std::ranges::find_if(genuine.segments, [](const Segment& segment) { return !isSynAck(segment); });
    const double span = toSeconds(last.time - first->time);
    const auto sent = static_cast<double>(static_cast<uint16_t>(last.ipId - first->ipId));
    // ours: packets that were lost before the capture point took a number each; those of the gap are full ones.
    const auto gap = static_cast<double>(std::max<int64_t>(0, rst.seq - last.end()));
    const double lost = gap / std::max(1.0, static_cast<double>(largestPayload(genuine)));
    return ipIdSlack + lost + (span > 0 ? sent / span : 0) * seconds;
}

std::optional<Duration> offTimestampLine(const GenuinePackets& genuine, const Segment& rst)
{
    const auto rate = ticksPerSecond(genuine.segments);
    if (!rate || *rate <= 0 || !rst.hasTimestamps)
        return std::nullopt;
    const Segment& last = genuine.segments.back();
    const double expected = *rate * toSeconds(rst.time - last.time);
    const auto got = static_cast<double>(static_cast<int32_t>(rst.timestamps.value - last.timestamps.value));
    constexpr double range = 0x100000000; // RFC 7323 5.2: timestamps begin anew
    constexpr double limit = 1e9;         // seconds; a clock that hardly ticks may be off by any time
    const double off = std::clamp(std::remainder(got - expected, range) / *rate, -limit, limit);
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(off));
}

ClockVerdict clockVerdict(const GenuinePackets& genuine, const Segment& rst)
{
    const auto off = offTimestampLine(genuine, rst);
    if (!off)
        return ClockVerdict::CannotTell;
    const Duration distance = std::chrono::abs(*off);
    if (distance <= timestampLineSlack)
        return ClockVerdict::GoesOn;
    // Either end of the line may lie off by the slack: far behind a short line more is no sign of another clock.
    const double span = toSeconds(genuine.segments.back().time - genuine.segments.front().time);
    const double gap = toSeconds(rst.time - genuine.segments.back().time);
    const auto error = std::chrono::duration_cast<Duration>(timestampLineSlack * (1 + 2 * gap / span));
    if (distance > error)
        return ClockVerdict::Differs;
    const Duration sinceLast = rst.time - genuine.segments.back().time;
    return error * 2 <= sinceLast ? ClockVerdict::GoesOn : ClockVerdict::CannotTell; // a copied TSval would fit too
}

bool isInitialTtl(uint8_t ttl)
{
    constexpr std::array initialTtls{64, 128, 255}; // diagnosis.md 2.2 V4
    return std::ranges::find(initialTtls, int{ttl}) != initialTtls.end();
}

bool isOnLink(const TraceContext& context, const Flow& flow, const GenuinePackets& genuine)
{
    const bool isUnrouted
        = std::ranges::all_of(genuine.ttls, [](const auto& each) { return isInitialTtl(each.first); });
    return flow.mac != 0 && isUnrouted && !genuine.ttls.empty() && !context.sharedMacs.contains(flow.mac);
}

} // namespace whyrst
