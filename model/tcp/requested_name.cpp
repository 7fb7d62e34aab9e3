#include "model/tcp/requested_name.h"

#include "model/capture/byte_order.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whyrst {

namespace {

constexpr size_t longestName = 253;

/// `text` in lower case; empty when it cannot be the name of a host.
std::string nameOf(std::string_view text)
{
    const bool isName = !text.empty() && text.size() <= longestName
        && std::ranges::all_of(text, [](char character) { return character > ' ' && character <= '~'; });
    std::string name(isName ? text : std::string_view());
    for (char& character : name)
        character = character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
    return name;
}

/// Takes bytes from the front of a message, as far as it was captured.
class Cursor
{
public:
    explicit Cursor(std::span<const std::byte> bytes)
        : m_left(bytes)
    {
    }

    std::optional<uint8_t> byte()
    {
        const auto bytes = take(1);
        return bytes ? std::optional(std::to_integer<uint8_t>(bytes->front())) : std::nullopt;
    }
    std::optional<uint16_t> word()
    {
        const auto bytes = take(2);
        return bytes ? std::optional(loadBig16(bytes->data())) : std::nullopt;
    }
    std::optional<std::span<const std::byte>> take(size_t count)
    {
        if (count > m_left.size())
            return std::nullopt;
        const auto bytes = m_left.first(count);
        m_left = m_left.subspan(count);
        return bytes;
    }
    /// Skips a field behind its own length, of one byte or of two.
    bool skipShortField()
    {
        const auto length = byte();
        return length && take(*length);
    }
    bool skipField()
    {
        const auto length = word();
        return length && take(*length);
    }

private:
    std::span<const std::byte> m_left;
};

std::string_view textOf(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The first name of a server_name extension (RFC 6066 3).
std::string nameInExtension(std::span<const std::byte> extension)
{
    constexpr uint8_t hostName = 0;
    Cursor cursor(extension);
    const auto listLength = cursor.word();
    const auto type = cursor.byte();
    const auto length = cursor.word();
    if (!listLength || type != hostName || !length)
        return {};
    const auto name = cursor.take(*length);
    return name ? nameOf(textOf(*name)) : std::string();
}

std::string serverNameIn(std::span<const std::byte> record)
{
    constexpr size_t recordHeader = 5;
    constexpr size_t helloHead = 38; ///< type and length, version, random
    constexpr size_t typeAt = 5;
    constexpr uint8_t majorVersion = 3;
    constexpr uint8_t clientHello = 1;
    constexpr uint16_t serverName = 0;
    if (record.size() < recordHeader + helloHead || std::to_integer<uint8_t>(record[1]) != majorVersion
        || std::to_integer<uint8_t>(record[typeAt]) != clientHello)
        return {};
    Cursor cursor(record.subspan(recordHeader + helloHead));
    const bool reachesExtensions
        = cursor.skipShortField() && cursor.skipField() && cursor.skipShortField() && cursor.word();
    if (!reachesExtensions) // session, cipher suites, compression methods, length of all extensions
        return {};
    for (;;) {
        const auto type = cursor.word();
        const auto length = cursor.word();
        const auto extension = length ? cursor.take(*length) : std::nullopt;
        if (!type || !extension)
            return {};
        if (*type == serverName)
            return nameInExtension(*extension);
    }
}

/// `host` without its port; addresses of IPv6 keep their brackets.
std::string_view withoutPort(std::string_view host)
{
    const size_t afterAddress = host.starts_with('[') ? host.find(']') : 0;
    return host.substr(0, host.find(':', afterAddress == std::string_view::npos ? 0 : afterAddress));
}

std::string hostIn(std::string_view request)
{
    constexpr std::array methods{"GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT "};
    constexpr size_t longestHead = 4096; ///< heuristic: browsers send the Host first
    constexpr std::string_view blanks = " \t";
    const bool isRequest
        = std::ranges::any_of(methods, [request](const char* method) { return request.starts_with(method); });
    std::string_view head = isRequest ? request.substr(0, longestHead) : std::string_view();
    for (size_t end = head.find("\r\n"); end != std::string_view::npos; end = head.find("\r\n")) {
        const std::string_view line = head.substr(0, end);
        if (line.empty())
            return {}; // what follows is the body
        constexpr std::string_view field = "host:";
        const bool isHost = line.size() > field.size() && nameOf(line.substr(0, field.size())) == field;
        if (isHost) {
            const std::string_view value = line.substr(std::min(line.find_first_not_of(blanks, field.size()), end));
            return nameOf(withoutPort(value.substr(0, value.find_last_not_of(blanks) + 1)));
        }
        head.remove_prefix(end + 2);
    }
    return {};
}

} // namespace

std::string requestedNameIn(std::span<const std::byte> payload)
{
    constexpr uint8_t handshakeRecord = 0x16;
    if (payload.empty())
        return {};
    const auto first = std::to_integer<uint8_t>(payload.front());
    if (first == handshakeRecord)
        return serverNameIn(payload);
    const bool mayBeMethod = first >= 'C' && first <= 'P';
    return mayBeMethod ? hostIn(textOf(payload)) : std::string();
}

} // namespace whyrst
