#include "model/tcp/reset_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace whyrst {

namespace {

constexpr size_t shortest = 4; ///< heuristic: less is chance
constexpr size_t longest = 64;

bool isBlank(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

enum class Completeness : uint8_t
{
    Whole,
    Cut ///< there was more than the capture holds
};

void trimEnd(std::string& text)
{
    if (text.ends_with(' '))
        text.pop_back();
}

/// Text at the beginning, in one line: printable ASCII and line breaks, nothing else up to a NUL or the end; empty
/// without one. What is longer ends in "...".
std::string plainText(std::span<const std::byte> bytes, Completeness completeness = Completeness::Whole)
{
    std::string text;
    bool isCut = completeness == Completeness::Cut;
    for (const std::byte byte : bytes) {
        const char character = std::to_integer<char>(byte);
        const bool isPrintable = character > ' ' && character <= '~';
        const bool isFull = text.size() == longest;
        if (character == 0 || (isFull && isPrintable)) {
            isCut = isFull && character != 0;
            break;
        }
        if (!isPrintable && !isBlank(character))
            return {};
        if (isPrintable)
            text += character;
        else if (!text.empty() && !isFull && text.back() != ' ')
            text += ' ';
    }
    trimEnd(text);
    if (text.size() < shortest)
        return {};
    return isCut ? text + " ..." : text;
}

/// The "TCP Failure Causes" of draft-ietf-tcpm-rst-diagnostic-payload-00, by value; its payload is eight bytes.
constexpr std::array reasons
    = {"reserved", "illegal option", "desynchronized state", "new data is received after CLOSE is called",
        "ABORT process", "unexpected ACK received by non-synchronized state connection", "unexpected SYN in the window",
        "unexpected security compartment", "malformed message", "not authorized", "resource exceeded",
        "network failure", "reset received from the peer", "destination unreachable", "connection timeout",
        "too much outstanding data", "unacceptable performance", "middlebox interference"};

/// Those of draft-boucadair-tcpm-rst-diagnostic-payload-10, the last one in CBOR; they have other numbers.
constexpr std::array reasonsInCbor = {"reserved", "illegal option", "new data is received after CLOSE is called",
    "ABORT process", "received ACK while the connection is still in the LISTEN state", "malformed message",
    "not authorized", "resource exceeded", "network failure", "reset received from the peer", "destination unreachable",
    "connection timeout", "too much outstanding data", "unacceptable performance", "middlebox interference"};

uint64_t numberAt(std::span<const std::byte> bytes)
{
    uint64_t number = 0;
    for (const std::byte byte : bytes)
        number = number << 8 | std::to_integer<uint64_t>(byte);
    return number;
}

/// `enterprise` 0: the reason is one of `names`, the public registry.
std::string reasonText(uint64_t reason, uint64_t enterprise, std::span<const char* const> names)
{
    const std::string number = "reason " + std::to_string(reason);
    if (enterprise != 0)
        return number + " of enterprise " + std::to_string(enterprise) + " (diagnostic payload)";
    const bool isNamed = reason > 0 && reason < names.size();
    return (isNamed ? names[reason] + std::string(" (diagnostic payload, ") + number + ")"
                    : number + " (diagnostic payload)");
}

/// Magic number, reason and enterprise number, in eight bytes.
std::string binaryReason(std::span<const std::byte> bytes)
{
    constexpr uint64_t magic = 0x33aa;
    constexpr size_t size = 8;
    if (bytes.size() != size || numberAt(bytes.first(2)) != magic)
        return {};
    const uint64_t reason = numberAt(bytes.subspan(2, 2));
    return reason == 0 ? std::string() : reasonText(reason, numberAt(bytes.subspan(4)), reasons);
}

/// Reads CBOR (RFC 8949) as far as a diagnostic payload needs it.
class CborReader
{
public:
    explicit CborReader(std::span<const std::byte> bytes)
        : m_left(bytes)
    {
    }

    /// Head of an item of this major type: its number, length or count. Nothing for another type or a longer number.
    std::optional<uint64_t> head(uint8_t majorType)
    {
        constexpr unsigned typeShift = 5;
        constexpr uint8_t valueMask = 0x1f;
        constexpr uint8_t oneByte = 24; // RFC 8949 3: 24 to 26 say that 1, 2 or 4 bytes follow
        constexpr uint8_t fourBytes = 26;
        if (m_left.empty() || std::to_integer<unsigned>(m_left[0]) >> typeShift != majorType)
            return std::nullopt;
        const auto value = static_cast<uint8_t>(std::to_integer<uint8_t>(m_left[0]) & valueMask);
        m_left = m_left.subspan(1);
        if (value < oneByte)
            return value;
        const size_t size = value <= fourBytes ? size_t{1} << (value - oneByte) : SIZE_MAX;
        const std::optional<std::span<const std::byte>> number = take(size);
        return number ? std::optional(numberAt(*number)) : std::nullopt;
    }

    std::optional<std::span<const std::byte>> take(size_t size)
    {
        if (size > m_left.size())
            return std::nullopt;
        const std::span<const std::byte> taken = m_left.first(size);
        m_left = m_left.subspan(size);
        return taken;
    }

private:
    std::span<const std::byte> m_left;
};

/// A CBOR sequence of the magic cookie and a map of reason, enterprise number and description. The draft gives the
/// cookie 12,345 until it has a number.
std::string cborReason(std::span<const std::byte> bytes)
{
    constexpr uint8_t unsignedNumber = 0; // RFC 8949 3.1, major types
    constexpr uint8_t textString = 3;
    constexpr uint8_t map = 5;
    constexpr uint64_t cookie = 12'345;
    constexpr uint64_t reasonKey = 1;
    constexpr uint64_t enterpriseKey = 2;
    constexpr uint64_t descriptionKey = 3;
    CborReader reader(bytes);
    const bool isOne = reader.head(unsignedNumber) == cookie;
    const std::optional<uint64_t> entries = isOne ? reader.head(map) : std::nullopt;
    if (!entries || *entries == 0 || *entries > descriptionKey)
        return {};
    uint64_t reason = 0;
    uint64_t enterprise = 0;
    std::string description;
    for (uint64_t left = *entries; left > 0; --left) {
        const std::optional<uint64_t> key = reader.head(unsignedNumber);
        const bool isText = key == descriptionKey;
        const std::optional<uint64_t> value = key ? reader.head(isText ? textString : unsignedNumber) : std::nullopt;
        if (!value)
            return {};
        if (isText)
            description = plainText(reader.take(static_cast<size_t>(*value)).value_or(std::span<const std::byte>()));
        else if (key == reasonKey)
            reason = *value;
        else if (key == enterpriseKey)
            enterprise = *value;
        else
            return {};
    }
    return reason > 0 ? reasonText(reason, enterprise, reasonsInCbor) : description;
}

std::string hexadecimal(std::span<const std::byte> bytes, Completeness completeness)
{
    constexpr size_t mostBytes = 16;
    constexpr std::array digits = std::to_array("0123456789abcdef");
    constexpr unsigned nibble = 4;
    constexpr unsigned nibbleMask = 0xf;
    std::string text;
    for (const std::byte byte : bytes.first(std::min(bytes.size(), mostBytes))) {
        const auto value = std::to_integer<unsigned>(byte);
        text += text.empty() ? "bytes " : " ";
        text += digits[value >> nibble];
        text += digits[value & nibbleMask];
    }
    return text + (bytes.size() > mostBytes || completeness == Completeness::Cut ? " ..." : "");
}

} // namespace

std::string resetTextIn(std::span<const std::byte> payload, bool isCut)
{
    if (payload.empty())
        return {};
    const Completeness completeness = isCut ? Completeness::Cut : Completeness::Whole;
    for (std::string text : {plainText(payload, completeness), binaryReason(payload), cborReason(payload)}) {
        if (!text.empty())
            return text;
    }
    return hexadecimal(payload, completeness);
}

} // namespace whyrst
