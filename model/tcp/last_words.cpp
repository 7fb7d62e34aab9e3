#include "model/tcp/last_words.h"

#include "model/capture/byte_order.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whyrst {

namespace {

constexpr size_t longestLine = 80;
constexpr size_t codeLength = 3; ///< digits of a status or reply code

/// The printable characters up to the end of the line; empty when something else stands before it.
std::string firstLine(std::span<const std::byte> payload)
{
    std::string line;
    for (const std::byte byte : payload.first(std::min(payload.size(), longestLine))) {
        const char character = std::to_integer<char>(byte);
        if (character == '\r' || character == '\n')
            return line;
        if (character < ' ' || character > '~')
            return {};
        line += character;
    }
    return payload.size() > longestLine ? line : std::string(); // a line that is not over is none
}

bool isErrorCode(std::string_view text)
{
    const auto isDigit = [](char character) { return character >= '0' && character <= '9'; };
    return text.size() >= codeLength && (text[0] == '4' || text[0] == '5') && isDigit(text[1]) && isDigit(text[2]);
}

std::string httpError(std::span<const std::byte> payload)
{
    constexpr std::string_view begin = "HTTP/";
    std::string line = firstLine(payload);
    const size_t space = line.find(' ');
    const bool isError = line.starts_with(begin) && space != std::string::npos
        && isErrorCode(std::string_view(line).substr(space + 1));
    return isError ? line : std::string();
}

std::string replyError(std::span<const std::byte> payload)
{
    std::string line = firstLine(payload);
    const bool isReply
        = isErrorCode(line) && line.size() > codeLength + 1 && (line[codeLength] == ' ' || line[codeLength] == '-');
    return isReply ? line : std::string();
}

/// Names of RFC 8446 6 and of the older versions.
const char* alertName(uint8_t description)
{
    struct Row
    {
        uint8_t code;
        const char* name;
    };
    constexpr std::array names{Row{0, "close_notify"}, Row{10, "unexpected_message"}, Row{20, "bad_record_mac"},
        Row{22, "record_overflow"}, Row{40, "handshake_failure"}, Row{42, "bad_certificate"},
        Row{43, "unsupported_certificate"}, Row{44, "certificate_revoked"}, Row{45, "certificate_expired"},
        Row{46, "certificate_unknown"}, Row{47, "illegal_parameter"}, Row{48, "unknown_ca"}, Row{49, "access_denied"},
        Row{50, "decode_error"}, Row{51, "decrypt_error"}, Row{70, "protocol_version"},
        Row{71, "insufficient_security"}, Row{80, "internal_error"}, Row{86, "inappropriate_fallback"},
        Row{90, "user_canceled"}, Row{100, "no_renegotiation"}, Row{109, "missing_extension"},
        Row{110, "unsupported_extension"}, Row{112, "unrecognized_name"}, Row{113, "bad_certificate_status_response"},
        Row{115, "unknown_psk_identity"}, Row{116, "certificate_required"}, Row{120, "no_application_protocol"}};
    const auto* found = std::ranges::find(names, description, &Row::code);
    return found == names.end() ? nullptr : found->name;
}

/// An alert record of two bytes: longer ones are encrypted.
std::string tlsAlert(std::span<const std::byte> payload)
{
    constexpr size_t alertLength = 7;
    constexpr uint8_t majorVersion = 3;
    constexpr uint8_t newestMinor = 4;
    constexpr uint8_t fatal = 2;
    if (payload.size() < alertLength)
        return {};
    const auto at = [payload](size_t index) { return std::to_integer<uint8_t>(payload[index]); };
    const bool isAlert = at(1) == majorVersion && at(2) <= newestMinor && at(3) == 0 && at(4) == 2;
    const uint8_t level = at(5);
    const char* name = alertName(at(6));
    if (!isAlert || level == 0 || level > fatal || name == nullptr)
        return {};
    return std::string("TLS alert ") + name + (level == fatal ? " (fatal)" : " (warning)");
}

std::string_view textOf(std::span<const std::byte> payload)
{
    return {reinterpret_cast<const char*>(payload.data()), payload.size()};
}

/// What sshd of OpenSSH says in a line of its own before it closes: before its identification, or about the client's.
/// It may send the line end by itself.
std::string sshRefusal(std::span<const std::byte> payload)
{
    constexpr std::array<std::string_view, 5> refusals{"Exceeded MaxStartups", "Not allowed at this time",
        "Invalid SSH identification string.", "Protocol major versions differ.", "Protocol mismatch."};
    const std::string_view text = textOf(payload);
    const auto* said = std::ranges::find_if(refusals, [text](std::string_view line) {
        return text.starts_with(line)
            && (text.size() == line.size() || text[line.size()] == '\r' || text[line.size()] == '\n');
    });
    return said == refusals.end() ? std::string() : std::string(*said);
}

constexpr std::string_view sshIdentification = "SSH-";

/// What follows on an identification of SSH; all of the payload when it begins with none.
std::span<const std::byte> behindSshIdentification(std::span<const std::byte> payload)
{
    if (!beginsWithSshIdentification(payload))
        return payload;
    const size_t lineEnd = textOf(payload).find('\n');
    return lineEnd == std::string_view::npos ? std::span<const std::byte>() : payload.subspan(lineEnd + 1);
}

/// A packet of SSH in the clear (RFC 4253 6).
struct SshPacket
{
    std::span<const std::byte> payload; ///< its first byte is the number of the message
    size_t size = 0;                    ///< of all of it
};

/// The packet at the beginning of `bytes`; nothing when there is none, or a part of it only.
std::optional<SshPacket> sshPacketIn(std::span<const std::byte> bytes)
{
    constexpr size_t lengthField = 4;
    constexpr size_t headerLength = lengthField + 1; // and the length of the padding
    constexpr size_t shortest = 16;
    constexpr size_t longest = 35000; // RFC 4253 6.1
    constexpr size_t blockSize = 8;
    constexpr size_t leastPadding = 4;
    if (bytes.size() < shortest)
        return std::nullopt;
    const size_t size = lengthField + size_t{loadBig32(bytes.data())};
    const auto padding = std::to_integer<size_t>(bytes[lengthField]);
    if (size < shortest || size > std::min(longest, bytes.size()) || size % blockSize != 0 || padding < leastPadding
        || headerLength + padding >= size)
        return std::nullopt;
    return SshPacket{bytes.subspan(headerLength, size - headerLength - padding), size};
}

/// Names of RFC 4253 11.1; null for a number without one.
const char* sshReasonName(uint32_t reason)
{
    constexpr std::array names{"host not allowed to connect", "protocol error", "key exchange failed", "reserved",
        "MAC error", "compression error", "service not available", "protocol version not supported",
        "host key not verifiable", "connection lost", "by application", "too many connections",
        "authentication cancelled by user", "no more authentication methods available", "illegal user name"};
    return reason >= 1 && reason <= names.size() ? names[reason - 1] : nullptr;
}

/// The message of a packet when it is a disconnect: number, reason, description, language (RFC 4253 11.1).
std::string sshDisconnect(std::span<const std::byte> message)
{
    constexpr uint8_t disconnect = 1;
    constexpr size_t reasonAt = 1;
    constexpr size_t descriptionAt = 9;
    constexpr size_t lengthField = 4;
    if (message.size() < descriptionAt + lengthField || std::to_integer<uint8_t>(message[0]) != disconnect)
        return {};
    const char* reason = sshReasonName(loadBig32(&message[reasonAt]));
    const size_t length = loadBig32(&message[descriptionAt - lengthField]);
    if (reason == nullptr || length > message.size() - descriptionAt - lengthField)
        return {};
    const auto language = message.subspan(descriptionAt + length);
    if (loadBig32(language.data()) != language.size() - lengthField)
        return {};
    std::string text = std::string("SSH disconnect, ") + reason + (length > 0 ? ": " : "");
    for (const char character : textOf(message.subspan(descriptionAt, length)))
        text += character < ' ' || character > '~' ? '?' : character;
    return text.substr(0, longestLine);
}

constexpr uint8_t alertRecord = 21; // RFC 8446 5.1
constexpr size_t recordHeader = 5;  // RFC 8446 5.1

} // namespace

std::string sshClosingIn(std::span<const std::byte> payload)
{
    if (std::string line = sshRefusal(payload); !line.empty())
        return line;
    std::span<const std::byte> left = behindSshIdentification(payload);
    while (const std::optional<SshPacket> packet = sshPacketIn(left)) {
        if (std::string text = sshDisconnect(packet->payload); !text.empty())
            return text;
        left = left.subspan(packet->size);
    }
    return {};
}

bool beginsWithSshIdentification(std::span<const std::byte> payload)
{
    return textOf(payload).starts_with(sshIdentification);
}

SshGreeting sshGreetingIn(std::span<const std::byte> payload)
{
    constexpr size_t longestGreeting = 2048; ///< heuristic: in which an identification is looked for
    const std::string_view text = textOf(payload.first(std::min(payload.size(), longestGreeting)));
    const bool isIdentified = text.starts_with(sshIdentification) || text.find("\nSSH-") != std::string_view::npos;
    return {text.starts_with(sshIdentification) ? std::string() : firstLine(payload), isIdentified};
}

bool isTlsAlertRecord(std::span<const std::byte> payload, uint32_t length)
{
    constexpr uint8_t applicationData = 23;
    constexpr uint32_t encryptedAlert = 19; ///< two bytes of alert, one of type, sixteen of tag (RFC 8446 5.2)
    constexpr uint8_t majorVersion = 3;
    if (payload.size() < recordHeader)
        return false;
    const auto at = [payload](size_t index) { return std::to_integer<uint8_t>(payload[index]); };
    const uint32_t inRecord = uint32_t{at(3)} << 8 | at(4);
    if (at(1) != majorVersion || inRecord + recordHeader != length)
        return false;
    return at(0) == alertRecord || (at(0) == applicationData && inRecord == encryptedAlert);
}

bool isContentCut(std::span<const std::byte> payload, uint32_t length)
{
    return payload.size() < recordHeader && payload.size() < length;
}

std::string lastWordsIn(std::span<const std::byte> payload)
{
    if (payload.empty())
        return {};
    switch (std::to_integer<uint8_t>(payload.front())) {
    case alertRecord:
        return tlsAlert(payload);
    case 'H':
        return httpError(payload);
    case 0: // the length of a packet
    case 'E':
    case 'I':
    case 'N':
    case 'P':
    case 'S':
        return sshClosingIn(payload);
    case '4':
    case '5':
        return replyError(payload);
    default:
        return {};
    }
}

} // namespace whyrst
