#include "model/diagnosis/wording.h"

#include "model/diagnosis/evidence.h"

#include <algorithm>

namespace whyrst {

namespace {

/// The words that a summary is made of.
class Words
{
public:
    Words(const Diagnosis& diagnosis, const ResetContext& reset)
        : m_diagnosis(diagnosis)
        , m_reset(reset)
    {
    }

    std::string x() const { return std::string("the ") + sideName(m_reset.x); }
    std::string y() const { return std::string("the ") + sideName(m_reset.y); }
    std::string s() const { return std::string("the ") + sideName(m_diagnosis.dataSender.value_or(m_reset.x)); }
    std::string r() const
    {
        return std::string("the ") + sideName(otherSide(m_diagnosis.dataSender.value_or(m_reset.x)));
    }
    std::string fact(const char* name) const
    {
        const auto found = std::find_if(m_diagnosis.facts.begin(), m_diagnosis.facts.end(),
            [name](const Fact& candidate) { return candidate.name == name; });
        return found == m_diagnosis.facts.end() ? "" : found->text;
    }
    int64_t number(const char* name) const
    {
        const auto found = std::find_if(m_diagnosis.facts.begin(), m_diagnosis.facts.end(),
            [name](const Fact& candidate) { return candidate.name == name; });
        return found == m_diagnosis.facts.end() ? 0 : found->number.value_or(0);
    }
    bool hasSub(const char* name) const
    {
        return std::find(m_diagnosis.subs.begin(), m_diagnosis.subs.end(), name) != m_diagnosis.subs.end();
    }

private:
    const Diagnosis& m_diagnosis;
    const ResetContext& m_reset;
};

std::string capital(std::string sentence)
{
    if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
    return sentence;
}

std::string ending(const Words& words, const Diagnosis& diagnosis, const ResetContext& reset)
{
    switch (diagnosis.mechanism) {
    case Mechanism::GaveUp:
        return " Then " + words.x() + "'s TCP gave up and reset the connection.";
    case Mechanism::GaveUpSilently:
        return reset.isDeath()
            ? " Then " + words.x() + " gave up without a word."
            : " Then " + words.x() + " gave up silently; the reset only answers a packet that came afterwards.";
    case Mechanism::ApplicationGaveUp: {
        const bool isLinux = stackHintOf(reset.flow(reset.x)) == StackHint::Linux;
        return " Then " + words.x() + (isLinux ? "'s program" : "'s program or its TCP")
            + " gave up and reset the connection.";
    }
    case Mechanism::ReceiverClosed:
        return " Then " + words.x() + "'s program ended the connection.";
    default:
        return "";
    }
}

std::string blackHole(const Words& words)
{
    const int64_t last = words.number("hole_end") - 1;
    const std::string bytes = "Bytes " + words.fact("hole_begin") + " to " + grouped(last) + " from " + words.s();
    const std::string asking = words.r() + " kept answering and asking for byte " + words.fact("hole_begin");
    if (words.number("sends") == 0)
        return bytes + " never came by here for " + words.fact("stuck_for_ns") + ", while later bytes did, and "
            + asking + ".";
    return bytes + " never got through: sent " + words.fact("sends") + " times over " + words.fact("tried_for_ns")
        + ", while " + asking + ".";
}

std::string outage(const Words& words)
{
    if (words.hasSub("no-answer"))
        return "The server never answered: the client asked for the connection " + words.fact("sends") + " times over "
            + words.fact("tried_for_ns") + " and gave up.";
    const std::string tries = words.s() + " sent its data again " + words.fact("resends") + " times over "
        + words.fact("tried_for_ns") + ", starting at byte " + words.fact("first_stuck_byte");
    if (words.hasSub("forward-only"))
        return "Nothing from " + words.s() + " reached " + words.r() + " any more, although packets of " + words.r()
            + " still arrived: " + tries + ".";
    return "From one moment on nothing from " + words.r() + " arrived any more, for " + words.fact("silent_for_ns")
        + ": " + tries + ".";
}

std::string starvation(const Words& words)
{
    return words.r() + "'s program stopped reading: its window reached 0 and stayed closed for "
        + words.fact("closed_for_ns") + "; " + words.s() + " probed it " + words.fact("probes")
        + " times and was answered " + words.fact("answered_probes") + " times.";
}

std::string idle(const Words& words)
{
    std::string text = "Nobody sent data for " + words.fact("silence_ns");
    const std::string timer = words.fact("timer_s");
    if (words.hasSub("on-next-packet"))
        text += "; the next packet was answered with a reset: the connection had been forgotten on the way";
    else
        text += "; then " + words.x() + "'s side of the connection was reset";
    if (!timer.empty())
        text += ", exactly at the limit of " + timer;
    const std::string cohort = words.fact("cohort");
    return text + (cohort.empty() ? "." : ". " + cohort + " of this capture died after the same silence.");
}

std::string keepalive(const Words& words)
{
    return "The connection was quiet; " + words.x() + " probed " + words.fact("probes") + " times every "
        + words.fact("interval_ns") + ", got no answer and gave up.";
}

std::string response(const Words& words)
{
    const std::string acknowledged = words.fact("acknowledged_after_ns");
    return words.x() + " asked (" + words.fact("request_bytes")
        + (acknowledged.empty() ? "" : ", acknowledged after " + acknowledged) + "), waited " + words.fact("waited_ns")
        + " for an answer that never came, and hung up.";
}

std::string portReuse(const Words& words)
{
    return words.x() + " opened a new connection from a port that " + words.y() + " still held for an older one; "
        + words.y() + " answered with the old numbers and " + words.x() + " reset the old one.";
}

std::string unread(const Words& words)
{
    const std::string bytes = words.fact("unread_bytes");
    return words.x() + " closed while " + (bytes.empty() ? "data" : "at least " + bytes) + " from " + words.y()
        + " lay unread in its buffer; its kernel sends a reset instead of a FIN to say that data was lost.";
}

std::string lateData(const Words& words)
{
    if (words.number("late_by_ns") < 0)
        return words.x() + " had closed while " + words.fact("late_bytes") + " of " + words.y()
            + " were still on their way. " + capital(words.x()) + " answers data that nobody can read with a reset.";
    return words.x() + " had closed; " + words.y() + " sent " + words.fact("late_bytes") + " more, "
        + words.fact("late_by_ns") + " after the FIN. " + capital(words.x())
        + " answers data that nobody can read with a reset.";
}

std::string abortText(const Words& words)
{
    std::string text = words.x() + "'s program ended the connection on purpose, without a normal close";
    if (words.hasSub("process-exit"))
        text += ", together with " + words.fact("cohort") + " of the same service: the process ended or restarted";
    else if (words.hasSub("listener-closed"))
        text += ": its listening socket was closed before it accepted the connection";
    else if (words.hasSub("before-first-byte"))
        text += ", before it had sent a byte";
    else if (words.hasSub("mid-transfer"))
        text += ", while " + words.y() + " was still sending";
    else if (words.hasSub("after-complete-exchange"))
        text += ", after all data was delivered";
    const std::string wait = words.fact("after_last_data_ns");
    return text + (wait.empty() ? "." : ", " + wait + " after the last data.");
}

std::string teardown(const Words& words)
{
    if (words.hasSub("close-notify"))
        return "Harmless: " + words.x() + " had closed, and only the TLS goodbye of " + words.y() + " came too late.";
    return "Harmless: all data had been delivered and the connection was closing; the reset only cleaned up.";
}

std::string halfOpen(const Words& words, const ResetContext& reset)
{
    const std::string frame = std::to_string(reset.form.trigger->segment.frame.value);
    return words.x() + " does not know this connection (any more): it answered packet " + frame + " of " + words.y()
        + " with a reset.";
}

std::string refused(const Words& words, const ResetContext& reset)
{
    return capital(words.y()) + " asked for a connection to port " + words.fact("port") + "; " + words.x()
        + " refused it " + words.fact("refused_after_ns") + " later: "
        + (reset.vantage.onHost || !words.hasSub("policy")
                ? "nothing accepts connections there, or a rule rejects them."
                : "a box on the way rejects them.");
}

std::string ignored(const Words& words, const ResetContext& reset)
{
    return "This reset did not end the connection: its number was not the one that " + words.y() + " expected"
        + (reset.effect.challenge ? "; it asked back and went on." : "; it went on as if nothing had come.");
}

std::string unknown(const Diagnosis& diagnosis)
{
    std::string text = "The capture does not hold enough to tell.";
    if (!diagnosis.missing.empty())
        text += " " + missingText(diagnosis.missing.front());
    if (diagnosis.alternatives.empty())
        return text;
    text += " Possible:";
    for (size_t index = 0; index < diagnosis.alternatives.size(); ++index)
        text += (index == 0 ? " " : ", ") + std::string(causeName(diagnosis.alternatives[index].cause));
    return text + ".";
}

std::string summaryOf(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const Words words(diagnosis, reset);
    switch (diagnosis.cause) {
    case CauseId::SegmentBlackHole:
        return blackHole(words) + ending(words, diagnosis, reset);
    case CauseId::PathOutage:
        return outage(words) + ending(words, diagnosis, reset);
    case CauseId::ZeroWindowStarvation:
        return starvation(words) + ending(words, diagnosis, reset);
    case CauseId::IdleTimeout:
        return idle(words);
    case CauseId::KeepaliveTimeout:
        return keepalive(words);
    case CauseId::ResponseTimeout:
        return response(words);
    case CauseId::PortReuse:
        return portReuse(words);
    case CauseId::CloseWithUnreadData:
        return unread(words);
    case CauseId::DataAfterClose:
        return lateData(words);
    case CauseId::ApplicationAbort:
        return abortText(words);
    case CauseId::Teardown:
        return teardown(words);
    case CauseId::HalfOpen:
        return halfOpen(words, reset);
    case CauseId::ConnectionRefused:
        return refused(words, reset);
    case CauseId::IgnoredReset:
        return ignored(words, reset);
    default:
        return unknown(diagnosis);
    }
}

std::string address(const Endpoint& endpoint)
{
    return toString(endpoint.address);
}

/// A ready command for the end that this capture did not see, for causes where it would decide.
std::string nextCaptureFor(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const bool settled = diagnosis.confidence == Confidence::Certain && diagnosis.alternatives.empty();
    const bool harmless = diagnosis.cause == CauseId::Teardown || diagnosis.cause == CauseId::IgnoredReset;
    if (settled || harmless)
        return "";
    const char* end = reset.vantage.place == VantagePlace::Client ? "server"
        : reset.vantage.place == VantagePlace::Server             ? "client"
                                                                  : "both-ends";
    return std::string("tcpdump -i any -s 128 -w ") + end + ".pcap 'tcp and host " + address(reset.connection.client)
        + " and host " + address(reset.connection.server) + " and port " + std::to_string(reset.connection.server.port)
        + "'";
}

} // namespace

std::string missingText(Missing missing)
{
    switch (missing) {
    case Missing::OneDirectionOnly:
        return "Only one direction was captured.";
    case Missing::StartedLate:
        return "The capture began after the connection did.";
    case Missing::CaptureDropsNearRst:
        return "The capture itself lost packets, which lowers the confidence: what seems lost on the way may only be "
               "missing here.";
    case Missing::RstFormOff:
        return "The numbers of the reset fit to nothing that was captured.";
    case Missing::TriggerNotCaptured:
        return "The packet that the reset answers is not in the capture.";
    case Missing::SnaplenShort:
        return "Packets were cut, so their checksums cannot be checked.";
    case Missing::ClockStep:
        return "The clock of the capture jumped.";
    case Missing::Contradiction:
        return "Signs of where the capture was taken contradict each other.";
    }
    return "";
}

void addWords(Diagnosis& diagnosis, const ResetContext& reset)
{
    for (EvidenceStep& step : diagnosis.chain)
        step.text = stepText(step, diagnosis);
    diagnosis.summary = capital(summaryOf(diagnosis, reset));
    if (!diagnosis.statedReason.empty())
        diagnosis.summary += " The reset itself states why (Multipath TCP): " + diagnosis.statedReason + ".";
    diagnosis.actions = actionsFor(diagnosis, reset);
    diagnosis.nextCapture = nextCaptureFor(diagnosis, reset);
}

} // namespace whyrst
