#include "model/diagnosis/wording.h"

#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"

#include <algorithm>

namespace whyrst {

namespace {

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
        + (words.hasSub("late-answer") ? " for an answer and closed; the answer (" + words.fact("late_bytes")
                    + ") came " + words.fact("late_by_ns") + " later, and nobody could read it any more."
                                       : " for an answer that never came, and hung up.");
}

std::string portReuse(const Words& words)
{
    return words.x() + " opened a new connection from a port that " + words.y() + " still held for an older one; "
        + words.y() + " answered with the old numbers and " + words.x() + " reset the old one.";
}

std::string unread(const Words& words)
{
    const std::string bytes = words.fact("unread_bytes");
    const bool isGuess = !words.hasSub("unread-window") && !words.hasSub("unread-ack") && !words.hasSub("unread-pileup")
        && !words.hasSub("unread-answer");
    if (isGuess)
        return words.x() + "'s program ended the connection "
            + (words.hasSub("unread-stream") ? "while data from " + words.y() + " was still coming in"
                                             : "without answering what " + words.y() + " had sent")
            + ": probably it closed with data unread, for which its kernel sends a reset instead of a FIN.";
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

std::string overflow(const Words& words)
{
    const std::string full = "its queue of connections that wait for accept() was full.";
    if (words.hasSub("syn-ack-repeated"))
        return "The client completed the handshake, but the server behaves as if it had not: it repeated its SYN-ACK "
            + words.fact("syn_acks_again") + (words.number("syn_acks_again") == 1 ? " time" : " times")
            + ", took no data and then reset the connection. Most likely " + full;
    return "The client completed the handshake and the server answered the last packet of it with a reset, "
        + words.fact("refused_after_ns") + " later: " + full;
}

std::string invalidHandshake(const Words& words)
{
    if (words.hasSub("unsolicited"))
        return "The client reset a SYN-ACK that it had not asked for: no SYN of it is in the capture.";
    if (words.hasSub("forged-syn"))
        return "The client reset a SYN-ACK that it had not asked for: the SYN (TTL " + words.fact("syn_ttl")
            + ") came from another host than the reset (TTL " + words.fact("reset_ttl")
            + "), as others to this service did. Somebody sends SYNs in the client's name.";
    if (words.hasSub("timestamp"))
        return "The client reset a SYN-ACK that echoes a timestamp the client never sent.";
    if (words.hasSub("changed-on-the-way"))
        return "The SYN-ACK answers the SYN here, but the client reset it with a number that is " + words.fact("off_by")
            + " off: between here and the client something changes the acknowledgment number.";
    return "The client received a SYN-ACK that does not answer its SYN (its acknowledgment number is "
        + words.fact("off_by") + " off) and reset it.";
}

std::string abandoned(const Words& words)
{
    const std::string text = "The client asked for a connection and, when the server agreed "
        + words.fact("agreed_after_ns") + " later, no longer wanted it";
    if (words.hasSub("scan"))
        return text + ": a scan, it tried five or more addresses and ports within a minute.";
    if (words.hasSub("cancelled"))
        return text + ": the attempt had been cancelled meanwhile.";
    if (words.hasSub("spoofed"))
        return text + ". SYN and reset come from different distances: the SYN may be forged.";
    return text + ".";
}

std::string injected(const Words& words, const Diagnosis& diagnosis)
{
    const char* sure = diagnosis.confidence == Confidence::Certain ? "did not come" : "most likely did not come";
    return std::string("The reset ") + sure + " from " + words.x() + ", but from a device between that used its name: "
        + words.fact("signs") + "." + (words.hasSub("both-sides") ? " It reset both sides at once." : "");
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
    if (std::string text = deliverySummary(words, diagnosis, reset); !text.empty())
        return text;
    switch (diagnosis.cause) {
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
    case CauseId::AcceptQueueOverflow:
        return overflow(words);
    case CauseId::InvalidHandshake:
        return invalidHandshake(words);
    case CauseId::HandshakeAbandoned:
        return abandoned(words);
    case CauseId::InjectedReset:
        return injected(words, diagnosis);
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
    const Words words(diagnosis, reset);
    if (!words.fact("multipath_reset_reason").empty())
        diagnosis.summary += " The reset itself states why (Multipath TCP): " + diagnosis.statedReason + ".";
    else if (!diagnosis.statedReason.empty())
        diagnosis.summary += " The reset carries a text: \"" + diagnosis.statedReason + "\".";
    diagnosis.actions = actionsFor(diagnosis, reset);
    diagnosis.nextCapture = nextCaptureFor(diagnosis, reset);
}

} // namespace whyrst
