// The name of the host that a request asks for: what filters on the way look at.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace whyrst {

/// The name at the beginning of a request, in lower case: the server name of a TLS ClientHello (RFC 6066 3, RFC 8446
/// 4.1.2) or the Host of an HTTP/1 request (RFC 9112 3.2), without its port. Empty when there is none, or none in these
/// bytes: what the capture cut off, or what comes in the next segment, is not looked for. Heuristic: by content, on any
/// port. At most 253 characters (RFC 1035 2.3.4), printable ASCII.
std::string requestedNameIn(std::span<const std::byte> payload);

} // namespace whyrst
