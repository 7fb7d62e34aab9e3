#include "tests/fuzz/segment_script.h"

#include "model/capture/byte_order.h"

#include <algorithm>
#include <limits>

namespace whyrst::fuzz {

using namespace test;

namespace {

constexpr uint32_t isnLow = 0xf000;
constexpr std::chrono::microseconds pauseUnit(8);
constexpr unsigned mantissaBits = 12;
constexpr uint16_t largestMantissa = (1 << mantissaBits) - 1;
constexpr unsigned largestExponent = 15;
constexpr size_t sackEdgeSize = 4;

// Bits of a record's first byte.
constexpr uint8_t connectionMask = 0x03;
constexpr uint8_t fromServerBit = 0x04;
constexpr uint8_t icmpBit = 0x08;
constexpr uint8_t repeatsIpIdBit = 0x10;
constexpr unsigned sackShift = 6;

/// Takes numbers off a script; zeros behind its end.
class Cursor
{
public:
    explicit Cursor(std::span<const std::byte> script)
        : m_script(script)
    {
    }
    bool atEnd() const { return m_script.empty(); }
    uint8_t take8()
    {
        if (m_script.empty())
            return 0;
        const uint8_t value = load8(m_script.data());
        m_script = m_script.subspan(1);
        return value;
    }
    uint16_t take16()
    {
        const uint8_t high = take8();
        return static_cast<uint16_t>(high << 8 | take8());
    }
    uint32_t take32()
    {
        const uint32_t high = take16();
        return high << 16 | take16();
    }

private:
    std::span<const std::byte> m_script;
};

ScriptHeader takeHeader(Cursor& cursor)
{
    ScriptHeader header;
    header.clientIsnHigh = cursor.take16();
    header.serverIsnHigh = cursor.take16();
    const uint8_t options = cursor.take8();
    header.windowScale = options & 0x0f;
    header.hasTimestamps = (options & 0x80) != 0;
    return header;
}

ScriptedSegment takeSegment(Cursor& cursor)
{
    ScriptedSegment segment;
    const uint8_t control = cursor.take8();
    segment.connection = control & connectionMask;
    segment.fromServer = (control & fromServerBit) != 0;
    segment.isIcmp = (control & icmpBit) != 0;
    segment.repeatsIpId = (control & repeatsIpIdBit) != 0;
    segment.sackBlocks = control >> sackShift;
    segment.flags = cursor.take8();
    segment.ttl = cursor.take8();
    segment.seq = cursor.take32();
    segment.ack = cursor.take32();
    segment.payloadLength = cursor.take16();
    segment.window = cursor.take16();
    segment.pause = cursor.take16();
    for (size_t edge = 0; edge < size_t{2} * segment.sackBlocks; ++edge)
        segment.sackEdges[edge] = cursor.take32();
    return segment;
}

/// Writes the packets of a script.
class CaptureWriter
{
public:
    explicit CaptureWriter(const ScriptHeader& header)
        : m_header(header)
    {
    }

    void add(const ScriptedSegment& segment)
    {
        m_time += pauseOf(segment.pause);
        const Bytes packet = ipPacket(packetFor(segment));
        if (segment.isIcmp) {
            constexpr uint8_t unreachable = 3;
            m_file.packet(m_time,
                ipv4Packet({.source = "203.0.113.1", .destination = "192.0.2.1", .protocol = ipProtocolIcmp},
                    icmpMessage(unreachable, segment.flags, segment.window, packet)));
            return;
        }
        // The payload is on the wire only: the capture was cut behind the headers.
        constexpr size_t totalLengthAt = 2;
        const size_t length = std::min<size_t>(packet.size() + segment.payloadLength, UINT16_MAX);
        m_file.packet(m_time, patched(packet, totalLengthAt, big16(length)), static_cast<uint32_t>(length));
    }

    const Bytes& bytes() const { return m_file.bytes(); }

private:
    uint32_t isn(bool ofServer) const
    {
        return uint32_t{ofServer ? m_header.serverIsnHigh : m_header.clientIsnHigh} << 16 | isnLow;
    }

    Bytes optionsFor(const ScriptedSegment& segment) const
    {
        Bytes options;
        if ((segment.flags & flagSyn) != 0) {
            constexpr int sackPermitted = 4;
            constexpr int windowScale = 3;
            options = mssOption(1460) + bytesOf({sackPermitted, 2, 1, windowScale, 3, m_header.windowScale});
        }
        if (m_header.hasTimestamps) {
            const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(m_time).count();
            options = options + timestampsOption(static_cast<uint32_t>(milliseconds), segment.ack);
        }
        std::vector<std::pair<uint32_t, uint32_t>> blocks;
        const uint32_t otherIsn = isn(!segment.fromServer);
        for (size_t block = 0; block < segment.sackBlocks; ++block)
            blocks.emplace_back(otherIsn + segment.sackEdges[2 * block], otherIsn + segment.sackEdges[2 * block + 1]);
        constexpr size_t mostOptions = 40;
        const Bytes sack = blocks.empty() ? Bytes() : sackOption(blocks);
        return options.size() + sack.size() + 2 <= mostOptions ? options + sack : options;
    }

    TcpPacket packetFor(const ScriptedSegment& segment)
    {
        TcpPacket packet;
        const auto clientPort = static_cast<uint16_t>(40000 + segment.connection);
        if (segment.fromServer) {
            std::swap(packet.source, packet.destination);
            packet.sourcePort = packet.destinationPort;
            packet.destinationPort = clientPort;
        } else {
            packet.sourcePort = clientPort;
        }
        packet.seq = isn(segment.fromServer) + segment.seq;
        packet.ack = (segment.flags & flagAck) != 0 ? isn(!segment.fromServer) + segment.ack : 0;
        packet.flags = segment.flags;
        packet.window = segment.window;
        packet.options = optionsFor(segment);
        packet.ttl = segment.ttl;
        m_ipId = static_cast<uint16_t>(m_ipId + (segment.repeatsIpId ? 0 : 1));
        packet.ipId = m_ipId;
        return packet;
    }

    ScriptHeader m_header;
    PcapFile m_file{{.linkType = 101}};
    std::chrono::nanoseconds m_time = std::chrono::seconds(1'700'000'000);
    uint16_t m_ipId = 0;
};

} // namespace

std::chrono::nanoseconds pauseOf(uint16_t encoded)
{
    const auto mantissa = static_cast<int64_t>(encoded & largestMantissa);
    return pauseUnit * (mantissa << (encoded >> mantissaBits));
}

uint16_t encodedPause(std::chrono::nanoseconds pause)
{
    int64_t mantissa = std::max<int64_t>(0, pause / std::chrono::nanoseconds(pauseUnit));
    unsigned exponent = 0;
    for (; mantissa > largestMantissa && exponent < largestExponent; ++exponent)
        mantissa /= 2;
    mantissa = std::min<int64_t>(mantissa, largestMantissa);
    return static_cast<uint16_t>(exponent << mantissaBits | static_cast<unsigned>(mantissa));
}

Bytes captureOf(std::span<const std::byte> script)
{
    Cursor cursor(script);
    CaptureWriter writer(takeHeader(cursor));
    while (!cursor.atEnd())
        writer.add(takeSegment(cursor));
    return writer.bytes();
}

Bytes scriptOf(const ScriptHeader& header, const std::vector<ScriptedSegment>& segments)
{
    Bytes script = big16(header.clientIsnHigh) + big16(header.serverIsnHigh)
        + bytesOf({header.windowScale | (header.hasTimestamps ? 0x80 : 0)});
    for (const ScriptedSegment& segment : segments) {
        const int control = segment.connection | (segment.fromServer ? fromServerBit : 0)
            | (segment.isIcmp ? icmpBit : 0) | (segment.repeatsIpId ? repeatsIpIdBit : 0)
            | segment.sackBlocks << sackShift;
        script = script + bytesOf({control, segment.flags, segment.ttl}) + big32(segment.seq) + big32(segment.ack)
            + big16(segment.payloadLength) + big16(segment.window) + big16(segment.pause);
        for (size_t edge = 0; edge < size_t{2} * segment.sackBlocks; ++edge)
            script = script + big32(segment.sackEdges[edge]);
    }
    return script;
}

} // namespace whyrst::fuzz
