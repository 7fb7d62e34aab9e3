#include "model/diagnosis/wording.h"

#include "model/diagnosis/evidence.h"
#include "model/diagnosis/stated_reason.h"
#include "model/diagnosis/words.h"

#include <algorithm>

namespace whyrst {

namespace {

std::string idle(const Words& words)
{
    std::string text = "Neither side sent data for " + words.fact("silence_ns");
    const std::string timer = words.fact("timer_s");
    if (words.hasSub("on-next-packet"))
        text += "; the next packet drew a reset from " + words.x()
            + "'s side, where the connection had been forgotten meanwhile";
    else
        text += "; then a reset came in " + words.x() + "'s name";
    if (!timer.empty())
        text += ". The silence fits a known limit, " + timer;
    const std::string cohort = words.fact("cohort");
    return text + (cohort.empty() ? "." : ". " + cohort + " in this capture ended after the same silence.");
}

std::string keepalive(const Words& words)
{
    return "The connection was idle; " + words.x() + " sent " + words.fact("probes") + " keep-alive probes, one every "
        + words.fact("interval_ns") + ", got no answer and gave up.";
}

std::string response(const Words& words)
{
    const std::string acknowledged = words.fact("acknowledged_after_ns");
    const std::string cohort = words.fact("cohort");
    const std::string asked = " sent a request (" + words.fact("request_bytes")
        + (acknowledged.empty() ? "" : ", acknowledged after " + acknowledged) + ") and waited "
        + words.fact("waited_ns");
    if (words.hasSub("hung-up"))
        return words.y() + asked + " for an answer that never came; then it closed, and " + words.x()
            + " reset the connection " + words.fact("after_close_ns") + " later instead of closing it.";
    return words.x() + asked
        + (words.hasSub("late-answer") ? " for an answer before it closed; the answer (" + words.fact("late_bytes")
                    + ") came " + words.fact("late_by_ns") + " later, when nobody could read it any more."
                                       : " for an answer that never came; then it reset the connection.")
        + (cohort.empty() ? "" : " " + capital(cohort) + " in this capture were given up after the same wait.");
}

std::string portReuse(const Words& words)
{
    const std::string since = words.fact("since_older_use_ns");
    if (words.hasSub("syn-in-window"))
        return words.y() + " opened a new connection from a port that " + words.x()
            + " still held for an older one, last used " + since + " before; " + words.x()
            + " took the SYN for an error of the old one and reset that.";
    if (words.hasSub("time-wait"))
        return words.x() + " opened a new connection from a port whose last one was closed on both sides " + since
            + " before, and which " + words.y() + " still kept in TIME-WAIT; " + words.y()
            + " answered with the numbers of the old one, and " + words.x() + " reset that.";
    return words.x() + " opened a new connection from a port that " + words.y() + " still held for an older one; "
        + words.y() + " answered with the numbers of the old one, and " + words.x() + " reset that.";
}

std::string unread(const Words& words, Confidence confidence)
{
    if (words.hasSub("unread-alert"))
        return words.x() + "'s program closed after " + words.y()
            + " had ended the TLS session, with nothing unread but the alert that says so: its kernel sent a reset "
              "instead of a FIN.";
    const std::string bytes = words.fact("unread_bytes");
    const bool isGuess = !words.hasSub("unread-window") && !words.hasSub("unread-ack") && !words.hasSub("unread-pileup")
        && !words.hasSub("unread-answer");
    if (isGuess)
        return words.x() + "'s program ended the connection "
            + (words.hasSub("unread-stream") ? "while data from " + words.y() + " was still coming in"
                                             : "without answering what " + words.y() + " had sent")
            + ". Probably it closed with data unread, for which a kernel sends a reset instead of a FIN.";
    const char* closed = confidence == Confidence::Possible ? " probably closed while " : " closed while ";
    return words.x() + closed + (bytes.empty() ? "data" : "at least " + bytes) + " from " + words.y()
        + " lay unread in its buffer; its kernel sent a reset instead of a FIN to say that data was lost.";
}

std::string lateData(const Words& words)
{
    const std::string bytes = words.fact("late_bytes");
    const std::string told = words.number("late_by_ns") < 0
        ? words.x() + " had closed with " + bytes + " from " + words.y() + " still on the way"
        : words.x() + " had closed; " + words.y() + " sent " + bytes + " more, " + words.fact("late_by_ns")
            + " after the FIN";
    if (words.hasSub("fin-not-captured"))
        return words.x() + " had closed: its FIN is not in the capture, but " + words.y() + " acknowledged it. "
            + capital(words.y()) + " sent " + bytes + " more, " + words.fact("late_by_ns")
            + " after that or later. Nobody can read that data any more, so " + words.x() + " answered with a reset.";
    if (words.hasSub("content-cut"))
        return told + ". Nobody can read that any more, so " + words.x()
            + " answered with a reset. What it was the capture does not hold: perhaps only the goodbye of TLS, which "
              "nobody needs.";
    return told + ". Nobody can read that data any more, so " + words.x() + " answered with a reset.";
}

/// What the program was doing when it gave the connection up.
std::string abortMoment(const Words& words)
{
    if (words.hasSub("before-first-byte"))
        return " before it had sent a byte";
    if (words.hasSub("mid-transfer"))
        return " while " + words.y() + " was still sending";
    if (words.hasSub("after-complete-exchange"))
        return " after all data was delivered";
    return "";
}

std::string abortText(const Words& words)
{
    const std::string wait = words.fact("after_last_data_ns");
    const std::string after = wait.empty() ? "" : wait + " after the last data";
    if (words.hasSub("process-exit")) {
        const int64_t others = words.number("cohort") - 1;
        const bool isListener = words.hasSub("listener-closed");
        return words.x() + "'s process ended or restarted" + (after.empty() ? "" : ", " + after) + ": this and "
            + groupedDigits(others) + (others == 1 ? " other connection" : " other connections")
            + " of the same service were reset at once" + (isListener ? ", before they were accepted." : ".");
    }
    if (words.hasSub("all-at-once")) {
        const int64_t others = words.number("cohort") - 1;
        return words.x() + " aborted this and " + groupedDigits(others) + " other connections, to several services, "
            + "at once" + (after.empty() ? "" : ", this one " + after)
            + ": its program ended or dropped them all, so the reason lies there and not in this connection.";
    }
    if (words.hasSub("listener-closed"))
        return words.x() + "'s program closed its listening socket before it accepted the connection.";
    std::string moment = abortMoment(words);
    if (!after.empty())
        moment += (moment.empty() ? " " : ", ") + after;
    const std::string said = words.fact("last_words");
    const std::string lost = words.fact("never_seen_bytes");
    return words.x() + "'s program aborted the connection" + moment + ": it sent a reset instead of a FIN"
        + (said.empty() ? "." : "; last words: \"" + said + "\".")
        + (lost.empty() ? "" : " Of what it had sent before, " + lost + " never came by here.");
}

std::string teardown(const Words& words)
{
    if (words.hasSub("close-notify"))
        return "Harmless: " + words.x() + " had closed, and only the TLS goodbye (close_notify) of " + words.y()
            + " came too late.";
    return "Harmless: all data had been delivered and the connection was closing; the reset only cleaned up.";
}

/// Why a side does not know the connection, as far as the packets tell.
std::string forgottenWhy(const Words& words)
{
    if (words.hasSub("earlier-rst-missed"))
        return " A reset in its name had come before (" + words.fact("earlier_reset")
            + ") and did not end the connection here: that one is the beginning.";
    if (words.hasSub("rebooted"))
        return " It answered " + words.fact("forgotten_too")
            + " in the same way: most likely it, or a box in front of it, restarted.";
    return "";
}

std::string halfOpen(const Words& words, Confidence confidence)
{
    if (words.hasSub("invalid-packet"))
        return words.x() + "'s side rejected a packet of " + words.y() + " with a reset, on a connection that was well"
            + ": the packet lies " + words.fact("off_by") + (words.number("off_by") < 0 ? " below" : " above")
            + " the bytes that are next. Connection tracking in a NAT or a Kubernetes node may take such a packet as "
              "invalid and pass it on untranslated, to a host that does not know it.";
    constexpr int64_t longSilence = 1'000'000'000; // a shorter one is no news
    const std::string silence = words.fact("silence_ns");
    const bool wasKnown = !silence.empty();
    const bool wasSilent = words.number("silence_ns") >= longSilence;
    const bool isHost = confidence == Confidence::Certain && !words.hasSub("box");
    return words.x() + (isHost ? "" : "'s side") + (wasKnown ? " no longer knows" : " does not know")
        + " this connection: it answered a packet from " + words.y() + " with a reset"
        + (wasSilent ? ", " + silence + " after the last packet from " + words.x() : "") + "." + forgottenWhy(words);
}

std::string refused(const Words& words, const ResetContext& reset)
{
    std::string text = capital(words.y()) + " asked for a connection to port " + words.fact("port") + "; " + words.x()
        + " refused it " + words.fact("refused_after_ns") + " later: ";
    if (words.hasSub("syn-flags"))
        return text + "something on the way does not like " + words.fact("refused_option")
            + "; a SYN without it was accepted soon after.";
    return text
        + (reset.vantage.onHost || !words.hasSub("policy")
                ? "nothing accepts connections there, or a rule rejects them."
                : "most likely a box on the way rejects them.");
}

std::string overflow(const Words& words, Confidence confidence)
{
    const std::string full = std::string(confidence == Confidence::Certain ? "its" : "most likely its")
        + " queue of connections that wait for accept() was full.";
    if (words.hasSub("syn-ack-repeated"))
        return "The client completed the handshake, but the server behaved as if it had not: it repeated its SYN-ACK "
            + timesText(words.number("syn_acks_again")) + ", took no data and then reset the connection; " + full;
    return "The client completed the handshake, and the server answered the ACK that ends it with a reset "
        + words.fact("refused_after_ns") + " later: " + full;
}

std::string invalidHandshake(const Words& words)
{
    if (words.hasSub("unsolicited"))
        return "The client reset a SYN-ACK that it had not asked for: no SYN from it is in the capture.";
    if (words.hasSub("forged-syn"))
        return "The client reset a SYN-ACK that it had not asked for: its reset has TTL " + words.fact("reset_ttl")
            + ", the SYN had " + words.fact("syn_ttl")
            + ", as on other connections to this service. Somebody else sends SYNs in the client's name.";
    if (words.hasSub("timestamp"))
        return "The client reset a SYN-ACK that echoes a timestamp the client never sent.";
    if (words.hasSub("changed-on-the-way"))
        return "The SYN-ACK answers the SYN here, but the client reset it with a number that is " + words.fact("off_by")
            + " off: something between here and the client changes the acknowledgment number.";
    return "The client received a SYN-ACK that does not answer its SYN (its acknowledgment number is "
        + words.fact("off_by") + " off) and reset it.";
}

std::string abandoned(const Words& words)
{
    const std::string text = "The client asked for a connection, the server agreed " + words.fact("agreed_after_ns")
        + " later, and " + words.fact("given_up_after_ns")
        + " after that the client answered with a reset instead of an ACK";
    if (words.hasSub("scan"))
        return text + ": a scan, which tried five or more addresses and ports within a minute.";
    if (words.hasSub("cancelled"))
        return text + ": it had most likely cancelled the attempt meanwhile.";
    if (words.hasSub("spoofed"))
        return text + ". The TTLs of SYN and reset differ: the SYN may be forged.";
    return text + ".";
}

std::string injected(const Words& words, Confidence confidence)
{
    if (words.hasSub("victim"))
        return "A box on the path forged a reset in " + words.x() + "'s name (" + words.fact("signs") + "), which "
            + words.y() + " did not take. " + capital(words.x()) + " then answered a packet from " + words.y()
            + " as a host that was reset itself: " + (confidence == Confidence::Certain ? "" : "most likely ")
            + "the box reset it too.";
    return "The reset was " + std::string(confidence == Confidence::Certain ? "" : "most likely ") + "not sent by "
        + words.x() + " but by a box on the path in its name: " + words.fact("signs") + "."
        + (words.hasSub("on-content") ? " It followed the request for " + words.fact("requested_name") + "." : "")
        + (words.hasSub("both-sides") ? " It reset both sides at once." : "");
}

std::string ignored(const Words& words, const ResetContext& reset)
{
    std::string number = "its sequence number was not the one that " + words.y() + " expected";
    if (reset.effect.number == NumberPlace::OutOfWindow)
        number = "its sequence number lies outside the window of " + words.y();
    else if (reset.effect.number == NumberPlace::InWindow)
        number = "its sequence number lies in the window of " + words.y() + ", but is not the exact one";
    return "This reset did not end the connection: " + number + ". " + capital(words.y())
        + (reset.effect.challenge ? " asked back (challenge ACK) and went on." : " went on as if nothing had come.");
}

/// The title of a cause within a sentence: "path outage", "MTU black hole".
std::string causeInSentence(CauseId cause)
{
    std::string title = causeTitle(cause);
    const bool isAcronym = title.size() > 1 && title[1] >= 'A' && title[1] <= 'Z';
    if (!isAcronym)
        title[0] = static_cast<char>(title[0] - 'A' + 'a');
    return title;
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
        text += (index == 0 ? " " : ", ") + causeInSentence(diagnosis.alternatives[index].cause);
    return text + ".";
}

/// The summary, as sure of its cause as `confidence`.
std::string summaryOf(const Diagnosis& diagnosis, const ResetContext& reset, Confidence confidence)
{
    const Words words(diagnosis, reset);
    if (std::string text = statedSummary(words, diagnosis, reset); !text.empty())
        return text;
    if (std::string text = deliverySummary(words, diagnosis, reset, confidence); !text.empty())
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
        return unread(words, confidence);
    case CauseId::DataAfterClose:
        return lateData(words);
    case CauseId::ApplicationAbort:
        return abortText(words);
    case CauseId::Teardown:
        return teardown(words);
    case CauseId::HalfOpen:
        return halfOpen(words, confidence);
    case CauseId::ConnectionRefused:
        return refused(words, reset);
    case CauseId::AcceptQueueOverflow:
        return overflow(words, confidence);
    case CauseId::InvalidHandshake:
        return invalidHandshake(words);
    case CauseId::HandshakeAbandoned:
        return abandoned(words);
    case CauseId::InjectedReset:
        return injected(words, confidence);
    case CauseId::IgnoredReset:
        return ignored(words, reset);
    default:
        return unknown(diagnosis);
    }
}

/// What the RST itself says about its cause.
std::string statedText(const Diagnosis& diagnosis, const ResetContext& reset)
{
    if (!Words(diagnosis, reset).fact("multipath_reset_reason").empty())
        return " The reset itself states why (Multipath TCP): " + diagnosis.statedReason + ".";
    if (diagnosis.statedReason.starts_with("bytes "))
        return " The reset carries data that is no text (" + diagnosis.statedReason + ").";
    return diagnosis.statedReason.empty() ? "" : " The reset carries a text: \"" + diagnosis.statedReason + "\".";
}

std::string address(const Endpoint& endpoint)
{
    return toString(endpoint.address);
}

/// Whether only checksums tell more: they cannot be checked over packets that were cut.
bool needsWholePackets(const Diagnosis& diagnosis)
{
    const auto isCorruption
        = [](const Alternative& other) { return other.cause == CauseId::CorruptedSegment && other.excludedBy.empty(); };
    return diagnosis.cause == CauseId::CorruptedSegment || std::ranges::any_of(diagnosis.alternatives, isCorruption);
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
    return std::string("tcpdump -i any -s ") + (needsWholePackets(diagnosis) ? "0" : "128") + " -w " + end
        + ".pcap 'tcp and host " + address(reset.connection.client) + " and host " + address(reset.connection.server)
        + " and port " + std::to_string(reset.connection.server.port) + "'";
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
        return "The numbers of the reset match nothing that was captured.";
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
    const std::string stated = statedText(diagnosis, reset);
    const Confidence confidence = diagnosis.confidence.value_or(Confidence::Possible);
    diagnosis.summary = capital(summaryOf(diagnosis, reset, confidence)) + stated;
    if (confidence != Confidence::Certain && !reset.isBrief)
        diagnosis.assuredSummary = capital(summaryOf(diagnosis, reset, Confidence::Certain)) + stated;
    diagnosis.actions = actionsFor(diagnosis, reset);
    diagnosis.nextCapture = nextCaptureFor(diagnosis, reset);
}

} // namespace whyrst
