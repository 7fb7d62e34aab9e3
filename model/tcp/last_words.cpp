#include "model/tcp/last_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
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

constexpr uint8_t alertRecord = 21; // RFC 8446 5.1

} // namespace

bool isTlsAlertRecord(std::span<const std::byte> payload, uint32_t length)
{
    constexpr uint8_t applicationData = 23;
    constexpr size_t recordHeader = 5;
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

std::string lastWordsIn(std::span<const std::byte> payload)
{
    if (payload.empty())
        return {};
    switch (std::to_integer<uint8_t>(payload.front())) {
    case alertRecord:
        return tlsAlert(payload);
    case 'H':
        return httpError(payload);
    case '4':
    case '5':
        return replyError(payload);
    default:
        return {};
    }
}

} // namespace whyrst
