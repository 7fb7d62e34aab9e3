// Count, extremes, mean and deviation of durations that come one by one.
#pragma once

#include "model/time.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace whyrst {

/// Everything is 0 without a value.
class DurationSummary
{
public:
    void add(Duration value)
    {
        m_minimum = m_count == 0 ? value : std::min(m_minimum, value);
        m_maximum = m_count == 0 ? value : std::max(m_maximum, value);
        ++m_count;
        const auto nanoseconds = static_cast<double>(value.count());
        const double off = nanoseconds - m_mean;
        m_mean += off / static_cast<double>(m_count);
        m_squares += off * (nanoseconds - m_mean); // Welford: no difference of large sums
    }

    uint64_t count() const { return m_count; }
    Duration minimum() const { return m_minimum; }
    Duration maximum() const { return m_maximum; }
    Duration mean() const { return Duration(std::llround(m_mean)); }
    /// Of a sample: n - 1 below the line. 0 below three values, which tell no spread.
    Duration deviation() const
    {
        constexpr uint64_t fewest = 3;
        return Duration(m_count < fewest ? 0 : std::llround(std::sqrt(m_squares / static_cast<double>(m_count - 1))));
    }

private:
    uint64_t m_count = 0;
    Duration m_minimum{};
    Duration m_maximum{};
    double m_mean = 0;    ///< nanoseconds
    double m_squares = 0; ///< sum of squared distances from the mean
};

} // namespace whyrst
