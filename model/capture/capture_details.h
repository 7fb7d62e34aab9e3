// What a capture says about itself besides its packets.
#pragma once

#include "model/ids.h"
#include "model/packet/ip_address.h"
#include "model/time.h"

#include <algorithm>
#include <compare>
#include <optional>
#include <string>
#include <vector>

namespace whyrst {

/// A comment that somebody put on a packet (pcapng opt_comment). Valid UTF-8; may have several lines.
struct PacketComment
{
    PacketNumber packet;
    std::string text;

    friend bool operator==(const PacketComment&, const PacketComment&) = default;
};

/// A name that the capture itself gives to an address (pcapng name resolution block). Never looked up anywhere.
struct HostName
{
    IpAddress address;
    std::string name; ///< valid UTF-8

    friend auto operator<=>(const HostName&, const HostName&) = default;
};

/// Only pcapng has any of it.
struct CaptureDetails
{
    std::vector<PacketComment> comments;      ///< by packet
    std::vector<std::string> captureComments; ///< of sections, interfaces and statistics, in file order, each once
    std::vector<HostName> hostNames;          ///< by address, each once; an address may have several
    std::optional<Timestamp> started;         ///< when capturing began, which may be long before the first packet
    std::optional<Timestamp> ended;
};

/// Brings names into their order and leaves each once.
inline void sortNames(std::vector<HostName>& names)
{
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

} // namespace whyrst
