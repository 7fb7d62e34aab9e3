// What a segment is, as far as the capture shows: the vocabulary of `kinds` (design.md section 4).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace whyrst {

/// Kinds of segments; a segment may be of several (diagnosis.md 3.6 to 3.12).
enum class Kind : uint8_t
{
    New,          ///< carries sequence space that was not sent before
    LateOriginal, ///< fills a gap because it was overtaken, not re-sent
    FastRetransmission,
    TailLossProbe,
    RtoRetransmission,
    RtoFollow,
    Needless,       ///< re-send of bytes that were acknowledged at least one round trip before
    Retransmission, ///< re-send of a kind that cannot be told
    ResentUnseen,   ///< re-send whose first copy was lost before the capture point
    Spurious,       ///< a re-send that later proved unnecessary
    NetworkDuplicate,
    CaptureDuplicate,
    KeepAlive,
    KeepAliveAck,
    ZeroWindowProbe,
    ProbeAck,
    DupAck, ///< by RFC 5681 section 2 or RFC 6675
    DSack,  ///< reports a duplicate arrival (RFC 2883)
    WindowUpdate,
    WindowShrink,
    ZeroWindow,
    ChallengeAck,
};

constexpr int kindCount = 22;

/// A set of kinds.
class Kinds
{
public:
    constexpr Kinds() = default;
    constexpr Kinds(Kind kind) // NOLINT(google-explicit-constructor): one kind is a set
        : m_bits(bit(kind))
    {
    }
    constexpr void add(Kind kind) { m_bits |= bit(kind); }
    constexpr bool has(Kind kind) const { return m_bits & bit(kind); }
    constexpr bool empty() const { return m_bits == 0; }
    constexpr bool hasAny(Kinds kinds) const { return m_bits & kinds.m_bits; }
    friend constexpr Kinds operator|(Kinds a, Kinds b)
    {
        a.m_bits |= b.m_bits;
        return a;
    }
    friend constexpr bool operator==(Kinds, Kinds) = default;

private:
    static constexpr uint32_t bit(Kind kind) { return uint32_t{1} << static_cast<unsigned>(kind); }

    uint32_t m_bits = 0;
};

/// All kinds that send bytes again on purpose.
constexpr Kinds resendKinds()
{
    Kinds kinds = Kind::FastRetransmission;
    for (const Kind kind : {Kind::TailLossProbe, Kind::RtoRetransmission, Kind::RtoFollow, Kind::Needless,
             Kind::Retransmission, Kind::ResentUnseen})
        kinds.add(kind);
    return kinds;
}

/// The kind's word: "rto-retransmission".
const char* kindName(Kind kind);

/// Words joined by '+', in the order of the enumeration; empty without kinds.
std::string toString(Kinds kinds);

} // namespace whyrst
