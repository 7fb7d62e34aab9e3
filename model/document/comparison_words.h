// A comparison as a person reads it: words for verdicts, places and pairs. They add no facts.
#pragma once

#include "model/document/connection_contrast.h"
#include "model/document/open_comparison.h"

#include <QString>

#include <array>
#include <optional>

namespace whyrst {

/// "lost", "in both", "changed", ... for filter buttons and legends.
QString relationWords(Relation relation);

/// "client host", "path to the server", "path to the client", "server host", "box on the path", "not known".
QString placeWords(ComparePlace place);

/// "client → server".
QString flowWords(Side flow);

/// What became of the packet, in full: "missed by the server's capture".
QString verdictWords(const ConnectionPair& pair, const PacketRelation& relation);

/// Why that verdict: "the server's capture went on and has no copy". Empty for what needs no reason.
QString evidenceWords(const ConnectionPair& pair, const PacketRelation& relation);

/// "at the server: client 198.18.138.188:41866", the ends that have other addresses there; empty when none has.
QString otherAddresses(const OpenComparison& open, const ConnectionPair& pair);

/// "10.0.0.1:40312 → 10.0.0.2:443"; with the server's view behind it where a box changed it.
QString pairEndpoints(const OpenComparison& open, const ConnectionPair& pair);

/// Packets that were changed on the way and not only broken; nothing: of both directions.
uint64_t changedPackets(const ConnectionPair& pair, std::optional<Side> flow = {});

/// "7 lost client → server, 1 injected server → client"; "no difference" without any.
QString countWords(const ConnectionPair& pair);

/// "1 injected server → client, SACK blocks not shifted client → server": what a box on the path did; empty when
/// nothing.
QString boxWords(const ConnectionPair& pair);

/// "certain (110)", "by hand (0)": how sure the pair is, with its points.
QString scoreWords(const ConnectionPair& pair);

/// The finding that answers why, or null: the one called headline; without a verdict the first with a cause.
const CompareFinding* headlineFinding(const ConnectionPair& pair);

/// The answer in one or two sentences; without any difference, that there is none.
QString headlineWords(const ConnectionPair& pair);

/// "Bad: connection 7 of mixed.pcap, 10.0.0.1:40312 > 10.0.0.2:443, reset after 12.8 s", with the name of the capture
/// that captureNames() gives.
QString knownConnectionWords(Outcome outcome, const ConnectionContrast& contrast);

/// Name of a capture's file without its folder.
QString captureName(const Trace& trace);
/// The same of both, by side, with their folders as far up as they differ when the names are alike.
std::array<QString, 2> captureNames(const OpenComparison& open);
std::array<QString, 2> captureNames(const Trace& one, const Trace& other);

} // namespace whyrst
