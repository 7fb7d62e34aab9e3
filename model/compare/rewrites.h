// What is changed on the way: rules said once, and single packets beyond them (comparison.md 5.4).
#pragma once

#include "model/compare/way_packets.h"

#include <array>

namespace whyrst {

/// Fills `rules` and `alterations` of a pair whose links are still indices into `ways` (by Side of the sender).
void findRewrites(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair);

/// "on the way to the server": what `from` sends.
std::string directionText(Side from);

/// How many packets a rule is of: "118 packets", "118 of 120 packets" when there are exceptions; empty for a rule of
/// the SYN or of the whole connection.
std::string ruleCounts(const RewriteRule& rule);

/// The rule with these counts: "window rewritten on the way to the server (118 of 120 packets)".
std::string ruleText(const RewriteRule& rule);

} // namespace whyrst
