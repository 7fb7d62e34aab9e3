// One conversation as two captures see it: near the client and near the server. For tests of the comparison.
//
//     TwoCaptures path;
//     path.handshake().data(Side::Client, 1460).lost().data(Side::Client, 1460);
//     const Comparison comparison = path.compare();
#pragma once

#include "model/compare/compare.h"
#include "model/tcp/connection_table.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace whyrst::test {

using namespace std::chrono_literals;

/// Sends packets over a path with a delay, loss and boxes, and records them at both ends. Numbers are stream offsets.
class TwoCaptures
{
public:
    /// What the path does to all packets. Set it before the first packet.
    struct Path
    {
        std::array<Duration, 2> delay{10ms, 10ms}; ///< by Side of the sender
        Duration clockOffset{};                    ///< server clock minus client clock at the first packet
        double drift = 0;                          ///< seconds a second
        std::array<uint32_t, 2> shift{}; ///< added to the numbers of a side on their way to the server's capture
        bool shiftsSack = true;
        uint8_t hops = 5;
        uint16_t natPort = 0; ///< the client's port at the server; 0: as it is
        bool withIds = true;
        bool withTimestamps = false;
        bool echoesTimestamps = false; ///< of the peer's last packet that arrived; else they count up
        uint16_t clientPort = 40000;
    };

    TwoCaptures() = default;
    explicit TwoCaptures(const Path& path)
        : m_path(path)
    {
    }

    TwoCaptures& wait(Duration duration);
    /// Another connection over the same path, from the next port of the client.
    TwoCaptures& newConnection();

    // The next packet only:
    TwoCaptures& lost();
    TwoCaptures& unseenBy(Side capture); ///< that capture misses it
    TwoCaptures& late(Duration more);    ///< it takes longer than the others
    TwoCaptures& duplicated(Duration after);
    TwoCaptures& altered(std::function<void(SegmentHeader&)> change); ///< on its way, each piece of a super-segment

    TwoCaptures& handshake();
    /// A handshake and packets on both ways, so that the clock is known and both captures are witnesses.
    TwoCaptures& talk(int rounds = 10);
    /// A SYN of the client that the server answers with a RST.
    TwoCaptures& refused();
    /// New data whose length a box changes on its way to the server's capture, and all numbers behind it.
    TwoCaptures& changedData(Side from, uint32_t bytes, int32_t longer);
    /// New data in one packet, which may be a super-segment.
    TwoCaptures& data(Side from, uint32_t bytes);
    /// A super-segment that a card cuts into pieces of `piece` bytes, of which those with index in `lostPieces` get
    /// lost.
    TwoCaptures& superSegment(Side from, uint32_t bytes, uint32_t piece, const std::set<uint32_t>& lostPieces = {});
    TwoCaptures& resend(Side from, int64_t offset, uint32_t bytes);
    /// Acknowledges [0, ack), with SACK blocks.
    TwoCaptures& acknowledge(Side from, int64_t ack, std::vector<std::pair<int64_t, int64_t>> sack = {});
    TwoCaptures& reset(Side from, int64_t offset);
    /// A packet without data that bears these raw numbers, whatever was sent before.
    TwoCaptures& bare(Side from, SeqNum seq, SeqNum acked, uint16_t flags);
    /// A RST in the name of `from` that only its receiver's capture has.
    TwoCaptures& forgeReset(Side from, int64_t offset, uint8_t ttl);

    /// The traces; call them when all is sent.
    const Trace& client();
    const Trace& server();
    /// By default in the wrong order: it must not matter.
    Comparison compare(const CompareOptions& options = {});
    TracePair traces() { return {client(), server()}; }

    /// Frames of the packets that both captures have: (client, server).
    const std::set<std::pair<uint32_t, uint32_t>>& truePairs();
    uint32_t packets() const { return m_nextId; }

private:
    struct Record
    {
        Timestamp time;
        SegmentHeader header;
        uint32_t id = 0; ///< of the packet on the wire
    };

    struct Next
    {
        bool isLost = false;
        std::array<bool, 2> unseen{};
        Duration late{};
        std::optional<Duration> duplicate;
        std::function<void(SegmentHeader&)> change;
    };

    SegmentHeader header(Side from, int64_t seq, uint16_t flags);
    void transmit(Side from, const SegmentHeader& sent);
    void arrive(Side from, const SegmentHeader& sent, uint32_t id, Duration delay, const Next& next);
    void record(Side capture, Timestamp time, SegmentHeader header, uint32_t id);
    SegmentHeader seenAtServer(SegmentHeader header, Side from) const;
    void build();

    Path m_path;
    Next m_next;
    Duration m_now{};
    uint32_t m_nextId = 0;
    std::array<uint32_t, 2> m_initialNumbers{1'000'000, 4'294'900'000}; ///< the server's wraps soon
    std::array<int64_t, 2> m_sndNxt{};
    std::array<int64_t, 2> m_ack{}; ///< what a side acknowledges
    std::array<uint16_t, 2> m_ipId{100, 20000};
    std::array<std::pair<uint32_t, int32_t>, 2> m_changed{}; ///< raw number behind changed data, and what it is longer
    std::array<uint32_t, 2> m_lastStamp{};                   ///< of the last packet of a side that arrived
    std::array<std::vector<Record>, 2> m_records;            ///< by capture
    std::array<std::unique_ptr<Trace>, 2> m_traces;
    std::set<std::pair<uint32_t, uint32_t>> m_truePairs;
};

} // namespace whyrst::test
