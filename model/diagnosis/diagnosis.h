// The answer: why a connection was reset, with the packets that prove it.
#pragma once

#include "model/analysis/history.h"
#include "model/diagnosis/diagnosis_settings.h"
#include "model/diagnosis/vocabulary.h"
#include "model/tcp/on_demand.h"
#include "model/tcp/trace.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace whyrst {

struct Analysis;
struct TraceContext;
class Progress;

/// One step of the chain: a packet, a span of packets, or a packet that should have come and did not (ghost).
struct EvidenceStep
{
    Role role = Role::Rst;
    std::optional<PacketNumber> frame;     ///< nothing for ghosts and spans of silence
    std::optional<PacketNumber> lastFrame; ///< last of a repeated step
    Timestamp time;
    std::optional<Timestamp> lastTime; ///< end of a span or of a repeated step
    std::optional<Side> flow;          ///< who sent it
    std::optional<SeqNum> seq;         ///< raw; nothing for ghosts, spans and ICMP
    std::optional<StreamOffset> offset;
    std::optional<int64_t> length; ///< SEG.LEN
    uint32_t count = 1;            ///< packets folded into the step
    uint32_t ordinal = 0; ///< of re-sends: which transmission of the bytes it is, from 2; of the last one folded
    std::optional<Duration> since;      ///< since the previous transmission, or what the step's wait is measured from
    std::optional<Duration> firstSince; ///< of a repeated step: `since` of its first packet
    bool isGhost = false;
    bool isAtPeer = false; ///< `frame` and `time` are of the capture of the other end
    std::string text;      ///< one sentence, made by wording.cpp
};

/// A condition of the rule of a cause, for people.
struct Condition
{
    std::string text;       ///< "Transmissions of the stuck bytes"
    std::string measured;   ///< "7"
    std::string needed;     ///< "4 or more"
    bool isMet = false;     ///< the measured value is as needed
    bool isRequired = true; ///< else a sign: one of several, or one that makes the answer surer
};

/// Another cause, and the test that excluded it.
struct Alternative
{
    CauseId cause = CauseId::Unknown;
    std::optional<Confidence> confidence;   ///< Possible when it is not excluded
    std::string excludedBy;                 ///< empty when it is not excluded
    std::vector<Condition> conditions = {}; ///< of its rule, for the nearest two; see conditionsToShow()
};

/// A number or word that texts use: ("rto_retransmissions", "8").
struct Fact
{
    std::string name;              ///< snake_case, stable: part of the JSON contract
    std::string text;              ///< for people: "12.8 s", "1,448 bytes"
    std::optional<int64_t> number; ///< bytes, counts, or nanoseconds (then the name ends in _ns)
};

/// A field of the RST beside what the packets of the host whose address it bears have (diagnosis.md 2.4).
struct FieldComparison
{
    const char* id = ""; ///< "ttl", "ip-id", "options", "timestamp", "window", "mac", "timing"
    std::string inReset; ///< "250"
    std::string ofHost;  ///< "60 in 12 packets"
    FieldVerdict verdict = FieldVerdict::CannotTell;
};

/// A command that shows whether the cause is the right one (diagnosis.md 4.9).
struct ProofCommand
{
    Side host = Side::Client; ///< where to run it
    std::string shows;        ///< what it shows, as the end of "On the client: ..."
    std::string command;
};

/// What the rest of the capture, or what did not happen, adds to the answer.
struct Remark
{
    /// "bytes-at-risk", "would-have-helped", "handshake", "last-words", "request", "window-code", "meanwhile",
    /// "same-bytes", "mass-reset", "restart", "same-box"
    const char* id = "";
    std::string text;                  ///< one or two sentences
    std::optional<PacketNumber> frame; ///< that shows it best
};

/// Bytes of one direction at the reset (diagnosis.md 4.2).
struct ByteLedger
{
    int64_t acknowledged = 0;
    int64_t unacknowledged = 0;           ///< in flight, not acknowledged
    int64_t behindHole = 0;               ///< of those, reported by SACK but not deliverable
    std::optional<int64_t> unreadAtLeast; ///< acknowledged, provably not read by the program
};

/// Capture point of a connection.
struct Vantage
{
    VantagePlace place = VantagePlace::Unknown;
    std::optional<Confidence> confidence;
    bool onHost = false; ///< on the host itself, not only near it
    bool contradiction = false;
    bool isForced = false;   ///< the user said so
    const char* reason = ""; ///< short, for people: "checksums not yet filled in"
};

/// Diagnosis of one RST, or of a connection's end without RST ("death": form and effect do not apply).
struct Diagnosis
{
    PacketNumber frame; ///< of the RST; 0 for a death
    Timestamp time;
    Side from = Side::Client; ///< whose address the RST bears
    ResetSender sender = ResetSender::Unknown;
    ResetForm form = ResetForm::Off;
    ResetEffect effect = ResetEffect::Unknown;
    NumberPlace number = NumberPlace::Unknown; ///< why: where its number lies in the window of the other side
    std::optional<PacketNumber> effectFrame;   ///< the packet that shows the effect
    Phase phase = Phase::Open;
    bool isPrimary = true;
    std::optional<PacketNumber> consequenceOf; ///< the RST that this one follows from

    CauseId cause = CauseId::Unknown;
    std::vector<std::string> subs;
    Mechanism mechanism = Mechanism::None;
    std::optional<Confidence> confidence;  ///< nothing for Unknown
    std::optional<CauseId> secondaryCause; ///< why an ignored RST was sent
    Harm harm = Harm::Unknown;
    /// The sender of the data that the trouble is about (S of diagnosis.md 0); charts open on its direction.
    std::optional<Side> dataSender;
    std::optional<ComparePlace> place;        ///< where the trouble sits; only a capture of the other end tells
    int authenticity = 0;                     ///< score of diagnosis.md 2.4; 4 or more: not the endpoint's
    std::vector<FieldComparison> comparisons; ///< what that is judged by; empty for a death

    /// The silence, or the wait for an answer, that the reset ended; 0 for causes that are about neither.
    Duration wait{};

    std::string statedReason; ///< what the RST itself says about its cause (diagnosis.md 4.4); empty for most
    std::string summary;      ///< one or two sentences for the report
    /// The same without what it leaves open, for when another capture settles that; empty where it leaves nothing open
    std::string assuredSummary;
    std::vector<std::string> actions;
    std::vector<ProofCommand> proofs;           ///< empty where no command proves anything
    std::vector<EvidenceStep> chain;            ///< in time order, 2 to 12 steps
    std::vector<Condition> conditions;          ///< of the rule; see conditionsToShow()
    CauseId conditionsCause = CauseId::Unknown; ///< whose they are
    std::vector<Alternative> alternatives;
    std::vector<Fact> facts;
    std::array<ByteLedger, 2> ledger; ///< by Side of the sender of the bytes
    std::vector<Remark> remarks;
    std::vector<Missing> missing;
    std::string nextCapture; ///< a ready capture command for the other end; may be empty

    bool isDeath() const { return frame.value == 0; }
};

/// How a connection began and ended.
enum class Opened : uint8_t
{
    Handshake,
    Midstream,
    Unanswered,
    Refused
};
enum class Ended : uint8_t
{
    Fin,
    Reset,
    Open,
    SilentDeath
};
const char* openedName(Opened opened);
const char* endedName(Ended ended);

/// Something worth a tick on the connection's bar.
struct TimelineEvent
{
    enum class What : uint8_t
    {
        Syn,
        Fin,
        Reset,
        Retransmission,
        DupAcks,
        WindowClosed,
        Icmp
    };
    What what = What::Reset;
    Timestamp begin;
    Timestamp end; ///< equal to `begin` for a moment
    PacketNumber frame;
};

/// What went on in a connection besides its data, for lists and the timeline.
struct ConnectionTroubles
{
    std::array<uint32_t, 2> retransmissions{}; ///< by Side
    std::array<uint32_t, 2> dupAcks{};
    std::array<uint32_t, 2> zeroWindows{};
    std::vector<TimelineEvent> events; ///< for timelineEvents()
};

/// What lists and the timeline show of a connection. Some 24 bytes: a scan has millions.
struct ConnectionSummary
{
    Opened opened = Opened::Midstream;
    Ended ended = Ended::Open;
    ConnState state = ConnState::Oth; ///< RSTs that were ignored end nothing
    std::optional<uint32_t> primary;  ///< index into TraceDiagnosis::headlines of its primary reset or death
    OnDemand<ConnectionTroubles> troubles;
};

/// The events of a connection in time order, at most 64; its resets always (20 of them).
std::vector<TimelineEvent> timelineEvents(const Connection& connection, const ConnectionSummary& summary);

/// What the list of resets shows of a diagnosis. Its summary is made on demand by `diagnoseConnection`.
struct Headline
{
    ConnectionId connection;
    PacketNumber frame; ///< 0 for a death
    Timestamp time;
    Side from = Side::Client;
    CauseId cause = CauseId::Unknown;
    std::optional<Confidence> confidence;
    Harm harm = Harm::Unknown;
    bool isPrimary = true;
    uint32_t consequences = 0; ///< later RSTs of the connection that follow from this one

    friend bool operator==(const Headline&, const Headline&) = default;
};

/// The diagnosis of a whole trace: small values for all, full ones on demand by `diagnoseConnection`.
struct TraceDiagnosis
{
    std::shared_ptr<const TraceContext> context; ///< for diagnoseConnection; refers to the trace
    std::vector<ConnectionSummary> connections;  ///< by ConnectionId; shorter when the diagnosis was stopped
    std::vector<Headline> headlines;             ///< primary resets and deaths, by harm (worst first), then time
};

/// All diagnoses of one connection: its RSTs in capture order, or its death.
struct ConnectionDiagnosis
{
    ConnectionSummary summary;
    ConnectionHistory history; ///< RSTs that were ignored end nothing
    Vantage vantage;
    std::vector<Diagnosis> resets;
    std::optional<Diagnosis> death;
    std::vector<PacketNumber> ignoredResets; ///< frames of the RSTs that did not end the connection, in capture order

    /// The diagnosis that answers for the connection: of its primary reset, or of its death; null when nothing is
    /// wrong.
    const Diagnosis* primary() const;
};

/// How much of a diagnosis is wanted.
enum class Detail : uint8_t
{
    Full,
    Brief ///< cause, confidence, harm and the summary; without chain, subs, facts, sender, words, history and vantage
};

/// Diagnoses one connection with the facts of the others. `analysis` must be that connection's.
ConnectionDiagnosis diagnoseConnection(
    const TraceContext& context, const Connection& connection, const Analysis& analysis, Detail detail = Detail::Full);

/// Diagnoses every connection. `progress` is asked between connections; when it stops, the rest stays empty.
TraceDiagnosis diagnoseTrace(const Trace& trace, Progress& progress, const DiagnosisSettings& settings = {});

} // namespace whyrst
