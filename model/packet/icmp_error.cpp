#include "model/packet/icmp_error.h"

#include "model/capture/byte_order.h"
#include "model/packet/ether_type.h"
#include "model/packet/tunnel.h"

namespace whyrst {

namespace {

using Bytes = std::span<const std::byte>;

constexpr size_t icmpHeaderLength = 8;

bool isIpv4Error(uint8_t type)
{
    constexpr uint8_t unreachable = 3;
    constexpr uint8_t sourceQuench = 4;
    constexpr uint8_t timeExceeded = 11;
    constexpr uint8_t parameterProblem = 12;
    return type == unreachable || type == sourceQuench || type == timeExceeded || type == parameterProblem;
}

bool isIpv6Error(uint8_t type)
{
    constexpr uint8_t unreachable = 1;
    constexpr uint8_t parameterProblem = 4;
    return type >= unreachable && type <= parameterProblem;
}

/// Next-hop MTU: of "fragmentation needed" (RFC 1191 4) or "packet too big" (RFC 4443 3.2).
uint32_t mtuOf(const IcmpError& error, const std::byte* at)
{
    constexpr uint8_t unreachable = 3;
    constexpr uint8_t fragmentationNeeded = 4;
    constexpr uint8_t packetTooBig = 2;
    if (error.isV6)
        return error.type == packetTooBig ? loadBig32(at + 4) : 0;
    return error.type == unreachable && error.code == fragmentationNeeded ? loadBig16(at + 6) : 0;
}

/// Decodes the IP header in `layer`, or the one that tunnels behind it carry.
std::optional<SkipReason> decodeQuotedIp(Layer& layer, IpHeader& quote)
{
    auto reason = decodeIpHeader(layer.protocol, layer.bytes, layer.wireLength, quote);
    for (size_t depth = 0; !reason && depth < deepestNesting && quote.protocol != protocolTcp; ++depth) {
        Tunnel tunnel = Tunnel::None;
        if (quote.fragmentOffset != 0)
            return SkipReason::NotTcp;
        reason = enterTunnel(quote, layer, tunnel);
        quote = IpHeader();
        if (!reason)
            reason = decodeIpHeader(layer.protocol, layer.bytes, layer.wireLength, quote);
    }
    return reason;
}

std::optional<SkipReason> decodeQuote(const IpHeader& quote, SkipReason whenCut, IcmpError& error)
{
    constexpr size_t neededLength = 8; // ports and sequence number: what RFC 792 quotes at least
    if (quote.protocol != protocolTcp || quote.fragmentOffset != 0)
        return SkipReason::NotTcp;
    if (quote.payload.size() < neededLength)
        return whenCut;
    const std::byte* at = quote.payload.data();
    error.quotedSource = {quote.source(), loadBig16(at)};
    error.quotedDestination = {quote.destination(), loadBig16(at + 2)};
    error.quotedSeq = SeqNum{loadBig32(at + 4)};
    return std::nullopt;
}

} // namespace

std::optional<SkipReason> decodeIcmpError(const IpHeader& ip, IcmpError& error)
{
    const SkipReason whenCut = ip.isPayloadWhole() ? SkipReason::Malformed : SkipReason::Truncated;
    if (ip.payload.size() < icmpHeaderLength)
        return whenCut;
    const std::byte* at = ip.payload.data();
    error.isV6 = ip.isV6;
    error.type = load8(at);
    error.code = load8(at + 1);
    if (!(ip.isV6 ? isIpv6Error(error.type) : isIpv4Error(error.type)))
        return SkipReason::NotTcp;
    error.sender = ip.source();
    error.mtu = mtuOf(error, at);
    Layer quoted;
    quoted.bytes = ip.payload.subspan(icmpHeaderLength);
    quoted.wireLength = ip.payloadLength - icmpHeaderLength;
    quoted.protocol = ip.isV6 ? NetworkProtocol::Ipv6 : NetworkProtocol::Ipv4;
    IpHeader quote;
    if (const auto reason = decodeQuotedIp(quoted, quote))
        return reason;
    return decodeQuote(quote, whenCut, error);
}

} // namespace whyrst
