// ICMP errors in words (RFC 792, RFC 1812, RFC 4443 and IANA's registries of their codes).
#pragma once

#include "model/tcp/flow.h"

#include <string>

namespace whyrst {

/// "port unreachable", "packet too big, MTU 1280"; "ICMP type 3 code 42" for what the registries do not name.
std::string icmpWords(const IcmpEvent& error);

/// With its sender: "ICMP error #46 from 192.0.2.9: port unreachable".
std::string icmpSentence(const IcmpEvent& error);

} // namespace whyrst
