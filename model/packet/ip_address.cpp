#include "model/packet/ip_address.h"

#include <cstddef>

namespace whyrst {

namespace {

constexpr size_t groupCount = 8;

std::string ipv4Text(const uint8_t* bytes)
{
    std::string text = std::to_string(bytes[0]);
    for (size_t i = 1; i < 4; ++i)
        text += '.' + std::to_string(bytes[i]);
    return text;
}

uint32_t group(const IpAddress& address, size_t index)
{
    return (uint32_t{address.bytes[2 * index]} << 8) | address.bytes[2 * index + 1];
}

/// Lower case and without leading zeros (RFC 5952 4.1 and 4.3).
std::string hexadecimal(uint32_t number)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const uint32_t digit = (number >> shift) & 0xf;
        if (digit != 0 || !text.empty() || shift == 0)
            text += digits[digit];
    }
    return text;
}

struct GroupRange
{
    size_t begin = groupCount;
    size_t length = 0;
};

/// The groups that "::" stands for: the first longest run of at least two zeros (RFC 5952 4.2).
GroupRange longestZeros(const IpAddress& address)
{
    GroupRange longest{.begin = groupCount, .length = 1};
    GroupRange run;
    for (size_t i = 0; i < groupCount; ++i) {
        run = group(address, i) != 0 ? GroupRange{} : GroupRange{run.length ? run.begin : i, run.length + 1};
        if (run.length > longest.length)
            longest = run;
    }
    return longest.begin == groupCount ? GroupRange{} : longest;
}

bool isMappedIpv4(const IpAddress& address)
{
    for (size_t i = 0; i < 5; ++i) {
        if (group(address, i) != 0)
            return false;
    }
    return group(address, 5) == 0xffff;
}

std::string ipv6Text(const IpAddress& address)
{
    if (isMappedIpv4(address)) // RFC 5952 5
        return "::ffff:" + ipv4Text(&address.bytes[12]);
    const GroupRange zeros = longestZeros(address);
    std::string text;
    for (size_t i = 0; i < groupCount; ++i) {
        if (i == zeros.begin) {
            text += "::";
            i += zeros.length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':')
            text += ':';
        text += hexadecimal(group(address, i));
    }
    return text;
}

} // namespace

std::string toString(const IpAddress& address)
{
    return address.isV6 ? ipv6Text(address) : ipv4Text(address.bytes.data());
}

std::string toString(const Endpoint& endpoint)
{
    const std::string address = toString(endpoint.address);
    return (endpoint.address.isV6 ? '[' + address + ']' : address) + ':' + std::to_string(endpoint.port);
}

} // namespace whyrst
