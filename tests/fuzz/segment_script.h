// Conversations as input of the fuzzer: few bytes for each segment, and whatever they are, they make segments of up to
// four connections between two hosts. So the fuzzer reaches analysis and diagnosis without finding its way through
// headers first.
#pragma once

#include "tests/support/packet_bytes.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace whyrst::fuzz {

/// What all segments of a script have in common: its first bytes.
struct ScriptHeader
{
    uint16_t clientIsnHigh = 0; ///< upper half of the clients' initial sequence number; the lower half is 0xf000
    uint16_t serverIsnHigh = 0;
    uint8_t windowScale = 7;
    bool hasTimestamps = false;
};

/// One record of a script.
struct ScriptedSegment
{
    uint8_t connection = 0; ///< 0 to 3
    bool fromServer = false;
    bool isIcmp = false; ///< an ICMP error about the segment instead of it; its code is in `flags`
    bool repeatsIpId = false;
    uint8_t sackBlocks = 0; ///< 0 to 3
    uint8_t flags = 0;
    uint8_t ttl = 64;
    uint32_t seq = 0; ///< from the sender's initial sequence number
    uint32_t ack = 0; ///< from the other one
    uint16_t payloadLength = 0;
    uint16_t window = 0;
    uint16_t pause = 0;                  ///< since the segment before: see pauseOf()
    std::array<uint32_t, 6> sackEdges{}; ///< from the other initial sequence number
};

/// The pause that 16 bits stand for, a rough logarithm: 12 bits of 8 us, times a power of two of 4 bits.
std::chrono::nanoseconds pauseOf(uint16_t encoded);
/// The nearest encoding below.
uint16_t encodedPause(std::chrono::nanoseconds pause);

/// The capture file that a script stands for.
test::Bytes captureOf(std::span<const std::byte> script);

/// Builds a script.
test::Bytes scriptOf(const ScriptHeader& header, const std::vector<ScriptedSegment>& segments);

} // namespace whyrst::fuzz
