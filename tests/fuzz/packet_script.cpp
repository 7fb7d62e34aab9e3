#include "tests/fuzz/packet_script.h"

#include "model/capture/byte_order.h"

#include <algorithm>

namespace whyrst::fuzz {

namespace {

constexpr size_t headerLength = 4;
constexpr size_t lengthAt = 2;

void addBig16(std::vector<std::byte>& script, size_t number)
{
    script.push_back(static_cast<std::byte>(number >> 8));
    script.push_back(static_cast<std::byte>(number));
}

} // namespace

std::vector<ScriptedPacket> packetsOf(std::span<const std::byte> script)
{
    std::vector<ScriptedPacket> packets;
    while (script.size() >= headerLength) {
        const LinkType linkType = loadBig16(script.data());
        const size_t length = std::min<size_t>(loadBig16(script.data() + lengthAt), script.size() - headerLength);
        packets.push_back({linkType, script.subspan(headerLength, length)});
        script = script.subspan(headerLength + length);
    }
    return packets;
}

void addPacket(std::vector<std::byte>& script, const ScriptedPacket& packet)
{
    const size_t length = std::min<size_t>(packet.bytes.size(), UINT16_MAX);
    addBig16(script, packet.linkType);
    addBig16(script, length);
    script.insert(script.end(), packet.bytes.begin(), packet.bytes.begin() + static_cast<std::ptrdiff_t>(length));
}

} // namespace whyrst::fuzz
