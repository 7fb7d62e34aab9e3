#include "model/tcp/icmp_words.h"

#include <array>
#include <cstddef>

namespace whyrst {

namespace {

// ICMP types and codes (RFC 792; codes 6 to 13: RFC 1122 3.2.2.1 and RFC 1812 5.2.7.1).
constexpr uint8_t icmpUnreachable = 3;
constexpr uint8_t icmpFragmentationNeeded = 4; ///< a code of icmpUnreachable
constexpr uint8_t icmpSourceQuench = 4;
constexpr uint8_t icmpRedirect = 5;
constexpr uint8_t icmpTimeExceeded = 11;
constexpr uint8_t icmpParameterProblem = 12;
constexpr std::array unreachableWords{
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network administratively prohibited",
    "host administratively prohibited",
    "network unreachable for this type of service",
    "host unreachable for this type of service",
    "administratively prohibited",
};

// ICMPv6 types and codes (RFC 4443).
constexpr uint8_t icmp6Unreachable = 1;
constexpr uint8_t icmp6PacketTooBig = 2;
constexpr uint8_t icmp6TimeExceeded = 3;
constexpr uint8_t icmp6ParameterProblem = 4;
constexpr std::array unreachable6Words{
    "no route to destination",
    "administratively prohibited",
    "beyond the scope of the source address",
    "address unreachable",
    "port unreachable",
    "source address rejected by policy",
    "route to destination rejected",
};

constexpr std::array timeExceededWords{"hop limit reached", "fragments not completed in time"};

template <size_t Size> const char* wordsIn(const std::array<const char*, Size>& words, uint8_t code)
{
    return code < Size ? words[code] : nullptr;
}

const char* wordsOfV4(const IcmpEvent& error)
{
    switch (error.type) {
    case icmpUnreachable:
        return wordsIn(unreachableWords, error.code);
    case icmpSourceQuench:
        return "source quench";
    case icmpRedirect:
        return "redirect";
    case icmpTimeExceeded:
        return wordsIn(timeExceededWords, error.code);
    case icmpParameterProblem:
        return "parameter problem";
    default:
        return nullptr;
    }
}

const char* wordsOfV6(const IcmpEvent& error)
{
    switch (error.type) {
    case icmp6Unreachable:
        return wordsIn(unreachable6Words, error.code);
    case icmp6PacketTooBig:
        return "packet too big";
    case icmp6TimeExceeded:
        return wordsIn(timeExceededWords, error.code);
    case icmp6ParameterProblem:
        return "parameter problem";
    default:
        return nullptr;
    }
}

bool tellsMtu(const IcmpEvent& error)
{
    return error.isV6 ? error.type == icmp6PacketTooBig
                      : error.type == icmpUnreachable && error.code == icmpFragmentationNeeded;
}

} // namespace

std::string icmpWords(const IcmpEvent& error)
{
    const char* words = error.isV6 ? wordsOfV6(error) : wordsOfV4(error);
    if (words == nullptr)
        return std::string(error.isV6 ? "ICMPv6" : "ICMP") + " type " + std::to_string(error.type) + " code "
            + std::to_string(error.code);
    return words + (tellsMtu(error) && error.mtu != 0 ? ", MTU " + std::to_string(error.mtu) : std::string());
}

std::string icmpSentence(const IcmpEvent& error)
{
    return "ICMP error #" + std::to_string(error.frame.value) + " from " + toString(error.sender) + ": "
        + icmpWords(error);
}

} // namespace whyrst
