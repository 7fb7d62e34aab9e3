// The TCP control bits (RFC 9293 3.1).
#pragma once

#include <cstdint>
#include <string>

namespace whyrst {

/// TCP control bits as in bytes 12 and 13 of the header.
struct TcpFlags
{
    uint16_t bits = 0; ///< nine bits: FIN is bit 0, CWR bit 7, the historic NS bit 8

    constexpr bool fin() const { return bits & 0x01; }
    constexpr bool syn() const { return bits & 0x02; }
    constexpr bool rst() const { return bits & 0x04; }
    constexpr bool psh() const { return bits & 0x08; }
    constexpr bool ack() const { return bits & 0x10; }
    constexpr bool urg() const { return bits & 0x20; }
    constexpr bool ece() const { return bits & 0x40; }
    constexpr bool cwr() const { return bits & 0x80; }

    friend constexpr bool operator==(const TcpFlags&, const TcpFlags&) = default;
};

/// Names joined by '+', in the order in which engineers say them: "SYN+ACK", "RST+ACK", "FIN+PSH+ACK".
std::string toString(TcpFlags flags);

} // namespace whyrst
