#include "tests/benchmarks/segment_writer.h"

#include "model/capture/byte_order.h"
#include "model/packet/checksum.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace whyrst::benchmark {

namespace {

using Bytes = std::vector<std::byte>;

constexpr size_t outputLength = size_t{1} << 20;
constexpr size_t ethernetLength = 14;
constexpr size_t ipLength = 20;
constexpr size_t tcpLength = 20;
constexpr uint16_t flagSyn = 0x02;

template <typename T> void add(Bytes& bytes, T number, std::endian order = std::endian::big)
{
    const T stored = order == std::endian::native ? number : byteSwapped(number);
    const auto* at = reinterpret_cast<const std::byte*>(&stored);
    bytes.insert(bytes.end(), at, at + sizeof stored);
}

void add16(Bytes& bytes, size_t number)
{
    add(bytes, static_cast<uint16_t>(number));
}
void add32(Bytes& bytes, uint32_t number)
{
    add(bytes, number);
}
void addLittle32(Bytes& bytes, size_t number)
{
    add(bytes, static_cast<uint32_t>(number), std::endian::little);
}

void store16(Bytes& bytes, size_t at, uint16_t number)
{
    bytes[at] = static_cast<std::byte>(number >> 8);
    bytes[at + 1] = static_cast<std::byte>(number);
}

struct End
{
    uint32_t address = 0;
    uint16_t port = 0;
};

/// Clients share out 250 addresses and then use the next port, which makes 16 million of them.
End endOf(uint32_t connection, Side side)
{
    constexpr uint32_t serverAddress = 0xc0000201; // 192.0.2.1
    constexpr uint32_t clientNetwork = 0x0a000000; // 10.0.0.0
    constexpr uint32_t clientCount = 250;
    constexpr uint32_t firstPort = 1024;
    constexpr uint32_t portCount = 64000;
    if (side == Side::Server)
        return {serverAddress, 443};
    return {clientNetwork + 1 + connection % clientCount,
        static_cast<uint16_t>(firstPort + connection / clientCount % portCount)};
}

Bytes makePayload()
{
    constexpr size_t longest = 65536;
    Bytes payload;
    for (size_t i = 0; i < longest; ++i)
        payload.push_back(static_cast<std::byte>('a' + i % 26));
    return payload;
}

/// Options as Linux sends them.
Bytes optionsOf(const ScriptedSegment& segment)
{
    constexpr uint16_t maximumSegmentSize = 1460;
    constexpr unsigned windowScale = 7;
    Bytes options;
    const bool isSyn = segment.flags & flagSyn;
    if (isSyn) {
        add16(options, 0x0204);
        add16(options, maximumSegmentSize);
        add16(options, 0x0402); // SACK permitted
    } else
        add16(options, 0x0101);
    add16(options, 0x080a);
    add32(options, segment.timestamp);
    add32(options, segment.timestampEcho);
    if (isSyn)
        add32(options, 0x01030300 | windowScale);
    if (segment.sackLeft != segment.sackRight) {
        add32(options, 0x0101050a);
        add32(options, segment.sackLeft);
        add32(options, segment.sackRight);
    }
    return options;
}

void addIpHeader(Bytes& frame, size_t payloadLength, uint16_t ipId, uint32_t source, uint32_t destination)
{
    add16(frame, 0x4500);
    add16(frame, ipLength + payloadLength);
    add16(frame, ipId);
    add16(frame, 0x4000); // do not fragment
    add16(frame, 0x4006); // time to live 64, TCP
    add16(frame, 0);
    add32(frame, source);
    add32(frame, destination);
}

/// The complement of the sum of `frame` from `from` on, plus `start` (RFC 1071).
uint16_t checksumOf(const Bytes& frame, size_t from, size_t length, uint32_t start)
{
    uint32_t sum = start + onesComplementSum(std::span(frame).subspan(from, length));
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(~sum);
}

void fillChecksums(Bytes& frame)
{
    constexpr size_t ipChecksumAt = ethernetLength + 10;
    constexpr size_t addressesAt = ethernetLength + 12;
    constexpr size_t addressesLength = 8;
    constexpr size_t tcpAt = ethernetLength + ipLength;
    constexpr size_t tcpChecksumAt = tcpAt + 16;
    constexpr uint32_t protocolTcp = 6;
    const size_t length = frame.size() - tcpAt;
    const uint32_t addresses = onesComplementSum(std::span(frame).subspan(addressesAt, addressesLength));
    store16(frame, ipChecksumAt, checksumOf(frame, ethernetLength, ipLength, 0));
    store16(frame, tcpChecksumAt,
        checksumOf(frame, tcpAt, length, addresses + protocolTcp + static_cast<uint32_t>(length)));
}

} // namespace

SegmentWriter::SegmentWriter(std::FILE* file, uint32_t snapLength)
    : m_file(file)
    , m_snapLength(snapLength)
{
    constexpr uint32_t magicMicroseconds = 0xa1b2c3d4;
    constexpr uint32_t version = 0x00040002; // 2.4
    constexpr uint32_t linkEthernet = 1;
    m_output.reserve(outputLength + outputLength / 8);
    for (const uint32_t number : {magicMicroseconds, version, 0u, 0u, snapLength, linkEthernet})
        addLittle32(m_output, number);
}

void SegmentWriter::write(const ConnectionPlan& connection, const ScriptedSegment& segment, Timestamp time)
{
    makeFrame(connection, segment);
    addRecord(time);
    if (m_output.size() >= outputLength)
        flush();
}

void SegmentWriter::makeFrame(const ConnectionPlan& connection, const ScriptedSegment& segment)
{
    static const Bytes payload = makePayload();
    constexpr uint32_t windowUnscaled = 501;
    constexpr uint16_t windowOfSyn = 64240;
    const Bytes options = optionsOf(segment);
    const End from = endOf(connection.index, segment.sender);
    const End to = endOf(connection.index, otherSide(segment.sender));
    const size_t headerLength = tcpLength + options.size();

    m_frame.clear();
    for (const Side side : {otherSide(segment.sender), segment.sender}) {
        add16(m_frame, 0x0200);
        add32(m_frame, side == Side::Client ? 1 : 2);
    }
    add16(m_frame, 0x0800);
    addIpHeader(m_frame, headerLength + segment.payloadLength, ++m_ipId, from.address, to.address);
    add16(m_frame, from.port);
    add16(m_frame, to.port);
    add32(m_frame, segment.seq);
    add32(m_frame, segment.ack);
    add16(m_frame, (headerLength / 4) << 12 | segment.flags);
    add16(m_frame, segment.flags & flagSyn ? windowOfSyn : windowUnscaled);
    add32(m_frame, 0); // checksum and urgent pointer
    m_frame.insert(m_frame.end(), options.begin(), options.end());
    m_frame.insert(m_frame.end(), payload.begin(), payload.begin() + segment.payloadLength);
    fillChecksums(m_frame);
}

void SegmentWriter::addRecord(Timestamp time)
{
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
    constexpr int64_t perSecond = 1'000'000;
    const size_t captured = std::min<size_t>(m_frame.size(), m_snapLength);
    addLittle32(m_output, static_cast<size_t>(microseconds / perSecond));
    addLittle32(m_output, static_cast<size_t>(microseconds % perSecond));
    addLittle32(m_output, captured);
    addLittle32(m_output, m_frame.size());
    m_output.insert(m_output.end(), m_frame.begin(), m_frame.begin() + static_cast<std::ptrdiff_t>(captured));
}

void SegmentWriter::flush()
{
    m_failed = m_failed || std::fwrite(m_output.data(), 1, m_output.size(), m_file) != m_output.size();
    m_output.clear();
}

bool SegmentWriter::finish()
{
    flush();
    return !m_failed && std::fflush(m_file) == 0;
}

} // namespace whyrst::benchmark
