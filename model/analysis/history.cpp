#include "model/analysis/history.h"

#include "model/analysis/byte_ranges.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace whyrst {

namespace {

/// What was seen of one side (states of an endpoint in Zeek's documentation: TCP_INACTIVE ... TCP_RESET).
enum class SideState : uint8_t
{
    Inactive,
    SynSent,
    Established,
    Partial, ///< sent something, but no SYN
    Closed,  ///< sent a FIN
    Reset,   ///< sent a RST
};

/// A letter that is written at the 1st, 10th, 100th ... time.
class ScaledCount
{
public:
    bool isDue()
    {
        if (++m_count != m_next)
            return false;
        m_next *= base;
        return true;
    }

private:
    static constexpr uint64_t base = 10;

    uint64_t m_count = 0;
    uint64_t m_next = 1;
};

struct SideHistory
{
    SideState state = SideState::Inactive;
    SideState before = SideState::Inactive;
    std::string once; ///< letters that are written only once, as far as written
    std::optional<StreamOffset> lastSyn;
    std::optional<StreamOffset> lastFin;
    std::optional<StreamOffset> lastRst;
    std::optional<StreamOffset> highest;   ///< end of what was sent so far
    std::optional<StreamOffset> delivered; ///< below it everything was seen or reported as a gap
    ByteRanges seen;                       ///< sequence space above `delivered`
    ScaledCount badChecksums;
    ScaledCount gaps;
    ScaledCount repeats;
    ScaledCount zeroWindows;
    bool sentData = false;

    bool isInactive() const { return state == SideState::Inactive || state == SideState::Partial; }
    void enter(SideState next)
    {
        if (next == state)
            return;
        before = state;
        state = next;
    }
};

class HistoryWriter
{
public:
    explicit HistoryWriter(std::span<const PacketNumber> ignoredResets)
        : m_ignored(ignoredResets)
    {
    }

    void take(const LocatedSegment& located);
    /// As take(), for the state alone. False when no segment without SYN, FIN and RST can change it any more.
    bool takeForState(const LocatedSegment& located);
    ConnectionHistory finish() &&;
    ConnState state() const;

private:
    bool counts(const LocatedSegment& located);
    void noteFlags(Side side, const Segment& segment);
    void noteNumbered(Side side, char letter, std::optional<StreamOffset>& last, StreamOffset number);
    void noteRepeat(Side side, const Segment& segment);
    void noteGap(Side side, const Segment& segment);
    void noteCompleteness(const Segment& segment);
    void updateState(Side side, const Segment& segment);
    void openSide(Side side, const Segment& segment);
    void write(Side side, char letter);
    void writeOnce(Side side, char letter);
    bool isIgnored(const Segment& segment) const;
    bool isSynThenReset() const;
    ConnState resetState() const;
    SideHistory& at(Side side) { return m_sides[sideIndex(side)]; }

    std::span<const PacketNumber> m_ignored;
    std::array<SideHistory, 2> m_sides;
    ConnectionHistory m_result;
    bool m_started = false;
};

void HistoryWriter::write(Side side, char letter)
{
    const auto lower = static_cast<char>(letter - 'A' + 'a');
    m_result.letters += side == Side::Client ? letter : lower;
}

void HistoryWriter::writeOnce(Side side, char letter)
{
    std::string& once = at(side).once;
    if (once.find(letter) != std::string::npos)
        return;
    once += letter;
    write(side, letter);
}

void HistoryWriter::noteNumbered(Side side, char letter, std::optional<StreamOffset>& last, StreamOffset number)
{
    if (last != number)
        write(side, letter);
    last = number;
}

bool HistoryWriter::isIgnored(const Segment& segment) const
{
    return std::ranges::binary_search(m_ignored, segment.frame);
}

/// A segment has one letter for its flags; those of SYN, FIN and RST come before data and ACK.
void HistoryWriter::noteFlags(Side side, const Segment& segment)
{
    const TcpFlags flags = segment.flags;
    SideHistory& own = at(side);
    if (flags.fin() && flags.rst())
        writeOnce(side, 'I');
    else if (flags.syn() && (flags.fin() || flags.rst()))
        writeOnce(side, 'Q');
    else if (flags.syn())
        noteNumbered(side, flags.ack() ? 'H' : 'S', own.lastSyn, segment.seq);
    else if (flags.fin())
        noteNumbered(side, 'F', own.lastFin, segment.dataEnd());
    else if (flags.rst())
        noteNumbered(side, 'R', own.lastRst, segment.seq);
    else if (segment.payloadLength > 0)
        writeOnce(side, 'D');
    else if (flags.ack())
        writeOnce(side, 'A');
}

/// Data that ends at or below what was sent before.
void HistoryWriter::noteRepeat(Side side, const Segment& segment)
{
    SideHistory& own = at(side);
    const bool laterSyn = segment.flags.syn() && own.highest; // the same again, or of another connection
    if (segment.flags.rst() || laterSyn || own.state == SideState::Reset)
        return;
    if (segment.payloadLength > 0 && own.highest && segment.end() <= *own.highest && own.repeats.isDue())
        write(side, 'T');
    own.highest = own.highest ? std::max(*own.highest, segment.end()) : segment.end();
    if (!own.delivered)
        own.delivered = segment.seq;
    own.seen.add(std::max(segment.seq, *own.delivered), segment.end());
    own.sentData = own.sentData || segment.payloadLength > 0;
}

/// An acknowledgment of bytes that never came by, while the connection is in order.
void HistoryWriter::noteGap(Side side, const Segment& segment)
{
    SideHistory& sender = at(otherSide(side));
    if (!segment.flags.ack() || segment.flags.rst() || !sender.delivered || segment.ack <= *sender.delivered)
        return;
    const bool inOrder = sender.state == SideState::Established || at(side).state == SideState::Established;
    const StreamOffset contiguous = sender.seen.contiguousEnd(*sender.delivered);
    if (contiguous < segment.ack && inOrder && sender.gaps.isDue())
        write(otherSide(side), 'G');
    sender.delivered = std::max(contiguous, segment.ack);
    sender.seen.removeBelow(*sender.delivered);
}

/// As Wireshark 4.0 does: of every packet, also of copies and of what nobody accepted.
void HistoryWriter::noteCompleteness(const Segment& segment)
{
    const TcpFlags flags = segment.flags;
    unsigned bits = m_result.completeness;
    if (flags.syn())
        bits |= flags.ack() ? CompletenessSynAck : CompletenessSyn;
    else if (flags.ack() && !flags.fin() && segment.payloadLength == 0)
        bits |= CompletenessAck;
    if (segment.payloadLength > 0)
        bits |= CompletenessData;
    if (flags.fin())
        bits |= CompletenessFin;
    if (flags.rst())
        bits |= CompletenessRst;
    m_result.completeness = static_cast<uint8_t>(bits);
}

/// The first segment of a side.
void HistoryWriter::openSide(Side side, const Segment& segment)
{
    SideHistory& own = at(side);
    SideHistory& peer = at(otherSide(side));
    const TcpFlags flags = segment.flags;
    if (flags.syn() && side == Side::Client) {
        own.enter(SideState::SynSent);
    } else if (flags.syn()) {
        if (peer.state == SideState::SynSent)
            peer.enter(SideState::Established);
        own.enter(SideState::Established);
    }
    if (flags.fin())
        own.enter(SideState::Closed);
    if (flags.rst())
        own.enter(SideState::Reset);
    if (own.state != SideState::Inactive)
        return;
    const bool earlyAck = side == Side::Server && segment.payloadLength == 0 && peer.state == SideState::SynSent;
    if (earlyAck)
        return; // some stacks acknowledge a SYN before they answer it
    const bool answersHandshake = flags.ack() && peer.state == SideState::Established;
    own.enter(answersHandshake ? SideState::Established : SideState::Partial);
}

void HistoryWriter::updateState(Side side, const Segment& segment)
{
    SideHistory& own = at(side);
    SideHistory& peer = at(otherSide(side));
    const TcpFlags flags = segment.flags;
    switch (own.state) {
    case SideState::Inactive:
        openSide(side, segment);
        return;
    case SideState::Partial:
        if (flags.syn() && !flags.ack() && peer.state == SideState::Inactive)
            own.enter(SideState::SynSent);
        [[fallthrough]];
    case SideState::SynSent:
    case SideState::Established:
        if (flags.fin())
            own.enter(SideState::Closed);
        if (flags.fin() && !flags.rst() && peer.state == SideState::Reset && peer.before == SideState::Closed)
            peer.enter(SideState::Closed); // it had closed before its RST: a normal end after all
        if (flags.rst())
            own.enter(SideState::Reset);
        return;
    case SideState::Closed:
        if (flags.rst() && peer.state != SideState::Closed)
            own.enter(SideState::Reset);
        return;
    case SideState::Reset:
        return;
    }
}

/// What says nothing about the connection is done with here: false.
bool HistoryWriter::counts(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    if (segment.isCaptureDuplicate)
        return false;
    if (!m_started && located.side == Side::Server)
        m_result.letters += '^';
    m_started = true;
    if (segment.checksumClass != ChecksumClass::Bad)
        return true;
    if (at(located.side).badChecksums.isDue())
        write(located.side, 'C');
    return false; // its receiver drops it too
}

void HistoryWriter::take(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    noteCompleteness(segment);
    if (!counts(located))
        return;
    const Side side = located.side;
    SideHistory& own = at(side);
    noteFlags(side, segment);
    const bool windowMatters = !segment.flags.rst() && own.state != SideState::Reset
        && at(otherSide(side)).state != SideState::Closed; // nothing more is coming that would need it
    if (segment.rawWindow == 0 && windowMatters && own.zeroWindows.isDue())
        write(side, 'W');
    noteRepeat(side, segment);
    if (segment.flags.rst() && isIgnored(segment))
        return;
    updateState(side, segment);
    noteGap(side, segment);
}

bool HistoryWriter::takeForState(const LocatedSegment& located)
{
    const Segment& segment = located.segment;
    if (counts(located)) {
        noteFlags(located.side, segment); // isSynThenReset() looks at the letters
        SideHistory& own = at(located.side);
        own.sentData = own.sentData || segment.payloadLength > 0;
        if (!segment.flags.rst() || !isIgnored(segment))
            updateState(located.side, segment);
    }
    return std::ranges::any_of(m_sides, [](const SideHistory& side) { return side.isInactive(); });
}

/// The first letter is the client's SYN, and nothing but SYNs, data and trouble came before its RST.
bool HistoryWriter::isSynThenReset() const
{
    const std::string& letters = m_result.letters;
    const size_t first = letters.starts_with('^') ? 1 : 0;
    const size_t reset = letters.find('R', first);
    const size_t other = letters.find_first_of("HAFGIQ", first);
    return letters.size() > first && letters[first] == 'S' && reset != std::string::npos && reset < other;
}

ConnState HistoryWriter::resetState() const
{
    const auto& [client, server] = m_sides;
    if (server.state == SideState::Reset) {
        const bool nothingSent = !client.sentData && !server.sentData;
        if (client.state == SideState::SynSent || (client.state == SideState::Reset && nothingSent))
            return ConnState::Rej;
        return client.isInactive() ? ConnState::RstRH : ConnState::RstR;
    }
    if (!server.isInactive())
        return ConnState::RstO;
    return isSynThenReset() ? ConnState::RstOS0 : ConnState::Oth;
}

ConnState HistoryWriter::state() const
{
    const auto& [client, server] = m_sides;
    if (client.state == SideState::Reset || server.state == SideState::Reset)
        return resetState();
    const bool clientClosed = client.state == SideState::Closed;
    const bool serverClosed = server.state == SideState::Closed;
    if (clientClosed && serverClosed)
        return ConnState::SF;
    if (clientClosed)
        return server.isInactive() ? ConnState::SH : ConnState::S2;
    if (serverClosed)
        return client.isInactive() ? ConnState::SHR : ConnState::S3;
    if (client.state == SideState::SynSent && server.state == SideState::Inactive)
        return ConnState::S0;
    const bool established = client.state == SideState::Established && server.state == SideState::Established;
    return established ? ConnState::S1 : ConnState::Oth;
}

ConnectionHistory HistoryWriter::finish() &&
{
    m_result.state = state();
    return std::move(m_result);
}

struct StateWords
{
    const char* name;
    const char* words;
};

constexpr std::array<StateWords, connStateCount> stateWords{{
    {"S0", "asked for, never answered"},
    {"S1", "established, not closed"},
    {"SF", "established and closed by both sides"},
    {"REJ", "asked for and rejected"},
    {"S2", "established, closed by the client alone"},
    {"S3", "established, closed by the server alone"},
    {"RSTO", "established, reset by the client"},
    {"RSTR", "reset by the server"},
    {"RSTOS0", "the client sent a SYN and then a RST; no SYN-ACK was captured"},
    {"RSTRH", "the server sent a SYN-ACK and then a RST; no SYN was captured"},
    {"SH", "the client sent a SYN and then a FIN; no SYN-ACK was captured"},
    {"SHR", "the server sent a SYN-ACK and then a FIN; no SYN was captured"},
    {"OTH", "captured from the middle, without a handshake"},
}};

const char* letterWords(char letter)
{
    switch (letter) {
    case 'S':
        return "SYN";
    case 'H':
        return "SYN-ACK";
    case 'A':
        return "ACK";
    case 'D':
        return "data";
    case 'F':
        return "FIN";
    case 'R':
        return "RST";
    case 'C':
        return "bad checksum";
    case 'G':
        return "gap in the capture";
    case 'T':
        return "data sent again";
    case 'W':
        return "zero window";
    case 'I':
        return "FIN with RST";
    case 'Q':
        return "contradicting flags";
    default:
        return "";
    }
}

} // namespace

const char* connStateName(ConnState state)
{
    return stateWords[static_cast<size_t>(state)].name;
}

const char* connStateWords(ConnState state)
{
    return stateWords[static_cast<size_t>(state)].words;
}

ConnectionHistory historyOf(const Connection& connection, std::span<const PacketNumber> ignoredResets)
{
    HistoryWriter writer(ignoredResets);
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);)
        writer.take(located);
    return std::move(writer).finish();
}

ConnState connStateOf(const Connection& connection, std::span<const PacketNumber> ignoredResets)
{
    const bool mayEnd
        = std::ranges::any_of(connection.flows, [](const Flow& flow) { return flow.finSeen || flow.rstSeen; });
    HistoryWriter writer(ignoredResets);
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);) {
        if (!writer.takeForState(located) && !mayEnd)
            break;
    }
    return writer.state();
}

std::string historyWords(const std::string& letters)
{
    std::string text;
    for (const char letter : letters) {
        if (!text.empty())
            text += ", ";
        if (letter == '^') {
            text += "the first packet is the server's";
            continue;
        }
        const bool isClient = letter >= 'A' && letter <= 'Z';
        const char upper = isClient ? letter : static_cast<char>(letter - 'a' + 'A');
        text += std::string(isClient ? "client " : "server ") + letterWords(upper);
    }
    return text;
}

} // namespace whyrst
