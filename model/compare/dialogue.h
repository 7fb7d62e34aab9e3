// The dialogue of a connection: who spoke in turn, how many bytes, how long the pauses were, and how it ended.
#pragma once

#include "model/diagnosis/diagnosis.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

struct Analysis;

/// A connection with all that is known of it. Refers to values of the caller.
struct KnownConnection
{
    const Trace& trace;
    const Connection& connection;
    const Analysis& analysis;
    const ConnectionDiagnosis& diagnosis;
};

/// A packet and when it was captured.
struct Moment
{
    PacketNumber frame;
    Timestamp time;
};

/// New data of one side between new data of the other one. Re-sends, probes and pure ACKs belong to no turn.
struct Turn
{
    Side speaker = Side::Client;
    StreamOffset begin;      ///< first byte
    StreamOffset end;        ///< after the last byte
    Moment first;            ///< segment with the first byte
    Moment last;             ///< segment with the last new byte
    Duration longestPause{}; ///< between two of its segments

    int64_t bytes() const { return end - begin; }
};

/// A place of a dialogue, as turns go.
struct DialoguePlace
{
    std::optional<uint32_t> turn; ///< index of the last turn that had begun; nothing before the first one
    int64_t bytes = 0;            ///< of that turn, sent so far
    bool isAfterFull = false;     ///< its last segment so far was as large as segments may be: more may have followed
};

/// A time in which neither side sent anything new.
struct Pause
{
    DialoguePlace place;
    Moment before;                        ///< last packet with something new, or the last one of the handshake
    std::optional<Moment> after;          ///< what ended it; nothing: the capture did
    bool isLast = false;                  ///< the connection ended with it, by RST or without a word
    std::array<bool, 2> unacknowledged{}; ///< by Side: some of its data was not acknowledged during all of it
    Duration length{};
};

/// The first FIN.
struct Closing
{
    Side by = Side::Client;
    Moment at;
    DialoguePlace place;
};

/// How a dialogue ended.
struct DialogueEnd
{
    Ended ended = Ended::Open;
    std::optional<Side> by;   ///< whose address the RST bears, or who sent the first FIN
    bool isForged = false;    ///< a box on the path sent the RST, as far as the diagnosis tells
    std::optional<Moment> at; ///< the RST or the first FIN
};

/// What two connections are compared by.
struct Dialogue
{
    Timestamp begin; ///< of the first packet: the SYN when it was captured
    bool hasSyn = false;
    uint32_t syns = 0;        ///< of the client until the SYN-ACK, re-sends included
    bool serverHeard = false; ///< the server sent something that is no RST
    Moment firstSyn;
    Moment lastSyn;
    std::optional<Moment> synAck;
    std::optional<Moment> established; ///< the client's first packet after the SYN-ACK, RSTs left out
    std::vector<Turn> turns;
    std::optional<Closing> closing;
    std::vector<Pause> pauses; ///< of at least `shortestPause`, in order of time
    DialogueEnd end;
    DialoguePlace last;                ///< where it stood at its end
    std::optional<Duration> roundTrip; ///< SYN to the client's answer, else by data; nothing without a sample

    /// Nobody answered the SYN. A capture without the server's packets shows by what the client says that somebody did.
    bool isUnanswered() const
    {
        return hasSyn && !serverHeard && !established && turns.empty() && end.ended != Ended::Reset;
    }

    /// The last turn that had begun at `time`; nothing before the first.
    std::optional<uint32_t> turnAt(Timestamp time) const;
};

/// "by the server", "by a RST in the server's name": as the last words of "was reset"; empty when nobody is known.
std::string enderWords(const DialogueEnd& end);

/// Shorter pauses tell nothing: the smallest retransmission timer, and acknowledgments may be delayed as long.
/// Heuristic: measured on Linux.
constexpr Duration shortestPause = std::chrono::milliseconds(200);

/// Linear in the segments.
Dialogue dialogueOf(const KnownConnection& known);

} // namespace whyrst
