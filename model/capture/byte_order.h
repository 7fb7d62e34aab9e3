// Numbers out of bytes, in either byte order. Who calls has checked that the bytes are there.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace whyrst {

/// `value` with its bytes reversed. Written so that compilers make one instruction of it.
template <std::unsigned_integral T> constexpr T byteSwapped(T value)
{
    if constexpr (sizeof(T) == sizeof(uint16_t))
        return static_cast<T>((value << 8) | (value >> 8));
    else if constexpr (sizeof(T) == sizeof(uint32_t))
        return static_cast<T>((value << 24) | ((value & 0xff00u) << 8) | ((value >> 8) & 0xff00u) | (value >> 24));
    else
        return static_cast<T>(
            (T{byteSwapped(static_cast<uint32_t>(value))} << 32) | byteSwapped(static_cast<uint32_t>(value >> 32)));
}

/// The number that starts at `at`, in byte order `order`.
template <std::unsigned_integral T> T loadNumber(const std::byte* at, std::endian order)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    return order == std::endian::native ? value : byteSwapped(value);
}

/// Network byte order: the most significant byte first.
inline uint8_t load8(const std::byte* at)
{
    return static_cast<uint8_t>(*at);
}
inline uint16_t loadBig16(const std::byte* at)
{
    return loadNumber<uint16_t>(at, std::endian::big);
}
inline uint32_t loadBig32(const std::byte* at)
{
    return loadNumber<uint32_t>(at, std::endian::big);
}

} // namespace whyrst
