// What a RST says about its reason in its payload (RFC 9293 3.5.3 SHLD-2 allows data in it).
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace whyrst {

/// The payload in words, one line of printable ASCII of at most 80 characters: its text when it begins with one, with
/// "..." at the end where 64 characters do not hold it; the reason of a diagnostic payload
/// (draft-boucadair-tcpm-rst-diagnostic-payload, draft-ietf-tcpm-rst-diagnostic-payload) such as "connection timeout
/// (diagnostic payload, reason 14)"; else its first bytes in hexadecimal. Empty without payload. `isCut`: the capture
/// does not hold all of it, so that what reaches the end of what is there ends in "...".
std::string resetTextIn(std::span<const std::byte> payload, bool isCut = false);

} // namespace whyrst
