// packet -> headers, with a memory for the fragments of IP.
#pragma once

#include "model/packet/decode.h"
#include "model/packet/fragment_reassembly.h"

namespace whyrst {

/// Decodes the packets of a capture one after the other, and puts IP fragments together, in tunnels too.
class PacketDecoder
{
public:
    /// As decodePacket(); the fragment that makes a datagram whole stands for the datagram, as in Wireshark.
    ///
    /// SkipReason::Fragment: a fragment whose datagram is not whole yet, or a copy of one. A first fragment alone gives
    /// no segment, though its TCP header is there: the receiver took nothing of it either, and its length is unknown.
    /// The payload is valid until the next call.
    DecodedPacket decode(const Packet& packet) { return decodePacket(packet, m_fragments); }

    /// Fragments so far whose datagram never became whole: ask when the capture is at its end.
    IncompleteFragments incompleteFragments() const { return m_fragments.incomplete(); }

private:
    FragmentReassembly m_fragments;
};

} // namespace whyrst
