#include "model/packet/fragment_reassembly.h"

#include "model/capture/byte_order.h"

#include <algorithm>
#include <chrono>

namespace whyrst {

namespace {

constexpr Duration lifetime = std::chrono::seconds(60);
constexpr size_t largestSize = size_t{4} << 20; ///< heuristic: some 60 of the largest datagrams
constexpr size_t datagramOverhead = 512;        ///< what list, map and vectors take for a datagram, about

using Bytes = std::span<const std::byte>;

void storeBig16(uint32_t number, std::byte* at)
{
    at[0] = static_cast<std::byte>(number >> 8);
    at[1] = static_cast<std::byte>(number);
}

/// Makes the header of the first fragment that of the whole datagram with `payloadLength` bytes behind it.
void unfragment(std::span<std::byte> header, bool isV6, uint32_t payloadLength)
{
    constexpr size_t ipv4LengthAt = 2;
    constexpr size_t ipv4FlagsAt = 6;
    constexpr std::byte dontFragment{0x40};
    constexpr size_t ipv6LengthAt = 4;
    constexpr uint32_t ipv6FixedLength = 40;
    constexpr size_t ipv6FragmentLength = 8;
    constexpr size_t ipv6OffsetAt = 2; // in the fragment header, which ends the header
    const auto headerLength = static_cast<uint32_t>(header.size());
    if (!isV6) {
        storeBig16(headerLength + payloadLength, header.data() + ipv4LengthAt);
        header[ipv4FlagsAt] &= dontFragment;
        return;
    }
    storeBig16(headerLength - ipv6FixedLength + payloadLength, header.data() + ipv6LengthAt);
    storeBig16(0, header.last(ipv6FragmentLength).data() + ipv6OffsetAt);
}

/// Whether header and payload fit into the length field of the header.
bool isPossibleLength(const IpHeader& ip, uint64_t payloadLength)
{
    constexpr uint32_t ipv6FixedLength = 40; // does not count
    return ip.headerLength + payloadLength <= UINT16_MAX + (ip.isV6 ? ipv6FixedLength : 0)
        && payloadLength <= UINT16_MAX;
}

void count(IncompleteFragments& sum, const IncompleteFragments& more)
{
    if (more.count == 0)
        return;
    if (sum.count == 0 || more.first < sum.first) {
        sum.first = more.first;
        sum.firstFileOffset = more.firstFileOffset;
    }
    sum.count += more.count;
}

/// Whether `begin` is older than `lifetime`. Times of a damaged capture may be anything, also far apart.
bool isOld(Timestamp begin, Timestamp now)
{
    const auto age = static_cast<uint64_t>(now.time_since_epoch().count())
        - static_cast<uint64_t>(begin.time_since_epoch().count());
    return begin < now && age > static_cast<uint64_t>(lifetime.count());
}

} // namespace

size_t FragmentReassembly::Datagram::size() const
{
    return datagramOverhead + header.capacity() + bytes.capacity() + pieces.capacity() * sizeof(Piece);
}

FragmentReassembly::Key FragmentReassembly::keyOf(const IpHeader& ip)
{
    Key key;
    std::copy(ip.addresses.begin(), ip.addresses.end(), key.addresses.begin());
    key.id = ip.fragmentId;
    key.protocol = ip.isV6 ? 0 : ip.protocol;
    key.isV6 = ip.isV6;
    return key;
}

/// The datagram of `key`, a new one if there is none.
FragmentReassembly::Datagram& FragmentReassembly::find(const Key& key, const Packet& packet)
{
    const auto [found, isNew] = m_byKey.try_emplace(key);
    if (isNew) {
        Datagram& datagram = m_datagrams.emplace_back();
        datagram.key = key;
        datagram.begin = packet.time;
        found->second = std::prev(m_datagrams.end());
        m_size += datagram.size();
    }
    return *found->second;
}

void FragmentReassembly::forget(Datagrams::iterator datagram)
{
    if (!datagram->isWhole)
        count(m_lost, datagram->fragments);
    m_size -= datagram->size();
    m_byKey.erase(datagram->key);
    m_datagrams.erase(datagram);
}

void FragmentReassembly::forgetOld(Timestamp now)
{
    while (!m_datagrams.empty() && (isOld(m_datagrams.front().begin, now) || m_size > largestSize))
        forget(m_datagrams.begin());
}

/// Puts the payload of `ip` among the pieces.
FragmentReassembly::Outcome FragmentReassembly::addPiece(const IpHeader& ip, Datagram& datagram)
{
    const Piece piece{ip.fragmentOffset, static_cast<uint16_t>(ip.payloadLength),
        static_cast<uint16_t>(ip.payload.size()), static_cast<uint32_t>(datagram.bytes.size())};
    auto& pieces = datagram.pieces;
    const auto next = std::upper_bound(pieces.begin(), pieces.end(), piece.offset,
        [](uint16_t offset, const Piece& other) { return offset < other.offset; });
    if (next != pieces.begin() && std::prev(next)->end() > piece.offset)
        return std::prev(next)->end() >= piece.end() ? Outcome::Copy : Outcome::Contradiction;
    if (next != pieces.end() && next->offset < piece.end())
        return Outcome::Contradiction;
    const bool isBeyondEnd = datagram.length != 0 && piece.end() > datagram.length;
    const bool endsBefore = !ip.moreFragments && !pieces.empty() && pieces.back().end() > piece.end();
    if (isBeyondEnd || endsBefore)
        return Outcome::Contradiction;
    pieces.insert(next, piece);
    datagram.bytes.insert(datagram.bytes.end(), ip.payload.begin(), ip.payload.end());
    datagram.received += piece.length;
    datagram.last = piece;
    if (!ip.moreFragments)
        datagram.length = piece.end();
    return Outcome::Kept;
}

std::span<const std::byte> FragmentReassembly::assemble(Datagram& datagram)
{
    m_assembled = datagram.header;
    unfragment(m_assembled, datagram.key.isV6, datagram.length);
    for (const Piece& piece : datagram.pieces) {
        const Bytes bytes = Bytes(datagram.bytes).subspan(piece.at, piece.captured);
        m_assembled.insert(m_assembled.end(), bytes.begin(), bytes.end());
        if (piece.captured < piece.length)
            break;
    }
    datagram.isWhole = true;
    datagram.header = {};
    datagram.bytes = {};
    datagram.pieces = {};
    return m_assembled;
}

std::optional<std::span<const std::byte>> FragmentReassembly::add(
    const IpHeader& ip, std::span<const std::byte> bytes, const Packet& packet)
{
    constexpr uint32_t unit = 8;
    const IncompleteFragments itself{1, packet.number, packet.fileOffset};
    const uint64_t end = uint64_t{ip.fragmentOffset} + ip.payloadLength;
    const bool isPossible
        = ip.payloadLength > 0 && (!ip.moreFragments || ip.payloadLength % unit == 0) && isPossibleLength(ip, end);
    forgetOld(packet.time);
    if (!isPossible) {
        count(m_lost, itself);
        return std::nullopt;
    }
    const Key key = keyOf(ip);
    Datagram* datagram = &find(key, packet);
    if (datagram->isWhole) {
        if (datagram->last.offset == ip.fragmentOffset && datagram->last.length == ip.payloadLength)
            return std::nullopt; // recorded twice, like those before it
        forget(m_byKey[key]);
        datagram = &find(key, packet);
    }
    const size_t sizeBefore = datagram->size();
    count(datagram->fragments, itself);
    const Outcome outcome = addPiece(ip, *datagram);
    if (outcome == Outcome::Kept && ip.fragmentOffset == 0)
        datagram->header.assign(bytes.begin(), bytes.begin() + ip.headerLength);
    m_size += datagram->size() - sizeBefore;
    if (outcome == Outcome::Contradiction)
        forget(m_byKey[key]);
    if (outcome != Outcome::Kept || datagram->length == 0 || datagram->received != datagram->length)
        return std::nullopt;
    m_size -= datagram->size();
    const Bytes whole = assemble(*datagram);
    m_size += datagram->size();
    return whole;
}

IncompleteFragments FragmentReassembly::incomplete() const
{
    IncompleteFragments sum = m_lost;
    for (const Datagram& datagram : m_datagrams) {
        if (!datagram.isWhole)
            count(sum, datagram.fragments);
    }
    return sum;
}

} // namespace whyrst
