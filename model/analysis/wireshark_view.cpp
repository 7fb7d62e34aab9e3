#include "model/analysis/wireshark_view.h"

#include <algorithm>
#include <chrono>

namespace whyrst {

namespace {

using std::chrono::milliseconds;

constexpr std::array<const char*, wiresharkFlagCount> flagNames{"reused_ports", "lost_segment", "ack_lost_segment",
    "retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "duplicate_ack",
    "window_update", "window_full", "zero_window", "zero_window_probe", "zero_window_probe_ack", "keep_alive",
    "keep_alive_ack"};

// Wireshark's own limits.
constexpr Duration fastRetransmissionTime = milliseconds(20);
constexpr Duration outOfOrderTime = milliseconds(3); ///< when the round trip of the handshake is not known
constexpr uint32_t fastRetransmissionDupAcks = 2;

bool opensOrCloses(const Segment& segment)
{
    return segment.flags.syn() || segment.flags.fin() || segment.flags.rst();
}

bool isSynAlone(const Segment& segment)
{
    return segment.flags.syn() && !segment.flags.ack();
}

/// The acknowledgment number; a segment without the flag carries 0, which stands for nothing.
std::optional<StreamOffset> ackOf(const Segment& segment)
{
    return segment.flags.ack() ? std::optional(segment.ack) : std::nullopt;
}

/// SYN and FIN together count as one.
StreamOffset endOf(const Segment& segment)
{
    return segment.seq + segment.payloadLength + (segment.flags.syn() || segment.flags.fin() ? 1 : 0);
}

} // namespace

const char* wiresharkFlagName(WiresharkFlag flag)
{
    return flagNames[static_cast<size_t>(flag)];
}

std::string toString(WiresharkFlags flags)
{
    std::string text;
    for (int index = 0; index < wiresharkFlagCount; ++index) {
        const auto flag = static_cast<WiresharkFlag>(index);
        if (flags.has(flag))
            text += (text.empty() ? "" : "+") + std::string(wiresharkFlagName(flag));
    }
    return text;
}

WiresharkView::WiresharkView(const Connection& connection)
    : m_connection(connection)
{
}

/// A SYN with another number begins a new conversation; a SYN-ACK with another number only says so.
void WiresharkView::judgeSyn(const LocatedSegment& located, WiresharkFlags& flags)
{
    const Segment& segment = located.segment;
    if (!segment.flags.syn())
        return;
    const bool isReused = m_isFirst ? m_connection.reusesPort() : m_own->first.value_or(segment.seq) != segment.seq;
    if (!isReused)
        return;
    flags.add(WiresharkFlag::ReusedPorts);
    if (isSynAlone(segment)) {
        m_directions = {};
        m_synTime.reset();
        m_initialRoundTrip.reset();
    } else {
        m_other->next = segment.ack; // whatever the old conversation had reached
    }
    m_own->first = segment.seq;
}

void WiresharkView::noteStart(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    if (!m_own->first)
        m_own->first = segment.seq - (segment.flags.syn() ? 0 : 1);
    if (!m_other->first && segment.flags.ack())
        m_other->first = segment.ack - 1;
    if (!segment.flags.syn())
        return;
    const auto& options = m_connection.flow(located.side).synOptions;
    if (options && options->windowScale)
        m_own->shift = *options->windowScale;
    if (segment.flags.ack() && (!m_own->shift || !m_other->shift))
        m_own->shift = m_other->shift = 0; // not both want to scale
}

/// From the last SYN to the acknowledgment that ends the handshake.
void WiresharkView::noteRoundTrip(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    if (isSynAlone(segment))
        m_synTime = segment.time;
    const bool endsHandshake = !segment.flags.syn() && segment.flags.ack() && m_synTime && !m_initialRoundTrip
        && m_own->first && m_other->first && segment.seq == *m_own->first + 1 && segment.ack == *m_other->first + 1;
    if (endsHandshake)
        m_initialRoundTrip = segment.time - *m_synTime;
}

bool WiresharkView::judgeProbe(const Segment& segment, WiresharkFlags& flags) const
{
    if (segment.payloadLength != 1 || m_own->next != segment.seq || m_other->window != 0)
        return false;
    flags.add(WiresharkFlag::ZeroWindowProbe);
    return true;
}

void WiresharkView::judgeWindow(const Segment& segment, WiresharkFlags& flags) const
{
    if (segment.rawWindow == 0 && !opensOrCloses(segment))
        flags.add(WiresharkFlag::ZeroWindow);
    if (m_own->next && segment.seq > *m_own->next && !segment.flags.rst())
        flags.add(WiresharkFlag::LostSegment);
    if (opensOrCloses(segment))
        return;
    if (segment.payloadLength <= 1 && m_own->next && segment.seq == *m_own->next - 1)
        flags.add(WiresharkFlag::KeepAlive);
    const bool repeats = segment.payloadLength == 0 && segment.rawWindow != 0 && m_own->next == segment.seq
        && m_own->lastAck == ackOf(segment);
    if (repeats && segment.rawWindow != m_own->window)
        flags.add(WiresharkFlag::WindowUpdate);
    if (segment.payloadLength == 0 || !m_other->shift || !m_other->lastAck)
        return;
    const int64_t window = int64_t{m_other->window} << (m_other->lastWasSyn ? 0 : *m_other->shift);
    if (segment.seq + segment.payloadLength == *m_other->lastAck + window)
        flags.add(WiresharkFlag::WindowFull);
}

/// Segments without data that repeat the one before.
void WiresharkView::judgeAnswer(const Segment& segment, WiresharkFlags& flags)
{
    if (segment.payloadLength != 0 || segment.rawWindow != m_own->window || m_own->next != segment.seq
        || opensOrCloses(segment))
        return;
    const std::optional<StreamOffset> ack = ackOf(segment);
    const bool repeats = m_own->lastAck == ack;
    if (segment.rawWindow == 0) {
        const bool takesProbe = m_own->lastAck && ack == *m_own->lastAck + 1;
        if (!m_other->last.has(WiresharkFlag::ZeroWindowProbe) || (!repeats && !takesProbe))
            return;
        flags.add(WiresharkFlag::ZeroWindowProbeAck);
        if (takesProbe)
            m_other->next = m_other->contiguous = ack;
        return;
    }
    if (!repeats)
        return;
    if (m_other->last.has(WiresharkFlag::KeepAlive)) {
        flags.add(WiresharkFlag::KeepAliveAck);
        return;
    }
    ++m_own->dupAcks;
    flags.add(WiresharkFlag::DuplicateAck);
}

void WiresharkView::judgeAcknowledgment(const Segment& segment, WiresharkFlags& flags)
{
    const std::optional<StreamOffset> ack = ackOf(segment);
    if (ack != m_own->lastAck)
        m_own->dupAcks = 0;
    if (!ack || !m_other->contiguous || *ack <= *m_other->contiguous || m_other->isGapTold)
        return;
    const bool opensAfterProbe = m_own->lastAck && *ack == *m_own->lastAck + 1 && m_own->next == segment.seq
        && m_other->last.has(WiresharkFlag::ZeroWindowProbe);
    if (opensAfterProbe) {
        m_other->next = m_other->contiguous = ack;
        flags.add(WiresharkFlag::WindowUpdate);
        return;
    }
    m_other->isGapTold = m_other->contiguous == m_other->next;
    m_other->contiguous = m_other->next;
    flags.add(WiresharkFlag::AckLostSegment);
}

void WiresharkView::judgeResend(const Segment& segment, WiresharkFlags& flags) const
{
    const bool sends = segment.payloadLength > 0 || segment.flags.syn() || segment.flags.fin();
    if (!sends || flags.has(WiresharkFlag::KeepAlive))
        return;
    const bool followsProbe = segment.payloadLength > 1 && m_own->next && segment.seq == *m_own->next - 1;
    const bool isBehind = m_own->next && segment.seq < *m_own->next && !followsProbe;
    const StreamOffset dataEnd = segment.seq + segment.payloadLength;
    if (segment.payloadLength > 0 && m_other->lastAck && dataEnd <= *m_other->lastAck) {
        flags.add(WiresharkFlag::SpuriousRetransmission);
        flags.add(WiresharkFlag::Retransmission);
        return;
    }
    if (!isBehind)
        return;
    const bool isFast = m_other->dupAcks >= fastRetransmissionDupAcks && m_other->lastAck == segment.seq
        && segment.time - m_other->lastAckTime < fastRetransmissionTime;
    if (isFast) {
        flags.add(WiresharkFlag::FastRetransmission);
        flags.add(WiresharkFlag::Retransmission);
    } else if (segment.time - m_own->nextTime < m_initialRoundTrip.value_or(outOfOrderTime)
        && endOf(segment) != *m_own->next) {
        flags.add(WiresharkFlag::OutOfOrder);
    } else {
        flags.add(WiresharkFlag::Retransmission);
    }
}

void WiresharkView::remember(const Segment& segment, WiresharkFlags flags)
{
    const StreamOffset end = endOf(segment);
    const bool sends = !flags.has(WiresharkFlag::ZeroWindowProbe);
    if (sends && (!m_own->next || end > *m_own->next)) {
        m_own->next = end;
        m_own->nextTime = segment.time;
    }
    if (sends && (!m_own->contiguous || segment.seq == *m_own->contiguous))
        m_own->contiguous = m_own->next;
    m_own->isGapTold = m_own->isGapTold && end == segment.seq;
    m_own->window = segment.rawWindow;
    m_own->lastAck = ackOf(segment);
    m_own->lastAckTime = segment.time;
    m_own->lastWasSyn = segment.flags.syn();
    m_own->last = flags;
}

WiresharkFlags WiresharkView::take(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    m_own = &m_directions[sideIndex(located.side)];
    m_other = &m_directions[sideIndex(otherSide(located.side))];
    WiresharkFlags flags;
    judgeSyn(located, flags);
    noteStart(located);
    if (!judgeProbe(segment, flags)) {
        judgeWindow(segment, flags);
        judgeAnswer(segment, flags);
    }
    judgeAcknowledgment(segment, flags);
    judgeResend(segment, flags);
    remember(segment, flags);
    noteRoundTrip(located);
    m_isFirst = false;
    return flags;
}

} // namespace whyrst
