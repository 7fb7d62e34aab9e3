// Every link type and tunnel that the decoder knows, as a function that wraps an IP packet: for tests that take the
// same connection out of each.
#pragma once

#include "tests/support/packet_bytes.h"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace whyrst::test {

/// A way to carry IP packets.
struct Encapsulation
{
    std::string name; ///< letters and digits
    LinkType linkType = 1;
    Tunnel tunnel = Tunnel::None;
    /// The frame that carries the IP packet, IPv4 or IPv6 as its first half byte says.
    std::function<Bytes(const Bytes& ip)> wrap;
};

void PrintTo(const Encapsulation& encapsulation, std::ostream* stream);

/// Link types and what stands between link and IP.
std::vector<Encapsulation> links();
/// Tunnels, in Ethernet frames.
std::vector<Encapsulation> tunnels();
/// Both.
std::vector<Encapsulation> encapsulations();
/// The one of this name. Fails the test when there is none.
Encapsulation encapsulationNamed(const std::string& name);

} // namespace whyrst::test
