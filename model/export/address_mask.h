// Names instead of addresses, for pictures and texts that are shown to others.
#pragma once

#include "model/compare/comparison.h"
#include "model/packet/ip_address.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace whyrst {

/// Puts a name in the place of every IPv4 and IPv6 address of a text, the same name for the same address. Ports stay.
///
/// Addresses are found in sentences, with a port ("198.51.100.7:443", "[2001:db8::1]:443"), and in names of files,
/// there also with leading zeros ("198.051.100.007"). Those that have a name already are found too when dashes or
/// underscores stand for dots and colons ("198-51-100-7"). What merely looks like an address gets a name as well:
/// rather a version number too many than an address too few. Names of hosts are no addresses and stay.
class AddressMask
{
public:
    /// Calls `address` `name`. An address keeps the name that it got first.
    void add(const IpAddress& address, const std::string& name);
    /// `text` (UTF-8) with names. An address that has none yet gets the next letter from C on.
    std::string masked(std::string_view text);

private:
    /// An address in a text, and how many bytes it takes there.
    struct Found
    {
        IpAddress address;
        size_t length = 0;
    };
    /// Name of what was found; nothing: it stays as it is.
    using Naming = std::function<std::optional<std::string>(const Found&)>;

    static std::string replaced(
        std::string_view text, const std::function<std::optional<Found>(size_t)>& find, const Naming& nameOf);
    std::optional<Found> knownAt(std::string_view text, size_t index) const;
    std::optional<Found> anyAt(std::string_view text, size_t index) const;
    std::optional<Found> spelledKnownAt(std::string_view text, size_t index) const;
    const std::string* nameOf(const IpAddress& address) const;
    std::string nextName();

    std::map<IpAddress, std::string> m_names;
    size_t m_strangers = 0; ///< addresses that got a letter
};

/// Names for a connection: A is the client, B the server.
AddressMask addressMask(const Connection& connection);

/// Names for a connection in both captures: A is the client as its own capture has it, B the server as its own has it,
/// NAT what the other capture has instead of one of them, NAT 2 instead of the other.
AddressMask addressMask(const TracePair& traces, const ConnectionPair& pair);

} // namespace whyrst
