#include "model/document/connection_filter.h"

#include <QStringList>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace whyrst {
namespace {

bool hasHost(const Endpoint& endpoint, std::string_view value)
{
    const std::string address = toString(endpoint.address);
    const char last = value.back();
    if (last == '*')
        value.remove_suffix(1);
    return last == '*' || last == '.' || last == ':' ? address.starts_with(value) : address == value;
}

bool hasPort(const Connection& connection, std::string_view value)
{
    uint16_t port = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), port);
    if (error != std::errc() || end != value.data() + value.size())
        return false;
    return connection.client.port == port || connection.server.port == port;
}

bool hasCause(const Headline* headline, std::string_view value)
{
    if (!headline)
        return value == "none";
    return std::string_view(causeName(headline->cause)).find(value) != std::string_view::npos;
}

bool hasText(const Connection& connection, const std::string& value)
{
    return toString(connection.client).find(value) != std::string::npos
        || toString(connection.server).find(value) != std::string::npos;
}

} // namespace

ConnectionFilter::ConnectionFilter(const QString& text)
{
    const QStringList words = text.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& word : words)
        m_terms.push_back(parse(word.toStdString()));
}

ConnectionFilter::Term ConnectionFilter::parse(const std::string& word)
{
    static constexpr std::array<std::pair<std::string_view, Key>, 4> keys{
        {{"cause:", Key::Cause}, {"host:", Key::Host}, {"port:", Key::Port}, {"ended:", Key::Ended}}};
    for (const auto& [prefix, key] : keys) {
        if (word.starts_with(prefix))
            return {key, word.substr(prefix.size())};
    }
    return {Key::Text, word};
}

bool ConnectionFilter::matches(const OpenTrace& open, ConnectionId id) const
{
    const Connection& connection = open.trace->connection(id);
    for (const Term& term : m_terms) {
        // A key without a value is being typed: it lets everything through.
        if (!term.value.empty() && !matchesTerm(term, open, connection))
            return false;
    }
    return true;
}

bool ConnectionFilter::matchesTerm(const Term& term, const OpenTrace& open, const Connection& connection)
{
    const ConnectionSummary* summary = open.summary(connection.id);
    switch (term.key) {
    case Key::Text:
        return hasText(connection, term.value);
    case Key::Cause:
        return hasCause(open.headline(connection.id), term.value);
    case Key::Host:
        return hasHost(connection.client, term.value) || hasHost(connection.server, term.value);
    case Key::Port:
        return hasPort(connection, term.value);
    case Key::Ended:
        return summary && std::string_view(endedName(summary->ended)).starts_with(term.value);
    }
    return false;
}

} // namespace whyrst
