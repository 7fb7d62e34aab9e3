// Strong integer types: a packet number is not a connection id.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace whyrst {

/// A number that may not be mixed up with another kind of number. `Tag` makes the type distinct.
template <typename Tag, typename Value> struct StrongNumber
{
    Value value = 0;

    constexpr StrongNumber() = default;
    constexpr explicit StrongNumber(Value number)
        : value(number)
    {
    }
    friend constexpr auto operator<=>(const StrongNumber&, const StrongNumber&) = default;
};

/// Number of a packet in its capture, from 1, as Wireshark counts frames. 0: no packet.
using PacketNumber = StrongNumber<struct PacketNumberTag, uint32_t>;

/// Number of a connection in a trace, from 0, in the order of first packets.
using ConnectionId = StrongNumber<struct ConnectionIdTag, uint32_t>;

/// The side of a connection that sends a flow. Client: the sender of the first SYN, else assumed (RFC 9293 3.5).
enum class Side : uint8_t
{
    Client,
    Server
};

constexpr Side otherSide(Side side)
{
    return side == Side::Client ? Side::Server : Side::Client;
}
constexpr size_t sideIndex(Side side)
{
    return static_cast<size_t>(side);
}
constexpr const char* sideName(Side side)
{
    return side == Side::Client ? "client" : "server";
}

} // namespace whyrst

template <typename Tag, typename Value> struct std::hash<whyrst::StrongNumber<Tag, Value>>
{
    size_t operator()(const whyrst::StrongNumber<Tag, Value>& number) const { return std::hash<Value>()(number.value); }
};
