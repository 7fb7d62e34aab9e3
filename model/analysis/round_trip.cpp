#include "model/analysis/round_trip.h"

#include "model/analysis/thresholds.h"

#include <algorithm>

namespace whyrst {

void RoundTripEstimator::add(Duration sample)
{
    if (m_samples++ == 0) {
        m_smoothed = sample; // RFC 6298 2.2
        m_variation = sample / 2;
        m_minimum = sample;
        return;
    }
    const Duration error = sample > m_smoothed ? sample - m_smoothed : m_smoothed - sample;
    m_variation += (error - m_variation) / 4; // RFC 6298 2.3
    m_smoothed += (sample - m_smoothed) / 8;
    m_minimum = std::min(m_minimum, sample);
}

Duration RoundTripEstimator::retransmissionTimeout(Duration otherHalf) const
{
    if (m_samples == 0)
        return initialRto;
    return std::max(smallestRto, m_smoothed + otherHalf + 4 * m_variation);
}

namespace {

using Ticks = RoundTripSample::Value;

/// Finds values by their rank without a copy of the samples: first the upper half of the bits, then the lower.
class Ranks
{
public:
    explicit Ranks(const std::vector<RoundTripSample>& samples)
        : m_samples(samples)
        , m_upper(halfCount)
    {
        for (const RoundTripSample& sample : samples)
            ++m_upper[upperHalf(sample)];
    }

    /// The value that `rank` samples are below or equal to, in order; `rank` is below the number of samples.
    Ticks at(size_t rank) const
    {
        const uint32_t upper = skipCounts(m_upper, rank);
        std::vector<uint32_t> lower(halfCount);
        for (const RoundTripSample& sample : m_samples) {
            if (upperHalf(sample) == upper)
                ++lower[sample.value.count() % halfCount];
        }
        return Ticks(upper * halfCount + skipCounts(lower, rank));
    }

private:
    static constexpr uint32_t halfCount = 1 << 16;

    static uint32_t upperHalf(const RoundTripSample& sample) { return sample.value.count() / halfCount; }

    /// The half in whose count `rank` falls; `rank` becomes the rank within.
    static uint32_t skipCounts(const std::vector<uint32_t>& counts, size_t& rank)
    {
        uint32_t half = 0;
        for (; rank >= counts[half]; ++half)
            rank -= counts[half];
        return half;
    }

    const std::vector<RoundTripSample>& m_samples;
    std::vector<uint32_t> m_upper;
};

/// The same for few samples, where a copy costs less.
Ticks valueAt(std::vector<Ticks>& values, size_t rank)
{
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
    return values[rank];
}

} // namespace

RoundTrip summarize(
    const std::vector<RoundTripSample>& samples, const RoundTripEstimator& estimator, Duration otherHalf)
{
    constexpr size_t few = 100'000;
    RoundTrip result;
    result.retransmissionTimeout = estimator.retransmissionTimeout(otherHalf);
    result.samples = static_cast<uint32_t>(samples.size());
    if (samples.empty())
        return result;
    result.smoothed = estimator.smoothed();
    result.minimum = estimator.minimum();
    const size_t median = samples.size() / 2;
    const size_t p95 = std::min(samples.size() - 1, samples.size() * 95 / 100);
    if (samples.size() > few) {
        const Ranks ranks(samples);
        result.median = ranks.at(median);
        result.p95 = ranks.at(p95);
        return result;
    }
    std::vector<Ticks> values;
    values.reserve(samples.size());
    for (const RoundTripSample& sample : samples)
        values.push_back(sample.value);
    result.median = valueAt(values, median);
    result.p95 = valueAt(values, p95);
    return result;
}

} // namespace whyrst
