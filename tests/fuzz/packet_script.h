// Packets as input of the fuzzer: a link type in two bytes, a length in two bytes, the packet; as often as there is
// room. Numbers are big-endian; a length beyond the end is cut.
#pragma once

#include "model/capture/packet.h"

#include <vector>

namespace whyrst::fuzz {

struct ScriptedPacket
{
    LinkType linkType = 0;
    std::span<const std::byte> bytes;
};

/// The packets of a script; they view it.
std::vector<ScriptedPacket> packetsOf(std::span<const std::byte> script);

/// Appends a packet to a script.
void addPacket(std::vector<std::byte>& script, const ScriptedPacket& packet);

} // namespace whyrst::fuzz
