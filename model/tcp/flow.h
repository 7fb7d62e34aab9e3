// One direction of a connection: its segments and what its SYN announced.
#pragma once

#include "model/tcp/on_demand.h"
#include "model/tcp/segment_rows.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whyrst {

constexpr uint8_t largestWindowScale = 14; // RFC 7323 2.3

/// What a side announced in its SYN or SYN-ACK.
struct SynOptions
{
    std::optional<uint16_t> maximumSegmentSize;
    std::optional<uint8_t> windowScale; ///< capped at 14 (RFC 7323 2.3)
    std::array<uint8_t, 8> order{};     ///< option kinds in order
    uint8_t orderLength = 0;
    bool sackPermitted : 1 = false;
    bool timestamps : 1 = false;
    bool md5 : 1 = false;
    bool authentication : 1 = false;
    bool multipath : 1 = false;
    bool fastOpen : 1 = false;
    bool cut : 1 = false; ///< the capture does not hold all options: what is missing may have been there
};

/// From this row on the flow's packets carry this Ethernet source address, in this VLAN.
struct MacChange
{
    uint32_t row = 0;
    uint64_t mac = 0;
    uint16_t vlan = 0; ///< 0 without a tag
};

/// Why a multipath TCP says that it reset a subflow (MP_TCPRST, RFC 8684 3.6).
struct MultipathResetReason
{
    uint32_t row = 0;
    uint8_t reason = 0;
};

/// What a RST says in its payload (RFC 9293 3.5.3 allows data in it, RFC 1122 4.2.2.12 suggests a text).
struct ResetText
{
    uint32_t row = 0;
    std::string text; ///< see resetTextIn()
};

/// A message by which the program of this side says that it will not go on.
struct LastWords
{
    uint32_t row = 0;
    std::string text; ///< see lastWordsIn()
};

/// A request that names the host it asks.
struct RequestedName
{
    uint32_t row = 0;
    std::string name; ///< see requestedNameIn()
};

/// What tells the payload of a segment from others: kept when its bytes had been sent before, as stuck bytes are.
struct ResentData
{
    uint32_t row = 0;
    uint32_t captured = 0; ///< bytes of its data that the capture holds
    uint64_t hash = 0;     ///< of these, seeded with Trace::hashSeed
};

/// An ICMP error that quotes a segment of the connection.
struct IcmpEvent
{
    PacketNumber frame;
    Timestamp time;
    IpAddress sender;
    bool isV6 = false;
    uint8_t type = 0;
    uint8_t code = 0;
    uint32_t mtu = 0;               ///< of "fragmentation needed" / "packet too big", else 0
    Side quotedSide = Side::Client; ///< who sent the quoted segment
    StreamOffset quotedSeq;
};

/// What few flows have.
struct RareFacts
{
    std::vector<RawSackBlock> sackBlocks;    ///< blocks that this flow's ACKs carry
    std::vector<MacChange> macChanges;       ///< after the first address
    std::optional<uint16_t> userTimeout;     ///< RFC 5482 option, raw
    std::optional<uint8_t> fastOpenCookie;   ///< bytes of the cookie in its SYN (RFC 7413 4.1.1); 0: asked for one
    std::optional<uint8_t> givenWindowScale; ///< by a person, because the SYN was not captured; at most 14
    std::vector<MultipathResetReason> resetReasons;
    std::vector<ResetText> resetTexts;
    std::vector<ResentData> resentData;   ///< the latest, see noteResentData()
    std::optional<LastWords> lastWords;   ///< the latest
    std::optional<RequestedName> request; ///< the latest
    uint64_t urgentBytes = 0;             ///< sum of the urgent pointers of segments with data
    uint64_t truncatedBytes = 0;          ///< of data that the snap length cut off
    uint32_t truncatedSegments = 0;       ///< that miss some of their data
    // Of the whole connection; kept in the client's flow:
    std::vector<IcmpEvent> icmpErrors;
    Tunnel tunnel = Tunnel::None;
};

/// How many different packets of a flow were recorded more than once within 1 ms (diagnosis.md 2.9). Both counts are
/// halved when one is full.
struct CopyCounts
{
    uint16_t copied : 7 = 0;
    uint16_t single : 7 = 0;    ///< recorded once so far
    uint16_t perPacket : 2 = 0; ///< copies of the last packet that only a recording doubles; 0: none had any
};

/// The segments that one side sent. Built by ConnectionTable, constant afterwards. 72 bytes: a scan has millions.
struct Flow
{
    SegmentRows segments;
    SequenceSpace space; ///< of this flow's sequence numbers; shared with the peer's acknowledgments
    OnDemand<RareFacts> rare;
    uint64_t payloadBytes : 43 = 0; ///< data bytes on the wire, re-sends and capture duplicates included; up to 8 TB
    bool speaksSsh : 1 = false;     ///< its data begin as those of an SSH client or server (RFC 4253 4.2)
    bool finSeen : 1 = false;
    bool rstSeen : 1 = false;
    bool sideAssumed : 1 = false;         ///< which side it is was guessed by the ports
    bool onlyResets : 1 = true;           ///< nothing else was sent, the empty flow included
    std::optional<SynOptions> synOptions; ///< nothing when its SYN was not captured
    CopyCounts copies;
    uint64_t mac : 48 = 0;  ///< the first Ethernet source address, 0 without
    uint64_t vlan : 12 = 0; ///< in which it was, 0 without a tag

    uint32_t size() const { return segments.size(); }
    bool empty() const { return segments.size() == 0; }
    bool synSeen() const { return synOptions.has_value(); }

    /// SACK block `index` of `segment`, in the other flow's offsets.
    SackBlock sackBlock(const Segment& segment, uint8_t index, const Flow& other) const;
    /// Raw sequence number of an offset of this flow.
    SeqNum rawSeq(StreamOffset offset) const { return space.raw(offset); }
};

} // namespace whyrst
