// Units of pcapng timestamps.
#pragma once

#include "model/time.h"

#include <cstdint>

namespace whyrst {

/// Turns the timestamps of one pcapng interface into nanoseconds (if_tsresol and if_tsoffset,
/// draft-ietf-opsawg-pcapng section 4.2). Moments beyond the years 1897 to 2116 become those limits, so that the
/// difference of two timestamps never overflows.
class TimeScale
{
public:
    /// Microseconds since 1970, the default of the format.
    TimeScale() { setResolution(microseconds); }

    /// if_tsresol: the negative power of 10, or with the highest bit set of 2, that one unit is of a second.
    void setResolution(uint8_t option);

    /// if_tsoffset: seconds to add.
    void setOffset(int64_t seconds);

    /// The moment of a timestamp of `units`.
    Timestamp timestamp(uint64_t units) const;

private:
    static constexpr uint8_t microseconds = 6;

    int64_t nanoseconds(uint64_t units) const;

    uint64_t m_multiplier = 1;    ///< of decimal units of a nanosecond or longer
    uint64_t m_divisor = 1;       ///< of decimal units shorter than a nanosecond; 0: too short to matter
    uint8_t m_binaryExponent = 0; ///< 0: decimal units
    int64_t m_offset = 0;         ///< nanoseconds
};

} // namespace whyrst
