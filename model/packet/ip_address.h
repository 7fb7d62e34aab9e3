// IPv4 and IPv6 addresses as values.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <string>

namespace whyrst {

/// An IPv4 or IPv6 address in network byte order. IPv4 uses the first four bytes.
struct IpAddress
{
    std::array<uint8_t, 16> bytes{};
    bool isV6 = false;

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
    friend bool operator==(const IpAddress& a, const IpAddress& b)
    {
        return a.words() == b.words() && a.isV6 == b.isV6;
    }

    /// The bytes as two numbers, in the machine's byte order; for comparing and hashing.
    std::array<uint64_t, 2> words() const { return std::bit_cast<std::array<uint64_t, 2>>(bytes); }
};

/// Text form: dotted decimal, or RFC 5952.
std::string toString(const IpAddress& address);

/// An address and a TCP port.
struct Endpoint
{
    IpAddress address;
    uint16_t port = 0;

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// "198.51.100.7:443" or "[2001:db8::1]:443".
std::string toString(const Endpoint& endpoint);

} // namespace whyrst
