// Sequence numbers: 32 bits on the wire, 64-bit stream offsets inside.
#pragma once

#include <compare>
#include <cstdint>

namespace whyrst {

/// A raw 32-bit sequence or acknowledgment number. Modulo 2^32, therefore without `<` (RFC 9293 3.4).
struct SeqNum
{
    uint32_t value = 0;

    friend constexpr bool operator==(const SeqNum&, const SeqNum&) = default;
};

/// How far `to` lies after `from`, in -2^31 .. 2^31-1 (RFC 9293 3.4, serial number arithmetic).
constexpr int32_t distance(SeqNum from, SeqNum to)
{
    return static_cast<int32_t>(to.value - from.value);
}

/// Position in the byte stream of one flow: the SYN is 0, the first byte of data 1. Never wraps. Without a captured SYN
/// the first number seen is 1. Positions before that are negative.
struct StreamOffset
{
    int64_t value = 0;

    friend constexpr auto operator<=>(const StreamOffset&, const StreamOffset&) = default;
    constexpr StreamOffset& operator+=(int64_t bytes)
    {
        value += bytes;
        return *this;
    }
};

constexpr StreamOffset operator+(StreamOffset offset, int64_t bytes)
{
    return StreamOffset{offset.value + bytes};
}
constexpr StreamOffset operator-(StreamOffset offset, int64_t bytes)
{
    return StreamOffset{offset.value - bytes};
}
constexpr int64_t operator-(StreamOffset to, StreamOffset from)
{
    return to.value - from.value;
}

/// Turns the raw numbers of one sequence space into stream offsets (diagnosis.md 3.1).
///
/// The space of a flow is shared by its sequence numbers and by the acknowledgments and SACK edges of its peer. The
/// reference is the largest offset so far; a step of more than 2^30 is converted but not taken as the new reference.
class SequenceSpace
{
public:
    /// Makes `number` the offset `at` unless the space has its base already.
    void anchor(SeqNum number, StreamOffset at)
    {
        if (m_anchored)
            return;
        m_anchored = true;
        m_base = number.value - static_cast<uint32_t>(at.value);
        m_reference = at;
    }

    bool isAnchored() const { return m_anchored; }
    /// The largest offset so far.
    StreamOffset reference() const { return m_reference; }

    /// Offset of `number` nearest to the reference.
    StreamOffset offset(SeqNum number) const { return m_reference + distance(raw(m_reference), number); }

    /// As `offset`, and moves the reference forward.
    StreamOffset advance(SeqNum number)
    {
        const int32_t step = distance(raw(m_reference), number);
        const StreamOffset result = m_reference + step;
        if (step > 0 && step <= largestStep)
            m_reference = result;
        return result;
    }

    /// The 32-bit number of an offset.
    SeqNum raw(StreamOffset offset) const { return SeqNum{m_base + static_cast<uint32_t>(offset.value)}; }

private:
    static constexpr int32_t largestStep = 1 << 30; // diagnosis.md 3.1

    uint32_t m_base = 0; ///< raw number of offset 0
    bool m_anchored = false;
    StreamOffset m_reference;
};

} // namespace whyrst
