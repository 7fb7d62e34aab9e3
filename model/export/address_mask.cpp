#include "model/export/address_mask.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

constexpr size_t octetCount = 4;
constexpr size_t octetDigits = 3;
constexpr unsigned largestOctet = 255;
constexpr size_t groupCount = 8;
constexpr size_t groupDigits = 4;
constexpr size_t longestAddress = 45; ///< eight groups, the last two as a dotted quad
constexpr size_t mappedPrefix = 12;   ///< bytes before the IPv4 address of ::ffff:192.0.2.1 (RFC 4291 2.5.5.2)
constexpr size_t letters = 24;        ///< C to Z

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::optional<unsigned> hexDigit(char c)
{
    if (isDigit(c))
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a') + 10U;
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A') + 10U;
    return {};
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isWordCharacter(char c)
{
    return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

/// The character at `at`; 0 beyond the text.
char at(std::string_view text, size_t index)
{
    return index < text.size() ? text[index] : '\0';
}

/// A number of up to three digits and at most 255; moves `index` behind it.
std::optional<uint8_t> readOctet(std::string_view text, size_t& index)
{
    unsigned value = 0;
    const size_t begin = index;
    while (isDigit(at(text, index)) && index - begin < octetDigits)
        value = value * 10U + static_cast<unsigned>(text[index++] - '0');
    if (index == begin || isDigit(at(text, index)) || value > largestOctet)
        return {};
    return static_cast<uint8_t>(value);
}

/// Four numbers with `separator` between them from `index` on, which is moved behind them.
std::optional<std::array<uint8_t, octetCount>> readQuad(std::string_view text, size_t& index, char separator)
{
    std::array<uint8_t, octetCount> octets{};
    for (size_t octet = 0; octet < octetCount; ++octet) {
        if (octet > 0 && at(text, index++) != separator)
            return {};
        const std::optional<uint8_t> value = readOctet(text, index);
        if (!value)
            return {};
        octets[octet] = *value;
    }
    return octets;
}

/// Groups of an IPv6 address while they are read.
struct Groups
{
    std::array<uint8_t, 2 * groupCount> bytes{};
    size_t size = 0;           ///< bytes read
    std::optional<size_t> gap; ///< bytes before "::"

    bool add(uint8_t high, uint8_t low)
    {
        if (size + 2 > bytes.size())
            return false;
        bytes[size++] = high;
        bytes[size++] = low;
        return true;
    }

    std::optional<IpAddress> address() const
    {
        if (gap ? size == bytes.size() : size != bytes.size())
            return {};
        IpAddress address;
        address.isV6 = true;
        const size_t before = gap.value_or(size);
        std::copy_n(bytes.begin(), before, address.bytes.begin());
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(before), size - before,
            address.bytes.end() - static_cast<std::ptrdiff_t>(size - before));
        return address;
    }
};

/// One to four hexadecimal digits; false when there is none or a fifth.
bool readGroup(std::string_view text, size_t& index, Groups& groups)
{
    unsigned value = 0;
    const size_t begin = index;
    while (index - begin < groupDigits && hexDigit(at(text, index)))
        value = value << 4U | *hexDigit(text[index++]);
    if (index == begin || hexDigit(at(text, index)))
        return false;
    return groups.add(static_cast<uint8_t>(value >> 8U), static_cast<uint8_t>(value & 0xffU));
}

/// A dotted quad that ends the text.
bool readLastQuad(std::string_view text, size_t& index, Groups& groups)
{
    size_t end = index;
    const auto quad = readQuad(text, end, '.');
    if (!quad || end != text.size() || !groups.add((*quad)[0], (*quad)[1]) || !groups.add((*quad)[2], (*quad)[3]))
        return false;
    index = end;
    return true;
}

/// The whole of `text` as an IPv6 address (RFC 4291 2.2).
std::optional<IpAddress> parseIpv6(std::string_view text)
{
    Groups groups;
    bool isBehindGroup = false;
    for (size_t index = 0; index < text.size();) {
        if (text.substr(index, 2) == "::") {
            if (groups.gap)
                return {};
            groups.gap = groups.size;
            isBehindGroup = false;
            index += 2;
            continue;
        }
        if (isBehindGroup && text[index++] != ':')
            return {};
        if (!readLastQuad(text, index, groups) && !readGroup(text, index, groups))
            return {};
        isBehindGroup = true;
    }
    return groups.address();
}

/// An IPv4 address that is written as IPv6 is the same one.
IpAddress plainAddress(const IpAddress& address)
{
    constexpr std::array<uint8_t, mappedPrefix> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!address.isV6 || !std::equal(mapped.begin(), mapped.end(), address.bytes.begin()))
        return address;
    IpAddress plain;
    std::copy(address.bytes.begin() + mappedPrefix, address.bytes.end(), plain.bytes.begin());
    return plain;
}

/// Whether an IPv6 address may begin there: not within a word, and not behind what may be its first group.
bool mayBeginIpv6(std::string_view text, size_t index)
{
    if (index == 0)
        return true;
    const char before = text[index - 1];
    if (isWordCharacter(before))
        return false;
    if (before != ':')
        return true;
    size_t begin = index - 1;
    while (begin > 0 && isWordCharacter(text[begin - 1]))
        --begin;
    const std::string_view word = text.substr(begin, index - 1 - begin);
    return !word.empty() && (word.size() > groupDigits || std::any_of(word.begin(), word.end(), [](char c) {
        return !hexDigit(c).has_value();
    }));
}

bool isIpv6Character(char c)
{
    return hexDigit(c) || c == ':' || c == '.';
}

/// The characters from `index` on that an IPv6 address may consist of.
size_t ipv6Reach(std::string_view text, size_t index)
{
    size_t end = index;
    while (end < text.size() && end - index < longestAddress && isIpv6Character(text[end]))
        ++end;
    return end - index;
}

/// Without its brackets, where it has both.
void dropBracket(std::string& written, std::string_view text, size_t& index)
{
    if (written.empty() || written.back() != '[' || at(text, index) != ']')
        return;
    written.pop_back();
    ++index;
}

} // namespace

void AddressMask::add(const IpAddress& address, const std::string& name)
{
    m_names.emplace(plainAddress(address), name);
}

const std::string* AddressMask::nameOf(const IpAddress& address) const
{
    const auto found = m_names.find(plainAddress(address));
    return found == m_names.end() ? nullptr : &found->second;
}

std::string AddressMask::nextName()
{
    const size_t round = m_strangers / letters;
    const char letter = static_cast<char>('C' + static_cast<char>(m_strangers % letters));
    ++m_strangers;
    return round == 0 ? std::string(1, letter) : letter + std::to_string(round + 1);
}

/// An address at that place that has a name.
std::optional<AddressMask::Found> AddressMask::knownAt(std::string_view text, size_t index) const
{
    if (isDigit(text[index]) && (index == 0 || !isDigit(text[index - 1]))) {
        for (const char separator : {'.', '-', '_'}) {
            size_t end = index;
            const auto quad = readQuad(text, end, separator);
            IpAddress address;
            if (quad)
                std::copy(quad->begin(), quad->end(), address.bytes.begin());
            if (quad && nameOf(address))
                return Found{address, end - index};
        }
    }
    if (!mayBeginIpv6(text, index))
        return {};
    for (size_t length = ipv6Reach(text, index); length > 1; --length) {
        const bool isEnd = !isWordCharacter(at(text, index + length));
        const auto address = isEnd ? parseIpv6(text.substr(index, length)) : std::nullopt;
        if (address && nameOf(*address))
            return Found{*address, length};
    }
    return spelledKnownAt(text, index);
}

/// An IPv6 address that has a name, with other signs for its colons.
std::optional<AddressMask::Found> AddressMask::spelledKnownAt(std::string_view text, size_t index) const
{
    for (const auto& [address, name] : m_names) {
        if (!address.isV6)
            continue;
        std::string spelled = toString(address);
        for (const char sign : {'-', '_'}) {
            std::replace_if(
                spelled.begin(), spelled.end(), [](char c) { return c == ':' || c == '-'; }, sign);
            const std::string_view here = text.substr(index, spelled.size());
            const bool isSame = std::equal(
                here.begin(), here.end(), spelled.begin(), spelled.end(), [](char a, char b) { return lower(a) == b; });
            if (isSame && !isWordCharacter(at(text, index + spelled.size())))
                return Found{address, spelled.size()};
        }
    }
    return {};
}

/// What looks like an address at that place.
std::optional<AddressMask::Found> AddressMask::anyAt(std::string_view text, size_t index) const
{
    const bool isNumber = index == 0 || !isDigit(text[index - 1]);
    size_t end = index;
    if (const auto quad = isNumber ? readQuad(text, end, '.') : std::nullopt) {
        IpAddress address;
        std::copy(quad->begin(), quad->end(), address.bytes.begin());
        return Found{address, end - index};
    }
    if (!mayBeginIpv6(text, index))
        return {};
    for (size_t length = ipv6Reach(text, index); length > 2; --length) { // "::" alone separates words
        const bool isEnd = !isWordCharacter(at(text, index + length));
        if (const auto address = isEnd ? parseIpv6(text.substr(index, length)) : std::nullopt)
            return Found{*address, length};
    }
    return {};
}

std::string AddressMask::replaced(
    std::string_view text, const std::function<std::optional<Found>(size_t)>& find, const Naming& nameOf)
{
    std::string written;
    for (size_t index = 0; index < text.size();) {
        const std::optional<Found> found = find(index);
        const std::optional<std::string> name = found ? nameOf(*found) : std::nullopt;
        if (!name) {
            written += text[index++];
            continue;
        }
        index += found->length;
        dropBracket(written, text, index);
        written += *name;
    }
    return written;
}

std::string AddressMask::masked(std::string_view text)
{
    // Those that have a name come first: a number before one of them would shift the others by an octet.
    const std::string known = replaced(
        text, [&](size_t index) { return knownAt(text, index); },
        [&](const Found& found) { return std::optional(*nameOf(found.address)); });
    return replaced(
        known, [&](size_t index) { return anyAt(known, index); },
        [&](const Found& found) {
            if (!nameOf(found.address))
                m_names.emplace(plainAddress(found.address), nextName());
            return std::optional(*nameOf(found.address));
        });
}

AddressMask addressMask(const Connection& connection)
{
    AddressMask mask;
    mask.add(connection.client.address, "A");
    mask.add(connection.server.address, "B");
    return mask;
}

AddressMask addressMask(const TracePair& traces, const ConnectionPair& pair)
{
    const Connection& atClient = traces.client.connection(pair.client);
    const Connection& atServer = traces.server.connection(pair.server);
    const IpAddress& client = atClient.client.address;
    const IpAddress& server = atServer.endpoint(pair.serverSide(Side::Server)).address;
    AddressMask mask;
    mask.add(client, "A");
    mask.add(server, "B");
    const IpAddress& clientThere = atServer.endpoint(pair.serverSide(Side::Client)).address;
    mask.add(clientThere, "NAT");
    mask.add(atClient.server.address, clientThere == client ? "NAT" : "NAT 2");
    return mask;
}

} // namespace whyrst
