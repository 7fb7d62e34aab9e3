// Writes small inputs for each fuzz target: make_seeds FOLDER CAPTURE...
//
// From each capture the first packets, cut behind their headers: as pcap, compressed, in pairs, and as scripts of
// segments; of pcapng files the first blocks as they are. The decoder gets a packet of each link type and tunnel.
#include "tests/fuzz/packet_script.h"
#include "tests/fuzz/segment_script.h"

#include "model/tcp/load_trace.h"
#include "tests/support/compressed_bytes.h"
#include "tests/support/encapsulation.h"

#include <filesystem>
#include <fstream>
#include <string_view>

namespace whyrst::fuzz {
namespace {

using namespace test;

constexpr size_t mostPackets = 40;
constexpr uint32_t mostSegments = 80;
constexpr size_t headersLength = 120;
constexpr size_t pcapngLength = 2048;

class SeedFolder
{
public:
    explicit SeedFolder(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }

    /// Stores an input of `target`, one file for equal contents.
    void add(const char* target, const Bytes& bytes) const
    {
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const auto folder = m_folder / target;
        std::filesystem::create_directories(folder);
        std::ofstream(folder / ("seed-" + std::to_string(std::hash<std::string_view>()(text))), std::ios::binary)
            << text;
    }

private:
    std::filesystem::path m_folder;
};

/// The first packets of a capture as pcap; empty when it cannot be read.
Bytes beginningOf(const std::string& path)
{
    const auto reader = openCapture(path);
    Packet packet;
    if (!reader || (*reader)->next(packet) != ReadStep::Packet)
        return {};
    PcapFile file({.linkType = packet.linkType});
    size_t count = 0;
    do {
        const auto bytes = packet.bytes.first(std::min(packet.bytes.size(), headersLength));
        file.packet(packet.time - Timestamp(), Bytes(bytes.begin(), bytes.end()), packet.originalLength);
    } while (++count < mostPackets && (*reader)->next(packet) == ReadStep::Packet);
    return file.bytes();
}

Bytes fileBytes(const std::string& path, size_t length)
{
    std::ifstream in(path, std::ios::binary);
    Bytes bytes(length);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(length));
    bytes.resize(static_cast<size_t>(in.gcount()));
    return bytes;
}

ScriptedSegment scripted(const Connection& connection, const LocatedSegment& located, Duration pause)
{
    const auto& [side, row, segment] = located;
    ScriptedSegment result;
    result.fromServer = side == Side::Server;
    result.flags = static_cast<uint8_t>(segment.flags.bits);
    result.ttl = segment.ttl;
    result.seq = static_cast<uint32_t>(segment.seq.value);
    result.ack = static_cast<uint32_t>(segment.ack.value);
    result.payloadLength = static_cast<uint16_t>(segment.payloadLength);
    result.window = segment.rawWindow;
    result.pause = encodedPause(pause);
    result.sackBlocks = std::min<uint8_t>(segment.sackBlockCount, 3);
    for (uint8_t index = 0; index < result.sackBlocks; ++index) {
        const SackBlock block = connection.flow(side).sackBlock(segment, index, connection.flow(otherSide(side)));
        result.sackEdges[size_t{2} * index] = static_cast<uint32_t>(block.left.value);
        result.sackEdges[size_t{2} * index + 1] = static_cast<uint32_t>(block.right.value);
    }
    return result;
}

/// The handshake of a connection and its last segments: what leads to its end.
Bytes scriptFor(const Connection& connection)
{
    constexpr uint32_t handshakeLength = 3;
    const uint32_t skipped = std::max(connection.packetCount(), mostSegments) - mostSegments;
    std::vector<ScriptedSegment> script;
    Timestamp last = connection.firstTime;
    ConnectionWalk walk(connection);
    LocatedSegment located;
    for (uint32_t number = 0; walk.next(located); ++number) {
        if (number >= handshakeLength && number < handshakeLength + skipped)
            continue;
        script.push_back(scripted(connection, located, located.segment.time - last));
        last = located.segment.time;
    }
    return scriptOf({.clientIsnHigh = 0xffff, .serverIsnHigh = 0x7fff}, script);
}

void addConnections(const SeedFolder& seeds, const std::string& path)
{
    constexpr size_t mostConnections = 2;
    NoProgress progress;
    const auto trace = loadTrace(path, {}, progress);
    for (size_t index = 0; trace && index < std::min(trace->connections.size(), mostConnections); ++index) {
        const Bytes script = scriptFor(trace->connections[index]);
        seeds.add("segments", script);
        seeds.add("compare", script + script);
    }
}

void addCapture(const SeedFolder& seeds, const std::string& path, const Bytes& before)
{
    const Bytes beginning = beginningOf(path);
    if (beginning.empty())
        return;
    seeds.add("pcap", beginning);
    seeds.add("whole_path", beginning);
    seeds.add("compressed", gzipped(beginning));
    seeds.add("compressed", zstdPacked(beginning));
    seeds.add("compressed", lz4Packed(beginning));
    seeds.add("merged", big16(before.size()) + before + beginning);
    if (const Bytes whole = fileBytes(path, pcapngLength); std::filesystem::path(path).extension() == ".pcapng") {
        seeds.add("pcapng", whole);
        seeds.add("whole_path", whole);
        seeds.add("merged", big16(whole.size()) + whole + beginning);
    }
    addConnections(seeds, path);
}

void addPackets(const SeedFolder& seeds)
{
    constexpr uint16_t moreFragments = 0x2000;
    const TcpPacket v4{.options = timestampsOption(1, 2), .payload = textBytes("data")};
    TcpPacket v6 = v4;
    v6.source = "2001:db8::1";
    v6.destination = "2001:db8::2";
    const Bytes segment = tcpSegment(v4);
    const Bytes first(segment.begin(), segment.begin() + 24);
    const Bytes rest(segment.begin() + 24, segment.end());
    const std::vector<Bytes> packets{ipPacket(v4), ipPacket(v6), ipv4Packet({.fragment = moreFragments}, first),
        ipv4Packet({.fragment = 3}, rest),
        ipv4Packet({.protocol = ipProtocolIcmp}, icmpMessage(3, 4, 1400, ipPacket(v4)))};
    for (const Encapsulation& encapsulation : encapsulations()) {
        Bytes script;
        for (const Bytes& packet : packets) {
            const Bytes frame = encapsulation.wrap(packet);
            addPacket(script, {encapsulation.linkType, frame});
        }
        seeds.add("packet_decoder", script);
    }
}

} // namespace
} // namespace whyrst::fuzz

int main(int argc, char** argv)
{
    using namespace whyrst::fuzz;
    if (argc < 2) {
        std::fputs("usage: make_seeds FOLDER CAPTURE...\n", stderr);
        return 2;
    }
    const SeedFolder seeds(argv[1]);
    addPackets(seeds);
    Bytes before;
    for (int index = 2; index < argc; ++index) {
        addCapture(seeds, argv[index], before);
        before = beginningOf(argv[index]);
    }
    return 0;
}
