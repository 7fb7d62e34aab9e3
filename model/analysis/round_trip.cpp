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

RoundTrip summarize(
    const std::vector<RoundTripSample>& samples, const RoundTripEstimator& estimator, Duration otherHalf)
{
    RoundTrip result;
    result.retransmissionTimeout = estimator.retransmissionTimeout(otherHalf);
    result.samples = static_cast<uint32_t>(samples.size());
    if (samples.empty())
        return result;
    result.smoothed = estimator.smoothed();
    std::vector<Duration> values;
    values.reserve(samples.size());
    for (const RoundTripSample& sample : samples)
        values.push_back(sample.value);
    const auto at = [&values](size_t index) {
        std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
        return values[index];
    };
    result.minimum = at(0);
    result.median = at(values.size() / 2);
    result.p95 = at(std::min(values.size() - 1, values.size() * 95 / 100));
    return result;
}

} // namespace whyrst
