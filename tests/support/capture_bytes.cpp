// The capture files of packet_bytes.h.
#include "tests/support/packet_bytes.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <system_error>
#include <unistd.h>

namespace whyrst::test {

namespace {

constexpr uint32_t sectionHeaderType = 0x0a0d0d0a;
constexpr uint32_t magicNanoseconds = 0xa1b23c4d;
constexpr uint32_t magicModified = 0xa1b2cd34;
constexpr size_t alignment = 4;

Bytes padded(Bytes bytes)
{
    bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
    return bytes;
}

} // namespace

// --- Bytes

Bytes bytesOf(std::initializer_list<int> values)
{
    Bytes bytes;
    for (const int value : values)
        bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

Bytes textBytes(std::string_view text)
{
    Bytes bytes;
    for (const char c : text)
        bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

Bytes operator+(Bytes left, const Bytes& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Bytes numberBytes(uint64_t number, size_t size, std::endian order)
{
    Bytes bytes;
    for (size_t i = 0; i < size; ++i)
        bytes.push_back(static_cast<std::byte>(number >> (8 * i)));
    if (order == std::endian::big)
        std::reverse(bytes.begin(), bytes.end());
    return bytes;
}

Bytes patched(Bytes bytes, size_t at, const Bytes& with)
{
    std::copy(with.begin(), with.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    return bytes;
}

Bytes cut(Bytes bytes, size_t length)
{
    bytes.resize(length);
    return bytes;
}

// --- pcap

PcapFile::PcapFile()
    : PcapFile(Format{})
{
}

PcapFile::PcapFile(const Format& format)
    : m_format(format)
{
    constexpr uint16_t majorVersion = 2;
    const auto number = [&](uint64_t value, size_t size) { return numberBytes(value, size, format.order); };
    m_bytes = number(format.magic, 4) + number(majorVersion, 2) + number(format.minorVersion, 2) + number(0, 8)
        + number(format.snapLength, 4) + number(format.linkType, 4);
}

PcapFile& PcapFile::packet(std::chrono::nanoseconds time, const Bytes& bytes, uint32_t originalLength)
{
    const auto number = [&](uint64_t value) { return numberBytes(value, 4, m_format.order); };
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const auto fraction = static_cast<uint64_t>((time - seconds).count());
    const uint64_t unit = m_format.magic == magicNanoseconds ? 1 : 1000;
    const Bytes modifiedFields(m_format.magic == magicModified ? 8 : 0);
    return raw(number(static_cast<uint64_t>(seconds.count())) + number(fraction / unit) + number(bytes.size())
        + number(originalLength ? originalLength : bytes.size()) + modifiedFields + bytes);
}

PcapFile& PcapFile::raw(const Bytes& bytes)
{
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

// --- pcapng

PcapngFile::PcapngFile(std::endian order)
    : m_order(order)
{
    section(order);
}

PcapngFile& PcapngFile::section(std::endian order)
{
    constexpr uint32_t byteOrderMagic = 0x1a2b3c4d;
    constexpr uint64_t unknownLength = ~uint64_t{0};
    m_order = order;
    return block(sectionHeaderType, number(byteOrderMagic, 4) + number(1, 2) + number(0, 2) + number(unknownLength, 8));
}

PcapngFile& PcapngFile::interface(uint16_t linkType, const Bytes& options, uint32_t snapLength)
{
    return block(1, number(linkType, 2) + number(0, 2) + number(snapLength, 4) + options);
}

Bytes PcapngFile::highLow(uint64_t time) const
{
    return number(time >> 32, 4) + number(time & 0xffffffff, 4);
}

PcapngFile& PcapngFile::packet(uint64_t time, const Bytes& bytes, const Bytes& options, uint32_t interface)
{
    return block(6,
        number(interface, 4) + highLow(time) + number(bytes.size(), 4) + number(bytes.size(), 4) + padded(bytes)
            + options);
}

PcapngFile& PcapngFile::simplePacket(const Bytes& bytes, uint32_t originalLength)
{
    return block(3, number(originalLength, 4) + padded(bytes));
}

PcapngFile& PcapngFile::obsoletePacket(uint64_t time, const Bytes& bytes, uint16_t interface, uint16_t drops)
{
    return block(2,
        number(interface, 2) + number(drops, 2) + highLow(time) + number(bytes.size(), 4) + number(bytes.size(), 4)
            + padded(bytes));
}

PcapngFile& PcapngFile::statistics(uint32_t interface, const Bytes& options)
{
    return block(5, number(interface, 4) + highLow(0) + options);
}

PcapngFile& PcapngFile::block(uint32_t type, const Bytes& body)
{
    constexpr size_t framing = 12;
    const Bytes content = padded(body);
    const Bytes length = number(content.size() + framing, 4);
    return raw(number(type, 4) + length + content + length);
}

PcapngFile& PcapngFile::raw(const Bytes& bytes)
{
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

Bytes PcapngFile::option(uint16_t code, const Bytes& value) const
{
    return number(code, 2) + number(value.size(), 2) + padded(value);
}

// --- Files

TemporaryFile::TemporaryFile(const Bytes& bytes)
{
    std::string name = (std::filesystem::temp_directory_path() / "whyrst-test-XXXXXX").string();
    const int descriptor = mkstemp(name.data());
    EXPECT_GE(descriptor, 0) << "cannot make " << name;
    if (descriptor >= 0)
        close(descriptor);
    m_path = name;
    std::ofstream(m_path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

TemporaryFile::~TemporaryFile()
{
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

ReadCapture readCapture(const Bytes& bytes)
{
    const TemporaryFile file(bytes);
    const auto reader = openCapture(file.path());
    if (!reader) {
        ADD_FAILURE() << sentenceFor(reader.error());
        return {};
    }
    ReadCapture result;
    Packet packet;
    while ((*reader)->next(packet) == ReadStep::Packet)
        result.packets.push_back({packet, Bytes(packet.bytes.begin(), packet.bytes.end())});
    for (StoredPacket& stored : result.packets)
        stored.packet.bytes = stored.bytes;
    result.notes = (*reader)->notes();
    result.format = (*reader)->formatName();
    result.linkTypes = (*reader)->linkTypes();
    result.dropped = (*reader)->droppedByCapture();
    return result;
}

Error openError(const Bytes& bytes)
{
    const TemporaryFile file(bytes);
    const auto reader = openCapture(file.path());
    EXPECT_FALSE(reader.ok()) << "opened, but should not";
    return reader ? Error{} : reader.error();
}

} // namespace whyrst::test
