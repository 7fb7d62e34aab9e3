// The packets of one direction in both captures, in common numbers (comparison.md 3.1).
#pragma once

#include "model/compare/comparison.h"

#include <optional>
#include <vector>

namespace whyrst {

/// A packet with its numbers in the offsets of the client's capture. 64 bytes.
struct WayPacket
{
    Timestamp recorded; ///< by the clock of its own capture
    Timestamp time;     ///< by the common clock, which is the client's, once it is known
    int64_t seq = 0;
    int64_t ack = 0; ///< 0 without the ACK flag
    uint32_t row = 0;
    uint32_t length = 0; ///< bytes of data, in the client's numbers
    Timestamps stamps;
    uint32_t sack = 0;    ///< hash of its SACK blocks in common numbers, 0 without any
    uint32_t rawSack = 0; ///< of its SACK blocks as they stand in the packet
    uint16_t window = 0;  ///< unscaled
    uint16_t ipId = 0;    ///< 0 without
    TcpFlags flags;
    uint8_t ttl = 0;
    bool hasStamps : 1 = false;
    bool hasBadChecksum : 1 = false;
    bool hasGoodChecksum : 1 = false; ///< it was checked and is right

    int64_t dataBegin() const { return seq + (flags.syn() ? 1 : 0); }
    int64_t dataEnd() const { return dataBegin() + length; }
    bool isBareAck() const { return length == 0 && !flags.syn() && !flags.fin() && !flags.rst(); }
};

/// What identifies a packet across the connections of a capture: numbers modulo 2^32, length and flags.
uint64_t partKey(const WayPacket& packet);

/// How the numbers of a direction differ between the captures.
struct NumberShift
{
    SeqNum raw;                     ///< server's minus client's, modulo 2^32
    int64_t offset = 0;             ///< stream offset at the client's capture minus that at the server's
    bool isEstimated = false;       ///< by a vote; else by the initial sequence numbers
    std::vector<ShiftStep> steps{}; ///< where `offset` changes, rising

    /// `atServer` in the offsets of the client's capture.
    int64_t toClient(StreamOffset atServer) const;
    /// Raw shift at an offset of the server's capture.
    uint32_t rawAt(StreamOffset atServer) const;
};

/// Raw shifts that equal content tells, by Side as the client's capture has it.
using ContentShifts = std::array<std::optional<SeqNum>, 2>;

/// Shifts of both directions, by Side as the client's capture has it: by the initial sequence numbers, by packets with
/// equal timestamps, by `contents`, or by what the other direction acknowledges. Nothing when no packet tells and the
/// raw numbers do not coincide.
std::optional<std::array<NumberShift, 2>> findShifts(
    const TracePair& traces, const ConnectionPair& pair, const ContentShifts& contents = {});

/// Which header fields tell packets apart in a direction: a box may rewrite them (comparison.md 3.2).
struct Marks
{
    bool ids = true;
    bool timestamps = true;
    bool rawSack = false;  ///< the box forgets to shift SACK blocks: as they stand they are the mark
    uint32_t equalIds = 0; ///< of packets at one place that both captures have once
    uint32_t differentIds = 0;
};

/// The direction `from` of a pair.
struct WayPackets
{
    Side from = Side::Client;
    std::vector<WayPacket> sent; ///< in the capture near the sender, in capture order; each once where it records twice
    std::vector<WayPacket> arrived; ///< in the capture near the receiver
    Marks marks;
    /// What the capture near the receiver, and that near the sender, have in further connections; see `partKey`.
    std::vector<uint64_t> arrivedElsewhere;
    std::vector<uint64_t> sentElsewhere;

    uint32_t sackOf(const WayPacket& packet) const { return marks.rawSack ? packet.rawSack : packet.sack; }
};

WayPackets readWay(
    const TracePair& traces, const ConnectionPair& pair, Side from, const std::array<NumberShift, 2>& shifts);

} // namespace whyrst
