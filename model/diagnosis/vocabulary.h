// The words of a diagnosis: causes, forms, effects, roles. One table each gives the text (vocabulary.cpp).
#pragma once

#include <cstdint>

namespace whyrst {

/// The 25 causes (diagnosis.md 1), in its order.
enum class CauseId : uint8_t
{
    ConnectionRefused,
    AcceptQueueOverflow,
    InvalidHandshake,
    PortReuse,
    HandshakeAbandoned,
    SegmentBlackHole,
    MtuBlackHole,
    CorruptedSegment,
    ReceiverDiscards,
    SackMangled,
    PathOutage,
    AckPathLoss,
    IcmpUnreachable,
    ZeroWindowStarvation,
    KeepaliveTimeout,
    IdleTimeout,
    ResponseTimeout,
    CloseWithUnreadData,
    DataAfterClose,
    ApplicationAbort,
    Teardown,
    HalfOpen,
    InjectedReset,
    IgnoredReset,
    Unknown,
};
constexpr int causeCount = 25;

/// What a RST looks like (diagnosis.md 2.3).
enum class ResetForm : uint8_t
{
    Refuse,
    Reply,
    ReplyAck,
    Abort,
    AbortGap,
    AbortBare,
    Off
};

/// What the RST did at the other side (diagnosis.md 2.5).
enum class ResetEffect : uint8_t
{
    Accepted,
    Challenged,
    Dropped,
    Unknown
};

/// Where the RST's number lies in the window of the side that it was sent to (RFC 5961 3.2).
enum class NumberPlace : uint8_t
{
    Exact, ///< the next number expected
    InWindow,
    OutOfWindow,
    Unknown
};

/// Whether a field of a RST is what the host's own packets let expect.
enum class FieldVerdict : uint8_t
{
    Fits,
    Differs,
    CannotTell
};

/// How the trouble turned into this RST (diagnosis.md 2.6).
enum class Mechanism : uint8_t
{
    None,
    GaveUp,
    GaveUpSilently,
    ApplicationGaveUp,
    ReceiverClosed,
    ReceiverAnswered,
    Box,
};

enum class Confidence : uint8_t
{
    Possible,
    Likely,
    Certain
};

/// What the reset cost, in rising order of harm.
enum class Harm : uint8_t
{
    None,
    Unknown,
    ConnectFailed,
    DataLost
};

/// Who really sent the RST.
enum class ResetSender : uint8_t
{
    Endpoint,
    Middlebox,
    Unknown
};

/// Where the capture was taken (diagnosis.md 2.2).
enum class VantagePlace : uint8_t
{
    Client,
    Server,
    Middle,
    Unknown
};

/// Where the trouble sits, as two captures tell it. A host is everything behind its capture point.
enum class ComparePlace : uint8_t
{
    ClientHost,
    PathToServer,
    PathToClient,
    ServerHost,
    Box,
    Unknown
};

/// Phase of the connection at the reset (diagnosis.md 2.1 step 4).
enum class Phase : uint8_t
{
    Opening,
    Open,
    Closing,
    Closed
};

/// What a step of the chain is (diagnosis.md 0, Roles).
enum class Role : uint8_t
{
    Syn,
    SynAck,
    SynAckAgain,
    ThirdAck,
    Request,
    RequestAcked,
    LastHeard,
    LastGoodAck,
    FirstSend,
    LaterData,
    DupAckRun,
    Sack,
    FastRtx,
    Tlp,
    RtoRtx,
    MissingRtx,
    Hole,
    WindowShrink,
    WindowClosed,
    ZwProbe,
    ZwProbeAck,
    Keepalive,
    Silence,
    Fin,
    DataAfterFin,
    Icmp,
    Ptb,
    BadChecksum,
    Altered,
    Discarded,
    LastWords,
    Trigger,
    Rst,
    RstCopy,
    TwinRst,
    ChallengeAck,
    NewSyn,
    AfterRst,
    FinAck,
    PreviousUse,
    LaterAcked,
};

/// What a capture lacks for a better answer (diagnosis.md 1.25).
enum class Missing : uint8_t
{
    OneDirectionOnly,
    StartedLate,
    CaptureDropsNearRst,
    RstFormOff,
    TriggerNotCaptured,
    SnaplenShort,
    ClockStep,
    Contradiction,
};

const char* causeName(CauseId cause);  ///< "segment-black-hole"
const char* causeTitle(CauseId cause); ///< "Segment black hole", for headings
const char* formName(ResetForm form);  ///< "ABORT-GAP"
const char* effectName(ResetEffect effect);
const char* numberPlaceName(NumberPlace place);      ///< "in-window"
const char* numberPlaceWords(NumberPlace place);     ///< "in the window, but not exact"; empty for Unknown
const char* fieldVerdictName(FieldVerdict verdict);  ///< "cannot-tell"
const char* fieldVerdictWords(FieldVerdict verdict); ///< "cannot tell"
const char* mechanismName(Mechanism mechanism);      ///< "gave-up-silently"; empty for None
const char* confidenceName(Confidence confidence);
const char* harmName(Harm harm);
const char* senderName(ResetSender sender);
const char* placeName(VantagePlace place);
const char* comparePlaceName(ComparePlace place); ///< "path-client-server"
const char* roleName(Role role);                  ///< "rto-rtx"
const char* missingName(Missing missing);

/// Why a subflow of a multipath TCP was reset (RFC 8684 3.6), in words.
const char* multipathReasonName(uint8_t reason);

} // namespace whyrst
