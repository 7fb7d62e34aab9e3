// Where and how copies of the same bytes differ: what damages data leaves a pattern (diagnosis.md 4.10).
#pragma once

#include "model/tcp/seq_num.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace whyrst {

/// What the checksum of packets with other bytes tells.
enum class Integrity : uint8_t
{
    Broken,    ///< wrong: the receiver drops them
    Rewritten, ///< right: who changed the bytes set it anew
    Unknown    ///< the capture cannot check it
};

/// A byte that arrived as another one.
struct DamagedByte
{
    StreamOffset offset;
    uint32_t position = 0; ///< in the payload of its packet
    uint8_t before = 0;
    uint8_t after = 0;
    uint32_t copy = 0; ///< counts the copies from 0

    uint8_t mask() const { return before ^ after; }
};

/// Collects what differs between the sent and the arrived bytes of packets of one direction. Keeps the first 10,000
/// bytes and counts the others.
class DamageMap
{
public:
    /// One more copy: the bytes from `begin` on as they were sent and as they arrived; the shorter one counts.
    /// `position` is that of the first byte in its packet's payload.
    void add(
        StreamOffset begin, uint32_t position, std::span<const std::byte> before, std::span<const std::byte> after);

    /// Copies that differ.
    uint32_t copies() const { return m_copies; }
    /// Bytes that differ, those that are not kept included.
    uint64_t count() const { return m_count; }
    const std::vector<DamagedByte>& bytes() const { return m_bytes; }

    /// "always the same bit (0x08) is flipped, at changing places: ...": the pattern and what leaves such a one
    /// (heuristic), then the first byte. Empty without damage.
    std::string words(Integrity integrity) const;

private:
    bool isOneBitEach() const;
    bool isOneMask() const;
    bool isSamePlace() const;
    bool isOneRunEach() const;
    std::string samePattern() const;
    std::string pattern() const;
    std::string reasonOfDamage() const;
    std::string stride() const;
    void quote(std::span<const std::byte> before, std::span<const std::byte> after);

    std::vector<DamagedByte> m_bytes; ///< of one copy after the other
    uint64_t m_count = 0;
    uint32_t m_copies = 0;
    std::string m_quote; ///< of the first copy, when it is text
};

} // namespace whyrst
