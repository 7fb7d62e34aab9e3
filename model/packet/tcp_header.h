// The TCP layer: header and options of a segment (RFC 9293 3.1).
#pragma once

#include "model/packet/headers.h"
#include "model/packet/ip_header.h"

#include <optional>
#include <span>

namespace whyrst {

/// Decodes the TCP segment in the payload of `ip` into `segment`, all fields but those of the link layer.
///
/// The 20 fixed bytes must be there, else Truncated; options that the snap length cut are left out, so that the
/// segment does not look lost. Malformed: a data offset that contradicts the lengths.
std::optional<SkipReason> decodeTcpHeader(const IpHeader& ip, SegmentHeader& segment);

/// The options in the bytes between the fixed header and the data. Damaged or cut options end the list.
TcpOptions parseTcpOptions(std::span<const std::byte> bytes);

} // namespace whyrst
