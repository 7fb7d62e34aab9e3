#include "model/compare/connection_sample.h"

#include "model/parallel.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <limits>

namespace whyrst {

namespace {

constexpr size_t sampleSize = 256;       // comparison.md 2.2
constexpr uint16_t comparedFlags = 0x07; // SYN, FIN, RST

/// Keeps the smallest of many values.
class SmallestValues
{
public:
    void add(uint64_t value)
    {
        if (value >= m_limit)
            return;
        m_values.push_back(value);
        if (m_values.size() >= 4 * sampleSize)
            cut();
    }

    /// The smallest ones, each once, in order.
    std::vector<uint64_t> take()
    {
        cut();
        return std::move(m_values);
    }

private:
    void cut()
    {
        std::ranges::sort(m_values);
        m_values.erase(std::unique(m_values.begin(), m_values.end()), m_values.end());
        if (m_values.size() > sampleSize) {
            m_values.resize(sampleSize);
            m_limit = m_values.back();
        }
    }

    std::vector<uint64_t> m_values;
    uint64_t m_limit = std::numeric_limits<uint64_t>::max();
};

constexpr StreamOffset afterSyn{1}; ///< up to here all connections take the same steps

using Samples = std::array<std::vector<uint64_t>, sampleKinds>;

constexpr uint64_t joined(uint64_t high, uint64_t low)
{
    return mixBits(high + 0x9e3779b97f4a7c15ULL * (low + 1));
}

/// Values of one flow. The sequence spaces begin at the initial numbers where the SYNs were captured.
class FlowSampler
{
public:
    FlowSampler(const Connection& connection, Side side, std::array<SmallestValues, sampleKinds>& samples)
        : m_flow(connection.flow(side))
        , m_other(connection.flow(otherSide(side)))
        , m_sideBit(sideIndex(side))
        , m_knowsSteps(m_flow.synSeen() && m_other.synSeen())
        , m_samples(samples)
    {
    }

    void add(const Segment& segment)
    {
        const uint64_t flags = segment.flags.bits & comparedFlags;
        const uint64_t size = uint64_t{segment.payloadLength} << 8 | flags;
        const uint64_t seq = m_flow.rawSeq(segment.seq).value;
        const uint64_t ack = segment.flags.ack() ? m_other.rawSeq(segment.ack).value : 0;
        put(SampleKind::Numbers, joined(seq << 32 | ack, size));
        if (segment.hasTimestamps) {
            const uint64_t stamps = uint64_t{segment.timestamps.value} << 32 | segment.timestamps.echo;
            put(SampleKind::Timestamps, joined(stamps, flags));
        }
        const bool isHandshake = segment.payloadLength == 0 && segment.end() <= afterSyn && segment.ack <= afterSyn;
        if (m_knowsSteps && !isHandshake) {
            const auto steps = mixBits(static_cast<uint64_t>(segment.seq.value))
                + static_cast<uint64_t>(segment.flags.ack() ? segment.ack.value : 0);
            put(SampleKind::Steps, joined(steps, size << 16 | segment.rawWindow));
        }
    }

private:
    void put(SampleKind kind, uint64_t hash)
    {
        m_samples[static_cast<size_t>(kind)].add((hash & ~sampleSideBit) | m_sideBit);
    }

    const Flow& m_flow;
    const Flow& m_other;
    uint64_t m_sideBit;
    bool m_knowsSteps;
    std::array<SmallestValues, sampleKinds>& m_samples;
};

Samples sampleConnection(const Connection& connection)
{
    std::array<SmallestValues, sampleKinds> smallest;
    for (const Side side : {Side::Client, Side::Server}) {
        FlowSampler sampler(connection, side, smallest);
        for (const Segment& segment : connection.flow(side).segments) {
            if (!segment.isCaptureDuplicate)
                sampler.add(segment);
        }
    }
    Samples samples;
    for (size_t kind = 0; kind < sampleKinds; ++kind)
        samples[kind] = smallest[kind].take();
    return samples;
}

} // namespace

ConnectionSamples sampleConnections(const Trace& trace)
{
    ConnectionSamples all;
    ConnectionId id;
    makeInOrder(
        trace.connections.size(), 0, [&](size_t index) { return sampleConnection(trace.connections[index]); },
        [&](const Samples& samples) {
            for (size_t kind = 0; kind < sampleKinds; ++kind) {
                all.counts[kind].push_back(static_cast<uint16_t>(samples[kind].size()));
                for (const uint64_t hash : samples[kind])
                    all.values[kind].push_back({hash, id});
            }
            ++id.value;
            return true;
        });
    for (auto& values : all.values)
        std::ranges::sort(values, {}, &SampledValue::hash);
    return all;
}

} // namespace whyrst
