// The target that decodes packets.
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/packet_script.h"

#include "model/packet/packet_decoder.h"

#include <algorithm>
#include <chrono>
#include <memory>

namespace whyrst::fuzz {

namespace {

/// Looks at what views memory of others.
void lookAt(const SegmentHeader& header)
{
    volatile unsigned sum = 0;
    for (const std::byte byte : header.payload)
        sum = sum + static_cast<unsigned>(byte);
    require(header.payload.size() <= header.payloadLength, "a segment holds no more than it says");
    require(header.options.sackBlockCount <= header.options.sackBlocks.size(), "SACK blocks have their places");
    require(header.options.orderLength <= header.options.order.size(), "the order of options has its place");
}

} // namespace

void runPacketDecoder(Input input)
{
    PacketDecoder decoder;
    uint32_t number = 0;
    for (const ScriptedPacket& scripted : packetsOf(input)) {
        // Memory of its own length, so that one byte too far is seen.
        const auto bytes = std::make_unique<std::byte[]>(scripted.bytes.size());
        std::copy(scripted.bytes.begin(), scripted.bytes.end(), bytes.get());
        Packet packet;
        packet.number = PacketNumber(++number);
        packet.time = Timestamp(std::chrono::seconds(number * 7)); // fragments live for 60 s
        packet.bytes = {bytes.get(), scripted.bytes.size()};
        packet.originalLength = static_cast<uint32_t>(packet.bytes.size() + (number % 2) * 100); // every second is cut
        packet.linkType = scripted.linkType;
        const DecodedPacket decoded = decoder.decode(packet);
        if (const auto* header = std::get_if<SegmentHeader>(&decoded))
            lookAt(*header);
    }
    require(decoder.incompleteFragments().count <= number, "no more fragments than packets");
}

} // namespace whyrst::fuzz
