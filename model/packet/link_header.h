// The link layer: what stands before the IP packet.
#pragma once

#include "model/packet/layer.h"

#include <optional>

namespace whyrst {

/// Decodes the link header of `packet` and moves `layer` to what it carries.
///
/// `layer.protocol` is Other when that is no IP. A reason when the header cannot be read: UnsupportedLink, Truncated,
/// Malformed; NotIp for frames that carry no packets, or encrypted ones.
std::optional<SkipReason> decodeLinkHeader(const Packet& packet, Layer& layer);

} // namespace whyrst
