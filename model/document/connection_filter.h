// The filter box of the connection table: what a typed text lets through.
#pragma once

#include "model/document/open_trace.h"

#include <QString>

#include <string>
#include <vector>

namespace whyrst {

/// Terms separated by spaces; a connection must match all of them, without regard to case.
///
/// - `cause:TEXT`  the cause's id begins with or contains TEXT ("black"); `cause:none`: nothing is wrong
/// - `host:ADDR`   one side has this address; a trailing `.`, `:` or `*` matches all that begin so
/// - `port:N`      one side has this port
/// - `ended:WORD`  fin, reset, open or silent-death, or the beginning of it
/// - anything else: part of "address:port" of either side
class ConnectionFilter
{
public:
    ConnectionFilter() = default;
    explicit ConnectionFilter(const QString& text);

    bool isEmpty() const { return m_terms.empty(); }
    bool matches(const OpenTrace& open, ConnectionId id) const;

private:
    enum class Key
    {
        Text,
        Cause,
        Host,
        Port,
        Ended
    };
    struct Term
    {
        Key key = Key::Text;
        std::string value; ///< lower case
    };

    static Term parse(const std::string& word);
    static bool matchesTerm(const Term& term, const OpenTrace& open, const Connection& connection);

    std::vector<Term> m_terms;
};

} // namespace whyrst
