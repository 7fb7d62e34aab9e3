#include "model/analysis/windows.h"

#include <algorithm>
#include <array>
#include <map>

namespace whyrst {

namespace {

constexpr uint32_t probeLength = 1;            ///< bytes: what may be sent into a closed window (RFC 9293 3.8.6.1)
constexpr uint32_t fewestBeyond = 3;           ///< in a row; heuristic: one or two may be stored before their ACK
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

/// Finds the least shift of one side's windows that explains what the other one sent.
class LeastShift
{
public:
    explicit LeastShift(Side side)
        : m_side(side)
    {
    }

    void take(const LocatedSegment& located)
    {
        const Segment& segment = located.segment;
        if (segment.flags.rst() || segment.flags.syn())
            return;
        if (located.side != m_side)
            takeData(segment);
        else if (segment.flags.ack())
            takeWindow(segment);
    }

    /// 0 when no shift explains it: then acknowledgments are missing in the capture.
    uint8_t result() const { return m_isExplained ? m_shift : 0; }

private:
    void takeWindow(const Segment& segment)
    {
        for (uint8_t shift = m_shift; shift <= largestWindowScale; ++shift) {
            // One window more: so far the peer comes when an acknowledgment between was not captured.
            const StreamOffset edge = segment.ack + 2 * (int64_t{segment.rawWindow} << shift);
            m_edges[shift] = m_isSeen ? std::max(m_edges[shift], edge) : edge;
        }
        m_isSeen = true;
    }

    void takeData(const Segment& segment)
    {
        if (!m_isSeen || segment.payloadLength <= probeLength || segment.isCaptureDuplicate || segment.end() <= m_end)
            return; // re-sends tell nothing new
        m_end = segment.end();
        if (segment.end() <= m_edges[m_shift]) {
            m_beyond = 0;
            return;
        }
        if (++m_beyond < fewestBeyond)
            return;
        m_beyond = 0;
        while (m_shift < largestWindowScale && segment.end() > m_edges[m_shift])
            ++m_shift;
        m_isExplained = m_isExplained && segment.end() <= m_edges[m_shift];
    }

    Side m_side;
    std::array<StreamOffset, largestWindowScale + 1> m_edges{}; ///< how far the peer may have sent, by shift
    StreamOffset m_end;                                         ///< of what the peer sent so far
    bool m_isSeen = false;
    bool m_isExplained = true;
    uint8_t m_shift = 0;
    uint32_t m_beyond = 0; ///< segments beyond the edge of `m_shift`
};

} // namespace

bool isWindowScaleCaptured(const Connection& connection, Side side)
{
    const auto& own = connection.flow(side).synOptions;
    const auto& other = connection.flow(otherSide(side)).synOptions;
    const auto offers = [](const std::optional<SynOptions>& syn) { return syn && syn->windowScale; };
    const auto refuses = [](const std::optional<SynOptions>& syn) { return syn && !syn->windowScale && !syn->cut; };
    return (offers(own) && offers(other)) || refuses(own) || refuses(other);
}

uint8_t leastWindowScaleOf(const Connection& connection, Side side)
{
    LeastShift least(side);
    ConnectionWalk walk(connection);
    LocatedSegment located;
    while (walk.next(located))
        least.take(located);
    return least.result();
}

WindowShift windowShiftOf(const Connection& connection, Side side)
{
    const Flow& flow = connection.flow(side);
    const auto& own = flow.synOptions;
    const auto& other = connection.flow(otherSide(side)).synOptions;
    if (isWindowScaleCaptured(connection, side)) {
        const bool isScaled = own && other && own->windowScale && other->windowScale;
        return {static_cast<uint8_t>(isScaled ? *own->windowScale : 0), true};
    }
    if (const std::optional<uint8_t> given = flow.rare->givenWindowScale)
        return {*given, true};
    return {leastWindowScaleOf(connection, side), false};
}

uint32_t effectiveMssOf(const Connection& connection, Side side)
{
    const Flow& flow = connection.flow(side);
    if (flow.payloadBytes == 0)
        return 0;
    const auto& peerSyn = connection.flow(otherSide(side)).synOptions;
    if (!peerSyn || (peerSyn->cut && !peerSyn->maximumSegmentSize))
        return mostFrequentPayload(flow);
    const uint16_t fallback = connection.client.address.isV6 ? defaultMssV6 : defaultMssV4;
    const uint32_t mss = peerSyn->maximumSegmentSize.value_or(fallback);
    const bool timestamps = peerSyn->timestamps && flow.synOptions && flow.synOptions->timestamps;
    return timestamps && mss > timestampOptionLength ? mss - timestampOptionLength : mss;
}

} // namespace whyrst
