// Where and how copies of the same bytes differ: what damages data leaves a pattern (diagnosis.md 4.10).
#pragma once

#include "model/tcp/seq_num.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace whyrst {

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

/// Collects what differs between the sent and the arrived bytes of packets of one direction.
class DamageMap
{
public:
    /// One more copy: the bytes from `begin` on as they were sent and as they arrived; the shorter one counts.
    /// `position` is that of the first byte in its packet's payload.
    void add(
        StreamOffset begin, uint32_t position, std::span<const std::byte> before, std::span<const std::byte> after);

    /// Copies that differ.
    uint32_t copies() const { return m_copies; }
    const std::vector<DamagedByte>& bytes() const { return m_bytes; }

    /// "One bit is flipped, always 0x08, at changing places: ...": the pattern and what leaves such a one (heuristic),
    /// then the first byte. Empty without damage.
    std::string words() const;

private:
    bool isOneBitEach() const;
    bool isOneMask() const;
    bool isSamePlace() const;
    bool isOneRunEach() const;
    std::string pattern() const;
    std::string stride() const;
    std::string replaced() const;

    std::vector<DamagedByte> m_bytes; ///< of one copy after the other
    uint32_t m_copies = 0;
};

} // namespace whyrst
