#include "model/diagnosis/alternatives.h"

namespace whyrst {

std::string decidingFact(CauseId cause)
{
    switch (cause) {
    case CauseId::ConnectionRefused:
        return "no program listened on the port at that time (the log of the server's program)";
    case CauseId::AcceptQueueOverflow:
        return "the server counted it as a listen overflow (nstat -az TcpExtListenOverflows)";
    case CauseId::InvalidHandshake:
        return "a capture at the other end shows other numbers in the handshake";
    case CauseId::PortReuse:
        return "one end still held the old connection of these ports (ss -tan on both)";
    case CauseId::HandshakeAbandoned:
        return "the client's program gave up while it was connecting (its log)";
    case CauseId::SegmentBlackHole:
        return "a capture at the receiver shows other segments of this size, but never these bytes";
    case CauseId::MtuBlackHole:
        return "smaller packets get through where these do not (ping -M do -s SIZE)";
    case CauseId::CorruptedSegment:
        return "the copies reach the receiver with a wrong checksum (nstat -az TcpInCsumErrors there)";
    case CauseId::ReceiverDiscards:
        return "a capture at the receiver shows the copies arrive unaltered";
    case CauseId::SackMangled:
        return "the SACK numbers differ between captures of both ends";
    case CauseId::PathOutage:
        return "everything else that was sent the same way at that time was lost as well";
    case CauseId::AckPathLoss:
        return "a capture at the receiver shows acknowledgments that never come back";
    case CauseId::IcmpUnreachable:
        return "the sender got an ICMP error that did not pass the capture";
    case CauseId::ZeroWindowStarvation:
        return "the receiving program did not read (its Recv-Q in ss -tan stayed full)";
    case CauseId::KeepaliveTimeout:
        return "the host that reset had sent keep-alives that nobody answered";
    case CauseId::IdleTimeout:
        return "the same length of silence ends other connections, or a box or program on the way is set to it";
    case CauseId::ResponseTimeout:
        return "the program that reset has a timeout of this length";
    case CauseId::HalfOpen:
        return "the host that reset had restarted or dropped the connection before";
    case CauseId::CloseWithUnreadData:
        return "the program closed with bytes unread (nstat -az TcpExtTCPAbortOnClose there)";
    case CauseId::DataAfterClose:
        return "the program had closed before these bytes came (nstat -az TcpExtTCPAbortOnData there)";
    case CauseId::ApplicationAbort:
        return "the program chose to reset or was killed (its log, or strace for close with SO_LINGER)";
    case CauseId::InjectedReset:
        return "a capture at the host whose address the RST bears does not have it";
    case CauseId::Teardown:
        return "what came after the close was nothing that anybody needed, such as the goodbye of TLS";
    case CauseId::IgnoredReset:
    case CauseId::Unknown:
        return {};
    }
    return {};
}

std::string alternativeText(const Alternative& alternative)
{
    const std::string title = std::string(causeTitle(alternative.cause)) + ": ";
    if (!alternative.excludedBy.empty())
        return title + "not this, because " + alternative.excludedBy;
    const std::string fact = decidingFact(alternative.cause);
    return title + (fact.empty() ? "possible" : "possible; it is this if " + fact);
}

} // namespace whyrst
