#include "model/packet/tcp_flags.h"

#include <array>

namespace whyrst {

namespace {

struct FlagName
{
    uint16_t bit;
    const char* name;
};

// What opens or ends a connection comes first: "SYN+ACK", "RST+ACK", "FIN+PSH+ACK".
constexpr std::array<FlagName, 9> names{{
    {0x02, "SYN"},
    {0x04, "RST"},
    {0x01, "FIN"},
    {0x08, "PSH"},
    {0x10, "ACK"},
    {0x20, "URG"},
    {0x40, "ECE"},
    {0x80, "CWR"},
    {0x100, "NS"},
}};

} // namespace

std::string toString(TcpFlags flags)
{
    std::string text;
    for (const FlagName& flag : names) {
        if (flags.bits & flag.bit)
            text += (text.empty() ? "" : "+") + std::string(flag.name);
    }
    return text;
}

} // namespace whyrst
