// A TCP conversation written as a script: what the two sides say, and what of it gets lost. For tests of the model.
//
//     Conversation talk;
//     talk.handshake().sends(Side::Client, 1000).acks(Side::Server).wait(1s).aborts(Side::Client);
//     EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
#pragma once

#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"
#include "model/tcp/connection_table.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace whyrst::test {

using namespace std::chrono_literals;

/// Initial sequence numbers of both sides.
struct InitialNumbers
{
    uint32_t client = 1000;
    uint32_t server = 500'000;
};

/// Speaks for both sides and keeps their state; everything said is recorded at the client, unless it is lost before.
/// Each packet takes 10 us; `wait` adds more. Offsets are stream offsets: the first byte of data is 1.
class Conversation
{
public:
    explicit Conversation(InitialNumbers numbers = {});

    Conversation& wait(Duration duration);
    /// SYN, SYN-ACK 20 ms later, ACK. With MSS 1460, SACK and window scale 7, as Linux sends them.
    Conversation& handshake();
    Conversation& syn();
    Conversation& synAck();
    /// Handshake, a request of 300 bytes and its answer of 800, all acknowledged.
    Conversation& exchange();
    /// The next packet is recorded, but does not arrive.
    Conversation& lost();
    /// New data in segments of at most 1460 bytes.
    Conversation& sends(Side side, uint32_t bytes);
    /// From here on data have content, the same for the same `stream`: bytes of a random stream that begins at offset
    /// `begin`. Of each segment `mostCaptured` bytes are recorded.
    Conversation& content(uint32_t stream, int64_t begin = 1, uint32_t mostCaptured = 65'535);
    /// New data: an HTTP request for `host`, in one segment.
    Conversation& asks(Side side, std::string_view host);
    /// New data: `text`, in one segment.
    Conversation& sendsText(Side side, std::string_view text);
    /// Bytes that were sent before, again.
    Conversation& resends(Side side, int64_t offset, uint32_t bytes);
    /// The same by a timer that backs off: after 220, 440, 880 and 1760 ms. All are lost.
    Conversation& losesResends(Side side, int64_t offset, uint32_t bytes);
    /// A pure ACK of all that arrived in order.
    Conversation& acks(Side side);
    /// A pure ACK of all that arrived in order, reporting [left, right) by SACK.
    Conversation& sacks(Side side, int64_t left, int64_t right);
    /// From here on `side` advertises this raw window.
    Conversation& window(Side side, uint16_t raw);
    Conversation& keepAlive(Side side);
    Conversation& zeroWindowProbe(Side side);
    Conversation& closes(Side side);
    /// RST,ACK with the next sequence number.
    Conversation& aborts(Side side);
    /// RST with this sequence number and without ACK, as from a host without the connection.
    Conversation& replies(Side side, int64_t offset);
    /// RST,ACK with sequence number 0 for the SYN, as from a closed port.
    Conversation& refuses();
    /// A segment with everything chosen; it changes no state.
    Conversation& says(Side side, int64_t seq, int64_t ack, uint32_t bytes, uint16_t flags);

    /// An ICMP error of a router about the packet of `quoted` with this sequence number.
    Conversation& icmp(Side quoted, int64_t seq, uint8_t type, uint8_t code, uint32_t mtu = 0);

    Conversation& ttl(Side side, uint8_t value);
    /// Class of the checksums from here on.
    Conversation& checksums(ChecksumClass value);
    /// The capture is made on the host of `side` and marks what that host sent and received.
    Conversation& capturedAt(Side side);
    /// From here on the timestamps of `side` are this much off its clock.
    Conversation& clockOff(Side side, Duration value);
    Conversation& timestamps(bool on);
    /// The server's SYN-ACKs do not agree to SACK.
    Conversation& withoutSackAtServer();
    /// Makes another conversation of the same capture out of the same hosts, on the next client port.
    Conversation& newConnection(uint16_t serverPort = 443);
    /// Goes on with the conversation `number`, counted from 0 in the order of their making.
    Conversation& backTo(size_t number);

    /// The trace so far. Call it once, at the end; the others call it.
    const Trace& trace();
    const Connection& connection(uint32_t id = 0) { return trace().connections[id]; }
    Analysis analysis(uint32_t id = 0);
    ConnectionDiagnosis diagnosis(uint32_t id = 0);
    /// The primary diagnosis; a default one when there is none.
    Diagnosis primary(uint32_t id = 0);
    /// Frames recorded so far.
    uint32_t frame() const { return m_frame; }

private:
    SegmentHeader header(Side side, int64_t seq, uint16_t flags) const;
    void record(const SegmentHeader& header);
    bool arrives();
    void fill(SegmentHeader& segment, int64_t offset);

    /// What differs between the conversations of a capture; the first two by Side.
    struct Ends
    {
        std::array<int64_t, 2> next{0, 0};    ///< SND.NXT
        std::array<int64_t, 2> arrived{0, 0}; ///< of this side's bytes, in order at the other side
        std::array<uint16_t, 2> window{502, 502};
        uint16_t port = 40000; ///< of the client
        uint16_t serverPort = 443;
    };

    ConnectionTable m_table;
    std::unique_ptr<Trace> m_trace;
    InitialNumbers m_numbers;
    Timestamp m_time;
    uint32_t m_frame = 0;
    Ends m_ends;                ///< of the conversation that goes on
    std::vector<Ends> m_all{1}; ///< by number; that of `m_number` may be out of date
    size_t m_number = 0;
    /// What data consist of.
    struct Content
    {
        uint32_t stream = 0;
        int64_t begin = 0;
        uint32_t mostCaptured = 0;
    };
    std::optional<Content> m_content;
    std::vector<std::byte> m_payload; ///< of the segment that is made
    bool m_lost = false;
    bool m_withTimestamps = false;
    bool m_serverTakesSack = true;
    std::optional<Side> m_capturedAt;
    ChecksumClass m_checksums = ChecksumClass::NotChecked;
    std::array<Duration, 2> m_clockOff{}; ///< by Side
    std::array<uint8_t, 2> m_ttl{64, 55};
    mutable std::array<uint16_t, 2> m_ipId{100, 9000};
};

/// The primary diagnosis of the connection; a default one when there is none.
Diagnosis primaryOf(const Trace& trace, uint32_t id = 0);
/// The frames of a chain's steps in order; 0 for ghosts and spans without a packet.
std::vector<uint32_t> framesOf(const Diagnosis& diagnosis);
/// The step with this role; null when the chain has none.
const EvidenceStep* findStep(const Diagnosis& diagnosis, Role role);
bool isPossible(const Diagnosis& diagnosis, CauseId cause);

} // namespace whyrst::test
