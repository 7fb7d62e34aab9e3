// Times the decoder alone: nanoseconds a packet, over a capture that is held in memory.
//
//     time_decode CAPTURE [ROUNDS]
#include "model/capture/capture_reader.h"
#include "model/packet/decode.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

namespace whyrst::benchmark {
namespace {

constexpr int exitUsage = 2;
constexpr size_t mostPackets = 2000; ///< with full-size packets some 3 MB: near the processor, as just-read blocks are

/// The first packets of a capture, with their bytes.
struct Packets
{
    std::vector<std::byte> bytes{};
    std::vector<Packet> packets{};
};

Packets readPackets(CaptureReader& reader)
{
    Packets result;
    Packet packet;
    while (result.packets.size() < mostPackets && reader.next(packet) == ReadStep::Packet) {
        result.bytes.insert(result.bytes.end(), packet.bytes.begin(), packet.bytes.end());
        result.packets.push_back(packet);
    }
    size_t at = 0;
    for (Packet& stored : result.packets) {
        stored.bytes = std::span<const std::byte>(result.bytes).subspan(at, stored.bytes.size());
        at += stored.bytes.size();
    }
    return result;
}

/// Decodes all packets once; returns how many held a segment with a valid or unchecked checksum.
size_t decodeAll(const std::vector<Packet>& packets)
{
    size_t segments = 0;
    for (const Packet& packet : packets) {
        const DecodedPacket decoded = decodePacket(packet);
        if (const auto* segment = std::get_if<SegmentHeader>(&decoded))
            segments += segment->checksumClass != ChecksumClass::Bad ? 1 : 0;
    }
    return segments;
}

int run(const char* file, int rounds)
{
    const auto reader = openCapture(file);
    if (!reader) {
        std::fprintf(stderr, "time_decode: %s\n", sentenceFor(reader.error()).c_str());
        return exitUsage;
    }
    const Packets input = readPackets(**reader);
    if (input.packets.empty())
        return exitUsage;
    double best = std::numeric_limits<double>::max();
    size_t segments = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        segments = decodeAll(input.packets);
        const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
        best = std::min(best, taken.count());
    }
    const auto count = static_cast<double>(input.packets.size());
    std::printf("%.1f ns a packet, %.1f GB/s; %zu of %zu packets are sound segments, %.0f bytes each\n", best / count,
        static_cast<double>(input.bytes.size()) / best, segments, input.packets.size(),
        static_cast<double>(input.bytes.size()) / count);
    return 0;
}

} // namespace
} // namespace whyrst::benchmark

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: time_decode CAPTURE [ROUNDS]\n", stderr);
        return whyrst::benchmark::exitUsage;
    }
    constexpr int usualRounds = 1000;
    return whyrst::benchmark::run(argv[1], argc > 2 ? std::max(1, std::atoi(argv[2])) : usualRounds);
}
