// The verdicts of a pair as a list: one relation per link, lost packet, or packet that only one capture has.
#pragma once

#include "model/compare/comparison.h"

#include <functional>
#include <vector>

namespace whyrst {

/// How a packet of one capture relates to the other capture, in the words of the command line contract.
enum class Relation : uint8_t
{
    Same,
    Altered, ///< a field outside the rules was changed
    Lost,    ///< also the hole of a super-segment of which pieces arrived
    Unseen,  ///< the capture missed it, or nobody can tell
    Outside, ///< sent outside the other capture's time, or its side was not captured
    Duplicate,
    Injected,
    Broken, ///< it arrived with a wrong checksum: its receiver drops it
};
constexpr size_t relationCount = 8;
/// "same"; what arrived broken is "altered", its checksum outside every rule.
const char* relationName(Relation relation);
/// Whether both captures have the packet.
constexpr bool isInBoth(Relation relation)
{
    return relation == Relation::Same || relation == Relation::Altered || relation == Relation::Broken;
}

struct PacketRelation
{
    Timestamp time;           ///< common clock: when it was sent, or arrived when only that is known
    PacketNumber clientFrame; ///< 0: not in the client's capture
    PacketNumber serverFrame;
    Side flow = Side::Client; ///< who sent it, as the client's capture has it
    Relation relation = Relation::Same;
    std::optional<Duration> delay; ///< on the common clock, of links
    StreamOffset begin;            ///< of the bytes, in the offsets of the client's capture
    uint32_t length = 0;           ///< bytes of data
    bool isCertain = true;         ///< not of what was probably injected, or lost without a trace that would prove it
    bool isReordered = false;      ///< it arrived after a packet that was sent later
    bool isIcmp = false;           ///< an ICMP error that quotes the connection; then the rows say nothing
    uint32_t sentRow = noRow;      ///< in the flow near the sender
    uint32_t arrivedRow = noRow;   ///< in the flow near the receiver
    /// Of equal packets without a mark only the number that arrived is known, not which: 0 when it is none of them.
    uint32_t equalSent = 0;
    uint32_t equalArrived = 0;

    static constexpr uint32_t noRow = 0xffff'ffff;
};

/// All relations of a pair in order of time.
std::vector<PacketRelation> packetRelations(
    const TracePair& traces, const CaptureClock& clock, const ConnectionPair& pair);

/// How many packets of a pair are in both captures, and in one only; packets that were recorded twice count once.
struct PairCounts
{
    uint64_t paired = 0;
    uint64_t clientOnly = 0;
    uint64_t serverOnly = 0;
    std::array<uint64_t, 2> lost{};     ///< by Side of the sender
    std::array<uint64_t, 2> broken{};   ///< arrived with a wrong checksum, by Side of the sender
    std::array<uint64_t, 2> injected{}; ///< by Side whose address they bear
};
PairCounts countPair(const ConnectionPair& pair);

} // namespace whyrst
