// What to do about each cause.
#include "model/diagnosis/wording.h"

#include <algorithm>

namespace whyrst {

namespace {

bool hasSub(const Diagnosis& diagnosis, const char* name)
{
    return std::find(diagnosis.subs.begin(), diagnosis.subs.end(), name) != diagnosis.subs.end();
}

std::vector<std::string> outageActions(const Diagnosis& diagnosis, const std::string& at)
{
    if (hasSub(diagnosis, "no-answer"))
        return {"Check that the server is up and that its address is right.",
            "Look for a firewall that drops the SYN silently: capture on the server and see whether the SYN arrives.",
            "Check the route and the VPN from the client to the server."};
    return {"Check routing, VPN, Wi-Fi and the NAT or firewall tables at " + at + ".",
        "See whether other connections to the same host stopped at the same moment.",
        "If the outage was short, raise the sender's limit (Linux: net.ipv4.tcp_retries2; Windows: "
        "TcpMaxDataRetransmissions)."};
}

std::vector<std::string> starvationActions(const std::string& r, const std::string& s, const std::string& at)
{
    return {"Find what keeps the program on the " + r + " from reading at " + at
            + ": thread dump, deadlock, slow disk, lock on a database.",
        "On the " + r + ": ss -tm shows the full receive queue (Recv-Q) and its process.",
        "On the " + s + ": ss -to shows the persist timer; check the time limits of its program."};
}

std::vector<std::string> blackHoleActions(const std::string& s, const std::string& r)
{
    return {"Capture on the " + r
            + " at the same time (command below): it tells whether the bytes are lost on the way, "
              "damaged, altered or thrown away by the host.",
        "Try again with offloads off on the " + s + " (ethtool -K DEV tso off gso off gro off), and over another path.",
        "Look for a content filter, IPS or WAN optimiser: test whether the same bytes fail again."};
}

std::vector<std::string> idleActions(const Diagnosis& diagnosis)
{
    std::string limit = "Raise the idle limit of the box or server";
    for (const Fact& fact : diagnosis.facts)
        limit += fact.name == "timer_s" ? " (" + fact.text + ")" : "";
    return {limit + ".", "Turn on TCP or application keep-alives that are sent more often than that.",
        "Make the client's connection pool drop connections before they are that old."};
}

std::string factText(const Diagnosis& diagnosis, const char* name)
{
    const auto found = std::find_if(
        diagnosis.facts.begin(), diagnosis.facts.end(), [name](const Fact& fact) { return fact.name == name; });
    return found == diagnosis.facts.end() ? "" : found->text;
}

std::vector<std::string> mtuActions(const Diagnosis& diagnosis, const std::string& s)
{
    constexpr int64_t pingHeaders = 28; // IPv4 and ICMP
    const auto passed = std::find_if(
        diagnosis.facts.begin(), diagnosis.facts.end(), [](const Fact& fact) { return fact.name == "largest_passed"; });
    const int64_t size = passed == diagnosis.facts.end() ? 0 : passed->number.value_or(0);
    const std::string guess = factText(diagnosis, "limit_guess");
    return {"On the " + s + ": ping -M do -s " + std::to_string(std::max<int64_t>(0, size - pingHeaders))
            + " and upward to the other side, or tracepath, to find where the limit is.",
        "Clamp the MSS at the tunnel or lower the interface's MTU"
            + (guess.empty() ? "." : "; the sizes fit to the " + guess + "."),
        "Let ICMP \"fragmentation needed\" and \"packet too big\" through, or set net.ipv4.tcp_mtu_probing=1 on the "
            + s + "."};
}

/// Causes that a box or a cable on the path, or the receiving host, must answer for.
std::vector<std::string> pathActions(const Diagnosis& diagnosis, const std::string& s, const std::string& r)
{
    switch (diagnosis.cause) {
    case CauseId::MtuBlackHole:
        return mtuActions(diagnosis, s);
    case CauseId::CorruptedSegment:
        return {
            "Replace cable, optic, network card or memory on the path; compare a damaged copy with a good one to see "
            "which bits change.",
            "Turn checksum and segmentation offload off on the " + s + " and on any tunnel or WAN box.",
            "On the " + r + ": nstat -az TcpInCsumErrors must have counted the copies."};
    case CauseId::ReceiverDiscards:
        if (hasSub(diagnosis, "paws"))
            return {"On the " + r + ": nstat -az TcpExtPAWSEstab must have counted the copies.",
                "Look for a box that rewrites TCP timestamps, or one address that several hosts share behind a NAT.",
                "As a test turn TCP timestamps off on the " + s + " (net.ipv4.tcp_timestamps=0)."};
        return {"On the " + r
                + ": nstat -az | grep -E 'RcvQDrop|Prune|BacklogDrop|BeyondWindow|PAWSEstab|TCPMD5|InCsum', and "
                  "compare "
                  "/proc/net/sockstat with net.ipv4.tcp_mem.",
            "Find programs there that do not read their sockets (ss -tm, large Recv-Q): one that hangs can starve all.",
            "Look for drops of the host's own firewall or connection tracking (nft list ruleset, conntrack -S), or let "
            "the "
            "kernel name them: perf trace -e skb:kfree_skb."};
    case CauseId::SackMangled:
        return {
            "Turn off the randomisation of sequence numbers on the firewall, or as a test SACK (net.ipv4.tcp_sack=0).",
            "Capture at both ends and compare the initial sequence numbers: different numbers prove the box.",
            "Update the firmware of the box."};
    case CauseId::AckPathLoss:
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
            "Check net.ipv4.tcp_abort_on_overflow."};
    case CauseId::InvalidHandshake:
        if (hasSub(diagnosis, "forged-syn"))
            return {"Block or rate-limit SYNs in the client's name before they reach the server; SYN cookies keep its "
                    "queue free.",
                "Tell the owner of the client's address: its host gets the answers."};
        if (hasSub(diagnosis, "unsolicited"))
            return {"Probably backscatter: somebody floods the server with SYNs in the client's name. Block it or "
                    "ignore it.",
                "If the client did ask, its SYN takes another path than this capture sees."};
        return {
            "Look for a box that rewrites sequence numbers, a load balancer that sends SYN and SYN-ACK to different "
            "devices, or two hosts with the same address.",
            "Capture at both ends and compare the initial sequence numbers."};
    case CauseId::HandshakeAbandoned:
        if (hasSub(diagnosis, "scan"))
            return {"Treat it as reconnaissance: find out who the client is and whether it is meant to scan."};
        return {"Compare the delay of the SYN-ACK with the client's connect time-out.",
            "A client with two address families or several tries: was another connection to the same name opened "
            "meanwhile?"};
    case CauseId::IcmpUnreachable:
        return {"Mend the route or rule that " + factText(diagnosis, "icmp_sender")
                + " names: " + factText(diagnosis, "icmp_meaning") + ".",
            factText(diagnosis, "icmp_meaning").find("prohibited") != std::string::npos
                ? "That is a firewall's word: ask its owner which rule it was and when it changed."
                : "Look into routing tables and interfaces there at the time of the first error.",
            "Check whether it is one path of several (ECMP)."};
    default:
        return {};
    }
}

/// Causes about the end of a connection, and what to do when none is known.
std::vector<std::string> closingActions(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const std::string x = sideName(reset.x);
    const std::string y = sideName(reset.y);
    const std::string ended = utcDateTime(reset.time) + " UTC";
    switch (diagnosis.cause) {
    case CauseId::CloseWithUnreadData:
        return {"Make the program on the " + x + " read to end-of-file before it closes.",
            "HTTP: did the server answer before it had read the whole body (413, 401, redirect)? Read the last answer.",
            "On the " + x + ": nstat -az TcpExtTCPAbortOnClose must have counted it."};
    case CauseId::DataAfterClose:
        return {"Make the " + y + " stop at end-of-file, or the " + x + " close with shutdown(SHUT_WR) and read on.",
            "Pooled connection? Retry on a new one, and keep the server's idle time-out above the client's.",
            "Check that the lost bytes were not needed."};
    case CauseId::ApplicationAbort:
        return {"Look into the log of the program on the " + x + " at " + ended + ".",
            hasSub(diagnosis, "process-exit") ? "Find out why the process ended or restarted."
                                              : "Check its time limits, and SO_LINGER with time 0 in its code.",
            "Linux 6.10 or later tells the reason: bpftrace -e 'tracepoint:tcp:tcp_send_reset { printf(\"%d\\n\", "
            "args->reason); }' on the "
                + x + "."};
    case CauseId::Teardown:
        return {"Nothing. To get rid of it, let the program read to end-of-file before it closes."};
    case CauseId::HalfOpen:
        return {"Did the " + x + " (or a load balancer or NAT in front of it) restart, fail over or move before "
                + ended + "?",
            "Kubernetes, NAT: connection tracking drops packets as INVALID (conntrack -S); try "
            "nf_conntrack_tcp_be_liberal=1.",
            "Compare TTL and timestamps of the " + x + " before and after."};
    case CauseId::InjectedReset:
        return {"Capture on the " + x + ": a reset that is not in there is proven forged.",
            "Look into the logs of every device between at " + ended + ": policy, IPS, parental, DNS or SNI filter"
                + (reset.authenticity.has("auth-ttl") ? "; the TTL tells how far away it is." : "."),
            "Try the same request with another name, on another port or through a tunnel."};
    case CauseId::IgnoredReset:
        return {"Do not look here for the end of the connection: it went on.",
            "Many such resets are a blind attack or a confused box.",
            "On the " + y + ": nstat -az TcpExtTCPChallengeACK counts them."};
    default:
        return {
            "Take the capture below: from before the connection begins, at both ends if possible, with full headers."};
    }
}

} // namespace

std::vector<std::string> actionsFor(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const std::string x = sideName(reset.x);
    const std::string y = sideName(reset.y);
    const Side sender = diagnosis.dataSender.value_or(reset.x);
    const std::string s = sideName(sender);
    const std::string r = sideName(otherSide(sender));
    const std::string began = utcDateTime(reset.trouble ? reset.trouble->firstSend : reset.time) + " UTC";
    for (std::vector<std::string> actions : {pathActions(diagnosis, s, r), openingActions(diagnosis)}) {
        if (!actions.empty())
            return actions;
    }
    switch (diagnosis.cause) {
    case CauseId::ConnectionRefused:
        return {"On the server: ss -ltnp. Is the program listening, and on this address rather than 127.0.0.1 or only "
                "IPv6?",
            "Look for rules that reject: nft list ruleset, cloud security group, service mesh.",
            "If other clients get in, capture on the server: no SYN there means that a box refused."};
    case CauseId::SegmentBlackHole:
        return blackHoleActions(s, r);
    case CauseId::PathOutage:
        return outageActions(diagnosis, began);
    case CauseId::ZeroWindowStarvation:
        return starvationActions(r, s, began);
    case CauseId::IdleTimeout:
        return idleActions(diagnosis);
    case CauseId::KeepaliveTimeout:
        return {
            "Find what forgot the quiet connection (firewall, NAT, load balancer), or whether the " + y + " was down.",
            "Send keep-alives more often than that box forgets.",
            "Capture on the " + y + ": do the probes arrive there?"};
    case CauseId::ResponseTimeout:
        return {"Look into the log of the program on the " + y
                + " at the time of the request: slow query, lock, dead "
                  "worker.",
            "Check the time limit of the program on the " + x + ".",
            "If the " + y + " is a proxy, look one hop behind it."};
    case CauseId::PortReuse:
        return {"Widen the client's port range (Linux: net.ipv4.ip_local_port_range) or slow its reconnects.",
            "Find out why the old connection was never closed at the " + y + ": crash, NAT that forgot it.",
            "Usually harmless: check that the SYN sent right after succeeded."};
    default:
        return closingActions(diagnosis, reset);
    }
}

} // namespace whyrst
