#include "model/capture/clean_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace whyrst {

namespace {

/// A form of UTF-8: what its first byte looks like, and the smallest code that needs it.
struct Form
{
    uint8_t mask;
    uint8_t lead;
    size_t length;
    uint32_t smallest;
};

constexpr std::array<Form, 4> forms{{
    {0x80, 0x00, 1, 0x0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
}};

bool isControl(uint32_t code)
{
    constexpr uint32_t firstOfC1 = 0x7f;
    constexpr uint32_t lastOfC1 = 0x9f;
    return (code < ' ' && code != '\n' && code != '\t') || (code >= firstOfC1 && code <= lastOfC1);
}

/// Whether UTF-8 may encode `code`: no surrogate, and not beyond Unicode.
bool isCharacter(uint32_t code)
{
    constexpr uint32_t firstSurrogate = 0xd800;
    constexpr uint32_t lastSurrogate = 0xdfff;
    constexpr uint32_t last = 0x10ffff;
    return code <= last && (code < firstSurrogate || code > lastSurrogate);
}

/// Bytes of the character that `text` starts with; 0 when it starts with none that may be shown.
size_t characterLength(std::string_view text)
{
    constexpr uint8_t followMask = 0xc0;
    constexpr uint8_t follow = 0x80;
    constexpr int followBits = 6;
    const auto lead = static_cast<uint8_t>(text.front());
    const auto* form
        = std::ranges::find_if(forms, [&](const Form& known) { return (lead & known.mask) == known.lead; });
    if (form == forms.end() || text.size() < form->length)
        return 0;
    uint32_t code = lead & static_cast<uint8_t>(~form->mask);
    for (size_t i = 1; i < form->length; ++i) {
        const auto byte = static_cast<uint8_t>(text[i]);
        if ((byte & followMask) != follow)
            return 0;
        code = (code << followBits) | (byte & static_cast<uint8_t>(~followMask));
    }
    return code >= form->smallest && isCharacter(code) && !isControl(code) ? form->length : 0;
}

} // namespace

std::string cleanText(std::span<const std::byte> bytes)
{
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    text = text.substr(0, text.find('\0'));
    std::string clean;
    while (!text.empty()) {
        if (text.starts_with("\r\n"))
            text.remove_prefix(1);
        const size_t length = characterLength(text);
        clean += length > 0 ? text.substr(0, length) : "\xef\xbf\xbd";
        text.remove_prefix(std::max<size_t>(length, 1));
    }
    return clean;
}

} // namespace whyrst
