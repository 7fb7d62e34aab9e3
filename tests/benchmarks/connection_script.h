// What one made-up TCP connection says, segment after segment, as seen at the server.
#pragma once

#include "model/ids.h"
#include "model/time.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst::benchmark {

/// Small and the same on every machine, unlike the distributions of the standard library (SplitMix64).
class Random
{
public:
    explicit Random(uint64_t seed)
        : m_state(seed)
    {
    }
    uint64_t next();
    /// 0 to `limit` - 1.
    uint64_t below(uint64_t limit) { return next() % limit; }

private:
    uint64_t m_state;
};

/// How a connection ends.
enum class Ending : uint8_t
{
    Fin,       ///< both sides close
    Abort,     ///< the client resets in the middle of the transfer
    BlackHole, ///< a segment never arrives however often it is sent; the server gives up with a reset
    Scan,      ///< the client resets as soon as the server answers: no more than SYN, SYN-ACK, RST
};

/// Segments of a connection that only tries whether a port is open.
constexpr uint64_t scanLength = 3;

/// Segments that the opening and the ending of a connection need.
constexpr uint64_t openingLength = 5;
constexpr uint64_t endingLength(Ending ending)
{
    constexpr uint64_t blackHoleLength = 14;
    return ending == Ending::Fin ? 3 : ending == Ending::Abort ? 1 : blackHoleLength;
}

struct ConnectionPlan
{
    uint32_t index = 0;    ///< gives the addresses and ports
    uint64_t segments = 0; ///< in all; at least those of opening and ending
    Ending ending = Ending::Fin;
    uint16_t payload = 0;        ///< bytes of a full segment
    uint32_t lossPerMillion = 0; ///< of the server's segments
    uint64_t seed = 0;
    Timestamp start{};
    bool holes = false; ///< every second segment never arrives, and no re-send either
};

/// One segment to write.
struct ScriptedSegment
{
    Side sender = Side::Client;
    uint32_t seq = 0;
    uint32_t ack = 0;
    uint16_t flags = 0;
    uint16_t payloadLength = 0;
    uint32_t sackLeft = 0; ///< equal to the right edge: no SACK block
    uint32_t sackRight = 0;
    uint32_t timestamp = 0;     ///< TSval, milliseconds
    uint32_t timestampEcho = 0; ///< TSecr
    Duration gap{};             ///< since the segment before
};

/// Gives the segments of one connection in the order of time.
///
/// The client asks once, the server answers with full segments. Loss shows as at a real sender: three duplicate ACKs
/// with SACK, a fast retransmission, one ACK for all.
class ConnectionScript
{
public:
    explicit ConnectionScript(const ConnectionPlan& plan);

    const ConnectionPlan& plan() const { return m_plan; }
    /// Time of the segment that `next` gives.
    Timestamp time() const { return m_time; }
    /// The next segment; nothing after the last.
    std::optional<ScriptedSegment> next();

private:
    void stamp(ScriptedSegment& segment);
    void planMore();
    void planOpening();
    void planRound(uint64_t available);
    void planScan();
    void planLoss();
    void planHoles();
    void planEnding();
    void planBlackHole();
    void addHole(uint16_t following);
    void add(Side sender, uint16_t flags, uint16_t payload, Duration gap);
    void addAck(Side sender, Duration gap);
    bool isLost() { return m_random.below(1'000'000) < m_plan.lossPerMillion; }

    ConnectionPlan m_plan;
    Random m_random;
    Timestamp m_time;
    Duration m_roundTrip{};
    uint64_t m_left;                 ///< segments not planned yet
    uint32_t m_next[2] = {};         ///< SND.NXT of client and server
    uint32_t m_acknowledged[2] = {}; ///< what each side has received in order
    uint32_t m_timestamp[2] = {};    ///< latest TSval of client and server
    std::vector<ScriptedSegment> m_planned;
    size_t m_at = 0;
};

} // namespace whyrst::benchmark
