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
};
const char* relationName(Relation relation); ///< "same"

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
    bool isIcmp = false;           ///< an ICMP error that quotes the connection; then the rows say nothing
    uint32_t sentRow = noRow;      ///< in the flow near the sender
    uint32_t arrivedRow = noRow;   ///< in the flow near the receiver

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
    std::array<uint64_t, 2> injected{}; ///< by Side whose address they bear
};
PairCounts countPair(const ConnectionPair& pair);

} // namespace whyrst
