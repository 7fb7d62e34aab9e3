// Messages by which a program says that it will not go on: what a person looks for just before a reset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace whyrst {

/// The message at the beginning of a payload in words: a TLS alert in the clear (RFC 8446 6), an HTTP status line from
/// 400 on (RFC 9112 4), a reply 4xx or 5xx of SMTP, FTP and their kin (RFC 5321 4.2, RFC 959 4.2), a refusal or a
/// disconnect message of SSH. Empty when there is none. Heuristic: by content, on any port. At most 80 characters,
/// printable ASCII.
std::string lastWordsIn(std::span<const std::byte> payload);

/// By what SSH says in the clear that it closes: a line of OpenSSH's sshd, or the disconnect message (RFC 4253 11.1),
/// alone or behind other packets of SSH. Empty without one. No other data look like it.
std::string sshClosingIn(std::span<const std::byte> payload);

/// Whether the data of a flow begin as those of SSH (RFC 4253 4.2).
bool beginsWithSshIdentification(std::span<const std::byte> payload);

/// What a server says to an SSH client before it identifies itself, or instead of that (RFC 4253 4.2).
struct SshGreeting
{
    std::string line;          ///< the first one, printable ASCII, up to 80 characters; empty without one
    bool isIdentified = false; ///< an identification is there as well
};
SshGreeting sshGreetingIn(std::span<const std::byte> payload);

/// Whether a payload of `length` bytes on the wire, of which `payload` was captured, is one TLS record that carries an
/// alert by its type (RFC 8446 5.1) or, of TLS 1.3, by its length: a program's goodbye, no request.
bool isTlsAlertRecord(std::span<const std::byte> payload, uint32_t length);

/// Whether the snap length left too little of a payload of `length` bytes to tell whether it is such a record.
bool isContentCut(std::span<const std::byte> payload, uint32_t length);

} // namespace whyrst
