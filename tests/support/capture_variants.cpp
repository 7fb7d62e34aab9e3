#include "tests/support/capture_variants.h"

#include "model/capture/capture_reader.h"
#include "model/tcp/load_trace.h"
#include "tests/support/memory_source.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

namespace whyrst::test {

namespace {

constexpr uint32_t nanosecondPcap = 0xa1b23c4d;
constexpr size_t tcpHeader = 20;

uint32_t read16(const Bytes& bytes, size_t at)
{
    return std::to_integer<uint32_t>(bytes.at(at)) << 8U | std::to_integer<uint32_t>(bytes.at(at + 1));
}

void write16(Bytes& bytes, size_t at, uint32_t value)
{
    bytes.at(at) = static_cast<std::byte>(value >> 8U & 0xffU);
    bytes.at(at + 1) = static_cast<std::byte>(value & 0xffU);
}

/// Replaces two bytes and keeps the checksum at `checksum` as right or wrong as it was (RFC 1624).
void replace16(Bytes& bytes, size_t at, uint32_t value, size_t checksum)
{
    uint32_t sum = (~read16(bytes, checksum) & 0xffffU) + (~read16(bytes, at) & 0xffffU) + value;
    while (sum > 0xffffU)
        sum = (sum & 0xffffU) + (sum >> 16U);
    write16(bytes, checksum, ~sum & 0xffffU);
    write16(bytes, at, value);
}

/// The timestamps option within the TCP header at `tcp`: its first byte; 0 without.
size_t findTimestamps(const Bytes& bytes, size_t tcp)
{
    constexpr uint8_t end = 0;
    constexpr uint8_t noOperation = 1;
    constexpr uint8_t timestamps = 8;
    const size_t stop = tcp + (std::to_integer<size_t>(bytes.at(tcp + 12)) >> 4U) * 4;
    for (size_t at = tcp + tcpHeader; at + 1 < std::min(stop, bytes.size());) {
        const auto kind = std::to_integer<uint8_t>(bytes[at]);
        const auto length = std::to_integer<size_t>(bytes[at + 1]);
        if (kind == timestamps && at + length <= bytes.size())
            return at;
        if (kind == end || (kind != noOperation && length < 2))
            return 0;
        at += kind == noOperation ? 1 : length;
    }
    return 0;
}

} // namespace

CaptureFile::CaptureFile(const std::string& path)
{
    auto reader = openCapture(path);
    if (!reader)
        throw std::runtime_error("cannot read " + path);
    Packet packet;
    while ((*reader)->next(packet) == ReadStep::Packet) {
        if (!m_packets.empty() && packet.linkType != m_linkType)
            throw std::runtime_error("several link types in " + path);
        m_linkType = packet.linkType;
        m_packets.push_back(
            {packet.time, Bytes(packet.bytes.begin(), packet.bytes.end()), packet.originalLength, packet.number.value});
    }
}

Trace CaptureFile::load() const
{
    PcapFile::Format format;
    format.magic = nanosecondPcap;
    format.linkType = m_linkType;
    PcapFile file(format);
    for (const RecordedPacket& packet : m_packets)
        file.packet(packet.time.time_since_epoch(), packet.bytes, packet.originalLength);
    const MemoryFile memory(file.bytes());
    NoProgress progress;
    Result<Trace> trace = loadTrace(memory.path(), LoadOptions(), progress);
    if (!trace)
        throw std::runtime_error("a rewritten capture cannot be read");
    return std::move(*trace);
}

void CaptureFile::move(Duration offset)
{
    step(0, offset);
}

void CaptureFile::stretch(double drift)
{
    const Timestamp begin = m_packets.empty() ? Timestamp() : m_packets.front().time;
    for (RecordedPacket& packet : m_packets)
        packet.time += Duration(std::llround(drift * static_cast<double>((packet.time - begin).count())));
}

void CaptureFile::step(size_t index, Duration by)
{
    for (; index < m_packets.size(); ++index)
        m_packets[index].time += by;
}

void CaptureFile::erase(size_t index)
{
    m_packets.erase(m_packets.begin() + static_cast<std::ptrdiff_t>(index));
}

void CaptureFile::keep(size_t begin, size_t end)
{
    m_packets.erase(m_packets.begin() + static_cast<std::ptrdiff_t>(end), m_packets.end());
    m_packets.erase(m_packets.begin(), m_packets.begin() + static_cast<std::ptrdiff_t>(begin));
}

void CaptureFile::snap(size_t length)
{
    for (RecordedPacket& packet : m_packets)
        packet.bytes.resize(std::min(packet.bytes.size(), length));
}

size_t CaptureFile::ipOffset() const
{
    static const std::map<uint32_t, size_t> headers{
        {0, 4}, {1, 14}, {12, 0}, {101, 0}, {108, 4}, {113, 16}, {228, 0}, {229, 0}, {276, 20}};
    return headers.at(m_linkType);
}

void CaptureFile::zeroIds()
{
    for (RecordedPacket& packet : m_packets) {
        const size_t ip = ipOffset();
        constexpr uint32_t offsetBits = 0x1fff;
        const bool isV4 = packet.bytes.size() >= ip + tcpHeader && std::to_integer<int>(packet.bytes[ip]) >> 4 == 4;
        if (isV4 && (read16(packet.bytes, ip + 6) & offsetBits) == 0)
            replace16(packet.bytes, ip + 4, 0, ip + 10);
    }
}

template <typename Edit> void CaptureFile::editTcp(const Edit& edit)
{
    constexpr size_t v6Header = 40;
    for (RecordedPacket& packet : m_packets) {
        const size_t ip = ipOffset();
        if (packet.bytes.size() < ip + tcpHeader)
            continue;
        const auto first = std::to_integer<size_t>(packet.bytes[ip]);
        const bool isV4 = first >> 4U == 4;
        const size_t tcp = ip + (isV4 ? (first & 0xfU) * 4 : v6Header);
        const auto protocol = std::to_integer<uint8_t>(packet.bytes[ip + (isV4 ? 9 : 6)]);
        if (protocol == ipProtocolTcp && packet.bytes.size() >= tcp + tcpHeader)
            edit(packet.bytes, tcp);
    }
}

void CaptureFile::removeTimestamps()
{
    editTcp([](Bytes& bytes, size_t tcp) {
        const size_t option = findTimestamps(bytes, tcp);
        if (option == 0)
            return;
        constexpr size_t length = 10;
        const size_t checksum = tcp + 16;
        // The checksum adds words that count from the header.
        for (size_t word = option - (option - tcp) % 2; word < option + length && word + 1 < bytes.size(); word += 2) {
            uint32_t value = read16(bytes, word);
            for (const size_t byte : {word, word + 1}) {
                const bool isInside = byte >= option && byte < option + length;
                const uint32_t shift = byte == word ? 8 : 0;
                if (isInside)
                    value = (value & ~(0xffU << shift)) | (0x01U << shift);
            }
            replace16(bytes, word, value, checksum);
        }
    });
}

std::string captureIn(const std::string& folder, const std::string& end)
{
    for (const char* suffix : {".pcap", ".pcapng"}) {
        if (const std::string file = folder + "/" + end + suffix; std::filesystem::exists(file))
            return file;
    }
    return "";
}

std::set<std::pair<uint32_t, uint32_t>> truePairs(const std::string& folder)
{
    std::set<std::pair<uint32_t, uint32_t>> pairs;
    std::ifstream in(folder + "/pairs.csv");
    std::string line;
    std::getline(in, line); // the names of the columns
    while (std::getline(in, line)) {
        const size_t comma = line.find(',');
        if (comma == std::string::npos || comma == 0 || comma + 1 >= line.size())
            continue;
        pairs.emplace(static_cast<uint32_t>(std::stoul(line.substr(0, comma))),
            static_cast<uint32_t>(std::stoul(line.substr(comma + 1))));
    }
    return pairs;
}

} // namespace whyrst::test
