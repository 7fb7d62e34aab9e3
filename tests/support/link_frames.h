// Frames that carry an IP packet, and parts of them, for links and tunnels alike.
#pragma once

#include "tests/support/packet_bytes.h"

#include <cstdint>

namespace whyrst::test {

bool isV6(const Bytes& ip);
uint16_t etherTypeOf(const Bytes& ip);
Bytes ethernet(const Bytes& ip);
Bytes ppp(const Bytes& ip);
/// PPP in HDLC-like framing.
Bytes framedPpp(const Bytes& ip);
Bytes mplsLabel(uint32_t label, bool isBottom);

} // namespace whyrst::test
