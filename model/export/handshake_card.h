// What both sides announced in SYN and SYN-ACK, and what came of it.
#pragma once

#include "model/tcp/connection.h"

#include <array>
#include <string>
#include <vector>

namespace whyrst {

/// One line of the card.
struct HandshakeLine
{
    std::string name;                     ///< "SACK"
    std::array<std::string, 2> announced; ///< by Side: "offered", "1,460"; "not captured" without the packet
    std::string outcome;                  ///< "in use", "not in use: the server did not agree"; empty: nothing to say
};

/// The card of a connection: packets, MSS, window scale, SACK, timestamps, Fast Open, ECN, Multipath TCP, first window,
/// and what few handshakes have. Without SYN and SYN-ACK it has no lines.
std::vector<HandshakeLine> handshakeCard(const Connection& connection);

/// A heading, and the card in columns, for terminals; a sentence when neither packet was captured.
std::string handshakeText(const Connection& connection);

} // namespace whyrst
