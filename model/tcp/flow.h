// One direction of a connection: its segments and what its SYN announced.
#pragma once

#include "model/tcp/segment_columns.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace whyrst {

/// What a side announced in its SYN or SYN-ACK.
struct SynOptions
{
    std::optional<uint16_t> maximumSegmentSize;
    std::optional<uint8_t> windowScale; ///< capped at 14 (RFC 7323 2.3)
    bool sackPermitted = false;
    bool timestamps = false;
    bool md5 = false;
    bool authentication = false;
    bool multipath = false;
    bool fastOpen = false;
    std::array<uint8_t, 8> order{}; ///< option kinds in order
    uint8_t orderLength = 0;
};

/// From this row on the flow's packets carry this Ethernet source address.
struct MacChange
{
    uint32_t row = 0;
    uint64_t mac = 0;
};

/// The first captured bytes of a payload that a rule looks at (late data, data in a RST).
struct PayloadHead
{
    uint32_t row = 0;
    uint8_t length = 0; ///< bytes set in `bytes`
    std::array<uint8_t, 16> bytes{};
};

/// The segments that one side sent. Built by TraceBuilder, constant afterwards.
struct Flow
{
    SegmentColumns segments;
    SequenceSpace space;                  ///< of this flow's sequence numbers; shared with the peer's acknowledgments
    std::optional<SynOptions> synOptions; ///< nothing when its SYN was not captured
    std::vector<RawSackBlock> sackBlocks; ///< blocks that this flow's ACKs carry
    std::vector<MacChange> macChanges;
    std::vector<PayloadHead> payloadHeads;
    uint64_t payloadBytes = 0;           ///< data bytes on the wire, re-sends and capture duplicates included
    std::optional<uint16_t> userTimeout; ///< RFC 5482 option, raw
    bool finSeen = false;
    bool rstSeen = false;

    uint32_t size() const { return segments.size(); }
    bool empty() const { return segments.size() == 0; }
    bool synSeen() const { return synOptions.has_value(); }

    /// SACK block `index` of `segment`, in the other flow's offsets.
    SackBlock sackBlock(const Segment& segment, uint8_t index, const Flow& other) const;
    /// Raw sequence number of an offset of this flow.
    SeqNum rawSeq(StreamOffset offset) const { return space.raw(offset); }
};

} // namespace whyrst
