// Round-trip samples and the retransmission timer that follows from them (RFC 6298).
#pragma once

#include "model/analysis/analysis.h"

#include <vector>

namespace whyrst {

/// Estimates SRTT and RTTVAR from samples in order (RFC 6298 2: alpha 1/8, beta 1/4, K 4).
class RoundTripEstimator
{
public:
    void add(Duration sample);

    bool hasSample() const { return m_samples > 0; }
    uint32_t samples() const { return m_samples; }
    Duration smoothed() const { return m_smoothed; }
    Duration minimum() const { return m_minimum; }

    /// The timer, with `otherHalf` (the round trip between the capture point and the sender) added to the smoothed
    /// round trip. Never below 200 ms; 1 s without sample.
    Duration retransmissionTimeout(Duration otherHalf) const;

private:
    uint32_t m_samples = 0;
    Duration m_smoothed{};
    Duration m_variation{};
    Duration m_minimum{};
};

/// Minimum, median and 95th percentile of `samples`; the timer comes from `estimator`.
RoundTrip summarize(
    const std::vector<RoundTripSample>& samples, const RoundTripEstimator& estimator, Duration otherHalf);

} // namespace whyrst
