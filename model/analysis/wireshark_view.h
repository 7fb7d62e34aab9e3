// What Wireshark says of a segment: the tcp.analysis.* fields of Wireshark 4.0, for those who know their way by them.
//
// Whyrst's own judgment is in `Kinds`; this one is kept beside it, with its faults. Differences that are known stand in
// tests/golden/wireshark-deviations.md.
#pragma once

#include "model/tcp/connection.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace whyrst {

/// Fields of Wireshark's TCP analysis that a packet may have, in the order in which they are written.
enum class WiresharkFlag : uint8_t
{
    ReusedPorts,
    LostSegment,
    AckLostSegment,
    Retransmission, ///< also with the two that follow
    FastRetransmission,
    SpuriousRetransmission,
    OutOfOrder,
    DuplicateAck,
    WindowUpdate,
    WindowFull,
    ZeroWindow,
    ZeroWindowProbe,
    ZeroWindowProbeAck,
    KeepAlive,
    KeepAliveAck,
};
constexpr int wiresharkFlagCount = 15;

/// A set of flags.
class WiresharkFlags
{
public:
    constexpr void add(WiresharkFlag flag) { m_bits = static_cast<uint16_t>(m_bits | bit(flag)); }
    constexpr bool has(WiresharkFlag flag) const { return m_bits & bit(flag); }
    constexpr bool empty() const { return m_bits == 0; }
    friend constexpr bool operator==(WiresharkFlags, WiresharkFlags) = default;

private:
    static constexpr unsigned bit(WiresharkFlag flag) { return 1U << static_cast<unsigned>(flag); }

    uint16_t m_bits = 0;
};

/// The field's name without "tcp.analysis.": "duplicate_ack".
const char* wiresharkFlagName(WiresharkFlag flag);

/// Names joined by '+'; empty without flags.
std::string toString(WiresharkFlags flags);

/// Judges the segments of a connection one by one, as Wireshark does with its default preferences. Source: the rules of
/// Wireshark's User's Guide, "TCP Analysis", and what tshark 4.0 answers.
class WiresharkView
{
public:
    explicit WiresharkView(const Connection& connection);

    /// The flags of the next segment, in capture order.
    WiresharkFlags take(const LocatedSegment& located);

private:
    /// What is remembered of the segments that one side sent.
    struct Direction
    {
        std::optional<StreamOffset> first;      ///< of the first segment: the SYN, or one before the data
        std::optional<StreamOffset> next;       ///< the highest end so far
        Timestamp nextTime;                     ///< when it was reached
        std::optional<StreamOffset> contiguous; ///< end of what was seen without a gap, and may be acknowledged
        bool isGapTold = false; ///< that more than `contiguous` was acknowledged, and nothing was sent since
        std::optional<StreamOffset> lastAck; ///< of the last segment
        Timestamp lastAckTime;
        uint16_t window = 0; ///< of the last segment, unscaled
        bool lastWasSyn = false;
        std::optional<uint8_t> shift; ///< of the window; nothing: not known
        uint32_t dupAcks = 0;
        WiresharkFlags last; ///< of the last segment
    };

    void judgeSyn(const LocatedSegment& located, WiresharkFlags& flags);
    void noteStart(const LocatedSegment& located);
    void noteRoundTrip(const LocatedSegment& located);
    bool judgeProbe(const Segment& segment, WiresharkFlags& flags) const;
    void judgeWindow(const Segment& segment, WiresharkFlags& flags) const;
    void judgeAnswer(const Segment& segment, WiresharkFlags& flags);
    void judgeAcknowledgment(const Segment& segment, WiresharkFlags& flags);
    void judgeResend(const Segment& segment, WiresharkFlags& flags) const;
    void remember(const Segment& segment, WiresharkFlags flags);

    const Connection& m_connection;
    std::array<Direction, 2> m_directions; ///< by Side
    Direction* m_own = nullptr;            ///< of the segment that is judged
    Direction* m_other = nullptr;
    std::optional<Timestamp> m_synTime;
    std::optional<Duration> m_initialRoundTrip;
    bool m_isFirst = true;
};

} // namespace whyrst
