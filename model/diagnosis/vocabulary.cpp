#include "model/diagnosis/vocabulary.h"

#include <array>
#include <cstddef>

namespace whyrst {

namespace {

struct CauseWords
{
    const char* name;
    const char* title;
};

constexpr std::array<CauseWords, causeCount> causes = {{
    {"connection-refused", "Connection refused"},
    {"accept-queue-overflow", "Accept queue overflow"},
    {"invalid-handshake", "Invalid handshake"},
    {"port-reuse", "Port reuse"},
    {"handshake-abandoned", "Handshake abandoned"},
    {"segment-black-hole", "Segment black hole"},
    {"mtu-black-hole", "MTU black hole"},
    {"corrupted-segment", "Corrupted segment"},
    {"receiver-discards", "Receiver discards"},
    {"sack-mangled", "SACK mangled"},
    {"path-outage", "Path outage"},
    {"ack-path-loss", "ACK path loss"},
    {"icmp-unreachable", "ICMP unreachable"},
    {"zero-window-starvation", "Zero-window starvation"},
    {"keepalive-timeout", "Keep-alive timeout"},
    {"idle-timeout", "Idle timeout"},
    {"response-timeout", "Response timeout"},
    {"close-with-unread-data", "Close with unread data"},
    {"data-after-close", "Data after close"},
    {"application-abort", "Application abort"},
    {"teardown", "Teardown"},
    {"half-open", "Half-open connection"},
    {"injected-reset", "Injected reset"},
    {"ignored-reset", "Ignored reset"},
    {"unknown", "Unknown"},
}};

constexpr std::array forms = {"REFUSE", "REPLY", "REPLY-ACK", "ABORT", "ABORT-GAP", "ABORT-BARE", "OFF"};
constexpr std::array effects = {"accepted", "challenged", "dropped", "unknown"};
constexpr std::array numberPlaces = {"exact", "in-window", "out-of-window", "unknown"};
constexpr std::array numberPlaceTexts = {"exact number", "in the window, but not exact", "outside the window", ""};
constexpr std::array fieldVerdicts = {"fits", "differs", "cannot-tell"};
constexpr std::array fieldVerdictTexts = {"fits", "differs", "cannot tell"};
constexpr std::array mechanisms
    = {"", "gave-up", "gave-up-silently", "application-gave-up", "receiver-closed", "receiver-answered", "box"};
constexpr std::array confidences = {"possible", "likely", "certain"};
constexpr std::array harms = {"none", "unknown", "connect-failed", "data-lost"};
constexpr std::array senders = {"endpoint", "middlebox", "unknown"};
constexpr std::array places = {"client", "server", "middle", "unknown"};
constexpr std::array roles = {"syn", "syn-ack", "syn-ack-again", "third-ack", "request", "request-acked", "last-heard",
    "last-good-ack", "first-send", "later-data", "dup-ack-run", "sack", "fast-rtx", "tlp", "rto-rtx", "missing-rtx",
    "hole", "window-shrink", "window-closed", "zw-probe", "zw-probe-ack", "keepalive", "silence", "fin",
    "data-after-fin", "icmp", "ptb", "bad-checksum", "altered", "discarded", "last-words", "trigger", "rst", "rst-copy",
    "twin-rst", "challenge-ack", "new-syn", "after-rst", "fin-ack", "previous-use", "later-acked"};
constexpr std::array missings = {"one-direction-only", "started-late", "capture-drops-near-rst", "rst-form-off",
    "trigger-not-captured", "snaplen-short", "clock-step", "contradiction"};

template <typename Table, typename Value> const char* nameIn(const Table& table, Value value)
{
    return table[static_cast<size_t>(value)];
}

} // namespace

const char* causeName(CauseId cause)
{
    return causes[static_cast<size_t>(cause)].name;
}

const char* causeTitle(CauseId cause)
{
    return causes[static_cast<size_t>(cause)].title;
}

const char* formName(ResetForm form)
{
    return nameIn(forms, form);
}

const char* effectName(ResetEffect effect)
{
    return nameIn(effects, effect);
}

const char* numberPlaceName(NumberPlace place)
{
    return nameIn(numberPlaces, place);
}

const char* numberPlaceWords(NumberPlace place)
{
    return nameIn(numberPlaceTexts, place);
}

const char* fieldVerdictName(FieldVerdict verdict)
{
    return nameIn(fieldVerdicts, verdict);
}

const char* fieldVerdictWords(FieldVerdict verdict)
{
    return nameIn(fieldVerdictTexts, verdict);
}

const char* mechanismName(Mechanism mechanism)
{
    return nameIn(mechanisms, mechanism);
}

const char* confidenceName(Confidence confidence)
{
    return nameIn(confidences, confidence);
}

const char* harmName(Harm harm)
{
    return nameIn(harms, harm);
}

const char* senderName(ResetSender sender)
{
    return nameIn(senders, sender);
}

const char* comparePlaceName(ComparePlace place)
{
    constexpr std::array names{
        "client-host", "path-client-server", "path-server-client", "server-host", "box", "unknown"};
    return names[static_cast<size_t>(place)];
}

const char* placeName(VantagePlace place)
{
    return nameIn(places, place);
}

const char* roleName(Role role)
{
    return nameIn(roles, role);
}

const char* missingName(Missing missing)
{
    return nameIn(missings, missing);
}

const char* multipathReasonName(uint8_t reason)
{
    constexpr std::array words{"unspecified", "error of Multipath TCP", "lack of resources",
        "administratively prohibited", "too much data outstanding", "unacceptable performance",
        "middlebox interference"};
    return reason < words.size() ? words[reason] : "a reason that RFC 8684 does not name";
}

} // namespace whyrst
