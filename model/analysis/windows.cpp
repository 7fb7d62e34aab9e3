#include "model/analysis/windows.h"

#include <algorithm>
#include <map>

namespace whyrst {

namespace {

constexpr uint16_t defaultMssV4 = 536;         // RFC 9293 3.7.1
constexpr uint16_t defaultMssV6 = 1220;        // RFC 9293 3.7.1
constexpr uint32_t timestampOptionLength = 12; ///< 10 bytes and two NOPs (RFC 7323 appendix A)
constexpr uint32_t smallestFullSize = 200;     ///< heuristic: no link carries less; smaller payloads are requests
constexpr uint32_t largestFullSize = 9000;     ///< heuristic: jumbo frames; larger payloads are merged segments

/// The most frequent payload of the size of a full segment, else the largest payload.
uint32_t mostFrequentPayload(const Flow& flow)
{
    std::map<uint32_t, uint32_t> counts;
    uint32_t largest = 0;
    for (const Segment segment : flow.segments) {
        largest = std::max(largest, segment.payloadLength);
        if (segment.payloadLength >= smallestFullSize && segment.payloadLength <= largestFullSize)
            ++counts[segment.payloadLength];
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? largest : most->first;
}

} // namespace

WindowShift windowShiftOf(const Connection& connection, Side side)
{
    const auto& own = connection.flow(side).synOptions;
    const auto& other = connection.flow(otherSide(side)).synOptions;
    if (own && other)
        return {static_cast<uint8_t>(own->windowScale && other->windowScale ? *own->windowScale : 0), true};
    const bool refused = (own && !own->windowScale) || (other && !other->windowScale);
    return {0, refused};
}

uint32_t effectiveMssOf(const Connection& connection, Side side)
{
    const Flow& flow = connection.flow(side);
    if (flow.payloadBytes == 0)
        return 0;
    const auto& peerSyn = connection.flow(otherSide(side)).synOptions;
    if (!peerSyn)
        return mostFrequentPayload(flow);
    const uint16_t fallback = connection.client.address.isV6 ? defaultMssV6 : defaultMssV4;
    const uint32_t mss = peerSyn->maximumSegmentSize.value_or(fallback);
    const bool timestamps = peerSyn->timestamps && flow.synOptions && flow.synOptions->timestamps;
    return timestamps && mss > timestampOptionLength ? mss - timestampOptionLength : mss;
}

} // namespace whyrst
