// Time in captures: integers of nanoseconds; doubles begin at the plot.
#pragma once

#include <chrono>
#include <string>

namespace whyrst {

using Duration = std::chrono::nanoseconds;

/// A moment of a capture, nanoseconds since 1970-01-01 UTC by the clock of the capturing machine.
using Timestamp = std::chrono::sys_time<Duration>;

/// Seconds as a double, for plots and ratios only.
constexpr double toSeconds(Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

/// Milliseconds as a double, for plots and texts only.
constexpr double toMilliseconds(Duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// Epoch seconds with nine decimals, as in the JSON contract: "1714330875.628541670".
std::string epochSeconds(Timestamp time);

/// A duration as a person says it, rounded to what matters: "380 us", "12.4 ms", "1.66 s", "4 min 10 s".
std::string humanDuration(Duration duration);

/// Seconds with `decimals` digits after the point (0 to 9), cut, not rounded, and without a unit: "12.773".
std::string plainSeconds(Duration duration, int decimals);

/// Date and time of day in UTC with microseconds: "2024-04-28 19:27:55.628541".
std::string utcDateTime(Timestamp time);

} // namespace whyrst
