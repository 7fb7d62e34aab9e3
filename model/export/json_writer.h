// Writes JSON as it comes: commas, escapes and indentation, without building a tree first.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace whyrst {

/// Streams one or more JSON values to `out`. The caller closes what it opens; keys are its own and need no escape
/// check.
class JsonWriter
{
public:
    enum class Layout : uint8_t
    {
        Indented, ///< a member a line, two spaces a level
        Compact,  ///< everything on one line
    };

    explicit JsonWriter(std::ostream& out, Layout layout = Layout::Indented)
        : m_out(&out)
        , m_layout(layout)
    {
    }
    ~JsonWriter() { flush(); }
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;

    /// Containers. With Layout::Compact a container and all inside stays on one line, whatever the writer's layout is.
    void beginObject(Layout layout = Layout::Indented) { open('{', layout); }
    void endObject() { close('}'); }
    void beginArray(Layout layout = Layout::Indented) { open('[', layout); }
    void endArray() { close(']'); }

    /// Name of the next value; inside objects only.
    void key(std::string_view name);

    /// Text as a JSON string. Bytes that are not UTF-8 become U+FFFD: the result is always valid JSON.
    void value(std::string_view text);
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(const char* text) { value(std::string_view(text)); }
    void value(bool truth) { raw(truth ? "true" : "false"); }
    template <std::integral Number> void value(Number number) { raw(std::to_string(number)); }
    template <typename Value> void value(const std::optional<Value>& content) { content ? value(*content) : null(); }
    void null() { raw("null"); }
    /// A value that is JSON already.
    void verbatim(std::string_view json) { raw(json); }

    /// A key and its value.
    template <typename Value> void member(std::string_view name, const Value& content)
    {
        key(name);
        value(content);
    }
    void nullMember(std::string_view name)
    {
        key(name);
        null();
    }

    /// Ends a document with a line feed; the next value begins a new one.
    void endDocument();

    /// Hands what is buffered to the stream.
    void flush();

private:
    struct Level
    {
        bool isInline = false;
        bool isEmpty = true;
    };

    void open(char bracket, Layout layout);
    void close(char bracket);
    void raw(std::string_view text);
    void separate();
    void newLine();

    std::ostream* m_out;
    Layout m_layout;
    std::string m_buffer;
    std::vector<Level> m_levels;
    bool m_afterKey = false;
};

/// `text` in double quotes with JSON escapes.
std::string jsonQuoted(std::string_view text);

} // namespace whyrst
