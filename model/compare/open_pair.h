// A pair of connections while it is being compared.
#pragma once

#include "model/compare/clock_samples.h"
#include "model/compare/comparison.h"
#include "model/compare/connection_pairing.h"
#include "model/compare/segment_pairing.h"
#include "model/compare/terminated.h"
#include "model/compare/way_packets.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace whyrst {

/// A pair while it is being compared.
struct OpenPair
{
    ConnectionPair pair;
    std::array<WayPackets, 2> ways; ///< by Side of the sender
    std::array<std::vector<SurePair>, 2> sure;
    std::array<PairedWay, 2> paired;
    std::array<NumberShift, 2> shifts;
    ContentShifts contentShifts; ///< raw shifts that equal content tells
    bool isWeak = false;         ///< no more agrees than of two transfers of the same content
    bool hasSteps = false;       ///< numbers since the SYN agree, not only content
    bool hasEqualEndpoints = false;
    std::string refusal;    ///< why it is none
    TerminationSigns signs; ///< that the two connections are not one

    bool isGood() const { return refusal.empty() && !signs.areDeciding(); }
    /// Its packets were read: it is one connection, or what betrays that it is none can be looked for.
    bool isRead() const { return refusal.empty() && packets() > 0; }
    uint32_t packets() const
    {
        size_t count = 0;
        for (const WayPackets& way : ways)
            count += way.sent.size() + way.arrived.size();
        return static_cast<uint32_t>(count);
    }
};

using OpenPairs = std::vector<std::unique_ptr<OpenPair>>;

/// Two connections that the pairing found to be one; `isSwapped`: capture A is the server's, and `matched` has been
/// swapped already but for its shifts.
std::unique_ptr<OpenPair> openPair(const MatchedConnections& matched, bool isSwapped);

/// Tells the pairs of further connections that are of them.
void addParts(OpenPairs& pairs, const std::vector<ConnectionPart>& parts);

/// The tick of a capture's clock, as the packets that were read show it: 1 ms, 1 us or 1 ns.
Duration resolutionOf(const OpenPairs& pairs, Side capture);

/// Adds a clock sample for each sure pair of packets of both directions.
void addSureSamples(ClockSamples& samples, const TracePair& traces, const OpenPair& open);

/// What is said of a pair whose signs decide that its connections are two.
TerminatedPair coupleOf(const OpenPair& open);

} // namespace whyrst
