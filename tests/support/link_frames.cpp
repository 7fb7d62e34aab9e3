#include "tests/support/link_frames.h"

namespace whyrst::test {

bool isV6(const Bytes& ip)
{
    return !ip.empty() && static_cast<unsigned>(ip.front()) >> 4 == 6;
}

uint16_t etherTypeOf(const Bytes& ip)
{
    return isV6(ip) ? 0x86dd : 0x0800;
}

Bytes ethernet(const Bytes& ip)
{
    return ethernetHeader(etherTypeOf(ip)) + ip;
}

Bytes ppp(const Bytes& ip)
{
    return big16(isV6(ip) ? 0x0057 : 0x0021) + ip;
}

Bytes framedPpp(const Bytes& ip)
{
    return bytesOf({0xff, 3}) + ppp(ip);
}

Bytes mplsLabel(uint32_t label, bool isBottom)
{
    return big32((label << 12) | (isBottom ? 0x100 : 0) | 64);
}

} // namespace whyrst::test
