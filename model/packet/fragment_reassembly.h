// Puts IP fragments together.
#pragma once

#include "model/packet/ip_header.h"
#include "model/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace whyrst {

/// Fragments whose datagram never became whole.
struct IncompleteFragments
{
    uint64_t count = 0;
    PacketNumber first;           ///< meaningless when there are none
    uint64_t firstFileOffset = 0; ///< of that packet
};

/// Collects fragments of IPv4 (RFC 791 3.2) and IPv6 (RFC 8200 4.5) until a datagram is whole.
///
/// A fragment that lies inside what is there is a copy and passed over. One that overlaps partly abandons the datagram,
/// as RFC 5722 asks for IPv6 and Linux does for IPv4 too. Fragments that the snap length cut count with their length on
/// the wire; of the datagram only what stands before the first cut is given.
///
/// Bounded: pending fragments live for 60 s of the capture's time (RFC 8200 4.5; RFC 791 leaves it open) and take at
/// most 4 MiB, the oldest datagrams go first. A fragment costs time of at most the fragments of its own datagram.
class FragmentReassembly
{
public:
    /// Adds the fragment whose header `ip` was decoded from the start of `bytes`.
    ///
    /// Nothing until the datagram is whole. Then the datagram with a header as if it had never been cut; IPv6 keeps an
    /// atomic fragment header (RFC 6946). It may be shorter than the header says where the snap length cut. Valid until
    /// the next call.
    std::optional<std::span<const std::byte>> add(
        const IpHeader& ip, std::span<const std::byte> bytes, const Packet& packet);

    /// What is still pending counts too: ask when the capture is at its end.
    IncompleteFragments incomplete() const;

private:
    struct Key
    {
        std::array<std::byte, 32> addresses{};
        uint32_t id = 0;
        uint8_t protocol = 0; ///< 0 for IPv6, where later fragments may say another
        bool isV6 = false;

        friend auto operator<=>(const Key&, const Key&) = default;
    };

    /// A piece of the datagram's payload.
    struct Piece
    {
        uint16_t offset = 0;   ///< in the payload of the datagram
        uint16_t length = 0;   ///< on the wire
        uint16_t captured = 0; ///< bytes of it that are there
        uint32_t at = 0;       ///< in `bytes`

        uint32_t end() const { return uint32_t{offset} + length; }
    };

    struct Datagram
    {
        Key key;
        Timestamp begin; ///< when its first fragment came
        IncompleteFragments fragments;
        std::vector<std::byte> header{}; ///< of the fragment with offset 0
        std::vector<std::byte> bytes{};  ///< of the pieces, in the order in which they came
        std::vector<Piece> pieces{};     ///< by offset
        uint32_t received = 0;           ///< bytes of the payload
        uint32_t length = 0;             ///< of the payload; 0 while the last fragment is missing
        Piece last;                      ///< that made it whole: its copy may follow
        bool isWhole = false;            ///< its bytes were given away

        size_t size() const;
    };
    using Datagrams = std::list<Datagram>;

    enum class Outcome : uint8_t
    {
        Kept,
        Copy,
        Contradiction
    };

    static Key keyOf(const IpHeader& ip);
    static Outcome addPiece(const IpHeader& ip, Datagram& datagram);
    Datagram& find(const Key& key, const Packet& packet);
    void forget(Datagrams::iterator datagram);
    void forgetOld(Timestamp now);
    std::span<const std::byte> assemble(Datagram& datagram);

    Datagrams m_datagrams; ///< the oldest first
    std::map<Key, Datagrams::iterator> m_byKey;
    size_t m_size = 0;
    IncompleteFragments m_lost;
    std::vector<std::byte> m_assembled;
};

} // namespace whyrst
