// What a packet says in its headers: a TCP segment, an ICMP error about one, or nothing for us.
#pragma once

#include "model/capture/packet.h"
#include "model/packet/ip_address.h"
#include "model/packet/tcp_flags.h"
#include "model/tcp/seq_num.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace whyrst {

/// State of a TCP checksum (diagnosis.md 3.4).
enum class ChecksumClass : uint8_t
{
    NotChecked, ///< the packet is not fully captured, or a fragment
    Valid,
    Zero,
    Partial, ///< the pseudo-header sum only: the network card had not filled it in yet
    Bad,
};

/// TCP timestamps (RFC 7323).
struct Timestamps
{
    uint32_t value = 0; ///< TSval
    uint32_t echo = 0;  ///< TSecr

    friend bool operator==(const Timestamps&, const Timestamps&) = default;
};

/// A SACK block as in the segment (RFC 2018): [left, right).
struct RawSackBlock
{
    SeqNum left;
    SeqNum right;
};

/// Largest number of SACK blocks that fit into the options.
constexpr size_t maxSackBlocks = 4;

/// The TCP options of one segment. Damaged options end the list; what came before counts.
struct TcpOptions
{
    std::optional<uint16_t> maximumSegmentSize;         ///< kind 2
    std::optional<uint8_t> windowScale;                 ///< kind 3, as sent (not capped at 14)
    bool sackPermitted = false;                         ///< kind 4
    std::array<RawSackBlock, maxSackBlocks> sackBlocks; ///< kind 5; the first `sackBlockCount` are set
    uint8_t sackBlockCount = 0;
    std::optional<Timestamps> timestamps; ///< kind 8
    bool md5 = false;                     ///< kind 19
    bool authentication = false;          ///< kind 29 (TCP-AO)
    bool multipath = false;               ///< kind 30
    bool fastOpen = false;                ///< kind 34 or 254 with the TFO magic
    /// Bytes of the Fast Open cookie (RFC 7413 4.1.1); 0 asks for one. Meaningless without `fastOpen`.
    uint8_t fastOpenCookieLength = 0;
    /// Bit n: a Multipath TCP option of subtype n (RFC 8684 8.1; 0 MP_CAPABLE, 1 MP_JOIN, 7 MP_FASTCLOSE, 8 MP_TCPRST).
    uint16_t multipathSubtypes = 0;
    std::optional<uint8_t> multipathResetReason; ///< of MP_TCPRST (RFC 8684 3.6)
    std::optional<uint16_t> userTimeout;         ///< kind 28 (RFC 5482), raw
    /// Kinds in order of appearance, the first eight; 1 is a NOP, 0 the end of the list. For the stack hint.
    std::array<uint8_t, 8> order{};
    uint8_t orderLength = 0;
    bool cut = false; ///< the snap length cut some off
};

/// What carries the connection's IP packets inside other IP packets. Of several the outermost.
enum class Tunnel : uint8_t
{
    None,
    IpInIp,    ///< IPv4 in IPv4 (RFC 2003)
    SixInFour, ///< IPv6 in IPv4 (RFC 4213)
    FourInSix, ///< IPv4 in IPv6 (RFC 2473)
    SixInSix,  ///< IPv6 in IPv6 (RFC 2473)
    Gre,       ///< RFC 2784, NVGRE (RFC 7637) and PPTP (RFC 2637)
    Erspan,    ///< mirrored frames, types I to III
    EtherIp,   ///< RFC 3378
    MplsInIp,  ///< RFC 4023
    MplsInUdp, ///< RFC 7510
    Vxlan,     ///< RFC 7348
    VxlanGpe,  ///< with the generic protocol extension
    Geneve,    ///< RFC 8926
    GtpU,      ///< 3GPP TS 29.281
    L2tp,      ///< version 2 (RFC 2661)
    Teredo,    ///< RFC 4380
};

/// Name as engineers say it: "VXLAN", "IP in IP". Empty for None.
const char* tunnelName(Tunnel tunnel);

/// A TCP segment as decoded from one packet. `payload` views the packet's bytes.
/// In a tunnel the fields of the IP header are those of the inner packet.
struct SegmentHeader
{
    SegmentHeader();

    Endpoint source;
    Endpoint destination;
    SeqNum seq;
    SeqNum ack; ///< 0 without the ACK flag
    TcpFlags flags;
    uint16_t rawWindow = 0;     ///< unscaled
    uint16_t urgentPointer = 0; ///< as in the packet, whatever the URG flag says
    uint32_t payloadLength
        = 0; ///< on the wire, whatever was captured; frames of IP total length 0: what the frame holds
    uint16_t headerLength = 0;    ///< IP header with extensions, plus TCP header, in bytes
    uint8_t ttl = 0;              ///< or hop limit
    std::optional<uint16_t> ipId; ///< IPv4 only
    bool dontFragment = false;
    uint8_t trafficClass = 0; ///< IPv4 TOS, IPv6 traffic class
    uint16_t checksum = 0;    ///< as in the packet
    ChecksumClass checksumClass = ChecksumClass::NotChecked;
    HostDirection direction = HostDirection::Unknown; ///< by epb_flags or the Linux cooked packet type
    Tunnel tunnel = Tunnel::None;
    uint64_t sourceMac = 0; ///< of the Ethernet header around it, 0 when the link or the tunnel has none
    uint16_t vlan = 0;      ///< of the innermost VLAN tag of that header, 0 without
    TcpOptions options;
    std::span<const std::byte> payload; ///< the captured part
};

// Not defaulted in the class: then each one would be filled with zeros before its members are set.
inline SegmentHeader::SegmentHeader() = default;

/// An ICMP or ICMPv6 error that quotes a TCP segment.
struct IcmpError
{
    IpAddress sender;
    bool isV6 = false;
    uint8_t type = 0;
    uint8_t code = 0;
    uint32_t mtu = 0; ///< next-hop MTU of "fragmentation needed" / "packet too big", else 0
    Endpoint quotedSource;
    Endpoint quotedDestination;
    SeqNum quotedSeq;
};

/// Why a packet gave neither segment nor ICMP error.
enum class SkipReason : uint8_t
{
    NotIp,     ///< ARP, LLC, ...
    NotTcp,    ///< UDP, other protocols, ICMP that is no error about TCP
    Fragment,  ///< an IP fragment other than an unfragmented packet
    Truncated, ///< the snap length cut the TCP header
    Malformed, ///< lengths that contradict themselves
    UnsupportedLink,
};

} // namespace whyrst
