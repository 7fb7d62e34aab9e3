#include "model/diagnosis/stated_reason.h"

#include "model/diagnosis/evidence.h"
#include "model/diagnosis/rule_table.h"
#include "model/diagnosis/sender_comparison.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace whyrst {

namespace {

constexpr Duration shortestLimit = std::chrono::seconds(1); ///< heuristic: nobody sets an idle limit below

constexpr uint8_t middleboxInterference = 6; // RFC 8684 3.6

/// Words in a RST, in small letters, and the cause that they name.
struct Phrase
{
    std::string_view words;
    CauseId cause;
};
constexpr std::array phrases = std::to_array<Phrase>({
    {"idle timeout", CauseId::IdleTimeout},
    {"inactivity timeout", CauseId::IdleTimeout},
    {"flow expired", CauseId::IdleTimeout},
    {"connection timeout", CauseId::IdleTimeout}, // the draft's own example: a NAT whose mapping expired
    {"no flow found", CauseId::HalfOpen},
    {"desynchronized state", CauseId::HalfOpen},
    {"non-synchronized state", CauseId::HalfOpen},
    {"still in the listen state", CauseId::HalfOpen},
    {"no local listener", CauseId::ConnectionRefused},
    {"unexpected syn in the window", CauseId::PortReuse},
    {"new data is received after close", CauseId::DataAfterClose},
    {"abort process", CauseId::ApplicationAbort},
});

std::optional<uint8_t> multipathReasonOf(const ResetContext& reset)
{
    for (const MultipathResetReason& stated : reset.flow(reset.x).rare->resetReasons) {
        const bool isNamed = stated.reason > 0 && stated.reason <= middleboxInterference;
        if (stated.row == reset.reset->row && isNamed)
            return stated.reason;
    }
    return std::nullopt;
}

std::string smallLetters(std::string text)
{
    std::ranges::transform(text, text.begin(),
        [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; });
    return text;
}

/// Whether the RST is X's own (diagnosis.md 2.1 step 6).
bool isGenuine(const ResetContext& reset)
{
    return senderOf(reset).sender == ResetSender::Endpoint;
}

/// The statement alone: the rule of its cause does not find in the packets what it needs.
Diagnosis stateOnly(const ResetContext& reset, CauseId cause)
{
    Evidence evidence(reset, cause, Confidence::Likely);
    if (reset.exchange.lastData)
        evidence.add(Role::LastWords, *reset.exchange.lastData).dataSender(reset.exchange.lastData->side);
    if (reset.silence.lastHeard)
        evidence.fact("silence_ns", reset.silence.length);
    return evidence.addReset().take();
}

/// Whether the silence of the RST's reason lies in this capture.
bool wasSilentHere(const ResetContext& reset)
{
    return reset.silence.lastHeard && reset.silence.length >= reset.trace.settings.idle;
}

/// An idle limit ends what was open and has said something, or was silent for long.
bool canBeIdle(const ResetContext& reset)
{
    return reset.phase != Phase::Opening && reset.silence.lastHeard
        && (wasSilentHere(reset) || reset.exchange.lastData);
}

std::string idleSummary(const Words& words, const ResetContext& reset)
{
    const std::string said = words.x() + "'s side ended the connection over an idle limit: the reset says so itself. ";
    if (wasSilentHere(reset))
        return said + "Neither side had sent data for " + words.fact("silence_ns") + ".";
    const bool mayBeLimit = reset.silence.length >= shortestLimit;
    return said + "Here data had passed " + words.fact("silence_ns") + " before"
        + (mayBeLimit ? ": unless that is the limit, it" : ", so the limit")
        + " ran out on another leg of the connection, behind a proxy or load balancer.";
}

std::string subflowSummary(const Words& words, const ResetContext& reset)
{
    const bool isBox = multipathReasonOf(reset) == middleboxInterference;
    return words.x() + "'s Multipath TCP ended this subflow, and says why in the reset"
        + (isBox ? ": something on the path changes what the subflow carries." : ".");
}

} // namespace

std::optional<CauseId> statedCauseOf(const ResetContext& reset)
{
    if (reset.isDeath())
        return std::nullopt;
    if (multipathReasonOf(reset))
        return CauseId::ApplicationAbort;
    for (const ResetText& stated : reset.flow(reset.x).rare->resetTexts) {
        if (stated.row != reset.reset->row)
            continue;
        const std::string text = smallLetters(stated.text);
        const auto* const phrase = std::ranges::find_if(
            phrases, [&](const Phrase& known) { return text.find(known.words) != std::string::npos; });
        if (phrase != phrases.end())
            return phrase->cause;
    }
    return std::nullopt;
}

std::optional<Diagnosis> explainStatedReason(const ResetContext& reset)
{
    const std::optional<CauseId> cause = statedCauseOf(reset);
    if (!cause || (*cause == CauseId::IdleTimeout && !canBeIdle(reset)))
        return std::nullopt;
    const auto rule = std::ranges::find(ruleTable(), *cause, &Rule::cause);
    std::optional<Diagnosis> found = rule->explain(reset);
    Diagnosis diagnosis = found ? std::move(*found) : stateOnly(reset, *cause);
    diagnosis.confidence = isGenuine(reset) ? Confidence::Certain : Confidence::Likely;
    diagnosis.subs.emplace_back(multipathReasonOf(reset) ? "multipath" : "stated");
    std::erase_if(diagnosis.alternatives, [](const Alternative& other) { return other.confidence.has_value(); });
    if (!isGenuine(reset))
        diagnosis.alternatives.push_back({CauseId::InjectedReset, Confidence::Possible, {}});
    return diagnosis;
}

std::string statedSummary(const Words& words, const Diagnosis& diagnosis, const ResetContext& reset)
{
    if (words.hasSub("multipath"))
        return subflowSummary(words, reset);
    if (!words.hasSub("stated"))
        return {};
    switch (diagnosis.cause) {
    case CauseId::IdleTimeout:
        return idleSummary(words, reset);
    case CauseId::HalfOpen:
        return words.x() + "'s side does not know this connection: the reset says so itself.";
    case CauseId::ConnectionRefused:
        return words.x() + "'s side refused the connection: nothing accepts it there, as the reset says itself.";
    case CauseId::DataAfterClose:
        return words.x() + " had closed and could not take more data: the reset says so itself.";
    case CauseId::PortReuse:
        return words.x() + " had this connection still open when it was asked for a new one: the reset says so itself.";
    default:
        return words.x() + " aborted the connection on purpose: the reset says so itself.";
    }
}

std::vector<std::string> statedActions(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const Words words(diagnosis, reset);
    const std::string y = sideName(reset.y);
    if (words.hasSub("multipath"))
        return {multipathReasonOf(reset) == middleboxInterference
                ? "Capture at both ends and compare: which TCP options or bytes of the subflow change on the way?"
                : "On the " + std::string(sideName(reset.x)) + ": ip mptcp limits show and nstat -az | grep MPTcp.",
            "Multipath TCP goes on with its other subflows; look whether the data arrived over these."};
    const bool isElsewhere = words.hasSub("stated") && diagnosis.cause == CauseId::IdleTimeout && !wasSilentHere(reset);
    if (!isElsewhere)
        return {};
    return {"Find the box that sent the text (load balancer, proxy) and raise its idle limit for the leg behind it.",
        "Turn on TCP or application keep-alives on that leg.",
        "Capture on that leg: it shows the silence that the reset speaks of."};
}

} // namespace whyrst
