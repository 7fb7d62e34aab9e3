// What to do about each cause.
#include "model/diagnosis/wording.h"

#include "model/diagnosis/stated_reason.h"

#include <algorithm>

namespace whyrst {

namespace {

bool hasSub(const Diagnosis& diagnosis, const char* name)
{
    return std::find(diagnosis.subs.begin(), diagnosis.subs.end(), name) != diagnosis.subs.end();
}

const char* abortAction(const Diagnosis& diagnosis)
{
    if (hasSub(diagnosis, "process-exit"))
        return "Find out why the process ended or restarted.";
    if (hasSub(diagnosis, "all-at-once"))
        return "Was the program closed, or did the host change its network, sleep or log off at that moment? Then this "
               "is harmless.";
    return "Check its time limits, and SO_LINGER with time 0 in its code.";
}

std::string factText(const Diagnosis& diagnosis, const char* name)
{
    const auto found = std::find_if(
        diagnosis.facts.begin(), diagnosis.facts.end(), [name](const Fact& fact) { return fact.name == name; });
    return found == diagnosis.facts.end() ? "" : found->text;
}

/// A moment to look up in a log: milliseconds are enough for that.
std::string logTime(Timestamp time)
{
    constexpr size_t microseconds = 3; // the last digits of "19:27:55.628541"
    const std::string text = utcDateTime(time);
    return text.substr(0, text.size() - microseconds) + " UTC";
}

std::vector<std::string> outageActions(const Diagnosis& diagnosis, const std::string& sender, const std::string& at)
{
    if (hasSub(diagnosis, "others-answered"))
        return {
            "On the server: nstat -az TcpExtListenOverflows TcpExtTCPReqQFullDrop, and ss -ltn (Recv-Q above Send-Q).",
            "Look for rules that drop these SYNs, such as a limit for each client (nft list ruleset).",
            "Capture on the server: without a SYN there, something on the way drops it."};
    if (hasSub(diagnosis, "no-answer"))
        return {"Check that the server is up and that its address is right.",
            "Capture on the server: without a SYN there, a firewall or a wrong route on the way drops it.",
            "Check the route and the VPN from the client to the server."};
    return {"Look for changes of routes, VPN, Wi-Fi and NAT or firewall tables around " + at + ".",
        "See whether other connections to the same host stopped at the same moment.",
        "If the outage was short, raise the limit on the " + sender
            + " (Linux: net.ipv4.tcp_retries2; Windows: TcpMaxDataRetransmissions)."};
}

std::vector<std::string> starvationActions(
    const Diagnosis& diagnosis, const std::string& r, const std::string& s, const std::string& at)
{
    if (hasSub(diagnosis, "memory-pressure"))
        return {"On the " + r
                + ": compare /proc/net/sockstat with net.ipv4.tcp_mem, and look at nstat -az | grep -E "
                  "'RcvQDrop|Prune|BeyondWindow'.",
            "Find programs there that do not read their sockets (ss -tmp, large Recv-Q): one that hangs can starve "
            "all.",
            "On the " + s + ": ss -to shows the persist timer; check the time limits of its program."};
    return {"Find what has kept the program on the " + r + " from reading since " + at
            + ": thread dump, deadlock, slow disk, lock on a database.",
        "On the " + r + ": ss -tmp shows the full receive queue (Recv-Q) and its process.",
        "On the " + s + ": ss -to shows the persist timer; check the time limits of its program."};
}

std::vector<std::string> blackHoleActions(const std::string& s, const std::string& r)
{
    return {"Capture on the " + r
            + " at the same time (command below): it tells whether the bytes are lost on the way, damaged, or dropped "
              "by the host.",
        "Try again with offloads off on the " + s
            + " (ethtool -K DEV tso off gso off gro off), then over another path.",
        "Send the same data once more: if the same bytes fail, look for a content filter, IPS or WAN optimiser."};
}

std::vector<std::string> idleActions(const Diagnosis& diagnosis)
{
    const std::string timer = factText(diagnosis, "timer_s");
    const std::string silence = factText(diagnosis, "silence_ns");
    return {"Find the idle limit on the path or on the hosts" + (timer.empty() ? "" : " (" + timer + "?)")
            + " and raise it.",
        "Turn on TCP or application keep-alives at shorter intervals than " + silence + ".",
        "If the client pools connections, make it drop those that have been idle that long."};
}

std::vector<std::string> mtuActions(const Diagnosis& diagnosis, const ResetContext& reset, Side sender)
{
    constexpr int64_t pingHeaders = 28;     // IPv4 and ICMP
    constexpr int64_t pingHeadersIpv6 = 48; // IPv6 and ICMPv6
    const IpAddress& target = reset.connection.endpoint(otherSide(sender)).address;
    const std::string s = sideName(sender);
    const auto passed = std::find_if(
        diagnosis.facts.begin(), diagnosis.facts.end(), [](const Fact& fact) { return fact.name == "largest_passed"; });
    const int64_t size = passed == diagnosis.facts.end() ? 0 : passed->number.value_or(0);
    const int64_t payload = std::max<int64_t>(0, size - (target.isV6 ? pingHeadersIpv6 : pingHeaders));
    const std::string guess = factText(diagnosis, "limit_guess");
    return {"On the " + s + ": ping -M do -s " + std::to_string(payload) + " " + toString(target)
            + ", with larger and larger sizes, or tracepath " + toString(target) + ", to find where the limit is.",
        "Clamp the MSS at the tunnel or lower the interface's MTU"
            + (guess.empty() ? "." : "; the sizes fit the " + guess + "."),
        "Let ICMP \"fragmentation needed\" and \"packet too big\" through, or set net.ipv4.tcp_mtu_probing=1 on the "
            + s + "."};
}

std::vector<std::string> icmpActions(const std::string& from, const std::string& meaning)
{
    const std::string paths = "Check whether only one of several paths (ECMP) is affected.";
    const bool isByRule
        = meaning.find("prohibited") != std::string::npos || meaning.find("rejected") != std::string::npos;
    if (isByRule)
        return {"On " + from + ": find the firewall rule that answers \"" + meaning
                + "\", and ask its owner when it changed.",
            paths};
    if (meaning.find("port unreachable") != std::string::npos)
        return {"On " + from
            + ": look for a firewall rule that rejects (nft list ruleset); a closed TCP port answers with a reset, not "
              "with ICMP."};
    return {"On " + from + ": look into routes, neighbours and interfaces at the time of the first error.", paths};
}

/// Causes that a box or a cable on the path, or the receiving host, must answer for.
std::vector<std::string> pathActions(const Diagnosis& diagnosis, const ResetContext& reset, Side sender)
{
    const std::string s = sideName(sender);
    const std::string r = sideName(otherSide(sender));
    switch (diagnosis.cause) {
    case CauseId::MtuBlackHole:
        return mtuActions(diagnosis, reset, sender);
    case CauseId::CorruptedSegment:
        return {"Compare a damaged copy with a good one: which bits change tells whether a cable, an optic, a network "
                "card, memory or a rewriting box is at fault.",
            "As a test turn checksum and segmentation offload off on the " + s + " and on any tunnel or WAN box.",
            "On the " + r + ": nstat -az TcpInCsumErrors must have counted the damaged copies."};
    case CauseId::ReceiverDiscards:
        if (hasSub(diagnosis, "paws"))
            return {"On the " + r + ": nstat -az TcpExtPAWSEstab must have counted the copies.",
                "Look for a box that rewrites TCP timestamps, or one address that several hosts share behind a NAT.",
                "As a test turn TCP timestamps off on the " + s + " (net.ipv4.tcp_timestamps=0)."};
        return {"On the " + r
                + ": nstat -az | grep -E 'RcvQDrop|Prune|BacklogDrop|BeyondWindow|PAWSEstab|TCPMD5|InCsum', and "
                  "compare /proc/net/sockstat with net.ipv4.tcp_mem.",
            "Find programs there that do not read their sockets (ss -tmp, large Recv-Q): one that hangs can starve "
            "all.",
            "Look there for drops by the host's own firewall or connection tracking (nft list ruleset, conntrack -S), "
            "or let the kernel name them: perf trace -e skb:kfree_skb."};
    case CauseId::SackMangled:
        return {"Turn off the randomisation of sequence numbers on the firewall, or update it; as a test turn SACK off "
                "on the "
                + s + " (net.ipv4.tcp_sack=0).",
            "Capture at both ends and compare the initial sequence numbers: different numbers prove the box."};
    case CauseId::AckPathLoss:
        if (hasSub(diagnosis, "behind-capture"))
            return {"On the " + s
                    + " look for drops by the host's own firewall or connection tracking (nft list ruleset, conntrack "
                      "-S), or let the kernel name them: perf trace -e skb:kfree_skb.",
                "Check there whether its TCP counts the ACKs as bad: nstat -az | grep -E 'InCsum|PAWS|TCPMD5'."};
        return {"Look for asymmetric routing or a stateful box on the way from the " + r + " to the " + s + ".",
            "Capture on the " + s + " at the same time: do the ACKs arrive?",
            "Look for a limit on the rate of small packets in that direction."};
    default:
        return {};
    }
}

/// Causes about how a connection opens.
std::vector<std::string> openingActions(const Diagnosis& diagnosis)
{
    switch (diagnosis.cause) {
    case CauseId::AcceptQueueOverflow:
        return {"On the server: nstat -az TcpExtListenOverflows TcpExtListenDrops, and ss -ltn (Recv-Q above Send-Q).",
            "Raise the program's listen backlog and net.core.somaxconn, and find what keeps it from calling accept().",
            "Check net.ipv4.tcp_abort_on_overflow on the server: with 1 it resets at once, with 0 it lets the client "
            "try again."};
    case CauseId::InvalidHandshake:
        if (hasSub(diagnosis, "forged-syn"))
            return {"Block or rate-limit SYNs in the client's name before they reach the server; SYN cookies keep its "
                    "queue free.",
                "Tell the owner of the client's address: its host gets the answers."};
        if (hasSub(diagnosis, "unsolicited"))
            return {"Probably backscatter: somebody floods the server with SYNs in the client's name. Block it or "
                    "ignore it.",
                "If the client did ask, its SYN takes another path than this capture sees."};
        return {"Look for a box that rewrites sequence numbers, a load balancer that sends SYN and SYN-ACK to "
                "different devices, or two hosts with the same address.",
            "Capture at both ends and compare the initial sequence numbers of SYN and SYN-ACK."};
    case CauseId::HandshakeAbandoned:
        if (hasSub(diagnosis, "scan"))
            return {"Treat it as reconnaissance: find out who the client is and whether it is meant to scan."};
        return {"Compare the delay of the SYN-ACK with the connect timeout of the program on the client.",
            "If the client tries several addresses at once (IPv4 and IPv6), check whether another of its attempts "
            "succeeded: then this is harmless."};
    case CauseId::IcmpUnreachable:
        return icmpActions(factText(diagnosis, "icmp_sender"), factText(diagnosis, "icmp_meaning"));
    default:
        return {};
    }
}

std::vector<std::string> unknownActions(const Diagnosis& diagnosis)
{
    if (std::ranges::find(diagnosis.missing, Missing::SnaplenShort) == diagnosis.missing.end())
        return {"Capture again as below, from before the connection begins and at both ends if possible."};
    const Side receiver = otherSide(diagnosis.dataSender.value_or(otherSide(diagnosis.from)));
    return {std::string("Next time record whole packets (tcpdump -s 0), above all on the ") + sideName(receiver)
        + ": only their checksums tell damage on the way from a host that drops them."};
}

std::vector<std::string> ignoredActions(const ResetContext& reset)
{
    std::vector<std::string> actions{"Look elsewhere for what ended the connection: this reset did not.",
        "Many such resets mean a blind attack or a confused box on the path."};
    if (reset.effect.challenge)
        actions.push_back(
            std::string("On the ") + sideName(reset.y) + ": nstat -az TcpExtTCPChallengeACK counts them.");
    return actions;
}

std::vector<std::string> portReuseActions(const Diagnosis& diagnosis, const std::string& y)
{
    return {diagnosis.harm == Harm::None ? "Harmless this time: the SYN sent right after succeeded."
                                         : "Check whether a later SYN succeeded: then this is harmless.",
        "Widen the client's port range (Linux: net.ipv4.ip_local_port_range) or slow down its reconnects.",
        hasSub(diagnosis, "time-wait") ? "The old connection was closed and only waited on the " + y
                + " for late packets (TIME-WAIT, 60 s on Linux): nothing is wrong with it."
                                       : "Find out why the old connection was still open on the " + y
                + ": crash of the client, or a NAT that forgot it."};
}

std::vector<std::string> responseActions(
    const Diagnosis& diagnosis, const std::string& x, const std::string& y, Timestamp end)
{
    const auto request = std::ranges::find(diagnosis.chain, Role::Request, &EvidenceStep::role);
    const std::string limit = factText(diagnosis, "limit_s");
    return {"On the " + y + ": look into the log of the program from "
            + logTime(request == diagnosis.chain.end() ? end : request->time) + " on: slow query, lock, dead worker.",
        "Check the time limit of the program on the " + x
            + (limit.empty() ? "." : "; the wait fits a limit of " + limit + "."),
        "If the " + y + " is a proxy, look one hop behind it."};
}

/// Causes about the end of a connection, and what to do when none is known.
std::vector<std::string> closingActions(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const std::string x = sideName(reset.x);
    const std::string y = sideName(reset.y);
    const std::string ended = logTime(reset.time);
    std::vector<std::string> harmless{"Nothing needs to be done. To avoid such resets, let the program on the " + x
        + " read to end-of-file before it closes."};
    switch (diagnosis.cause) {
    case CauseId::CloseWithUnreadData:
        if (hasSub(diagnosis, "unread-alert"))
            return harmless;
        return {"Make the program on the " + x + " read to end-of-file before it closes.",
            reset.x == Side::Server
                ? "HTTP: did the server answer before it had read the whole body (413, 401, redirect)? Read the last "
                  "answer."
                : "Did the user or the program on the client cancel on purpose? Then this is harmless.",
            "On the " + x + ": nstat -az TcpExtTCPAbortOnClose must have counted this close."};
    case CauseId::DataAfterClose:
        return {"Make the " + y + " stop at end-of-file, or the " + x + " close with shutdown(SHUT_WR) and read on.",
            "Pooled connection? Retry on a new one, and keep the server's idle timeout above the client's.",
            hasSub(diagnosis, "content-cut") ? "Next time record whole packets (tcpdump -s 0): they show whether the "
                                               "lost bytes were only a TLS alert."
                                             : "Check that the " + y + "'s lost bytes were not needed."};
    case CauseId::ApplicationAbort:
        return {"On the " + x + ": look into the log of the program at " + ended + ".", abortAction(diagnosis),
            "If it happens again: on the " + x + ", Linux 6.10 or later tells the reason (command below)."};
    case CauseId::Teardown:
        return harmless;
    case CauseId::HalfOpen:
        if (hasSub(diagnosis, "invalid-packet"))
            return {"On a Kubernetes node or NAT in front of the " + x
                    + ": conntrack -S counts invalid packets; set nf_conntrack_tcp_be_liberal=1 or drop them "
                      "(iptables: --ctstate INVALID).",
                "Find out where the odd packet of the " + y
                    + " was held up: reordering, an old copy, a retransmission."};
        return {"Find out whether the " + x
                + ", or a load balancer or NAT in front of it, restarted, failed over or moved before " + ended + ".",
            "On a Kubernetes node or NAT in front of the " + x
                + ": if conntrack -S counts invalid packets, try nf_conntrack_tcp_be_liberal=1.",
            "Compare the TTL of the reset with that of the " + x
                + "'s earlier packets: another one means another host or a box."};
    case CauseId::InjectedReset: {
        std::vector<std::string> actions = forgerActions(reset.time);
        actions.insert(actions.begin(), "Capture on the " + x + ": if the reset is not in there, it is proven forged.");
        if (reset.authenticity.has("auth-ttl"))
            actions[1].insert(actions[1].size() - 1, "; the TTL of the reset tells how far away the device is");
        return actions;
    }
    case CauseId::IgnoredReset:
        return ignoredActions(reset);
    default:
        return unknownActions(diagnosis);
    }
}

} // namespace

std::vector<std::string> forgerActions(Timestamp time)
{
    return {"Look into the logs of every device on the path at " + logTime(time)
            + ": policy, IPS, parental, DNS or SNI filter.",
        "Try the same request with another name, on another port or through a tunnel."};
}

std::vector<std::string> actionsFor(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const std::string x = sideName(reset.x);
    const std::string y = sideName(reset.y);
    const Side sender = diagnosis.dataSender.value_or(reset.x);
    const std::string s = sideName(sender);
    const std::string r = sideName(otherSide(sender));
    const std::string began = logTime(reset.trouble ? reset.trouble->firstSend : reset.time);
    for (std::vector<std::string> actions :
        {statedActions(diagnosis, reset), pathActions(diagnosis, reset, sender), openingActions(diagnosis)}) {
        if (!actions.empty())
            return actions;
    }
    switch (diagnosis.cause) {
    case CauseId::ConnectionRefused:
        return {"On the server: ss -ltnp. Is the program listening, and on this address rather than 127.0.0.1 or only "
                "IPv6?",
            "Look for rules that reject it: nft list ruleset on the server, cloud security group, service mesh.",
            "Capture on the server if other clients get in: without a SYN there, a box on the way refused it."};
    case CauseId::SegmentBlackHole:
        return blackHoleActions(s, r);
    case CauseId::PathOutage:
        return outageActions(diagnosis, s, began);
    case CauseId::ZeroWindowStarvation:
        return starvationActions(diagnosis, r, s, began);
    case CauseId::IdleTimeout:
        return idleActions(diagnosis);
    case CauseId::KeepaliveTimeout:
        return {
            "Find what forgot the idle connection (firewall, NAT, load balancer), or whether the " + y + " was down.",
            "Make the " + x + " send keep-alives more often than that box forgets.",
            "Capture on the " + y + ": do the probes arrive there?"};
    case CauseId::ResponseTimeout:
        return hasSub(diagnosis, "hung-up") ? responseActions(diagnosis, y, x, reset.time)
                                            : responseActions(diagnosis, x, y, reset.time);
    case CauseId::PortReuse:
        return portReuseActions(diagnosis, hasSub(diagnosis, "syn-in-window") ? x : y);
    default:
        return closingActions(diagnosis, reset);
    }
}

bool asksForCapture(const std::string& action)
{
    return action.starts_with("Capture ");
}

} // namespace whyrst
