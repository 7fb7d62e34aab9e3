// Packets and capture files as bytes, built in code, so that a test shows what its reader or decoder is given.
//
//     const Bytes frame = ethernetFrame({.flags = flagSyn, .options = mssOption(1460)});
//     const TemporaryFile file(PcapFile().packet(1'000'000'000ns, frame).bytes());
#pragma once

#include "model/capture/capture_reader.h"
#include "model/packet/decode.h"

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace whyrst::test {

using Bytes = std::vector<std::byte>;

// --- Bytes

Bytes bytesOf(std::initializer_list<int> values);
Bytes textBytes(std::string_view text);
Bytes operator+(Bytes left, const Bytes& right);
/// `number` in `size` bytes.
Bytes numberBytes(uint64_t number, size_t size, std::endian order = std::endian::big);
inline Bytes big16(uint64_t number)
{
    return numberBytes(number, 2);
}
inline Bytes big32(uint64_t number)
{
    return numberBytes(number, 4);
}
/// `bytes` with the ones at `at` replaced.
Bytes patched(Bytes bytes, size_t at, const Bytes& with);
/// The first `length` bytes.
Bytes cut(Bytes bytes, size_t length);

// --- Packets

constexpr uint16_t flagFin = 0x01;
constexpr uint16_t flagSyn = 0x02;
constexpr uint16_t flagRst = 0x04;
constexpr uint16_t flagPsh = 0x08;
constexpr uint16_t flagAck = 0x10;

/// What the checksum field of a built segment holds.
enum class ChecksumFill : uint8_t
{
    Valid,
    Zero,
    Partial,
    PartialWithoutLength,
    Bad
};

/// A TCP segment to build. IPv6 when the addresses have a colon.
struct TcpPacket
{
    std::string source = "192.0.2.1";
    std::string destination = "198.51.100.7";
    uint16_t sourcePort = 40000;
    uint16_t destinationPort = 443;
    uint32_t seq = 1000;
    uint32_t ack = 2000;
    uint16_t flags = flagAck;
    uint16_t window = 65000;
    Bytes options{}; ///< padded with zeros to a multiple of 4
    Bytes payload{};
    uint8_t ttl = 64;
    uint16_t ipId = 0x1234;
    ChecksumFill checksum = ChecksumFill::Valid;
};

Bytes mssOption(uint16_t size);
Bytes timestampsOption(uint32_t value, uint32_t echo);
Bytes sackOption(const std::vector<std::pair<uint32_t, uint32_t>>& blocks);

/// The TCP header with the payload.
Bytes tcpSegment(const TcpPacket& packet);
/// The same behind an IPv4 or IPv6 header.
Bytes ipPacket(const TcpPacket& packet);
/// The same as an Ethernet frame.
Bytes ethernetFrame(const TcpPacket& packet);

constexpr uint8_t ipProtocolIcmp = 1;
constexpr uint8_t ipProtocolTcp = 6;
constexpr uint8_t ipProtocolUdp = 17;
constexpr uint8_t ipProtocolIcmpV6 = 58;

/// Fields of an IP header that tests vary. Lengths follow from the payload.
struct IpFields
{
    std::string source = "192.0.2.1";
    std::string destination = "198.51.100.7";
    uint8_t protocol = ipProtocolTcp; ///< or the first extension header
    uint8_t ttl = 64;
    uint16_t ipId = 0x1234;
    uint16_t fragment = 0x4000; ///< flags and offset; DF
    Bytes options{};            ///< IPv4 only; a multiple of 4
};

Bytes ipv4Packet(const IpFields& fields, const Bytes& payload);
Bytes ipv6Packet(const IpFields& fields, const Bytes& payload);
Bytes ethernetHeader(uint16_t etherType);
/// ICMP type, code, the four bytes behind the checksum, and the quoted packet.
Bytes icmpMessage(uint8_t type, uint8_t code, uint32_t rest, const Bytes& quote);
Bytes addressBytes(const std::string& address);
IpAddress address(const std::string& text);

/// `bytes` as a packet, whole unless `originalLength` is larger. Views `bytes`.
Packet packetOf(const Bytes& bytes, LinkType linkType = 1, uint32_t originalLength = 0);

// --- Capture files

/// Builds a pcap file.
class PcapFile
{
public:
    struct Format
    {
        std::endian order = std::endian::little;
        uint32_t magic = 0xa1b2c3d4;
        uint16_t minorVersion = 4;
        uint32_t linkType = 1;
        uint32_t snapLength = 262144;
    };

    PcapFile();
    explicit PcapFile(const Format& format);
    /// Adds a packet; `originalLength` 0: as captured.
    PcapFile& packet(std::chrono::nanoseconds time, const Bytes& bytes, uint32_t originalLength = 0);
    PcapFile& raw(const Bytes& bytes);
    const Bytes& bytes() const { return m_bytes; }

private:
    Format m_format;
    Bytes m_bytes;
};

/// Builds a pcapng file, block by block.
class PcapngFile
{
public:
    explicit PcapngFile(std::endian order = std::endian::little);

    /// A further section.
    PcapngFile& section(std::endian order);
    PcapngFile& interface(uint16_t linkType = 1, const Bytes& options = {}, uint32_t snapLength = 0);
    /// An enhanced packet block; `time` in units of the interface.
    PcapngFile& packet(uint64_t time, const Bytes& bytes, const Bytes& options = {}, uint32_t interface = 0);
    PcapngFile& simplePacket(const Bytes& bytes, uint32_t originalLength);
    PcapngFile& obsoletePacket(uint64_t time, const Bytes& bytes, uint16_t interface, uint16_t drops);
    PcapngFile& statistics(uint32_t interface, const Bytes& options);
    PcapngFile& block(uint32_t type, const Bytes& body);
    PcapngFile& raw(const Bytes& bytes);
    /// An option in the byte order of the section that is being written.
    Bytes option(uint16_t code, const Bytes& value) const;
    Bytes number(uint64_t value, size_t size) const { return numberBytes(value, size, m_order); }
    const Bytes& bytes() const { return m_bytes; }

private:
    Bytes highLow(uint64_t time) const;

    std::endian m_order;
    Bytes m_bytes;
};

/// A file that lives as long as the object.
class TemporaryFile
{
public:
    explicit TemporaryFile(const Bytes& bytes);
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile();
    const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

/// A packet that owns its bytes.
struct StoredPacket
{
    Packet packet{};
    Bytes bytes{};
};

/// All that a reader gave.
struct ReadCapture
{
    std::vector<StoredPacket> packets{};
    std::vector<CaptureNote> notes{};
    std::string format{};
    std::vector<LinkType> linkTypes{};
    uint64_t dropped = 0;
};

/// Writes `bytes` to a file and reads it as a capture. Fails the test when it cannot be opened.
ReadCapture readCapture(const Bytes& bytes);
/// Error of opening a file of `bytes`. Fails the test when it can be opened.
Error openError(const Bytes& bytes);

} // namespace whyrst::test
