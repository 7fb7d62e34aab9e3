#include "model/export/rules_text.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/known_timers.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rule_table.h"
#include "model/diagnosis/sender_limits.h"
#include "model/export/diagnosis_text.h"

#include <array>
#include <cstdio>

namespace whyrst {

namespace {

/// By CauseId.
constexpr std::array<const char*, causeCount> ruleTexts{
    "A SYN is answered by RST,ACK with sequence number 0, and no SYN-ACK came before. Mostly the host refuses; where "
    "the TTL is not the host's, or the answer came sooner than half of its shortest handshake, a firewall does "
    "(policy).",
    "The server has sent nothing but SYN-ACKs. Its RST answers the third ACK itself, or it repeats its SYN-ACK after "
    "that ACK and then resets: the listener's queue is full.",
    "The client rejects a SYN-ACK: its acknowledgment number or echoed timestamp does not answer the SYN, the capture "
    "has no SYN of the client, or the SYNs came from elsewhere than the RSTs.",
    "A SYN is answered with an ACK of older numbers, and the RST answers that ACK.",
    "The client answers a right SYN-ACK with a RST instead of an ACK: a scan, a cancelled attempt, a forged SYN.",
    "The same bytes are sent again and again and never acknowledged, while later bytes of the same size arrive: SACK "
    "or duplicate ACKs report them.",
    "Bytes are sent again and again and never acknowledged; all that got stuck is larger than all that got through, or "
    "an ICMP error says that packets are too big.",
    "Two or more copies of the stuck bytes come by with a wrong checksum, none with a right one.",
    "Two or more intact copies of the stuck bytes reach the receiver's host, it answers every re-send, or it has "
    "echoed "
    "a later timestamp than they carry (PAWS): its TCP throws them away.",
    "The receiver's SACK blocks name bytes that were never sent, or do not help the sender, whose losses are repaired "
    "by timer only.",
    "Bytes or SYNs are sent again and again, and nothing shows that they or later ones got through.",
    "Bytes are sent again and again that the receiver has acknowledged in this capture: its acknowledgments do not "
    "reach the sender.",
    "An ICMP error \"unreachable\" quotes the SYN, or bytes that are stuck.",
    "The receiver's window was closed too long, or the stuck bytes lie beyond it, and it had not opened by the end.",
    "Two or more keep-alives go unanswered at a constant interval, then their sender resets.",
    "Nothing is unacknowledged, no FIN was sent and no request waits; after a long silence comes a RST. One that "
    "answers the next packet needs a known timer, other connections with the same silence, or the sign of a box.",
    "A request was acknowledged and not answered, and its sender ends the connection. Likely when the wait is a round "
    "number of seconds.",
    "A side that had not closed aborts, and shows that its program had not read all: the RST's window opens again, it "
    "acknowledges new data, the window's edge stood still, an answer went out or was due just before.",
    "A side has sent its FIN, new bytes of the other side come, and a RST answers them.",
    "A RST with the sender's own next numbers, for which no rule above has a reason.",
    "All data was acknowledged and one side or both had sent a FIN, or only the goodbye of TLS came late; the RST "
    "tidies "
    "up.",
    "The RST answers a packet of an open connection and repeats the number that it acknowledges; its sender had not "
    "closed and knows the connection no longer.",
    "The signs that the RST is not of the host whose address it carries have enough points (below). One that answers "
    "for a host that is gone, rejects a SYN or ends a long silence is told as that.",
    "The RST's number is not the one that its receiver expects (RFC 5961 3.2), or not taken, and the receiver goes on.",
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

/// Numbers of TCP and of all rules together.
std::vector<ThresholdText> generalThresholds(const DiagnosisSettings& settings)
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
            "asked where neither timestamps nor IP IDs order it, and its sender may have heard of the gap. Heuristic"},
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

/// Where the capture was taken.
std::vector<ThresholdText> vantageThresholds()
{
    return {
        {"certain: direction or checksums",
            numberText(100 * mostOf) + " % of a side's packets, at least " + std::to_string(enoughChecksums),
            "marked as sent here, or with a checksum that the network card has not filled in yet"},
        {"possible: TTL", "64, 128 or 255 of one side alone", "its packets have not crossed a router"},
        {"possible: handshake",
            "one side takes " + numberText(100 * nearShare) + " % of at least " + humanDuration(shortestHandshake),
            "between that, the capture was taken on the way"},
        {"possible: acknowledgments",
            "one side answers data within " + humanDuration(nearAnswer) + " and " + numberText(100 * (1 - nearShare))
                + " % of both, " + std::to_string(enoughAnswers) + " times",
            "asked where TTL and handshake leave it open; two that agree are likely, two that do not say nothing"},
    };
}

/// The points of who sent a RST.
std::vector<ThresholdText> senderPoints()
{
    const auto both = [](int first, int second) { return std::to_string(first) + " or " + std::to_string(second); };
    return {
        {"a RST is not the host's from", std::to_string(forgedScore) + " points",
            "likely; certain from " + std::to_string(certainlyForgedScore)
                + " with auth-goes-on, auth-too-early or auth-train"},
        {"auth-ttl", both(points::ttl, points::ttlOffByOne),
            "another TTL than " + std::to_string(fewPackets) + " packets or more, by " + std::to_string(differentTtl)
                + " at least; by 1 against " + std::to_string(manyPackets)
                + " constant ones, or another class than fewer packets"},
        {"auth-ipid", both(points::ipId, points::ipIdOfReply),
            "an IP ID more than " + std::to_string(ipIdSlack)
                + " and the host's usual rate on from its last; less for the answer of a host without the connection"},
        {"auth-timestamp", both(points::timestamp, points::timestampUnknownStack),
            "no TCP timestamp, or one more than " + humanDuration(timestampOffLine)
                + " off the host's clock; less without the host's SYN"},
        {"auth-window", std::to_string(points::window),
            "none of the host's last " + std::to_string(rememberedWindows) + " windows, and not 0"},
        {"auth-train", std::to_string(points::train),
            "several RSTs within " + humanDuration(trainTime) + " with different numbers"},
        {"auth-goes-on", both(points::goesOnAfterAbort, points::goesOnAfterReply),
            "the host goes on later than a round trip and " + humanDuration(goesOnSlack)
                + "; less after the answer of a host without the connection"},
        {"auth-too-early", std::to_string(points::tooEarly),
            "it answers a packet sooner than " + numberText(nearlyRoundTrip) + " of the shortest round trip"},
        {"auth-mac", both(points::macOnLink, points::macBehindRouter),
            "another Ethernet address in the same VLAN; less behind a router, whose address other hosts share or whose "
            "TTL it lowered"},
        {"auth-twin", std::to_string(points::twin), "both sides are reset within a round trip, without a reason"},
        {"auth-behind", std::to_string(points::behind), "its number lies before data that was already sent"},
        {"auth-content", std::to_string(points::content),
            "all who asked for the name, " + std::to_string(requestsAlike)
                + " or more, were reset at once, while others are answered"},
        {"auth-genuine", std::to_string(points::genuine),
            "TTL as before, and an IP ID at most " + std::to_string(genuineIpIdStep) + " on or a timestamp within "
                + humanDuration(timestampLineSlack) + " of the host's clock"},
        {"a host keeps the verdict \"itself\" below", std::to_string(strongSign) + " points against it",
            "with auth-genuine, or the TTL of " + std::to_string(fewPackets)
                + " packets and no points; else it is not told who sent the RST"},
    };
}

/// When bytes or a window are stuck, and what decides between the causes of that.
std::vector<ThresholdText> troubleThresholds(const DiagnosisSettings& settings)
{
    const std::string resends = std::to_string(settings.resends);
    return {
        {"stuck", std::to_string(stuckTimeouts) + " timers without progress",
            "and sent often enough; at the receiver, where lost copies do not come by, " + resends
                + " sends do, or later bytes alone"},
        {"an unanswered closed window", resends + " probes without an answer", "then it is not zero-window-starvation"},
        {"damaged or intact copies", std::to_string(enoughCopies),
            "corrupted-segment: so many with a wrong checksum and none with a right one; receiver-discards: so many "
            "intact ones on the receiver's host"},
        {"mtu-black-hole (certain)", std::to_string(enoughLarge) + " different packets above what got through",
            "and a smaller one that got through after them"},
        {"sack-mangled",
            std::to_string(mangledAcks) + " ACKs with blocks of what was never sent, and "
                + std::to_string(timerRecoveries) + " repairs by timer",
            "or " + std::to_string(fewestUnheeded) + " reported holes that only the timer repaired, or "
                + std::to_string(fewestUntaken) + " ACKs with blocks that were not taken. Heuristic"},
        {"a hole counts as reported", std::to_string(sackedSegments) + " segments behind it", "RFC 6675 4, IsLost"},
        {"ack-path-loss", resends + " re-sends of acknowledged bytes",
            "seen near the receiver; " + std::to_string(fewestNeedless) + " show that one direction alone failed"},
        {"reported by ICMP", std::to_string(enoughReported) + " sends",
            "of bytes that an error says cannot be delivered. Heuristic: one is no chance"},
        {"application-abort beside re-sends", std::to_string(unansweredResends) + " without an answer",
            "make it less sure. Heuristic: the second shows that the timer backs off"},
        {"the rest was lost too", resends + " ranges behind the hole",
            "not reported either: path-outage, not one hole"},
        {"a TCP gave up by itself",
            std::to_string(windowsResends) + " or " + std::to_string(bsdResends) + " re-sends, and "
                + numberText(timerEarly) + " to " + numberText(deadlineFactor) + " of the last interval",
            "Windows, BSD; else the text says \"the program or its TCP\""},
        {"a trouble that is over", humanDuration(recoveredBefore) + " before the reset",
            "named as what the cause is not. Heuristic: programs react within that"},
        {"packets that the capture missed", std::to_string(lossRoundTrips) + " round trips before the reset",
            "they make the answer less sure"},
    };
}

/// Numbers of single rules.
std::vector<ThresholdText> ruleNumbers()
{
    return {
        {"a scan", std::to_string(scanTargets) + " addresses and ports within " + humanDuration(scanTime),
            "handshake-abandoned/scan. Heuristic"},
        {"a late SYN-ACK", humanDuration(slowAnswer), "handshake-abandoned/cancelled. Heuristic"},
        {"answers to forged SYNs",
            std::to_string(backscatterCount) + " within " + humanDuration(backscatterTime) + ", or none in "
                + humanDuration(longestConnect) + " before",
            "invalid-handshake/unsolicited; Linux gives a SYN up after 127 s"},
        {"the end of a process",
            std::to_string(processExitCount) + " resets of one service within " + humanDuration(processExitTime),
            "application-abort/process-exit"},
        {"a client that drops all",
            std::to_string(processExitCount) + " aborts to two services or more within "
                + humanDuration(processExitTime) + ", and half of those within " + humanDuration(aroundAborts),
            "application-abort/all-at-once; not idle-timeout when one of them was in use. Heuristic"},
        {"the end of a listener",
            std::to_string(listenerCloseCount) + " such resets within " + humanDuration(listenerCloseTime),
            "application-abort/listener-closed"},
        {"a SYN without what was refused", humanDuration(retryWithout) + " later",
            "connection-refused/syn-flags; RFC 3360"},
        {"a server that lives", humanDuration(aliveBefore) + " before the first SYN",
            "heard on another connection: path-outage/no-answer is less sure. Heuristic"},
        {"unanswered keep-alives", std::to_string(fewestKeepAlives),
            "keepalive-timeout; certain when the RST comes one interval later, to " + numberText(100 * keepAliveMatch)
                + " %"},
        {"a wait for an answer",
            humanDuration(shortestWait) + " and " + std::to_string(shortestWaitRoundTrips) + " round trips",
            "response-timeout"},
        {"a request", std::to_string(shortestRequest) + " bytes",
            "fewer after a silence keep a connection alive; a first one above "
                + std::to_string(largestFirstRequest / 1024) + " KiB is an upload"},
        {"unread-window (certain)", "one segment", "the RST's own window is so much larger than a nearly closed one"},
        {"unread-ack (likely)", std::to_string(unreadSegments) + " segments",
            "acknowledged by the RST alone, or data that came just before it"},
        {"unread-pileup", std::to_string(unreadSegments) + " segments",
            "acknowledged while the window's edge stood still; with unread-answer likely, alone possible"},
        {"unread-answer", humanDuration(answerBeforeReset), "from the last answer to the RST, data still coming in"},
        {"unread-request, unread-stream", "possible only", "a request left unanswered, or data still coming in"},
        {"unread-alert", "likely, no harm", "all was answered, and the other side ended the TLS session with an alert"},
        {"resets that ended the same wait", std::to_string(cohortSize),
            "at different moments: idle-timeout (on expiry) and response-timeout are certain"},
        {"known idle limits", knownTimersText(), "idle-timeout"},
        {"round limits", roundLimitsText(), "response-timeout/round"},
    };
}

} // namespace

const char* ruleText(CauseId cause)
{
    return ruleTexts[static_cast<size_t>(cause)];
}

std::vector<ThresholdGroup> thresholdGroups(const DiagnosisSettings& settings)
{
    return {{"Thresholds", generalThresholds(settings)},
        {"Bytes and windows that are stuck", troubleThresholds(settings)},
        {"Where the capture was taken", vantageThresholds()}, {"Who sent a reset", senderPoints()},
        {"Numbers of single rules", ruleNumbers()}};
}

std::string rulesText(const DiagnosisSettings& settings)
{
    constexpr size_t indent = 5;
    std::string text = "Rules, in the order in which they are tried; the first that applies gives the cause\n";
    for (const Rule& rule : ruleTable()) {
        text += std::string("  ") + causeTitle(rule.cause) + " [" + causeName(rule.cause) + "]\n";
        text += std::string(indent, ' ') + wrapped(ruleText(rule.cause), indent) + "\n";
    }
    for (const ThresholdGroup& group : thresholdGroups(settings)) {
        text += std::string("\n") + group.title + "\n";
        for (const ThresholdText& threshold : group.thresholds) {
            text += "  " + wrapped(std::string(threshold.name) + ": " + threshold.value, indent) + "\n";
            text += std::string(indent, ' ') + wrapped(threshold.reason, indent) + "\n";
        }
    }
    return text;
}

} // namespace whyrst
