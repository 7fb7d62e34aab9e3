#include "model/export/rules_text.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/rule_table.h"
#include "model/export/diagnosis_text.h"

#include <array>
#include <cstdio>

namespace whyrst {

namespace {

/// By CauseId.
constexpr std::array<const char*, causeCount> ruleTexts{
    "A SYN is answered by RST,ACK with sequence number 0: nobody listens there, or a firewall refuses.",
    "Clients believe that they are connected, their data or third ACK is answered by a RST or not at all, and the "
    "server repeats its SYN-ACK: the listener's queue is full.",
    "The SYN-ACK carries an acknowledgment number that the client never asked for, and the client rejects it.",
    "A SYN meets the remains of an older connection with the same addresses and ports.",
    "The client ends the connection itself before the handshake is through: a scan, a cancelled or a late answer.",
    "The same bytes are sent again and again and never acknowledged, while the receiver goes on answering and asking "
    "for them.",
    "Bytes are sent again and again and never acknowledged; only packets above a certain size are missing, and smaller "
    "ones get through.",
    "Copies of the stuck bytes reach the receiver's side with a wrong checksum, or with other bytes than were sent.",
    "Intact copies of the stuck bytes reach the receiver, which does not take them: timestamps that go back, a full "
    "socket, a filter on the host.",
    "The receiver's SACK blocks do not fit the sender's sequence numbers: something on the way shifts one and not the "
    "other.",
    "Bytes are stuck and nothing at all comes from the other side any more.",
    "Bytes are sent again that the receiver has acknowledged in this capture: its acknowledgments do not reach the "
    "sender.",
    "An ICMP error quotes a segment of the connection, and the connection ends over it.",
    "The receiver's window stays closed, probes are answered with a window of zero, and somebody gives up.",
    "Keep-alives go unanswered at a constant interval, then comes the RST.",
    "After a silence in which nothing was wrong the connection is reset, at once or with the next packet.",
    "A request was acknowledged, but not answered within the time that its sender was willing to wait.",
    "A program closes its socket while received data waits unread: its TCP sends a RST instead of a FIN.",
    "Data arrives after the receiver has closed completely, and is answered with a RST.",
    "A program aborts the connection while nothing else is wrong.",
    "Both sides have closed, or said all they had to say; the RST only tidies up.",
    "One side does not know the connection any more and answers a packet of it with a RST.",
    "The RST does not come from the host whose address it carries: its TTL, IP ID, timestamps, window or timing are "
    "not those of the host's own packets, or the host goes on as if it had not sent it.",
    "The RST lies outside the window or is not exact, and its receiver goes on.",
    "No other rule applies.",
};

std::string numberText(double number)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", number);
    return text.data();
}

std::string rangeText(double low, double high)
{
    return numberText(low) + " to " + numberText(high);
}

} // namespace

const char* ruleText(CauseId cause)
{
    return ruleTexts[static_cast<size_t>(cause)];
}

std::vector<ThresholdText> thresholdTexts(const DiagnosisSettings& settings)
{
    return {
        {"sends that make bytes stuck", "1 + " + std::to_string(settings.resends) + " re-sends",
            "fewer are ordinary loss; R1 of RFC 9293 3.8.3"},
        {"duplicate ACKs that prove a loss", std::to_string(dupAckThreshold), "RFC 5681 3.2"},
        {"ratio of backed-off timers", rangeText(backoffRatioLow, backoffRatioHigh),
            "2 of RFC 6298 5.5 with 20 % noise of timer and capture"},
        {"ratio of linear timers", rangeText(flatRatioLow, flatRatioHigh), "keep-alives, thin streams, RFC 6069"},
        {"a missed deadline", numberText(deadlineFactor) + " times the last interval",
            "the next re-send is due after twice that interval; 25 % margin"},
        {"largest interval of a backoff", humanDuration(backoffCap), "Linux; plateaus begin at 48 s"},
        {"smallest retransmission timer", humanDuration(smallestRto), "Linux; RFC 6298 2.4 says 1 s"},
        {"timer before any sample", humanDuration(initialRto), "RFC 6298 2.1"},
        {"share of the timer that makes a re-send timer-driven", numberText(timerShare), "the estimate may be high"},
        {"a host answers within", humanDuration(replySlack) + " beyond a round trip",
            "hosts need below 1 ms; room for queues. Heuristic: measured on Linux"},
        {"window to find a RST's trigger", humanDuration(triggerWithoutRoundTrip),
            "when no round trip was measured. Heuristic"},
        {"packets stored in the wrong order", humanDuration(orderTolerance), "network cards with several queues"},
        {"an overtaken segment comes within", humanDuration(reorderingWindow) + " and a quarter round trip",
            "later it was lost. Heuristic"},
        {"shortest closed window that counts", humanDuration(settings.closedWindow),
            "shorter is flow control. Heuristic"},
        {"shortest idle time",
            humanDuration(settings.idle) + " and " + std::to_string(minimumIdleRoundTrips) + " round trips",
            "no known middlebox forgets sooner. Heuristic"},
        {"tolerance of a round timer value",
            humanDuration(roundTolerance) + " or " + numberText(100 * roundToleranceShare) + " %",
            "waits of 60, 300, 3600 s ... are somebody's setting. Heuristic"},
        {"packets that a RST is compared with", std::to_string(fewPackets), "fewer say nothing of TTL and IP ID"},
        {"a step of the clock",
            humanDuration(clockStepBackward) + " back, " + humanDuration(clockStepByTimestamps) + " forward",
            "waits across it are not trusted; forward only where timestamps show that less time passed"},
    };
}

std::string rulesText(const DiagnosisSettings& settings)
{
    constexpr size_t indent = 5;
    std::string text = "Rules, in the order in which they are tried; the first that applies gives the cause\n";
    for (const Rule& rule : ruleTable()) {
        text += std::string("  ") + causeTitle(rule.cause) + " [" + causeName(rule.cause) + "]\n";
        text += std::string(indent, ' ') + wrapped(ruleText(rule.cause), indent) + "\n";
    }
    text += "\nThresholds\n";
    for (const ThresholdText& threshold : thresholdTexts(settings)) {
        text += std::string("  ") + threshold.name + ": " + threshold.value + "\n";
        text += std::string(indent, ' ') + wrapped(threshold.reason, indent) + "\n";
    }
    return text;
}

} // namespace whyrst
