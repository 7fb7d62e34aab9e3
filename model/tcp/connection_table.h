// Sorts segments into connections: 4-tuple plus incarnation (diagnosis.md 3.11).
#pragma once

#include "model/tcp/duplicate_filter.h"
#include "model/tcp/hash.h"
#include "model/tcp/load_trace.h"
#include "model/tcp/trace.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace whyrst {

/// Packets of a connection that stand out of order of time, as multi-queue network cards store them.
struct TimeDisorder
{
    uint64_t packets = 0;
    PacketNumber first; ///< 0: none
    Duration largest{}; ///< how much earlier than a packet before it
};

/// Collects the segments of one capture, in capture order, into connections.
class ConnectionTable
{
public:
    explicit ConnectionTable(const LoadOptions& options);

    /// Adds a segment to its connection, which may be a new one. `key` is its keyOf() with the options' seed.
    void add(const SegmentHeader& header, const SegmentKey& key, PacketNumber frame, Timestamp time);
    void add(const SegmentHeader& header, PacketNumber frame, Timestamp time)
    {
        add(header, keyOf(header, m_seed), frame, time);
    }

    /// Adds an ICMP error to the connection that it quotes; without such a connection it is dropped.
    void add(const IcmpError& error, PacketNumber frame, Timestamp time);

    uint64_t segmentCount() const { return m_segments; }
    uint64_t captureDuplicates() const { return m_duplicates; }
    /// Packets that are stored before packets of their connection that were captured earlier, by at most 1 s.
    const TimeDisorder& timeDisorder() const { return m_disorder; }
    size_t connectionCount() const { return m_trace.connections.size(); }
    /// Bytes that the segments and connections take.
    size_t memory() const;

    /// Hint that a segment with `key` will be added soon: what it needs comes into the cache meanwhile. Each step reads
    /// what the one before has brought.
    void prefetchSlot(const SegmentKey& key) const;
    void prefetchConnection(const SegmentKey& key) const;
    void prefetchRows(const SegmentKey& key) const;
    void prefetchNextRow(const SegmentKey& key, const Endpoint& source) const;

    /// What was collected so far, without the facts of the capture. Stays as it is when more is added.
    Trace snapshot() const { return m_trace; }

    /// The trace, without the facts of the capture. The table is empty afterwards.
    Trace takeTrace();

private:
    /// How a segment came into the capture.
    struct Arrival
    {
        PacketNumber frame;
        Timestamp time;
        uint32_t truncatedBytes = 0;   ///< of data that the snap length cut off
        uint32_t earlierSightings = 0; ///< of an equal packet just before
    };

    struct PendingSegment
    {
        SegmentHeader header; ///< without payload, which views a packet that will be gone
        std::vector<std::byte> payload;
        Arrival arrival;
        bool isCopy = false;     ///< it was counted as one
        bool isDisorder = false; ///< it was counted as out of order of time
    };
    /// What a flow was before a foreign SYN.
    struct FlowBefore
    {
        uint32_t rows = 0;
        SequenceSpace space;
        CopyCounts copies;
        uint64_t payloadBytes : 43 = 0; ///< as in Flow
        bool speaksSsh = false;
        bool finSeen = false;
        bool rstSeen = false;
        bool onlyResets = true;
        std::optional<SynOptions> synOptions;
        uint64_t mac : 48 = 0;
        uint64_t vlan : 12 = 0;
        size_t sackBlocks = 0;
        RareFacts rare; ///< without what has a row or is a list
    };
    /// From a foreign SYN on; may turn out to be the next incarnation.
    struct Pending
    {
        std::array<FlowBefore, 2> flows;
        PacketNumber lastFrame;
        Timestamp firstTime;
        Timestamp lastTime;
        std::vector<PendingSegment> segments;
    };

    /// A place in the hash table.
    struct Slot
    {
        uint32_t next = 0; ///< index of the latest incarnation plus one, 0 when free
        uint32_t hash = 0; ///< of its endpoints, so that others need not be looked at
    };

    uint32_t& slotOf(const Endpoint& a, const Endpoint& b, uint64_t hash);
    const Connection* likelyConnection(const SegmentKey& key) const;
    void grow();
    uint32_t create(const SegmentHeader& header, uint32_t previous);
    static bool startsNewIncarnation(const Connection& connection, const SegmentHeader& header);
    void addPending(uint32_t index, const SegmentHeader& header, const Arrival& arrival, bool isForeignSyn);
    void dropPending(uint32_t index);
    static size_t bytesOf(const PendingSegment& segment);
    static FlowBefore stateOf(const Flow& flow);
    void restore(Flow& flow, const FlowBefore& before);
    bool answersPendingSyn(uint32_t index, const SegmentHeader& header) const;
    uint32_t splitAtPending(uint32_t old);
    void moveLastReset();
    void rebase(Flow& flow, Flow& other, SeqNum isn);
    void append(uint32_t index, const SegmentHeader& header, const Arrival& arrival);
    void noteContent(Flow& flow, const SegmentHeader& header, const Segment& segment);
    bool noteTimeOrder(const Connection& connection, const Segment& segment);
    void notePending(uint32_t index, bool isCopy, bool isDisorder);

    Trace m_trace;
    std::unordered_map<uint32_t, Pending> m_pending; ///< by connection; few have any
    size_t m_pendingBytes = 0;                       ///< that they take
    std::vector<Slot> m_slots;                       ///< open addressing
    size_t m_used = 0;
    uint64_t m_seed;
    DuplicateFilter m_duplicateFilter;
    uint64_t m_segments = 0;
    size_t m_withRareFacts = 0; ///< flows
    size_t m_resentData = 0;    ///< places for it, of all flows
    uint64_t m_duplicates = 0;
    bool m_keepDuplicates;
    TimeDisorder m_disorder;
};

} // namespace whyrst
