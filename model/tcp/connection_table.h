// Sorts segments into connections: 4-tuple plus incarnation (diagnosis.md 3.11).
#pragma once

#include "model/tcp/duplicate_filter.h"
#include "model/tcp/load_trace.h"
#include "model/tcp/trace.h"

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

namespace whyrst {

/// Collects the segments of one capture, in capture order, into connections.
class ConnectionTable
{
public:
    explicit ConnectionTable(const LoadOptions& options);

    /// Adds a segment to its connection, which may be a new one.
    void add(const SegmentHeader& header, PacketNumber frame, Timestamp time);

    /// Adds an ICMP error to the connection that it quotes; without such a connection it is dropped.
    void add(const IcmpError& error, PacketNumber frame, Timestamp time);

    uint64_t segmentCount() const { return m_segments; }
    uint64_t captureDuplicates() const { return m_duplicates; }

    /// The trace so far, without the facts of the capture. The table is empty afterwards.
    Trace takeTrace();

private:
    /// A segment on its way into a connection.
    struct Arrival
    {
        SegmentHeader header;
        PacketNumber frame;
        Timestamp time;
        bool isCaptureDuplicate = false;
    };

    /// What is needed only while the trace grows.
    struct Building
    {
        std::array<bool, 2> onlyResets{true, true}; ///< by Side: the flow has sent nothing but RSTs
        std::vector<Arrival> pending; ///< from the foreign SYN on; may turn out to be the next incarnation
    };

    uint32_t& slotOf(const Endpoint& a, const Endpoint& b);
    void grow();
    uint32_t create(const SegmentHeader& header, uint32_t previous);
    static bool startsNewIncarnation(
        const Connection& connection, const Building& building, const SegmentHeader& header);
    static void addPending(Building& building, const Arrival& arrival);
    static bool answersPendingSyn(const Building& building, const SegmentHeader& header);
    uint32_t splitAtPending(uint32_t old);
    void append(uint32_t index, const Arrival& arrival);

    Trace m_trace;
    std::vector<Building> m_building; ///< by connection
    std::vector<uint32_t> m_slots;    ///< open addressing: index of the latest incarnation plus one, 0 when free
    size_t m_used = 0;
    uint64_t m_seed;
    DuplicateFilter m_duplicateFilter;
    uint64_t m_segments = 0;
    uint64_t m_duplicates = 0;
};

} // namespace whyrst
