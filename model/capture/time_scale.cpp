#include "model/capture/time_scale.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr uint64_t nanosecondsPerSecond = 1'000'000'000;
constexpr int nanosecondExponent = 9;
constexpr int64_t latest = int64_t{1} << 62;
constexpr int64_t earliest = -(int64_t{1} << 61);

constexpr int largestDecimalExponent = 19; // of 10 in 64 bits

uint64_t powerOfTen(int exponent)
{
    uint64_t power = 1;
    for (int i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

int64_t saturatedProduct(uint64_t units, uint64_t multiplier)
{
    const auto largest = static_cast<uint64_t>(latest);
    return units > largest / multiplier ? latest : static_cast<int64_t>(units * multiplier);
}

int64_t fromBinaryUnits(uint64_t units, uint8_t exponent)
{
    constexpr uint8_t bits = 64;
    constexpr uint8_t fractionBits = 34; // a fraction of 34 bits times 10^9 still fits into 64 bits
    if (exponent >= bits)
        return 0;
    const uint64_t seconds = units >> exponent;
    uint64_t fraction = units - (seconds << exponent);
    if (exponent > fractionBits)
        fraction >>= exponent - fractionBits;
    const uint64_t below = (fraction * nanosecondsPerSecond) >> std::min(exponent, fractionBits);
    return std::min(latest, saturatedProduct(seconds, nanosecondsPerSecond) + static_cast<int64_t>(below));
}

} // namespace

void TimeScale::setResolution(uint8_t option)
{
    constexpr uint8_t binaryBit = 0x80;
    const int exponent = option & ~binaryBit;
    m_multiplier = m_divisor = 1;
    m_binaryExponent = 0;
    if (exponent != 0 && (option & binaryBit))
        m_binaryExponent = static_cast<uint8_t>(exponent);
    else if (exponent <= nanosecondExponent)
        m_multiplier = powerOfTen(nanosecondExponent - exponent);
    else
        m_divisor
            = exponent - nanosecondExponent <= largestDecimalExponent ? powerOfTen(exponent - nanosecondExponent) : 0;
}

void TimeScale::setOffset(int64_t seconds)
{
    constexpr int64_t limit = latest / static_cast<int64_t>(nanosecondsPerSecond);
    m_offset = std::clamp(seconds, -limit, limit) * static_cast<int64_t>(nanosecondsPerSecond);
}

int64_t TimeScale::nanoseconds(uint64_t units) const
{
    if (m_binaryExponent)
        return fromBinaryUnits(units, m_binaryExponent);
    if (m_divisor == 1)
        return saturatedProduct(units, m_multiplier);
    return m_divisor ? saturatedProduct(units / m_divisor, 1) : 0;
}

Timestamp TimeScale::timestamp(uint64_t units) const
{
    const int64_t sum = std::min(nanoseconds(units), latest - 1) + m_offset;
    return Timestamp(Duration(std::clamp(sum, earliest, latest)));
}

} // namespace whyrst
