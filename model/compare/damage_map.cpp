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

constexpr size_t mostShown = 24;      ///< bytes that are quoted as text
constexpr size_t fewestForStride = 3; ///< ours: two places may stand at equal steps by chance

std::string hex(uint8_t value)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "0x%02x", value);
    return text.data();
}

bool isPrintable(uint8_t byte)
{
    return byte >= ' ' && byte <= '~';
}

} // namespace

void DamageMap::add(
    StreamOffset begin, uint32_t position, std::span<const std::byte> before, std::span<const std::byte> after)
{
    const size_t damagedBefore = m_bytes.size();
    for (size_t index = 0; index < std::min(before.size(), after.size()); ++index) {
        if (before[index] != after[index])
            m_bytes.push_back({begin + static_cast<int64_t>(index), position + static_cast<uint32_t>(index),
                std::to_integer<uint8_t>(before[index]), std::to_integer<uint8_t>(after[index]), m_copies});
    }
    if (m_bytes.size() > damagedBefore)
        ++m_copies;
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

/// "PORT 10,0" arrived as "PORT 192,0", when it is text.
std::string DamageMap::replaced() const
{
    std::string before;
    std::string after;
    for (const DamagedByte& byte : m_bytes) {
        if (byte.copy != 0 || before.size() == mostShown)
            break;
        if (!isPrintable(byte.before) || !isPrintable(byte.after))
            return {};
        before += static_cast<char>(byte.before);
        after += static_cast<char>(byte.after);
    }
    return before.size() < fewestForStride ? "" : "\"" + before + "\" arrived as \"" + after + "\"";
}

std::string DamageMap::pattern() const
{
    const bool several = m_copies > 1;
    if (isOneBitEach() && several && isOneMask() && !isSamePlace()) {
        const std::string step = stride();
        return "always the same bit (" + hex(m_bytes.front().mask()) + ") is flipped"
            + (step.empty() ? ", at changing places" : ", at " + step)
            + ": a faulty memory or network card of a box or host";
    }
    if (several && isSamePlace())
        return (m_bytes.size() == m_copies ? "the same byte is changed" : "the same bytes are changed")
            + std::string(" in the same way each time: something on the way rewrites this content");
    if (isOneBitEach())
        return several ? "one bit is flipped in each, at changing places: noise on a link, or faulty memory of a box"
                       : "one bit is flipped: noise on a link, or faulty memory of a box";
    if (const std::string step = stride(); !step.empty() && isOneMask())
        return "the bits " + hex(m_bytes.front().mask()) + " are flipped at " + step
            + ": a faulty memory or network card of a box or host";
    if (isOneRunEach())
        return "bytes in a row are replaced" + std::string(several ? " in each" : "")
            + ": something on the way rewrites them, or a buffer was overwritten";
    return "they differ without a pattern";
}

std::string DamageMap::words() const
{
    if (m_bytes.empty())
        return {};
    std::string text = pattern();
    if (const std::string texts = replaced(); !texts.empty())
        text += " (" + texts + ")";
    const DamagedByte& first = m_bytes.front();
    return text + ". First: byte " + groupedDigits(first.offset.value) + " of the stream, " + hex(first.before) + " -> "
        + hex(first.after);
}

} // namespace whyrst
