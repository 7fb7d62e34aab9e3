#include "model/diagnosis/proof_commands.h"

#include <algorithm>
#include <string>

namespace whyrst {

namespace {

/// A counter that the cause moves.
struct Counter
{
    const char* name;  ///< of nstat
    const char* shows; ///< what it counts
};

ProofCommand counterOn(Side host, const Counter& counter)
{
    return {host, std::string("it must have counted ") + counter.shows, std::string("nstat -az ") + counter.name};
}

/// A port in a sockaddr as bpftrace reads it: bytes 2 and 3, in network order.
std::string portOf(const char* address)
{
    const std::string field = std::string("args->") + address;
    return "(" + field + "[2] << 8 | " + field + "[3])";
}

/// The RSTs that `host` sends for this service, with the kernel's reason. A client takes another port the next time:
/// only the server's is asked for.
ProofCommand sendTrace(const ResetContext& reset, Side host, const std::string& shows)
{
    const uint16_t port = reset.connection.server.port;
    return {host, shows,
        "bpftrace -e 'tracepoint:tcp:tcp_send_reset /" + portOf(host == Side::Server ? "saddr" : "daddr")
            + " == " + std::to_string(port) + "/ { printf(\"%s pid %d reason %d\\n\", comm, pid, args->reason); }'"};
}

/// Whether `host` gets RSTs for this service at all: a RST that only the path has is not seen on its sender.
ProofCommand receiveTrace(const ResetContext& reset, Side host)
{
    const char* field = host == Side::Server ? "sport" : "dport";
    return {host, "it shows each reset that the host takes for this service",
        std::string("bpftrace -e 'tracepoint:tcp:tcp_receive_reset /args->") + field
            + " == " + std::to_string(reset.connection.server.port)
            + "/ { printf(\"%d -> %d\\n\", args->dport, args->sport); }'"};
}

/// Packets that `host` drops, with the kernel's reason.
ProofCommand dropTrace(Side host)
{
    return {host, "it names the reason of each packet that the kernel throws away", "perf trace -e skb:kfree_skb"};
}

std::vector<ProofCommand> deliveryProofs(const Diagnosis& diagnosis)
{
    const Side s = diagnosis.dataSender.value_or(diagnosis.from);
    const Side r = otherSide(s);
    const bool byTimestamp = std::ranges::find(diagnosis.subs, "paws") != diagnosis.subs.end();
    switch (diagnosis.cause) {
    case CauseId::CorruptedSegment:
        return {counterOn(r, {"TcpInCsumErrors", "the damaged copies"}), dropTrace(r)};
    case CauseId::ReceiverDiscards:
        if (byTimestamp)
            return {counterOn(r, {"TcpExtPAWSEstab", "the copies with old timestamps"}), dropTrace(r)};
        return {
            counterOn(r, {"TcpExtTCPRcvQDrop TcpExtPruneCalled TcpExtTCPBacklogDrop", "the copies in one of these"}),
            dropTrace(r)};
    case CauseId::SackMangled:
        return {counterOn(s, {"TcpExtTCPSACKDiscard", "the blocks that fit nothing"})};
    case CauseId::ZeroWindowStarvation:
        return {counterOn(r, {"TcpExtTCPToZeroWindowAdv", "the window that closed"})};
    case CauseId::SegmentBlackHole:
        return {counterOn(r, {"TcpExtTCPOFOQueue", "the later segments that wait there for the missing bytes"})};
    case CauseId::AckPathLoss:
        return {counterOn(r, {"TcpExtTCPDSACKOldSent", "the bytes that came again, where SACK was agreed"})};
    case CauseId::IcmpUnreachable:
        return {counterOn(s, {"IcmpInDestUnreachs Icmp6InDestUnreachs", "the errors, if they reached it"})};
    default:
        return {};
    }
}

std::vector<ProofCommand> openingProofs(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const Side x = reset.x;
    switch (diagnosis.cause) {
    case CauseId::ConnectionRefused:
        return {counterOn(x, {"TcpOutRsts", "the refusal, if the host itself sent it"}),
            sendTrace(reset, x, "the next one bears reason 1 (NO_SOCKET) if nothing listens there")};
    case CauseId::AcceptQueueOverflow:
        return {counterOn(Side::Server, {"TcpExtListenOverflows", "the handshake that found the queue full"})};
    case CauseId::InvalidHandshake:
        return {sendTrace(reset, x,
            "the next one bears reason 2 (TCP_INVALID_ACK_SEQUENCE), or 1 (NO_SOCKET) if it had sent no SYN")};
    case CauseId::HandshakeAbandoned:
        return {
            sendTrace(reset, x, "the next one bears reason 1 (NO_SOCKET) if the program had given the connection up")};
    case CauseId::PortReuse:
        return {counterOn(reset.y, {"TcpExtTCPSYNChallenge", "the SYN, if the old connection was still open there"})};
    default:
        return {};
    }
}

std::vector<ProofCommand> closingProofs(const Diagnosis& diagnosis, const ResetContext& reset)
{
    const Side x = reset.x;
    switch (diagnosis.cause) {
    case CauseId::CloseWithUnreadData:
        return {counterOn(x, {"TcpExtTCPAbortOnClose", "this close"}),
            sendTrace(reset, x, "the next one bears reason 11 (TCP_ABORT_ON_CLOSE)")};
    case CauseId::DataAfterClose:
        return {counterOn(x, {"TcpExtTCPAbortOnData", "the late data, if its FIN was not acknowledged by then"}),
            sendTrace(reset, x, "the next one bears reason 8 (TCP_ABORT_ON_DATA) or 9 (TCP_TIMEWAIT_SOCKET)")};
    case CauseId::ApplicationAbort:
        return {counterOn(x, {"TcpExtTCPAbortOnData", "a close with SO_LINGER 0"}),
            sendTrace(reset, x, "the next one bears reason 14 (TCP_STATE) after SO_LINGER 0 or a closed listener")};
    case CauseId::KeepaliveTimeout:
        return {counterOn(x, {"TcpExtTCPAbortOnTimeout", "the connection that was given up"}),
            sendTrace(reset, x, "the next one bears reason 15 (TCP_KEEPALIVE_TIMEOUT)")};
    case CauseId::ResponseTimeout:
        return {sendTrace(reset, x,
            "the next one bears reason 14 (TCP_STATE) or 11 (TCP_ABORT_ON_CLOSE): the program ended it, not TCP")};
    case CauseId::HalfOpen:
        return {counterOn(x, {"TcpOutRsts", "the reset, if the host itself sent it"}),
            sendTrace(reset, x, "the next one bears reason 1 (NO_SOCKET): the host does not know the connection")};
    case CauseId::IdleTimeout:
        return {sendTrace(reset, x, "it stays silent when a box on the path sends the next one")};
    case CauseId::InjectedReset:
        return {sendTrace(reset, x, "it stays silent when the next one comes: the host itself does not send it"),
            receiveTrace(reset, reset.y)};
    case CauseId::IgnoredReset:
        return reset.effect.challenge ? std::vector{counterOn(reset.y, {"TcpExtTCPChallengeACK", "the answer to it"})}
                                      : std::vector<ProofCommand>();
    default:
        return {};
    }
}

} // namespace

std::vector<ProofCommand> proofCommandsFor(const Diagnosis& diagnosis, const ResetContext& reset)
{
    std::vector<ProofCommand> commands = deliveryProofs(diagnosis);
    if (!commands.empty())
        return commands;
    if (reset.isDeath())
        return commands;
    commands = openingProofs(diagnosis, reset);
    return commands.empty() ? closingProofs(diagnosis, reset) : commands;
}

} // namespace whyrst
