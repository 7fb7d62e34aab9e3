// One packet of a capture, as the readers hand it on: a view that is valid until the next packet is read.
#pragma once

#include "model/ids.h"
#include "model/time.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace whyrst {

/// Link type of a packet: the LINKTYPE_ number of the pcap formats (1 Ethernet, 113 Linux cooked ...).
using LinkType = uint16_t;

/// Whether the capturing host received or sent the packet, as far as the capture says
/// (pcapng epb_flags bits 0-1; Linux cooked packet type).
enum class HostDirection : uint8_t
{
    Unknown,
    Inbound,
    Outbound
};

/// One captured packet.
struct Packet
{
    PacketNumber number; ///< from 1, in file order; packets of all link types count
    Timestamp time;
    std::span<const std::byte> bytes; ///< what was captured, from the link header on
    uint32_t originalLength = 0;      ///< bytes on the wire; never below `bytes.size()`
    LinkType linkType = 0;
    uint32_t interfaceId = 0; ///< pcapng interface, counted over all sections; 0 in pcap
    HostDirection direction = HostDirection::Unknown;
    uint64_t fileOffset = 0; ///< of the packet's record or block; in the unpacked bytes when the file is compressed
};

} // namespace whyrst
