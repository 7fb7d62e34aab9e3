// LINKTYPE_ numbers of files and the DLT_ numbers that libpcap's functions take.
#pragma once

#include "model/capture/packet.h"

namespace whyrst {

/// libpcap's DLT_ number of a link type, and the other way round.
int dataLinkOf(LinkType type);
LinkType linkTypeOf(int dataLink);

} // namespace whyrst
