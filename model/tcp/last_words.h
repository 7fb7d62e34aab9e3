// Messages by which a program says that it will not go on: what a person looks for just before a reset.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace whyrst {

/// The message at the beginning of a payload in words: a TLS alert in the clear (RFC 8446 6), an HTTP status line from
/// 400 on (RFC 9112 4), a reply 4xx or 5xx of SMTP, FTP and their kin (RFC 5321 4.2). Empty when there is none.
/// Heuristic: by content, on any port. At most 80 characters, printable ASCII.
std::string lastWordsIn(std::span<const std::byte> payload);

} // namespace whyrst
