// How a connection went, in the words of other tools: Zeek's conn_state and history, Wireshark's completeness.
#pragma once

#include "model/tcp/connection.h"

#include <cstdint>
#include <span>
#include <string>

namespace whyrst {

/// conn_state of Zeek's conn.log (Zeek documentation, base/protocols/conn/main.zeek, Conn::Info). The originator is the
/// client, the responder the server.
enum class ConnState : uint8_t
{
    S0,     ///< attempt seen, no reply
    S1,     ///< established, not terminated
    SF,     ///< established and terminated normally
    Rej,    ///< attempt rejected
    S2,     ///< established, the originator alone has closed
    S3,     ///< established, the responder alone has closed
    RstO,   ///< established, the originator aborted
    RstR,   ///< the responder sent a RST
    RstOS0, ///< the originator sent a SYN and then a RST; no SYN-ACK was seen
    RstRH,  ///< the responder sent a SYN-ACK and then a RST; no SYN was seen
    SH,     ///< the originator sent a SYN and then a FIN; no SYN-ACK was seen
    SHR,    ///< the responder sent a SYN-ACK and then a FIN; no SYN was seen
    Oth,    ///< no SYN was seen, only traffic from the middle
};
constexpr int connStateCount = 13;

/// "RSTOS0".
const char* connStateName(ConnState state);
/// What the name stands for, for people: "established, closed by the client alone".
const char* connStateWords(ConnState state);

/// Bits of Wireshark's tcp.completeness.
enum Completeness : uint8_t
{
    CompletenessSyn = 1,
    CompletenessSynAck = 2,
    CompletenessAck = 4,
    CompletenessData = 8,
    CompletenessFin = 16,
    CompletenessRst = 32,
};

/// How a connection opened, went on and closed.
struct ConnectionHistory
{
    ConnState state = ConnState::Oth;
    uint8_t completeness = 0; ///< Completeness bits
    /// Zeek's letters in order of time, upper case from the client: s SYN, h SYN-ACK, a pure ACK, d data, f FIN, r RST,
    /// i FIN and RST, q other mixed flags, c bad checksum, g content gap, t data sent again, w zero window, ^ the first
    /// packet is the server's. a, d, i and q stand once for each side; s, h, f and r again when their sequence number
    /// differs from the last one's; c, g, t and w at the 1st, 10th, 100th ... time. x (a limit of Zeek) never occurs.
    std::string letters;
};

/// The history of `connection`, linear in its segments. Copies that the capture recorded twice do not count.
///
/// `ignoredResets` are the frames of RSTs that did not end the connection, in rising order. ours: they have their
/// letter and their bit, as in Zeek and Wireshark, but do not change the state; Zeek takes every RST for an end.
/// ours: a checksum that the network card had not filled in yet is no bad one.
ConnectionHistory historyOf(const Connection& connection, std::span<const PacketNumber> ignoredResets = {});

/// The state of historyOf() alone, in a fraction of the time.
ConnState connStateOf(const Connection& connection, std::span<const PacketNumber> ignoredResets);

/// The letters for people: "client SYN, server SYN-ACK, client ACK".
std::string historyWords(const std::string& letters);

} // namespace whyrst
