// The parts of a pcapng file, as bytes with checked lengths (draft-ietf-opsawg-pcapng).
#pragma once

#include "model/capture/byte_order.h"
#include "model/capture/capture_details.h"
#include "model/capture/packet.h"
#include "model/capture/time_scale.h"

#include <bit>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace whyrst::pcapng {

/// Block types (section 11.1). All others are skipped by their length.
enum BlockType : uint32_t
{
    InterfaceDescription = 1,
    ObsoletePacket = 2,
    SimplePacket = 3,
    NameResolution = 4,
    InterfaceStatistics = 5,
    EnhancedPacket = 6,
    SectionHeader = 0x0a0d0d0a, ///< the same in both byte orders
};

constexpr size_t blockHeaderLength = 8;  ///< type and total length
constexpr size_t blockTrailerLength = 4; ///< total length again
constexpr size_t alignment = 4;          ///< of blocks, packet data and options

/// A whole block without header and trailer.
struct Block
{
    uint32_t type = 0;
    uint64_t offset = 0; ///< of the block in the file
    std::endian order = std::endian::native;
    std::span<const std::byte> body;

    uint16_t number16(size_t at) const { return loadNumber<uint16_t>(body.data() + at, order); }
    uint32_t number32(size_t at) const { return loadNumber<uint32_t>(body.data() + at, order); }
    /// A 64-bit number in two halves, the high one first whatever the byte order (timestamps).
    uint64_t highLow(size_t at) const { return (uint64_t{number32(at)} << 32) | number32(at + sizeof(uint32_t)); }
};

/// One option (section 3.5).
struct Option
{
    uint16_t code = 0;
    std::span<const std::byte> value;
};

/// Walks over options; ends at opt_endofopt, at the end of the bytes, or at an option that does not fit.
class OptionWalk
{
public:
    OptionWalk(std::span<const std::byte> options, std::endian order)
        : m_rest(options)
        , m_order(order)
    {
    }
    std::optional<Option> next();

private:
    std::span<const std::byte> m_rest;
    std::endian m_order;
};

/// What an interface description says, and what was lost on the interface.
struct Interface
{
    LinkType linkType = 0;
    uint32_t snapLength = 0; ///< 0: unlimited
    TimeScale timeScale;
    uint64_t droppedBeforePackets = 0; ///< sum of epb_dropcount
    uint64_t droppedInStatistics = 0;  ///< latest isb_ifdrop + isb_osdrop

    /// Both counters tell of the same packets, so the larger counts.
    uint64_t dropped() const;
};

/// Bytes of an interface description block before its options.
constexpr size_t interfaceFixedLength = 8;
/// An interface of a block that has at least `interfaceFixedLength` bytes (section 4.2).
Interface parseInterface(const Block& block);

/// A packet block of any kind, with its fields in one form.
struct PacketFields
{
    uint32_t interfaceIndex = 0;  ///< in its section
    std::optional<uint64_t> time; ///< units of the interface; simple packets have none
    uint32_t capturedLength = 0;
    uint32_t originalLength = 0;
    uint32_t droppedBefore = 0;
    std::span<const std::byte> dataAndOptions;
};

/// Fields of an enhanced (4.3) or obsolete (A) packet block; nothing when the block is too short for them.
std::optional<PacketFields> parseTimedPacket(const Block& block);

/// Fields of a simple packet block (4.4), whose captured length follows from the snap length of the first interface.
std::optional<PacketFields> parseSimplePacket(const Block& block, uint32_t snapLength);

/// What the options of a packet say.
struct PacketOptions
{
    HostDirection direction = HostDirection::Unknown; ///< epb_flags
    uint64_t dropped = 0;                             ///< epb_dropcount
    bool hasComment = false;                          ///< opt_comment
};
PacketOptions parsePacketOptions(std::span<const std::byte> options, std::endian order);

/// Options of an interface statistics block (4.6).
struct Statistics
{
    uint64_t dropped = 0;          ///< isb_ifdrop + isb_osdrop
    std::optional<uint64_t> start; ///< isb_starttime, units of the interface
    std::optional<uint64_t> end;   ///< isb_endtime
};
Statistics parseStatistics(std::span<const std::byte> options, std::endian order);

/// All opt_comment of a block's options (3.5), as clean text.
std::vector<std::string> parseComments(std::span<const std::byte> options, std::endian order);

/// The IPv4 and IPv6 records of a name resolution block (4.5); ends at a record that does not fit.
std::vector<HostName> parseNames(const Block& block);

/// `length` rounded up to the alignment.
constexpr size_t padded(size_t length)
{
    return (length + alignment - 1) & ~(alignment - 1);
}

} // namespace whyrst::pcapng
