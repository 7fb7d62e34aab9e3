// Whether a box between the captures ends TCP and begins another connection (comparison.md 2.5).
#pragma once

#include "model/compare/segment_pairing.h"

#include <array>
#include <string>
#include <vector>

namespace whyrst {

/// What betrays that two connections with one content are not one connection.
struct TerminationSigns
{
    std::vector<std::string> deciding;
    std::vector<std::string> supporting;

    bool areDeciding() const { return !deciding.empty(); }
    std::vector<std::string> all() const; ///< the deciding ones first
};

/// The signs in headers alone; no clock is needed.
TerminationSigns headerSigns(
    const TracePair& traces, const ConnectionPair& pair, const std::array<WayPackets, 2>& ways);

/// Adds the signs that the packets show on the common `clock`, as far as packets of both directions check it. By Side
/// of the sender. `changesLength`: a box makes data longer or shorter; what it changed has no twin either.
void addPacketSigns(TerminationSigns& signs, const std::array<WayPackets, 2>& ways,
    const std::array<PairedWay, 2>& paired, const CaptureClock& clock, bool changesLength);

/// How far marks of packets speak for one connection where nothing else but content and steps agrees.
enum class MarksOfPair : uint8_t
{
    None,     ///< too few packets at equal places have IP IDs in both captures
    Agree,    ///< IP IDs of the packets at equal places are equal
    OtherIds, ///< they are not: other packets carry the same content, or a box writes IDs of its own
    Disagree  ///< nor do TCP timestamps of a direction have a value in common
};
MarksOfPair marksOfPair(const std::array<WayPackets, 2>& ways);

/// The sentence about a couple, without its full stop; `hasSameContent`: places of equal content were found.
std::string coupleText(const std::vector<std::string>& signs, bool hasSameContent);

} // namespace whyrst
