#include "model/export/json_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace whyrst {

namespace {

constexpr size_t flushAt = size_t{1} << 16;
constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD

/// Bytes of the UTF-8 sequence that begins at `text`, 0 when it is none (RFC 3629 section 4).
size_t utf8Length(std::string_view text)
{
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto isTail = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return isTail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return isTail(1) && isTail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool tooLarge = first == 0xF4 && byte(1) > 0x8F;
        return isTail(1) && isTail(2) && isTail(3) && !overlong && !tooLarge ? 4 : 0;
    }
    return 0;
}

std::string controlEscape(char control)
{
    switch (control) {
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        break;
    }
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(control)));
    return escape.data();
}

} // namespace

std::string jsonQuoted(std::string_view text)
{
    std::string quoted = "\"";
    while (!text.empty()) {
        const size_t length = utf8Length(text);
        const char first = text.front();
        if (length == 0)
            quoted += replacement;
        else if (first == '"' || first == '\\')
            quoted += {'\\', first};
        else if (length == 1 && (static_cast<unsigned char>(first) < 0x20 || first == 0x7f))
            quoted += controlEscape(first);
        else
            quoted += text.substr(0, length);
        text.remove_prefix(std::max<size_t>(length, 1));
    }
    return quoted + '"';
}

void JsonWriter::newLine()
{
    m_buffer += '\n';
    m_buffer.append(2 * m_levels.size(), ' ');
}

void JsonWriter::separate()
{
    if (m_afterKey) {
        m_afterKey = false;
        return;
    }
    if (m_levels.empty())
        return;
    Level& level = m_levels.back();
    if (!level.isEmpty)
        m_buffer += level.isInline ? ", " : ",";
    if (!level.isInline)
        newLine();
    level.isEmpty = false;
}

void JsonWriter::raw(std::string_view text)
{
    separate();
    m_buffer += text;
    if (m_buffer.size() > flushAt)
        flush();
}

void JsonWriter::open(char bracket, Layout layout)
{
    const bool insideInline = !m_levels.empty() && m_levels.back().isInline;
    raw({&bracket, 1});
    m_levels.push_back({insideInline || m_layout == Layout::Compact || layout == Layout::Compact, true});
}

void JsonWriter::close(char bracket)
{
    const Level level = m_levels.back();
    m_levels.pop_back();
    if (!level.isInline && !level.isEmpty)
        newLine();
    m_buffer += bracket;
}

void JsonWriter::key(std::string_view name)
{
    separate();
    m_buffer += jsonQuoted(name);
    m_buffer += ": ";
    m_afterKey = true;
}

void JsonWriter::value(std::string_view text)
{
    raw(jsonQuoted(text));
}

void JsonWriter::endDocument()
{
    m_buffer += '\n';
}

void JsonWriter::flush()
{
    m_out->write(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
    m_buffer.clear();
}

} // namespace whyrst
