#include "model/compare/damage_map.h"

#include "model/number_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <optional>
#include <set>

namespace whyrst {

namespace {

constexpr size_t mostKept = 10'000;   ///< bytes that are looked at for a pattern
constexpr size_t mostShown = 40;      ///< bytes that are quoted as text
constexpr size_t fewestForText = 3;   ///< ours: one or two letters are no text
constexpr size_t fewestForStride = 3; ///< ours: two places may stand at equal steps by chance

std::string hex(uint8_t value)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "0x%02x", value);
    return text.data();
}

} // namespace

void DamageMap::add(
    StreamOffset begin, uint32_t position, std::span<const std::byte> before, std::span<const std::byte> after)
{
    const size_t length = std::min(before.size(), after.size());
    std::optional<size_t> first;
    size_t last = 0;
    for (size_t index = 0; index < length; ++index) {
        if (before[index] == after[index])
            continue;
        first = first.value_or(index);
        last = index;
        ++m_count;
        if (m_bytes.size() < mostKept)
            m_bytes.push_back({begin + static_cast<int64_t>(index), position + static_cast<uint32_t>(index),
                std::to_integer<uint8_t>(before[index]), std::to_integer<uint8_t>(after[index]), m_copies});
    }
    if (!first)
        return;
    if (m_copies++ == 0)
        quote(before.subspan(*first, last + 1 - *first), after.subspan(*first, last + 1 - *first));
}

/// "mail.ex" arrived as "ZZZZZZZ", when it is text.
void DamageMap::quote(std::span<const std::byte> before, std::span<const std::byte> after)
{
    const bool isWhole = before.size() <= mostShown;
    const auto text = [isWhole](std::span<const std::byte> bytes) {
        std::string result;
        for (const std::byte byte : bytes.first(std::min(bytes.size(), mostShown)))
            result += std::to_integer<char>(byte);
        return "\"" + result + (isWhole ? "\"" : "...\"");
    };
    const auto isText = [](std::byte byte) { return byte >= std::byte{' '} && byte <= std::byte{'~'}; };
    if (before.size() >= fewestForText && std::ranges::all_of(before, isText) && std::ranges::all_of(after, isText))
        m_quote = text(before) + " arrived as " + text(after);
}

bool DamageMap::isOneBitEach() const
{
    return m_bytes.size() == m_copies
        && std::ranges::all_of(m_bytes, [](const DamagedByte& byte) { return std::has_single_bit(byte.mask()); });
}

bool DamageMap::isOneMask() const
{
    return std::ranges::all_of(m_bytes, [&](const DamagedByte& byte) { return byte.mask() == m_bytes.front().mask(); });
}

/// Every copy differs in the same bytes in the same way.
bool DamageMap::isSamePlace() const
{
    const size_t each = m_bytes.size() / m_copies;
    if (each * m_copies != m_bytes.size())
        return false;
    for (size_t index = 0; index < m_bytes.size(); ++index) {
        const DamagedByte& first = m_bytes[index % each];
        const DamagedByte& byte = m_bytes[index];
        if (byte.copy != index / each || byte.offset != first.offset || byte.after != first.after)
            return false;
    }
    return true;
}

/// What differs of each copy lies together, but for bytes that are equal by chance.
bool DamageMap::isOneRunEach() const
{
    constexpr int64_t chance = 2; ///< bytes in a row that are equal in replaced text now and then
    for (size_t index = 1; index < m_bytes.size(); ++index) {
        const DamagedByte& byte = m_bytes[index];
        const DamagedByte& last = m_bytes[index - 1];
        if (byte.copy == last.copy && byte.offset - last.offset > chance)
            return false;
    }
    return true;
}

/// "byte 17 of 64": where all places stand in a larger step, the largest that fits.
std::string DamageMap::stride() const
{
    std::set<uint32_t> places;
    for (const DamagedByte& byte : m_bytes)
        places.insert(byte.position);
    if (places.size() < fewestForStride)
        return {};
    for (const uint32_t step : {2048U, 64U, 4U}) {
        const uint32_t rest = *places.begin() % step;
        if (std::ranges::all_of(places, [=](uint32_t place) { return place % step == rest; }))
            return "byte " + std::to_string(rest) + " of every " + groupedDigits(step) + " of the payload";
    }
    return {};
}

/// Every copy is damaged in the same way.
std::string DamageMap::samePattern() const
{
    if (isOneBitEach())
        return "the same bit of the same byte is flipped each time";
    return std::string(m_bytes.size() == m_copies ? "the same byte is changed" : "the same bytes are changed")
        + " in the same way each time";
}

/// Why copies with a wrong checksum look as they do; heuristic.
std::string DamageMap::reasonOfDamage() const
{
    if (m_copies > 1 && isSamePlace())
        return ": a fault that depends on the content, as of faulty memory";
    if (isOneBitEach() && (m_copies == 1 || !isOneMask()))
        return ": noise on a link, or faulty memory of a box";
    if (isOneBitEach() || (isOneMask() && !stride().empty()))
        return ": a faulty memory or network card of a box or host";
    return isOneRunEach() ? ": a buffer was overwritten, or a box that does not set the checksum rewrites them" : "";
}

std::string DamageMap::pattern() const
{
    const std::string each = m_copies > 1 ? " in each" : "";
    if (m_copies > 1 && isSamePlace())
        return samePattern();
    const std::string step = isOneMask() ? stride() : "";
    if (isOneBitEach() && m_copies > 1 && isOneMask())
        return "always the same bit (" + hex(m_bytes.front().mask()) + ") is flipped, at "
            + (step.empty() ? "changing places" : step);
    if (isOneBitEach())
        return "one bit is flipped" + each + (m_copies > 1 ? ", at changing places" : "");
    if (!step.empty())
        return "the bits " + hex(m_bytes.front().mask()) + " are flipped at " + step;
    return isOneRunEach() ? "bytes in a row are replaced" + each : "they differ without a pattern";
}

std::string DamageMap::words(Integrity integrity) const
{
    if (m_bytes.empty())
        return {};
    std::string text = pattern();
    if (integrity == Integrity::Broken)
        text += reasonOfDamage();
    else if (integrity == Integrity::Rewritten)
        text += ": something on the way rewrites them";
    if (!m_quote.empty() && isOneRunEach())
        text += " (" + m_quote + ")";
    const DamagedByte& first = m_bytes.front();
    return text + ". First: byte " + groupedDigits(first.offset.value) + " of the stream, " + hex(first.before) + " -> "
        + hex(first.after);
}

} // namespace whyrst
