// The IP layer: IPv4 with options, IPv6 with extension headers; of packets and of those that ICMP errors quote.
#pragma once

#include "model/packet/headers.h"
#include "model/packet/layer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace whyrst {

/// What IP carries that matters here (IANA protocol numbers).
constexpr uint8_t protocolIcmp = 1;
constexpr uint8_t protocolIpv4 = 4;
constexpr uint8_t protocolTcp = 6;
constexpr uint8_t protocolUdp = 17;
constexpr uint8_t protocolIpv6 = 41;
constexpr uint8_t protocolGre = 47;
constexpr uint8_t protocolIcmpV6 = 58;
constexpr uint8_t protocolEtherIp = 97;
constexpr uint8_t protocolMpls = 137;

/// A decoded IP header.
struct IpHeader
{
    bool isV6 = false;
    uint8_t protocol = 0; ///< of the payload, behind extension headers
    uint8_t ttl = 0;      ///< or hop limit
    uint8_t trafficClass = 0;
    bool dontFragment = false;
    std::optional<uint16_t> ipId; ///< IPv4 only
    bool isFragment = false;      ///< more fragments follow, or it is not the first
    bool moreFragments = false;
    uint16_t fragmentOffset = 0;          ///< bytes before this fragment; a multiple of 8
    uint32_t fragmentId = 0;              ///< of fragments
    uint32_t headerLength = 0;            ///< with options or extension headers
    uint32_t payloadLength = 0;           ///< as the header says; of the frame when it says 0
    std::span<const std::byte> addresses; ///< source and destination, one after the other
    std::span<const std::byte> payload;   ///< the captured part, without padding

    bool isPayloadWhole() const { return payload.size() == payloadLength; }
    IpAddress source() const { return addressAt(0); }
    IpAddress destination() const { return addressAt(addresses.size() / 2); }

private:
    IpAddress addressAt(size_t offset) const;
};

/// The bytes go through whole words: what is written in small pieces and read in large ones at once is slow.
inline IpAddress IpHeader::addressAt(size_t offset) const
{
    constexpr size_t ipv4Length = 4;
    std::array<uint64_t, 2> words{};
    if (isV6)
        std::memcpy(words.data(), addresses.data() + offset, sizeof words);
    else
        std::memcpy(words.data(), addresses.data() + offset, ipv4Length);
    IpAddress address;
    std::memcpy(address.bytes.data(), words.data(), sizeof words);
    address.isV6 = isV6;
    return address;
}

/// Decodes the IP header at the start of `bytes`, which hold the captured part of `wireLength` bytes, into `ip`.
///
/// A length field of 0 means segmentation offload (BIG TCP) or a jumbogram (RFC 2675); the payload then ends with the
/// frame or as the jumbo option says. A length that exceeds the frame is believed: mirror ports cut frames and record
/// the cut length. Reasons: Truncated, Malformed.
std::optional<SkipReason> decodeIpHeader(
    NetworkProtocol protocol, std::span<const std::byte> bytes, size_t wireLength, IpHeader& ip);

} // namespace whyrst
